package monitor

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A cover finds each gap when the last element that is inside goes.
func TestCover(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		n := 1 + rng.IntN(200)
		count, change := make([]int, n), make([]int32, n)
		type span struct{ from, to int32 }
		var inside []span
		for range rng.IntN(20) {
			from := rng.Int32N(int32(n))
			to := from + rng.Int32N(int32(n)-from)
			if from == to {
				continue
			}
			inside = append(inside, span{from, to})
			change[from]++
			change[to]--
			for g := from; g < to; g++ {
				count[g]++
			}
		}
		c := coverOf(change)
		for {
			var got, want []int32
			c.take(func(gap int32) { got = append(got, gap) })
			for g := range count {
				if count[g] == 0 {
					want = append(want, int32(g))
					count[g] = -1
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("gaps %v, want %v", got, want)
			}
			if len(inside) == 0 {
				break
			}
			s := inside[0]
			inside = inside[1:]
			c.remove(s.from, s.to)
			for g := s.from; g < s.to; g++ {
				count[g]--
			}
		}
	}
}

func TestSpans(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		n := 1 + rng.IntN(100)
		inv, ret := make([]int32, n), make([]int32, n)
		for i := range inv {
			inv[i], ret[i] = rng.Int32N(int32(n)), none
		}
		slices.Sort(inv)
		for i := range ret {
			if rng.IntN(3) > 0 {
				ret[i] = inv[i] + 1 + rng.Int32N(10)
			}
		}
		s := spansOf(inv, ret)
		found := make([]bool, n)
		for range 50 {
			gap := rng.Int32N(int32(n))
			var got, want []int32
			s.take(gap, func(op int32) { got = append(got, op) })
			for i := range ret {
				if !found[i] && inv[i] <= gap && gap < ret[i] {
					want = append(want, int32(i))
					found[i] = true
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("gap %d: ops %v, want %v", gap, got, want)
			}
		}
	}
}

func TestGapSet(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{2, 63, 64, 65, 4096, 4097, 300_000} {
		s := newGapSet(n)
		s.add(0)
		s.add(int32(n - 1))
		model := []int32{0, int32(n - 1)}
		for range 300 {
			g := rng.Int32N(int32(n))
			s.add(g)
			model = append(model, g)
			slices.Sort(model)
			model = slices.Compact(model)
			g = rng.Int32N(int32(n))
			i, _ := slices.BinarySearch(model, g)
			if got := s.from(g); got != model[i] {
				t.Fatalf("from %d: %d, want %d", g, got, model[i])
			}
			if i > 0 && s.before(g) != model[i-1] {
				t.Fatalf("before %d: %d, want %d", g, s.before(g), model[i-1])
			}
		}
	}
}
