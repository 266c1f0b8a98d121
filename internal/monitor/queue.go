package monitor

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// Queue decides a history of Enqueue and Dequeue ops on a queue, first in first
// out, that is empty at first.
//
// It decides if no value that is dequeued is enqueued twice. A pending Dequeue
// takes the first element, or none, or has no effect; to leave out all of them is
// to say the latter, as Knossos does.
//
// # An order of elements
//
// Say an element u must come before v if Enqueue(u) returns before Enqueue(v)
// begins, or Dequeue(u) before Dequeue(v) does, or Dequeue(u) before Enqueue(v)
// does. An order of all elements that has these is that of a linearization: let
// Enqueue ops and Dequeue ops each have that order, and give each in turn the
// first point after its invocation that is left; no op has returned by then. So it
// is enough to take elements one by one, each such that none of those that are
// left must come before it (queue.order). What stays in the queue comes last.
//
// An op that found the queue empty, at a given point, is like an element that
// goes in and out at that point. There must be a point at which no element needs
// to be inside; any will do.
//
// A pending Dequeue may take an element that would otherwise stay. It is best to
// use all, those that began first, for the elements whose Enqueue returned first,
// each in that order (queue.assign). An element needs to be out before
// something, or in time for an op that found nothing, only if what went in before
// it does, too; and to exchange what two of them take, such that the one that was
// there first is taken last, only leaves the queue empty for less time.
//
// If there is no order, two elements show it: Enqueue(u) returns before Enqueue(v)
// begins, and Dequeue(v) returns before Dequeue(u) begins, if ever (Henzinger,
// Sezgin & Vafeiadis, CONCUR 2013; Bouajjani, Emmi, Enea & Hamza, ICALP 2015).
func Queue(ops []Op) Answer {
	return inOrder(ops, func(ops []Op) Answer {
		e, a, done := pair(ops, Enqueue, Dequeue)
		if done {
			return a
		}
		q := queue{elements: e}
		q.assign()
		return q.solve()
	})
}

// A queue is the elements in columns. An op that found the queue empty has a row
// of its own, behind them.
type queue struct {
	elements
	unseen                           []int32 // elements of which nobody saw that they were taken
	putInv, putRet, takeInv, takeRet []int32 // Never if it stays
}

// assign lets pending Dequeue ops take what nobody else did.
func (q *queue) assign() {
	if len(q.pending) == 0 {
		return
	}
	var keys []uint64
	for k, t := range q.take {
		if t == none {
			keys = append(keys, key(q.ops[q.put[k]].Ret, int32(k)))
		}
	}
	q.unseen = ids(sorted(keys))
	for j, k := range q.unseen[:min(len(q.unseen), len(q.pending))] {
		q.take[k] = q.pending[j]
	}
}

// withUnseen adds to a conflict what shows that pending Dequeue ops do not help.
func (q *queue) withUnseen(conflict []int32) Answer {
	n := 0
	for j, k := range q.unseen {
		if slices.Contains(conflict, q.put[k]) {
			n = j + 1
		}
	}
	if n > maxConflict {
		return illegal()
	}
	for _, k := range q.unseen[:n] {
		conflict = append(conflict, q.put[k])
	}
	return illegal(append(conflict, q.pending[:min(n, len(q.pending))]...)...)
}

// fill fills the columns.
func (q *queue) fill(vacant []int32) {
	n := len(q.put) + len(vacant)
	for _, c := range []*[]int32{&q.putInv, &q.putRet, &q.takeInv, &q.takeRet} {
		*c = huge.Make[int32](n)
	}
	for k, p := range q.put {
		put, take := &q.ops[p], &Op{Inv: Never, Ret: Never}
		if t := q.take[k]; t != none {
			take = &q.ops[t]
		}
		q.add(put.Inv, put.Ret, take.Inv, take.Ret)
	}
	for _, p := range vacant {
		q.add(p, p+1, p, p+1) // the point after position p
	}
}

func (q *queue) add(putInv, putRet, takeInv, takeRet int32) {
	q.putInv = append(q.putInv, putInv)
	q.putRet = append(q.putRet, putRet)
	q.takeInv = append(q.takeInv, takeInv)
	q.takeRet = append(q.takeRet, takeRet)
}

func (q *queue) stays(k int32) bool { return q.takeInv[k] == Never }

