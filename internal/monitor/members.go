package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// Members decides a history of Add, Remove and Contains ops on a set that is
// empty at first. Add means that the element was not there before, Remove that
// it was: an op that found otherwise is a Contains.
//
// It decides if no element has two Add ops, or two Remove ops.
//
// Elements have nothing to do with each other. Of each, Add should come as late as
// possible, at the first Ret of all ops that need it there or make it so, and
// Remove as early as possible, at the last Inv of those. Then no op that did not
// find the element may lie in between. A pending Remove has effect whenever the
// element is there, for it can come after all else; a pending Add if it must.
func Members(ops []Op) Answer {
	return inOrder(ops, func(ops []Op) Answer {
		m := members{ops: ops}
		if a, done := m.collect(); done {
			return a
		}
		return m.points()
	})
}

type members struct {
	ops []Op

	// By element.
	add, remove []int32 // the op, or none
	first, last []int32 // of Add, Remove and those that found it: the least Ret, the greatest Inv
}

// there reports whether op has to do with the element being there.
func (op *Op) there() bool { return op.F != Contains || op.B == 1 && !op.pending() }

func (m *members) collect() (Answer, bool) {
	top := int32(none)
	for i := range m.ops {
		switch m.ops[i].F {
		case Add, Remove, Contains:
			top = max(top, m.ops[i].A)
		default:
			return undecided(), true
		}
	}
	n := int(top) + 1
	m.add, m.remove = column(n, none), column(n, none)
	m.first, m.last = column(n, Never), column(n, none)
	for i := range m.ops {
		op := &m.ops[i]
		if op.F == Contains {
			continue
		}
		which := &m.add[op.A]
		if op.F == Remove {
			which = &m.remove[op.A]
		}
		if *which != none {
			return undecided(), true
		}
		*which = int32(i)
	}
	for i := range m.ops {
		op := &m.ops[i]
		if !op.there() {
			continue
		}
		if m.add[op.A] == none && !op.pending() {
			return illegal(int32(i)), true
		}
		m.first[op.A] = min(m.first[op.A], op.Ret)
		m.last[op.A] = max(m.last[op.A], op.Inv)
	}
	return Answer{}, false
}

// has reports whether element e has to be there at some time: some op that
// returned says so.
func (m *members) has(e int32) bool { return m.first[e] != Never }

// gone returns from when on element e need not be there.
func (m *members) gone(e int32) int32 {
	if m.remove[e] == none {
		return Never
	}
	return m.last[e]
}

// Of the ops of one element at the same point, this is the order. Those that did
// not find it are before it is added, or after it is gone.
const (
	before = iota
	adding
	found
	removing
	after
	turns
)

// place returns the first point of an op that takes effect, and its turn among
// ops of its element at the same point.
func (m *members) place(op *Op) (point, turn int32) {
	gone := m.gone(op.A)
	added := min(m.first[op.A]-1, gone) // the point of Add
	switch {
	case op.F == Add:
		return added, adding
	case op.F == Remove:
		return gone, removing
	case op.B == 1:
		return max(op.Inv, added), found
	case op.Inv <= added:
		return op.Inv, before
	}
	return max(op.Inv, gone), after
}

// points places the ops and puts them in order.
func (m *members) points() Answer {
	var keys [turns][]uint64
	for i := range m.ops {
		op := &m.ops[i]
		if op.pending() && (op.F == Contains || !m.has(op.A)) {
			continue
		}
		point, turn := m.place(op)
		if point < op.Inv || op.Ret <= point {
			return illegal(m.explain(int32(i))...)
		}
		keys[turn] = append(keys[turn], key(point, int32(i)))
	}
	all := huge.Make[uint64](len(m.ops))
	for _, k := range keys {
		all = append(all, k...)
	}
	return linearizable(ids(sorted(all)))
}

// explain returns op i, and the Add, the Remove, and the ops with the least Ret
// and the greatest Inv of its element.
func (m *members) explain(i int32) []int32 {
	e := m.ops[i].A
	s := []int32{i, m.add[e], m.remove[e]}
	for j := range m.ops {
		if op := &m.ops[j]; op.A == e && op.there() && (op.Ret == m.first[e] || op.Inv == m.last[e]) {
			s = append(s, int32(j))
		}
	}
	return s
}
