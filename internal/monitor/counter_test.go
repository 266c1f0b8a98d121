package monitor

import (
	"math/rand/v2"
	"testing"
)

// counters test counters to which some amounts are added.
func counters(run func(ops []Op) Answer, amounts ...int32) rungTest[int32] {
	r := rungTest[int32]{
		step: func(s int32, op Op) (int32, bool) {
			if op.F == Inc {
				return s + op.A, true
			}
			return s, op.pending() || s == op.A
		},
		run: run,
		draw: func(rng *rand.Rand, i int) Op {
			if rng.IntN(2) == 0 {
				return Op{F: Inc, A: amounts[rng.IntN(len(amounts))]}
			}
			return Op{F: ReadCount}
		},
		fill: func(s int32, op Op) (Op, int32) {
			if op.F == Inc {
				return op, s + op.A
			}
			op.A = s
			return op, s
		},
		noConflict: true,
	}
	for _, a := range amounts[:min(2, len(amounts))] {
		r.kinds = append(r.kinds, Op{F: Inc, A: a})
	}
	for count := range int32(4) {
		r.kinds = append(r.kinds, Op{F: ReadCount, A: count})
	}
	return r
}

func TestCounter(t *testing.T) {
	testRung(t, counters(Counter, 1))

	// Of other amounts, only what is refuted is decided.
	r := counters(Counter, -3, -2, -1, 0, 1, 2, 3, 4)
	r.kinds = append(counters(Counter, 1).kinds, Op{F: Inc, A: 2}, Op{F: Inc, A: -1})
	r.must = func([]Op) bool { return false }
	t.Run("amounts", func(t *testing.T) { testRung(t, r) })
}
