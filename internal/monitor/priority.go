package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// PriorityQueue decides a history of Insert and DeleteMin ops on a queue that is
// empty at first and of which the lowest value comes out first.
//
// It decides if no value that was taken was put in twice. If there are pending
// DeleteMin ops, some histories remain undecided.
//
// A value comes out at a moment when no lower one is inside. One that nobody sees
// come out earlier is inside at least from the Ret of its Insert to the Inv of its
// DeleteMin, and no longer than that but for times when a still lower one is: it
// comes out as early as can be. So the values are gone through from the lowest up,
// each taking away the moments at which it is inside (Lee & Mathur 2025).
func PriorityQueue(ops []Op) Answer {
	return inOrder(ops, func(ops []Op) Answer {
		e, a, done := pair(ops, Insert, DeleteMin)
		if done {
			return a
		}
		m := momentsOf(ops)
		if len(e.pending) > 0 {
			// What only they may have taken can be thought away.
			seen := e.withoutUnseen()
			if a := seen.lowestFirst(&m); !a.Linearizable {
				return a
			}
			if a := e.lowestFirst(&m); a.Linearizable {
				return a
			}
			return undecided()
		}
		return e.lowestFirst(&m)
	})
}

// lowestFirst decides for elements that nobody takes but who is known to.
func (e *elements) lowestFirst(m *moments) Answer {
	free := newFreeGaps(m.last + 1)
	keys := huge.Make[uint64](len(e.put)) // elements, by value
	for k, put := range e.put {
		keys = append(keys, key(e.ops[put].A, int32(k)))
	}
	keys = sorted(keys)
	const takes, finds, puts = 0, 1, 2      // what comes first at a gap
	at := huge.Make[uint64](len(e.ops) + 2) // ops, by gap
	with := column(len(e.ops), none)        // by op: the Insert just before it
	for n, ky := range keys {
		k := id(ky)
		put, take := e.put[k], e.take[k]
		from, to := m.ret[put], m.last+1
		if take != none {
			gap := free.from(max(m.inv[take], m.inv[put]))
			if gap >= m.ret[take] || gap > m.last {
				return illegal(append(e.below(keys[:n]).cover(take, max(e.ops[take].Inv, e.ops[put].Inv)), put)...)
			}
			to = m.inv[take]
			at = append(at, key(3*gap+takes, take))
			if from > gap {
				with[take] = put
			}
		}
		if take == none || with[take] == none {
			at = append(at, key(3*min(from-1, m.last)+puts, put))
		}
		free.remove(from, to)
	}
	for _, i := range e.empty {
		gap := free.from(m.inv[i])
		if gap >= m.ret[i] || gap > m.last {
			return illegal(e.cover(i, e.ops[i].Inv)...)
		}
		at = append(at, key(3*gap+finds, i))
	}
	order := huge.Make[int32](len(e.ops))
	for _, k := range sorted(at) {
		order = append(emit(order, with[id(k)]), id(k))
	}
	return linearizable(order)
}

// below returns the elements of keys.
func (e *elements) below(keys []uint64) *elements {
	w := &elements{ops: e.ops}
	for _, k := range keys {
		w.put = append(w.put, e.put[id(k)])
		w.take = append(w.take, e.take[id(k)])
	}
	return w
}

// freeGaps finds the gaps that were not removed: next[g] is g if it is free, else a
// later gap, a way to the next that is.
type freeGaps struct{ next []int32 }

func newFreeGaps(n int32) freeGaps {
	f := freeGaps{column(int(n)+1, 0)}
	for g := range f.next {
		f.next[g] = int32(g)
	}
	return f
}

// from returns the first free gap from g on.
func (f *freeGaps) from(g int32) int32 {
	for f.next[g] != g {
		f.next[g] = f.next[f.next[g]] // half the way for the next
		g = f.next[g]
	}
	return g
}

// remove takes away the gaps from, ..., to-1.
func (f *freeGaps) remove(from, to int32) {
	for from < to {
		if g := f.from(from); g < to {
			f.next[g] = g + 1
			from = g + 1
		} else {
			return
		}
	}
}
