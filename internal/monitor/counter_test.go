package monitor

import (
	"math/rand/v2"
	"testing"
)

func TestCounter(t *testing.T) {
	r := rungTest[int32]{
		kinds: []Op{{F: Inc, A: 1}, {F: ReadCount, A: 0}, {F: ReadCount, A: 1}, {F: ReadCount, A: 2}, {F: ReadCount, A: 3}},
		step: func(s int32, op Op) (int32, bool) {
			if op.F == Inc {
				return s + op.A, true
			}
			return s, op.pending() || s == op.A
		},
		run: Counter,
		draw: func(rng *rand.Rand, i int) Op {
			if rng.IntN(2) == 0 {
				return Op{F: Inc, A: 1}
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
	testRung(t, r)

	// Of other amounts, only what is refuted is decided.
	r.kinds = append(r.kinds, Op{F: Inc, A: 2}, Op{F: Inc, A: -1})
	r.draw = func(rng *rand.Rand, i int) Op {
		if rng.IntN(2) == 0 {
			return Op{F: Inc, A: int32(rng.IntN(8) - 3)}
		}
		return Op{F: ReadCount}
	}
	r.must = func([]Op) bool { return false }
	t.Run("amounts", func(t *testing.T) { testRung(t, r) })
}
