package linearizable

import (
	"maps"
	"slices"
	"sort"
)

// spendWork bounds how many operations spend checks in all, so that a long history with many
// pending operations does not take for ever.
const spendWork = 1 << 24

// spend leaves out of calls the pending operations that must have taken effect before a
// moment, because what had completed by then is not linearizable without them. It returns
// what is left, and the invocations of what went.
//
// Pending operations of one transition can stand for each other, so of each transition the
// least number is counted that the history up to the moment needs, with all others at hand.
// Whatever order that history took, it used at least so many. Those that began first are
// kept, since they can stand for those that began later.
func (s *shrinker) spend(calls []call, at int32) (left []call, spent []int32) {
	var before []call
	pending := map[int32][]int32{} // invocations by transition
	for _, c := range s.o.calls {
		switch {
		case c.inv >= at || c.ret >= at && observes(s.o.ts[c.t].f):
			continue
		case c.ret == never:
			pending[c.t] = append(pending[c.t], c.inv)
		case c.ret >= at:
			c.op, c.ret = c.inv, never
		}
		before = append(before, c)
	}
	for _, t := range slices.Sorted(maps.Keys(pending)) {
		invs := pending[t]
		slices.Sort(invs)
		needed := sort.Search(len(invs), func(n int) bool {
			if s.work += len(before); s.work > spendWork {
				return true
			}
			return !s.fails(s.o, slices.DeleteFunc(slices.Clone(before), func(c call) bool { return slices.Contains(invs[n:], c.inv) }))
		})
		if s.work > spendWork {
			return calls, nil
		}
		spent = append(spent, invs[:needed]...)
	}
	slices.Sort(spent)
	return slices.DeleteFunc(slices.Clone(calls), func(c call) bool { return slices.Contains(spent, c.inv) }), spent
}

// sourced reports whether all that calls found is written by one of them, or was by one that
// had completed before a moment, which recall puts back. Else it would look as if nobody had
// written it.
func (s *shrinker) sourced(calls []call, before int32) bool {
	written := map[int32]bool{s.o.init: true}
	for _, c := range calls {
		if v, ok := s.brings(c); ok {
			written[v] = true
		}
	}
	for _, c := range s.all {
		if v, ok := s.brings(c); ok && determines(s.o.ts[c.t].f) && c.ret < before {
			written[v] = true
		}
	}
	return !slices.ContainsFunc(calls, func(c call) bool {
		t := s.o.ts[c.t]
		return (t.f == opRead || t.f == opCAS) && !written[t.a]
	})
}
