package monitor

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// Real objects are linearizable, at any length, and so is what was recorded up to
// any moment.
func TestRecorded(t *testing.T) {
	for _, s := range scenes() {
		for _, processes := range []int{1, 3, 30} {
			for _, pending := range []float64{0, 0.1} {
				t.Run(fmt.Sprintf("%s/processes=%d/pending=%v", s.name, processes, pending), func(t *testing.T) {
					rng := rand.New(rand.NewPCG(3, 4))
					for range 20 {
						recorded(t, &s, s.record(rng, 1+rng.IntN(2000), processes, pending))
					}
				})
			}
		}
	}
}

func recorded(t *testing.T, s *scene, ops []Op) {
	t.Helper()
	for _, part := range []int{len(ops), len(ops) / 2, len(ops) / 3} {
		ops := until(ops, ops[part-min(part, 1)].Inv)
		a := s.run(ops)
		switch {
		case !a.Decided && s.name == "stack" && pendingPop(ops):
		case !a.Linearizable:
			t.Fatalf("%d ops: %+v", len(ops), a)
		default:
			if i := s.replay(ops, a.Order); i != none {
				t.Fatalf("%d ops: not a linearization, at op %d", len(ops), i)
			}
		}
	}
}

// until returns what happened up to a position. What had not returned is pending,
// and nothing is known of its result.
func until(ops []Op, position int32) []Op {
	var s []Op
	for _, op := range ops {
		if op.Inv > position {
			continue
		}
		if op.Ret > position {
			op.Ret = Never
			switch op.F {
			case Read, Dequeue, Pop, ReadSet, ReadCount:
				op.A = 77
			case Contains:
				op.B = 77
			}
		}
		s = append(s, op)
	}
	return s
}

// What is not linearizable does not become so by going on.
func TestPrefixClosed(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(5, 6))
			illegal := 0
			for range 300 {
				ops := s.record(rng, 40, 1+rng.IntN(5), 0.1*float64(rng.IntN(2)))
				for range 2 {
					i, j := rng.IntN(len(ops)), rng.IntN(len(ops))
					if ops[i].F == ops[j].F {
						ops[i].A, ops[j].A = ops[j].A, ops[i].A
					}
				}
				was := false
				for p := int32(0); p < 80; p++ {
					a := s.run(until(ops, p))
					if was && a.Linearizable {
						t.Fatalf("position %d: linearizable again: %v", p, ops)
					}
					was = was || a.Decided && !a.Linearizable
				}
				if was {
					illegal++
				}
			}
			t.Logf("%d of 300 are not linearizable", illegal)
		})
	}
}

// naiveStack decides as Stack, by the definition of peeling.
func naiveStack(ops []Op) bool {
	e, a, done := pair(ops, Push, Pop)
	if done {
		return a.Linearizable
	}
	// A point of an interval is after each position of it but the last.
	free := func(left []int32, from, to int32, self int32) bool {
		for p := from; p < to; p++ {
			if !slices.ContainsFunc(left, func(k int32) bool {
				in, out := e.inside(k)
				return k != self && in <= p && p < out
			}) {
				return true
			}
		}
		return false
	}
	end := int32(2*len(ops) + 1)
	var left []int32
	for k := range e.put {
		left = append(left, int32(k))
	}
	for peeled := true; peeled; {
		peeled = false
		for _, k := range left {
			push, popFrom, popTo := e.ops[e.put[k]], int32(0), int32(0)
			if t := e.take[k]; t != none {
				popFrom, popTo = e.ops[t].Inv, min(e.ops[t].Ret, end)
			}
			if free(left, push.Inv, min(push.Ret, end), k) && (e.take[k] == none || free(left, popFrom, popTo, k)) {
				left = slices.DeleteFunc(left, func(l int32) bool { return l == k })
				peeled = true
				break
			}
		}
	}
	_, conflict := e.vacant()
	return len(left) == 0 && conflict == nil
}

// naiveQueue decides as Queue, pair by pair.
func naiveQueue(ops []Op) bool {
	e, a, done := pair(ops, Enqueue, Dequeue)
	if done {
		return a.Linearizable
	}
	q := queue{elements: e}
	q.fill(nil)
	for u := range q.put {
		for v := range q.put {
			if q.putRet[u] < q.putInv[v] && q.takeRet[v] < q.takeInv[u] {
				return false
			}
		}
	}
	_, conflict := q.vacant()
	return conflict == nil
}

// Longer histories than the judge can take, which are mostly right.
func TestNaive(t *testing.T) {
	for _, s := range scenes() {
		naive := map[string]func([]Op) bool{"queue": naiveQueue, "stack": naiveStack}[s.name]
		if naive == nil {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, 8))
			legal := 0
			const count = 1000
			for range count {
				ops := s.record(rng, 10+rng.IntN(60), 1+rng.IntN(10), 0)
				for range rng.IntN(3) {
					i, j := rng.IntN(len(ops)), rng.IntN(len(ops))
					if ops[i].F == ops[j].F && max(ops[i].Inv, ops[j].Inv)-min(ops[i].Inv, ops[j].Inv) < 20 {
						ops[i].A, ops[j].A = ops[j].A, ops[i].A
					}
				}
				a := s.run(ops)
				if want := naive(ops); !a.Decided || a.Linearizable != want {
					t.Fatalf("%+v, want %v: %v", a, want, ops)
				}
				if a.Linearizable {
					legal++
					if i := s.replay(ops, a.Order); i != none {
						t.Fatalf("not a linearization, at op %d: %v", i, ops)
					}
				}
			}
			t.Logf("%d of %d are linearizable", legal, count)
		})
	}
}
