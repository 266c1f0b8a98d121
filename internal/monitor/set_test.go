package monitor

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// subsets has every set of the elements 0 to 4, as the number with these bits.
func subsets() (s Sets) {
	for m := range uint32(32) {
		s.Off = append(s.Off, len(s.Elements))
		for ; m != 0; m &= m - 1 {
			s.Elements = append(s.Elements, int32(bits.TrailingZeros32(m)))
		}
	}
	s.Off = append(s.Off, len(s.Elements))
	return s
}

// added is the set of what ops add.
func added(ops []Op) (set int32) {
	for _, op := range ops {
		if op.F == Add {
			set |= 1 << op.A
		}
	}
	return set
}

// projectSets leaves out of the sets what all ops add and some do not.
func projectSets(all, some []Op) []Op {
	keep := added(some) | ^added(all)
	some = slices.Clone(some)
	for i := range some {
		if some[i].F == ReadSet {
			some[i].A &= keep
		}
	}
	return some
}

func TestSet(t *testing.T) {
	all := subsets()
	r := rungTest[int32]{
		kinds: []Op{
			{F: Add, A: 0}, {F: Add, A: 1},
			{F: ReadSet, A: 0}, {F: ReadSet, A: 1}, {F: ReadSet, A: 2}, {F: ReadSet, A: 3},
		},
		step: func(s int32, op Op) (int32, bool) {
			if op.F == Add {
				return s | 1<<op.A, true
			}
			return s, op.pending() || s == op.A
		},
		run: func(ops []Op) Answer { return Set(ops, all) },
		draw: func(rng *rand.Rand, i int) Op {
			if rng.IntN(2) == 0 {
				return Op{F: Add, A: int32(rng.IntN(5))}
			}
			return Op{F: ReadSet}
		},
		fill: func(s int32, op Op) (Op, int32) {
			if op.F == Add {
				return op, s | 1<<op.A
			}
			op.A = s
			return op, s
		},
		needs:   func(_ []Op, op, other Op) bool { return op.F == Add && other.F == Add && other.A == op.A },
		project: projectSets,
	}
	testRung(t, r)

	// Each element added at most once, as in most tests of real systems.
	draw := r.draw
	r.draw = func(rng *rand.Rand, i int) Op {
		op := draw(rng, i)
		if op.F == Add {
			op.A = int32(i % 5)
		}
		return op
	}
	t.Run("once", func(t *testing.T) { r.random(t) })
}
