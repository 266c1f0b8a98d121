package monitor

import (
	"math/rand/v2"
	"testing"
)

// register3 is a register with values 0, 1, 2, of which 0 is there first.
var register3 = rungTest[int32]{
	kinds: []Op{{F: Read, A: 0}, {F: Read, A: 1}, {F: Read, A: 2}, {F: Write, A: 1}, {F: Write, A: 2}},
	step: func(s int32, op Op) (int32, bool) {
		switch op.F {
		case Write:
			return op.A, true
		case CAS:
			return op.B, s == op.A
		}
		return s, op.pending() || s == op.A
	},
	run: func(ops []Op) Answer { return Register(ops, 0) },
	draw: func(rng *rand.Rand, i int) Op {
		if rng.IntN(2) == 0 {
			return Op{F: Write, A: int32(i + 1)}
		}
		return Op{F: Read}
	},
	fill: func(s int32, op Op) (Op, int32) {
		switch op.F {
		case Write:
			return op, op.A
		case CAS:
			op.A = s
			return op, op.B
		}
		op.A = s
		return op, s
	},
	must: distinctWrites,
	// Who wrote what was found.
	needs: func(_ []Op, op, other Op) bool {
		return op.F != Write && (other.F == Write && other.A == op.A || other.F == CAS && other.B == op.A && other.A != op.A)
	},
}

// distinctWrites is the precondition of Register in its simple form.
func distinctWrites(ops []Op) bool {
	written := map[int32]bool{0: true}
	for _, op := range ops {
		v := op.A
		switch {
		case op.F == Read || op.F == CAS && op.A == op.B:
			continue
		case op.F == CAS:
			v = op.B
		}
		if written[v] {
			return false
		}
		written[v] = true
	}
	return true
}

func TestRegister(t *testing.T) { testRung(t, register3) }

func TestRegisterCAS(t *testing.T) {
	r := register3
	r.kinds = append(r.kinds, Op{F: CAS, A: 0, B: 1}, Op{F: CAS, A: 1, B: 2}, Op{F: CAS, A: 2, B: 1}, Op{F: CAS, A: 1, B: 3}, Op{F: CAS, A: 1, B: 1})
	r.draw = func(rng *rand.Rand, i int) Op {
		switch rng.IntN(5) {
		case 0:
			return Op{F: Write, A: int32(i + 1)}
		case 1, 2:
			return Op{F: CAS, A: int32(rng.IntN(i + 1)), B: int32(i + 1)}
		}
		return Op{F: Read}
	}
	testRung(t, r)
}
