package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// List decides a history of Append ops, and ReadList ops that return all that was
// appended, in order, on a list that is empty at first.
//
// It decides if no element is appended twice.
//
// The longest list that was read shows the order of its elements, and all others must
// be its beginnings. So it is known which ops take effect before and after each read.
// What nobody read comes last, in any order. A pending Append takes effect only if it
// was read.
func List(ops []Op, lists Sets) Answer {
	return inOrder(ops, func(ops []Op) Answer {
		l := list{ops: ops, lists: lists, longest: none}
		if a, done := l.appends(); done {
			return a
		}
		if a, done := l.beginnings(); done {
			return a
		}
		return l.inOrder()
	})
}

type list struct {
	ops     []Op
	lists   Sets
	append  []int32 // by element: the op
	longest int32   // the read of the longest list, or none
}

// read returns the list that an op read.
func (l *list) read(i int32) []int32 { return l.lists.at(l.ops[i].A) }

// appends finds the op that appends each element, and the longest list.
func (l *list) appends() (Answer, bool) {
	top := int32(none)
	for _, e := range l.lists.Elements {
		top = max(top, e)
	}
	for i := range l.ops {
		switch op := &l.ops[i]; {
		case op.F == Append:
			top = max(top, op.A)
		case op.F != ReadList:
			return undecided(), true
		case !op.pending() && (l.longest == none || len(l.lists.at(op.A)) > len(l.read(l.longest))):
			l.longest = int32(i)
		}
	}
	l.append = column(int(top)+1, none)
	for i := range l.ops {
		if op := &l.ops[i]; op.F == Append {
			if l.append[op.A] != none {
				return undecided(), true
			}
			l.append[op.A] = int32(i)
		}
	}
	return Answer{}, false
}

// beginnings sees to it that what was read was appended, that the longest list has
// no element twice, and that all others are its beginnings.
func (l *list) beginnings() (Answer, bool) {
	if l.longest == none {
		return Answer{}, false
	}
	whole := l.read(l.longest)
	seen := make([]bool, len(l.append))
	for _, e := range whole {
		switch {
		case l.append[e] == none:
			return illegal(l.longest), true
		case seen[e]:
			return illegal(l.longest, l.append[e]), true
		}
		seen[e] = true
	}
	for i := range l.ops {
		if l.ops[i].F != ReadList || l.ops[i].pending() {
			continue
		}
		for k, e := range l.read(int32(i)) {
			switch {
			case e == whole[k]:
			case l.append[e] == none:
				return illegal(int32(i)), true
			default:
				return illegal(int32(i), l.longest, l.append[e], l.append[whole[k]]), true
			}
		}
	}
	return Answer{}, false
}

// inOrder sees whether the ops can take effect in the order that is known.
func (l *list) inOrder() Answer {
	keys := huge.Make[uint64](len(l.ops))
	place := column(len(l.append), Never-1) // by element: that of its Append
	if l.longest != none {
		for k, e := range l.read(l.longest) {
			place[e] = int32(2*k + 1)
		}
	}
	for i := range l.ops {
		switch op := &l.ops[i]; {
		case op.F == Append && (!op.pending() || place[op.A] < Never-1):
			keys = append(keys, key(place[op.A], int32(i)))
		case op.F == ReadList && !op.pending():
			keys = append(keys, key(int32(2*len(l.read(int32(i)))), int32(i)))
		}
	}
	order := ids(sorted(keys)) // stable, so what is not ordered is by Inv
	i, earlier := outOfOrder(l.ops, order)
	if i == none {
		return linearizable(order)
	}
	conflict := []int32{i, earlier}
	switch a, b := &l.ops[i], &l.ops[earlier]; {
	case a.F == Append && b.F == Append: // the list that was read has them in this order, or only b
		conflict = append(conflict, l.longest)
	case a.F == ReadList && b.F == ReadList: // a has an element that b has not
		conflict = append(conflict, l.append[l.read(i)[len(l.read(earlier))]])
	}
	return illegal(conflict...)
}