func (q *queue) solve() Answer {
	vacant, conflict := q.vacant()
	if conflict != nil {
		return q.withUnseen(conflict)
	}
	q.fill(vacant)
	order := q.order()
	if order == nil {
		return q.withUnseen(q.swapped())
	}
	return linearizable(q.points(order))
}

// order returns the elements in the order of the queue, or nil if there is none.
//
// An element is ready when Enqueue began before all returns of Enqueue ops of
// elements that are left, and both of its ops before all returns of Dequeue ops
// of those. Elements pass the two in the order of when they began.
func (q *queue) order() []int32 {
	n := len(q.putInv)
	puts, putsDone := huge.Make[uint64](n), huge.Make[uint64](n)
	takes, takesDone := huge.Make[uint64](n), huge.Make[uint64](n)
	order := huge.Make[int32](n)
	for k := range n {
		k := int32(k)
		putsDone = append(putsDone, key(q.putRet[k], k))
		if q.stays(k) {
			continue
		}
		puts = append(puts, key(q.putInv[k], k))
		takes = append(takes, key(max(q.putInv[k], q.takeInv[k]), k))
		takesDone = append(takesDone, key(q.takeRet[k], k))
	}
	puts, putsDone, takes, takesDone = sorted(puts), sorted(putsDone), sorted(takes), sorted(takesDone)
	passed := make([]uint8, n) // of the two, and 3 if placed
	ready := make([]int32, 0, 16)
	left := len(puts)
	pass := func(began, done []uint64) ([]uint64, []uint64) {
		for len(done) > 0 && passed[id(done[0])] == 3 {
			done = done[1:]
		}
		for len(began) > 0 && (len(done) == 0 || began[0]>>32 < done[0]>>32) {
			k := id(began[0])
			began = began[1:]
			if passed[k]++; passed[k] == 2 {
				ready = append(ready, k)
			}
		}
		return began, done
	}
	for ; left > 0; left-- {
		if len(ready) == 0 {
			puts, putsDone = pass(puts, putsDone)
			takes, takesDone = pass(takes, takesDone)
		}
		if len(ready) == 0 {
			return nil
		}
		k := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		passed[k] = 3
		order = append(order, k)
	}
	for k := range n {
		if q.stays(int32(k)) {
			order = append(order, int32(k))
		}
	}
	return order
}

// points returns the linearization with the given order of elements. At equal
// points, what goes out does so before another comes in, so that the queue is
// empty where it must be.
func (q *queue) points(order []int32) []int32 {
	s := huge.Make[int32](2 * len(order))
	in, out := int32(none), int32(none) // the last points
	for i, j := 0, 0; j < len(order); {
		nextIn, nextOut := int32(Never), max(out, q.takeInv[order[j]])
		if i < len(order) {
			nextIn = max(in, q.putInv[order[i]])
		}
		if i > j && nextOut <= nextIn {
			s = emit(s, q.taker(order[j]))
			out = nextOut
			j++
		} else {
			s = emit(s, q.putter(order[i]))
			in = nextIn
			i++
		}
	}
	return s
}

// emit appends op i, if there is one.
func emit(s []int32, i int32) []int32 {
	if i == none {
		return s
	}
	return append(s, i)
}

// putter returns the op that puts in what row k stands for, or none.
func (q *queue) putter(k int32) int32 {
	if int(k) < len(q.put) {
		return q.put[k]
	}
	return none
}

// taker returns the op that takes out what row k stands for, or none.
func (q *queue) taker(k int32) int32 {
	if int(k) < len(q.put) {
		return q.take[k]
	}
	return q.empty[int(k)-len(q.put)]
}

// swapped returns the ops of two elements that went in and out of the queue in
// different orders.
func (q *queue) swapped() []int32 {
	keys := make([]uint64, 0, len(q.put))
	for k := range q.put {
		keys = append(keys, key(q.putRet[k], int32(k)))
	}
	keys = sorted(keys)
	u := int32(none) // of those that went in before v, the last to go out
	for v := range q.put {
		for ; position(keys[0]) < q.putInv[v]; keys = keys[1:] {
			if k := id(keys[0]); u == none || q.takeInv[k] > q.takeInv[u] {
				u = k
			}
		}
		if u != none && q.takeInv[u] > q.takeRet[v] {
			return []int32{q.put[u], q.take[u], q.put[v], q.take[v]}
		}
	}
	panic("monitor: a queue without an order, and no two elements that show it")
}
