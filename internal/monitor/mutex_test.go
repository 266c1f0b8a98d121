package monitor

import (
	"math/rand/v2"
	"slices"
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

func TestSemaphore(t *testing.T) {
	for permits := range int32(4) {
		if permits == 0 {
			continue
		}
		testRung(t, rungTest[int32]{
			kinds: []Op{{F: Acquire}, {F: Release}},
			step: func(held int32, op Op) (int32, bool) {
				if op.F == Acquire {
					return held + 1, held < permits
				}
				return held - 1, held > 0
			},
			run: func(ops []Op) Answer { return Semaphore(ops, permits) },
			draw: func(rng *rand.Rand, i int) Op {
				return Op{F: Acquire + F(rng.IntN(2))}
			},
			fill: func(held int32, op Op) (Op, int32) {
				switch {
				case held == 0, held < permits && op.F == Acquire:
					op.F = Acquire
					return op, held + 1
				}
				op.F = Release
				return op, held - 1
			},
			noConflict: true,
		})
	}
}

// owned returns a test of locks with owners.
func owned[S comparable](r rungTest[S], reentrant bool) rungTest[S] {
	r.kinds = []Op{
		{F: Acquire, A: 0}, {F: Acquire, A: 1}, {F: Acquire, A: 2},
		{F: Release, A: 0}, {F: Release, A: 1}, {F: Release, A: 2},
	}
	// The ops of an owner come one after the other, and mostly in turn.
	r.setup = func(rng *rand.Rand, ops []Op) {
		for i := range ops {
			ops[i].F, ops[i].A = Acquire, int32(i)
			for j := range i {
				if ops[j].Ret < ops[i].Inv && rng.IntN(2) == 0 {
					ops[i].A = ops[j].A
				}
			}
			depth := 0
			for j := range i {
				if ops[j].A == ops[i].A && ops[j].Ret > ops[i].Inv {
					ops[i].A = int32(i)
				}
			}
			for j := range i {
				if ops[j].A == ops[i].A {
					depth += 1 - 2*int(ops[j].F-Acquire)
				}
			}
			if depth > 0 && (!reentrant || rng.IntN(depth+1) > 0) || rng.IntN(20) == 0 {
				ops[i].F = Release
			}
		}
	}
	r.must = func(ops []Op) bool {
		for i, op := range ops {
			for _, other := range ops[:i] {
				if other.A == op.A && other.Ret > op.Inv {
					return false
				}
			}
		}
		return true
	}
	return r
}

func TestOwnerMutex(t *testing.T) {
	const free = -1
	testRung(t, owned(rungTest[int32]{
		init: free,
		step: func(holder int32, op Op) (int32, bool) {
			if op.F == Acquire {
				return op.A, holder == free
			}
			return free, holder == op.A
		},
		run: OwnerMutex,
	}, false))
}

func TestReentrantMutex(t *testing.T) {
	type state struct{ owner, depth int32 }
	testRung(t, owned(rungTest[state]{
		step: func(s state, op Op) (state, bool) {
			switch mine := s.depth == 0 || s.owner == op.A; {
			case op.F == Acquire:
				return state{op.A, s.depth + 1}, mine
			case s.depth == 1:
				return state{}, mine
			default:
				return state{op.A, s.depth - 1}, mine && s.depth > 0
			}
		},
		run: ReentrantMutex,
	}, true))
}

func TestFencedMutex(t *testing.T) {
	type state struct{ owner, token int32 }
	const free = -1
	tokens := []int64{3, 5, 5, 7, 8, 10, 20, 21, 22, 50, 51, 52}
	r := owned(rungTest[state]{
		init: state{free, 0},
		step: func(s state, op Op) (state, bool) {
			if op.F == Release {
				return state{free, s.token}, s.owner == op.A
			}
			token := s.token + 1
			if op.B != None && !op.pending() {
				token = int32(tokens[op.B])
			}
			return state{op.A, token}, s.owner == free && token > s.token
		},
		run: func(ops []Op) Answer { return FencedMutex(ops, tokens) },
	}, false)
	for token := range int32(3) {
		r.kinds = append(r.kinds, Op{F: Acquire, A: 0, B: 1 + token}, Op{F: Acquire, A: 1, B: 1 + token})
	}
	must, setup := r.must, r.setup
	r.must = func(ops []Op) bool {
		return must(ops) && !slices.ContainsFunc(ops, func(op Op) bool { return op.F == Acquire && op.B == None && !op.pending() })
	}
	// Tokens mostly grow with what returned before.
	r.setup = func(rng *rand.Rand, ops []Op) {
		setup(rng, ops)
		for i := range ops {
			ops[i].B = int32(i)
			if rng.IntN(10) == 0 {
				ops[i].B = int32(rng.IntN(len(tokens)))
			}
			if rng.IntN(40) == 0 {
				ops[i].B = None
			}
		}
	}
	testRung(t, r)
}
