package monitor

import (
	"math/rand/v2"
	"testing"
)

// counts is a bag of the values 0, 1, 2.
type counts [3]int8

func TestBag(t *testing.T) {
	testRung(t, rungTest[counts]{
		kinds: []Op{{F: Enqueue, A: 0}, {F: Enqueue, A: 1}, {F: Dequeue, A: 0}, {F: Dequeue, A: 1}},
		// A pending Dequeue tells what it takes here, so that all it could take is
		// tried. It takes something or nothing.
		step: func(s counts, op Op) (counts, bool) {
			if op.F == Enqueue {
				s[op.A]++
				return s, true
			}
			s[op.A]--
			return s, s[op.A] >= 0
		},
		run: Bag,
		draw: func(rng *rand.Rand, i int) Op {
			return Op{F: Enqueue + F(rng.IntN(2)), A: int32(rng.IntN(3))}
		},
		fill: func(s counts, op Op) (Op, counts) {
			if op.F == Enqueue {
				s[op.A]++
				return op, s
			}
			for v := range s {
				if s[v] > 0 {
					op.A = int32(v)
					s[v]--
					break
				}
			}
			return op, s
		},
		needs: func(_ []Op, op, other Op) bool {
			return op.F == Dequeue && other.F == Enqueue && other.A == op.A && other.Inv < op.Ret
		},
	})
}
