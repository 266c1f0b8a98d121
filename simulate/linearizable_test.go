package simulate

import (
	"fmt"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A linOp is an operation that happened, or may have: what failed did not.
type linOp struct {
	f         string
	arg       []int64
	result    []int64 // of what is ok
	from, to  int     // its invocation and its completion
	uncertain bool
}

// linearizable reports whether some order of the operations explains all results:
// by trying every order.
func linearizable(kind Kind, ops []linOp) bool {
	tried := map[string]bool{}
	var search func(done uint64, state []int64) bool
	search = func(done uint64, state []int64) bool {
		name := fmt.Sprint(done, state)
		if tried[name] {
			return false
		}
		tried[name] = true
		first, finished := int(^uint(0)>>1), true // where the first completion among those left is
		for i, op := range ops {
			if done>>i&1 == 0 && !op.uncertain {
				first, finished = min(first, op.to), false
			}
		}
		if finished {
			return true
		}
		for i := range ops {
			if done>>i&1 == 1 || ops[i].from > first {
				continue
			}
			for _, next := range steps(kind, state, &ops[i]) {
				if search(done|1<<i, next) {
					return true
				}
			}
		}
		return false
	}
	return search(0, nil)
}

// steps returns the states in which an operation may leave an object.
func steps(kind Kind, state []int64, op *linOp) [][]int64 {
	only := func(ok bool, next []int64) [][]int64 {
		if !ok {
			return nil
		}
		return [][]int64{next}
	}
	switch op.f {
	case "read":
		seen := slices.Clone(state)
		slices.Sort(seen)
		if kind == Counter && len(seen) == 0 {
			seen = []int64{0}
		}
		return only(op.uncertain || slices.Equal(seen, op.result), state)
	case "write":
		return only(true, op.arg)
	case "cas":
		return only(len(state) > 0 && state[0] == op.arg[0], op.arg[1:])
	case "add":
		switch {
		case kind == Counter && len(state) > 0:
			return only(true, []int64{state[0] + op.arg[0]})
		case kind == Set && slices.Contains(state, op.arg[0]):
			return only(true, state)
		}
		return only(true, append(slices.Clip(state), op.arg...))
	case "enqueue", "push":
		return only(true, append(slices.Clip(state), op.arg...))
	case "acquire":
		return only(len(state) == 0, []int64{1})
	case "release":
		return only(len(state) == 1, nil)
	}
	var next [][]int64 // dequeue and pop
	for i, v := range state {
		turn := kind == FIFOQueue && i == 0 || kind == Stack && i == len(state)-1 || kind == UnorderedQueue
		if turn && (op.uncertain || v == op.result[0]) {
			next = append(next, slices.Delete(slices.Clone(state), i, i+1))
		}
	}
	return next
}

// integers returns the integers in a value, those of a set in order.
func integers(t testing.TB, v edn.Value) []int64 {
	t.Helper()
	if n, ok := v.Int(); ok {
		return []int64{n}
	}
	if v.IsNil() {
		return nil
	}
	items, err := v.Items(nil)
	if err != nil {
		t.Fatal(err)
	}
	var list []int64
	for _, x := range items {
		n, ok := x.Int()
		if !ok {
			t.Fatalf("%s is no integer", x)
		}
		list = append(list, n)
	}
	if v.Kind() == edn.Set {
		slices.Sort(list)
	}
	return list
}

// linOps returns the operations on each object of a history.
func linOps(t testing.TB, o Object, h *history.History) map[int64][]linOp {
	t.Helper()
	objects := map[int64][]linOp{}
	for i := range h.Len() {
		if h.Type(i) != history.Invoke {
			continue
		}
		op := linOp{f: h.F(i), from: i, to: h.Pair(i)}
		op.uncertain = op.to < 0 || h.Type(op.to) == history.Info
		key := int64(0)
		read := func(i int) []int64 {
			v := h.Value(i)
			if o.Keys > 1 || o.PerKey > 0 {
				tuple, err := v.Items(nil)
				if err != nil || len(tuple) != 2 {
					t.Fatalf("%s is no tuple", v)
				}
				key, _ = tuple[0].Int()
				v = tuple[1]
			}
			return integers(t, v)
		}
		op.arg = read(i)
		if !op.uncertain {
			if h.Type(op.to) == history.Fail {
				continue
			}
			op.result = read(op.to)
		}
		objects[key] = append(objects[key], op)
	}
	return objects
}

// linearizableAll reports whether every object of a history is linearizable, and
// so the whole (Herlihy and Wing 1990, Theorem 1).
func linearizableAll(t testing.TB, o Object) bool {
	t.Helper()
	h, err := o.History()
	if err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	for _, ops := range linOps(t, o, h) {
		if len(ops) > 64 {
			t.Fatalf("%d operations on an object", len(ops))
		}
		if !linearizable(o.Kind, ops) {
			return false
		}
	}
	return true
}

// TestLinearizable checks the check above.
func TestLinearizable(t *testing.T) {
	w := func(v int64, from, to int) linOp { return linOp{f: "write", arg: []int64{v}, from: from, to: to} }
	r := func(v int64, from, to int) linOp { return linOp{f: "read", result: []int64{v}, from: from, to: to} }
	put := func(v int64, from, to int) linOp {
		return linOp{f: "enqueue", arg: []int64{v}, from: from, to: to}
	}
	take := func(v int64, from, to int) linOp {
		return linOp{f: "dequeue", result: []int64{v}, from: from, to: to}
	}
	maybe := func(op linOp) linOp {
		op.uncertain = true
		return op
	}
	for i, tt := range []struct {
		kind Kind
		ops  []linOp
		want bool
	}{
		{Register, []linOp{w(1, 0, 1), r(1, 2, 3)}, true},
		{Register, []linOp{w(1, 0, 1), w(2, 2, 3), r(1, 4, 5)}, false},
		{Register, []linOp{w(1, 0, 1), w(2, 2, 5), r(1, 3, 4)}, true},
		{Register, []linOp{w(1, 0, 1), maybe(w(2, 2, 3)), r(1, 4, 5), r(2, 6, 7)}, true},
		{Register, []linOp{w(1, 0, 1), maybe(w(2, 2, 3)), r(2, 4, 5), r(1, 6, 7)}, false},
		{FIFOQueue, []linOp{put(1, 0, 1), put(2, 2, 3), take(2, 4, 5)}, false},
		{FIFOQueue, []linOp{put(1, 0, 3), put(2, 1, 2), take(2, 4, 5)}, true},
		{FIFOQueue, []linOp{put(1, 0, 1), put(2, 2, 3), maybe(take(0, 4, 0)), take(2, 5, 6)}, true},
		{UnorderedQueue, []linOp{put(1, 0, 1), put(2, 2, 3), take(2, 4, 5)}, true},
		{UnorderedQueue, []linOp{put(1, 0, 1), take(1, 2, 3), take(1, 4, 5)}, false},
		{Mutex, []linOp{{f: "acquire", to: 1}, {f: "acquire", from: 2, to: 3}}, false},
	} {
		if got := linearizable(tt.kind, tt.ops); got != tt.want {
			t.Errorf("%d: %v", i, got)
		}
	}
}
