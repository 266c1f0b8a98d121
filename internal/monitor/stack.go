package monitor

import (
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// Stack decides a history of Push and Pop ops on a stack that is empty at first.
//
// It decides if no value that is popped is pushed twice, except that some
// histories with pending Pop ops remain undecided: not all ways are tried in which
// these may have taken what would otherwise stay (stack.assign). To leave out all
// of them is to say that they have no effect.
//
// # Peeling
//
// An element is inside from the Ret of its Push to the Inv of its Pop, if the
// former comes first, in any linearization. Time is cut into gaps, between
// invocations and returns. The element at the bottom of the stack, of all those
// that are to be placed, needs two gaps, for its Push and its Pop, in which no
// other has to be inside. If an element has such gaps, there is no harm in making
// it the bottom, as the others can be placed before, between and behind. So the
// history is linearizable if elements can be taken away like that, one after the
// other, until none is left (Abdulla et al., PLDI 2025; Lee & Mathur, OOPSLA 2025).
//
// A gap becomes clear when nothing is inside any more, and remains so. One segment
// tree, of how many elements are inside at each gap, finds gaps that become clear
// (cover), another, of when ops return, the ops that can use them (spans). Each gap
// and each op is found once, so all takes O(n log n).
//
// # The order
//
// An element that is taken away is pushed in the latest clear gap and popped in
// the earliest. So one that is taken away after it, and could go on either side
// of these gaps, is on the side where it has to be inside. If both use the same
// gap, it is on that side, too: a gap has Pop ops in the reverse of the order in
// which elements were taken away, and after them Push ops in that order. In between
// is room for what does no harm anywhere: elements that need not be inside at any
// time, both of whose ops fit into one gap, and ops that found the stack empty,
// which need a gap that is clear from the beginning.
func Stack(ops []Op) Answer {
	return inOrder(ops, func(ops []Op) Answer {
		e, a, done := pair(ops, Push, Pop)
		if done {
			return a
		}
		s := newStack(e)
		if len(e.pending) == 0 {
			return s.solve()
		}
		if conflict := s.assign(); conflict != nil {
			return illegal(conflict...)
		}
		if a = s.solve(); a.Linearizable {
			return a
		}
		if a = newStack(e.withoutUnseen()).solve(); !a.Linearizable {
			return a
		}
		return undecided()
	})
}

type stack struct {
	elements
	moments
	push, pop []int32 // by element: the gap of each op
	peeled    []int32 // elements, in the order in which they are taken away
	inside    cover
	spans     spans
	clear     gapSet
}

func newStack(e elements) *stack {
	return &stack{elements: e, moments: momentsOf(e.ops), push: column(len(e.put), none), pop: column(len(e.put), none)}
}

func (s *stack) solve() Answer {
	at, conflict := s.vacant()
	if conflict != nil {
		return illegal(conflict...)
	}
	if blocked := s.peel(); blocked != nil {
		return illegal(blocked...)
	}
	return linearizable(s.order(at))
}

// gapsInside returns from which gap on and before which one element k is inside,
// or false if it need not be at any time. There may be no gap in that time.
func (s *stack) gapsInside(k int32) (from, to int32, ok bool) {
	from, to = s.ret[s.put[k]], s.last
	if t := s.take[k]; t != none {
		to = s.inv[t]
	}
	return from, to, from <= to
}

// peel takes elements away. If not all can be, it returns the ops of those that
// are left.
func (s *stack) peel() []int32 {
	missing := make([]uint8, len(s.put)) // by element: how many of its ops have no gap yet
	element := column(len(s.ops), none)  // by op
	ret := column(len(s.ops), none)      // by op, of these
	change := column(int(s.last)+1, 0)   // of how many are inside
	left := 0
	for k := range s.put {
		from, to, ok := s.gapsInside(int32(k))
		if !ok {
			continue
		}
		left++
		change[from]++
		change[to]--
		// What stays is popped in the last gap, which is always clear.
		for _, i := range []int32{s.put[k], s.take[k]} {
			if i != none {
				missing[k]++
				element[i] = int32(k)
				ret[i] = s.ret[i]
			}
		}
	}
	s.inside = coverOf(change)
	s.spans = spansOf(s.inv, ret)
	s.clear = newGapSet(int(s.last) + 1)

	var ready []int32
	found := func(i int32) {
		k := element[i]
		if missing[k]--; missing[k] == 0 {
			ready = append(ready, k)
		}
	}
	for left > 0 {
		s.inside.take(func(gap int32) {
			s.clear.add(gap)
			s.spans.take(gap, found)
		})
		if len(ready) == 0 {
			return s.blocked(missing)
		}
		for _, k := range ready {
			from, to, _ := s.gapsInside(k)
			s.push[k], s.pop[k] = s.clear.before(from), s.clear.from(to)
			s.inside.remove(from, to)
		}
		s.peeled = append(s.peeled, ready...)
		left -= len(ready)
		ready = ready[:0]
	}
	return nil
}

// blocked returns the ops of the elements with missing gaps.
func (s *stack) blocked(missing []uint8) []int32 {
	var ops []int32
	for k, n := range missing {
		if n > 0 && len(ops) <= 2*maxConflict {
			ops = append(ops, s.put[k], s.take[k])
		}
	}
	return ops
}

// order returns the linearization. Ops that found the stack empty are to be where
// vacant found that it can be.
func (s *stack) order(vacant []int32) []int32 {
	keys := huge.Make[uint64](len(s.ops))
	add := func(gap, i int32) {
		if i != none {
			keys = append(keys, key(gap, i))
		}
	}
	for _, k := range slices.Backward(s.peeled) {
		add(s.pop[k], s.take[k])
	}
	for j, p := range vacant {
		i := sort.Search(len(s.ops), func(i int) bool { return s.ops[i].Inv >= p })
		add(s.inv[i], s.empty[j])
	}
	for k := range s.put {
		if _, _, ok := s.gapsInside(int32(k)); !ok {
			p, t := s.put[k], s.take[k]
			gap := max(s.inv[p], s.inv[t])
			add(gap, p)
			add(gap, t)
		}
	}
	for _, k := range s.peeled {
		add(s.push[k], s.put[k])
	}
	return ids(radixSorted(keys))
}
