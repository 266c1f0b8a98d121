package monitor

import (
	"math/rand/v2"
	"testing"
)

func TestMutex(t *testing.T) {
	flip := func(held bool, op Op) (bool, bool) { return !held, held == (op.F == Release) }
	testRung(t, rungTest[bool]{
		kinds: []Op{{F: Acquire}, {F: Release}},
		step:  flip,
		run:   Mutex,
		draw: func(rng *rand.Rand, i int) Op {
			return Op{F: Acquire + F(rng.IntN(2))}
		},
		fill: func(held bool, op Op) (Op, bool) {
			op.F = Acquire
			if held {
				op.F = Release
			}
			return op, !held
		},
		noConflict: true,
	})
}

func TestOwnerMutex(t *testing.T) {
	const free = -1
	testRung(t, rungTest[int32]{
		init: free,
		kinds: []Op{
			{F: Acquire, A: 0}, {F: Acquire, A: 1}, {F: Acquire, A: 2},
			{F: Release, A: 0}, {F: Release, A: 1}, {F: Release, A: 2},
		},
		step: func(holder int32, op Op) (int32, bool) {
			if op.F == Acquire {
				return op.A, holder == free
			}
			return free, holder == op.A
		},
		run: OwnerMutex,
		// The ops of an owner come one after the other, and mostly in turn.
		setup: func(rng *rand.Rand, ops []Op) {
			for i := range ops {
				ops[i].F, ops[i].A = Acquire, int32(i)
				for j := range i {
					if ops[j].Ret < ops[i].Inv && rng.IntN(2) == 0 {
						ops[i].A = ops[j].A
					}
				}
				for j := range i {
					if ops[j].A == ops[i].A && ops[j].Ret > ops[i].Inv {
						ops[i].A = int32(i)
					}
				}
				for j := range i {
					if ops[j].A == ops[i].A {
						ops[i].F = Acquire + Release - ops[j].F
					}
				}
				if rng.IntN(20) == 0 {
					ops[i].F = Release
				}
			}
		},
		must: func(ops []Op) bool {
			for i, op := range ops {
				for _, other := range ops[:i] {
					if other.A == op.A && other.Ret > op.Inv {
						return false
					}
				}
			}
			return true
		},
	})
}
