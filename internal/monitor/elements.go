package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// elements are what passes through a queue or stack, in the order of the Inv of
// the ops that put it in.
type elements struct {
	ops     []Op
	put     []int32 // op
	take    []int32 // op, or none if it stays
	empty   []int32 // the ops that found nothing
	pending []int32 // the ops that may have taken something, unseen
}

// pair finds the elements that ops of kinds put and take move. The answer counts
// if done.
//
// The precondition of queues and stacks is that no value that is taken is put in
// twice. Where a value is not taken, nothing is seen of it, so each put is an
// element of its own; and if it is pending, it can be thought away.
func pair(ops []Op, put, take F) (e elements, a Answer, done bool) {
	e.ops = ops
	top := int32(none)
	for i := range ops {
		op := &ops[i]
		switch {
		case op.F == take && op.pending():
			e.pending = append(e.pending, int32(i))
		case op.F == take && op.A == None:
			e.empty = append(e.empty, int32(i))
		case op.F == take || op.F == put:
			top = max(top, op.A)
		default:
			return e, undecided(), true
		}
	}
	taker := column(int(top)+1, none) // by value
	puts := column(int(top)+1, 0)
	for i := range ops {
		switch op := &ops[i]; {
		case op.F == put:
			puts[op.A]++
		case !op.pending() && op.A != None && taker[op.A] == none:
			taker[op.A] = int32(i)
		}
	}
	for i := range ops {
		op := &ops[i]
		if op.F != take || op.pending() || op.A == None {
			continue
		}
		switch first := taker[op.A]; {
		case puts[op.A] > 1:
			return e, undecided(), true
		case puts[op.A] == 0:
			return e, illegal(int32(i)), true
		case first != int32(i):
			return e, illegal(first, int32(i), e.enters(put, op.A)), true
		}
	}
	return e.match(put, taker)
}

// enters returns the op that puts value v in.
func (e *elements) enters(put F, v int32) int32 {
	for i, op := range e.ops {
		if op.F == put && op.A == v {
			return int32(i)
		}
	}
	return none
}

// match fills in put and take, when it is known which op takes each value.
func (e elements) match(put F, taker []int32) (elements, Answer, bool) {
	e.put = huge.Make[int32](len(e.ops))
	e.take = huge.Make[int32](len(e.ops))
	for i := range e.ops {
		op := &e.ops[i]
		if op.F != put || op.pending() && taker[op.A] == none {
			continue
		}
		if t := taker[op.A]; t != none && e.ops[t].Ret < op.Inv {
			return e, illegal(int32(i), t), true
		}
		e.put = append(e.put, int32(i))
		e.take = append(e.take, taker[op.A])
	}
	return e, Answer{}, false
}

// withoutUnseen returns the elements that somebody saw that were taken. To think
// away the others, and what pending ops took of them, leaves a linearizable
// history linearizable.
func (e elements) withoutUnseen() elements {
	w := elements{ops: e.ops, empty: e.empty, put: huge.Make[int32](len(e.put)), take: huge.Make[int32](len(e.put))}
	for k, t := range e.take {
		if t != none && !e.ops[t].pending() {
			w.put = append(w.put, e.put[k])
			w.take = append(w.take, t)
		}
	}
	return w
}

// inside returns when element k is in the queue or stack in any linearization:
// after position from and before position to, if from < to.
func (e *elements) inside(k int32) (from, to int32) {
	from, to = e.ops[e.put[k]].Ret, Never
	if t := e.take[k]; t != none {
		to = e.ops[t].Inv
	}
	return from, to
}

// vacant finds, for each op that found nothing, a position after which no element
// need be inside, the first such from its Inv on. If one has none before its Ret,
// it returns a conflict.
func (e *elements) vacant() (at, conflict []int32) {
	if len(e.empty) == 0 {
		return nil, nil
	}
	keys := huge.Make[uint64](len(e.put))
	for k := range e.put {
		if from, to := e.inside(int32(k)); from < to {
			keys = append(keys, key(from, int32(k)))
		}
	}
	keys = sorted(keys)
	p := int32(none) // up to here there is always something inside
	for _, i := range e.empty {
		p = max(p, e.ops[i].Inv)
		for ; len(keys) > 0 && position(keys[0]) <= p; keys = keys[1:] {
			_, to := e.inside(id(keys[0]))
			p = max(p, to)
		}
		if p >= e.ops[i].Ret {
			return nil, e.cover(i, e.ops[i].Inv)
		}
		at = append(at, p)
	}
	return at, nil
}

// cover returns op i and elements one of which is inside at any time from position
// p to its Ret, as few as can be.
func (e *elements) cover(i, p int32) []int32 {
	s := []int32{i}
	for p < e.ops[i].Ret && len(s) <= 2*maxConflict {
		best, until := int32(none), p
		for k := range e.put {
			if from, to := e.inside(int32(k)); from <= p && to > until {
				best, until = int32(k), to
			}
		}
		s = append(s, e.put[best], e.take[best])
		p = until
	}
	return s
}
