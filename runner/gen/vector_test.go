package gen

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A vector is what a slice would be, and no change touches an older one.
func TestVectorIsSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Int(), 1, 80).Draw(t, "xs")
		v := vectorOf(slices.Clone(xs))
		type version struct {
			v  vector[int]
			xs []int
		}
		versions := []version{{v, slices.Clone(xs)}}
		for range rapid.IntRange(1, 30).Draw(t, "changes") {
			if len(xs) == 0 {
				break
			}
			i := rapid.IntRange(0, len(xs)-1).Draw(t, "i")
			if rapid.Bool().Draw(t, "remove") {
				xs[i] = xs[len(xs)-1]
				xs = xs[:len(xs)-1]
				v = v.without(i)
			} else {
				xs[i] = rapid.Int().Draw(t, "x")
				v = v.with(i, xs[i])
			}
			versions = append(versions, version{v, slices.Clone(xs)})
		}
		for _, old := range versions {
			if old.v.n != len(old.xs) {
				t.Fatalf("%d elements, expected %v", old.v.n, old.xs)
			}
			for i, x := range old.xs {
				if old.v.at(i) != x {
					t.Fatalf("element %d is %d, expected %v", i, old.v.at(i), old.xs)
				}
			}
		}
	})
}
