package monitor

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Keys are sorted stably, whether they are nearly sorted or not at all.
func TestSorted(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n := rng.IntN(400)
		span := 1 + rng.Int32N(1<<rng.IntN(31))
		near := rng.IntN(2) == 0
		keys := make([]uint64, n)
		for i := range keys {
			p := rng.Int32N(span) - 1
			if near {
				p = int32(10*i) + rng.Int32N(100)
			}
			keys[i] = key(p, int32(i))
		}
		keys = append(keys, key(Never, int32(n)), key(none, int32(n+1)))
		want := slices.Clone(keys)
		slices.SortStableFunc(want, func(a, b uint64) int { return int(position(a)) - int(position(b)) })
		if got := sorted(slices.Clone(keys)); !slices.Equal(got, want) {
			t.Fatalf("sorted %v: %v", keys, got)
		}
		if got := radixSorted(slices.Clone(keys)); !slices.Equal(got, want) {
			t.Fatalf("radixSorted %v: %v", keys, got)
		}
	}
}

// The heap gives what returns first.
func TestWaiting(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var w waiting
		var model []uint64
		for range 100 {
			if rng.IntN(5) < 3 {
				ret, op := rng.Int32N(50), rng.Int32N(1000)
				w.push(ret, op)
				model = append(model, key(ret, op))
				slices.Sort(model)
				continue
			}
			want := int32(none)
			if len(model) > 0 {
				want, model = id(model[0]), model[1:]
			}
			if got := w.pop(); got != want {
				t.Fatalf("%d, want %d", got, want)
			}
		}
	}
}
