package monitor

import (
	"math/rand/v2"
	"testing"
)

func TestCounterOfAmounts(t *testing.T) {
	for _, back := range []int{8, 1} {
		r := rungTest[int32]{
			kinds: []Op{{F: Inc, A: 1}, {F: Inc, A: 2}, {F: ReadCount, A: 0}, {F: ReadCount, A: 1}, {F: ReadCount, A: 2}, {F: ReadCount, A: 3}},
			step: func(s int32, op Op) (int32, bool) {
				if op.F == Inc {
					return s + op.A, true
				}
				return s, op.pending() || s == op.A
			},
			run: func(ops []Op) Answer {
				s := CounterOfAmounts(ops)
				s.(*amounts).jumps = jumps{back: back, patience: back}
				return toEnd(s)
			},
			draw: func(rng *rand.Rand, i int) Op {
				if rng.IntN(2) == 0 {
					return Op{F: Inc, A: 1 + rng.Int32N(3)}
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
	}
}
