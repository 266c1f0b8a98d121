package monitor

import (
	"math/rand/v2"
	"testing"
)

func TestMembers(t *testing.T) {
	testRung(t, rungTest[int32]{
		kinds: []Op{
			{F: Add, A: 0}, {F: Remove, A: 0}, {F: Contains, A: 0, B: 0}, {F: Contains, A: 0, B: 1},
			{F: Add, A: 1}, {F: Remove, A: 1}, {F: Contains, A: 1, B: 1},
		},
		step: func(s int32, op Op) (int32, bool) {
			there := s>>op.A&1 == 1
			switch op.F {
			case Add:
				return s | 1<<op.A, !there
			case Remove:
				return s &^ (1 << op.A), there
			}
			return s, op.pending() || there == (op.B == 1)
		},
		run: Members,
		draw: func(rng *rand.Rand, i int) Op {
			return Op{F: Add + F(rng.IntN(3)), A: int32(rng.IntN(3)), B: int32(rng.IntN(2))}
		},
		// An element is not added again.
		fill: func(s int32, op Op) (Op, int32) {
			there, added := s>>op.A&1 == 1, s>>(op.A+8)&1 == 1
			switch {
			case op.F == Add && !added:
				return op, s | 257<<op.A
			case op.F == Remove && there:
				return op, s &^ (1 << op.A)
			}
			op.F, op.B = Contains, 0
			if there {
				op.B = 1
			}
			return op, s
		},
		needs: func(_ []Op, op, other Op) bool {
			return other.A == op.A && (other.F == Add || other.F == Remove && op.F == Contains && op.B == 0)
		},
		must: func(ops []Op) bool {
			n := map[Op]int{}
			for _, op := range ops {
				if n[Op{F: op.F, A: op.A}]++; op.F != Contains && n[Op{F: op.F, A: op.A}] > 1 {
					return false
				}
			}
			return true
		},
	})
}
