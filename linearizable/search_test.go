package linearizable

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// naive decides by trying every order.
func naive(m machine, ops []searchOp) bool {
	seen := map[[2]uint64]bool{}
	var try func(done uint64, state int32) bool
	try = func(done uint64, state int32) bool {
		key := [2]uint64{done, uint64(state)}
		if seen[key] {
			return false
		}
		seen[key] = true
		first := int32(never) // the earliest return of what has not taken effect
		complete := true
		for i, op := range ops {
			if done>>i&1 == 0 && op.ret != never {
				complete = false
				first = min(first, op.ret)
			}
		}
		if complete {
			return true
		}
		for i, op := range ops {
			if done>>i&1 == 0 && op.inv < first {
				if next := m.step(state, op.t); next != illegal && try(done|1<<i, next) {
					return true
				}
			}
		}
		return false
	}
	return try(0, m.initial())
}

// randomOps makes a history of operations of n transitions.
func randomOps(r *rand.Rand, n, clients, transitions int, crash float64) (ops []searchOp) {
	at := int32(0)
	running := map[int]int{} // client -> op
	for len(ops) < n || len(running) > 0 {
		c := r.IntN(clients)
		if i, ok := running[c]; ok {
			if r.Float64() < crash {
				ops[i].ret = never
			} else {
				ops[i].ret = at
			}
			delete(running, c)
		} else if len(ops) < n {
			running[c] = len(ops)
			ops = append(ops, searchOp{inv: at, t: int32(r.IntN(transitions)), id: int32(len(ops))})
		}
		at++
	}
	return ops
}

// TestSearch compares the search with trying every order: going straight on, from the
// fewest pending operations to more, and in waves.
func TestSearch(t *testing.T) {
	testSearch(t)
	defer func(n, m int64) { straightOn, turn = n, m }(straightOn, turn)
	straightOn, turn = 3, 2
	testSearch(t)
	defer func(w, b int32) { leastWidth, leastBack = w, b }(leastWidth, leastBack)
	leastWidth, leastBack = 1, 1
	testSearch(t)
}

func testSearch(t *testing.T) {
	register := []transition{{f: opRead}, {f: opRead, a: 1}, {f: opRead, a: 2}, {f: opWrite, a: 1}, {f: opWrite, a: 2}, {f: opCAS, a: 1, b: 2}, {f: opCAS, b: 1}, {f: opNotCAS, a: 1}}
	queue := []transition{{f: opEnqueue, a: 1}, {f: opEnqueue, a: 2}, {f: opDequeue, a: 1}, {f: opDequeue, a: 2}, {f: opDequeue, a: anyValue}, {f: opDequeue, a: emptyValue}}
	lock := []transition{{f: opAcquire}, {f: opRelease}}
	machines := map[string]struct {
		make func() machine
		ts   []transition
	}{
		"register": {func() machine { return &registerMachine{0, register} }, register},
		"mutex":    {func() machine { return &registerMachine{unlocked, lock} }, lock},
		"queue":    {func() machine { return newMemoMachine("", queue, queueStep) }, queue},
		"bag":      {func() machine { return newMemoMachine("", queue[:4], bagStep) }, queue[:4]},
	}
	for name, m := range machines {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			yes, no := 0, 0
			for i := range 15_000 {
				ops := randomOps(r, 1+r.IntN(9), 1+r.IntN(5), len(m.ts), []float64{0, 0.25}[i%2])
				mach := m.make()
				want := naive(mach, ops)
				s := newSearch(mach, ops, Budget{})
				end := s.run(context.Background())
				if (end == found) != want || end != found && end != exhausted {
					t.Fatalf("%v: %v, want %v", ops, end, want)
				}
				if want {
					yes++
					checkOrder(t, mach, ops, s)
				} else {
					no++
				}
			}
			t.Log(yes, no)
			if yes < 500 || no < 500 {
				t.Errorf("%d linearizable, %d not", yes, no)
			}
		})
	}
}

// checkOrder checks that what the search found is a linearization.
func checkOrder(t *testing.T, m machine, ops []searchOp, s *search) {
	t.Helper()
	state := m.initial()
	taken := map[int32]bool{}
	latest := int32(-1) // the latest invocation so far
	for _, y := range s.order(s.done) {
		op := s.ops[y]
		if taken[op.id] {
			t.Fatalf("%v: op %d twice", ops, op.id)
		}
		taken[op.id] = true
		if state = m.step(state, op.t); state == illegal {
			t.Fatalf("%v: op %d is illegal", ops, op.id)
		}
		latest = max(latest, op.inv)
		if op.ret < latest {
			t.Fatalf("%v: op %d takes effect after its return", ops, op.id)
		}
	}
	for _, op := range ops {
		if op.ret != never && !taken[op.id] {
			t.Fatalf("%v: op %d is missing", ops, op.id)
		}
	}
}

// TestSearchAll compares the search with trying every order on all histories of a
// few operations, each completed or pending.
func TestSearchAll(t *testing.T) {
	ts := []transition{{f: opRead, a: 1}, {f: opRead}, {f: opWrite, a: 1}, {f: opCAS, a: 1, b: 0}, {f: opCAS, b: 1}}
	m := &registerMachine{0, ts}
	n := 4
	if testing.Short() {
		n = 3
	}
	yes, no := 0, 0
	var ops []searchOp
	var extend func(at int32, left int)
	extend = func(at int32, left int) {
		if left == 0 && !slices.ContainsFunc(ops, func(op searchOp) bool { return op.ret == 0 }) {
			want := naive(m, ops)
			s := newSearch(m, ops, Budget{})
			if got := s.run(context.Background()) == found; got != want {
				t.Fatalf("%v: %v, want %v", ops, got, want)
			}
			if want {
				yes++
				checkOrder(t, m, ops, s)
			} else {
				no++
			}
			return
		}
		for i := range ops {
			if ops[i].ret != 0 {
				continue
			}
			for _, ret := range []int32{at, never} {
				ops[i].ret = ret
				extend(at+1, left)
			}
			ops[i].ret = 0
		}
		if left > 0 {
			for tr := range int32(len(ts)) {
				ops = append(ops, searchOp{inv: at, t: tr, id: int32(len(ops))})
				extend(at+1, left-1)
				ops = ops[:len(ops)-1]
			}
		}
	}
	extend(1, n)
	t.Log(yes, no)
}
