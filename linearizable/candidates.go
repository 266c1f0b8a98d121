package linearizable

import (
	"context"
	"sort"
)

// What may take effect next, and what need not be looked at.
//
// All ops that take effect before a return can do so just before it, and it last
// (just-in-time linearization, Horn & Kroening 2015). Of two linearizations that
// differ in which of two like operations came first, one is enough. So an op is left
// out
//
//   - if it never changes anything: it took effect as soon as it was possible;
//   - if another with the same transition could take effect and returns earlier:
//     what one does later the other can do then;
//   - if it is pending, and what it leads to is of no use to anything but an op that
//     overwrites it, of machines that know such;
//   - if it overwrites, likewise, unless it is the next to return: see below;
//   - if it overwrites, nothing is open, and another that is possible in this state
//     only leads to the same and returns earlier: later this one can stand for it, in
//     whatever state.
//
// An op that overwrites hides what was just before it. So among what ran when the
// last such op took effect, others that overwrite may have come before it, each
// followed by ops that see what it did and never change anything, and nobody saw
// more of them. Whether that was so need not be decided before one of them
// returns: then it is a candidate that they came behind the scenes. Configurations
// remember since when ops are open, which were invoked too late for that.

// A step is a candidate: what may take effect next.
type step struct {
	y      int32 // an op, or n + a choice of pendings; -1 if there is none
	behind bool  // behind the scenes, where y overwrites
	then   int32 // what comes after y behind the scenes, -1 if nothing
	state  int32 // that it leads to
}

// candidate returns what could take effect next at node i. First come those that let
// the next to return take effect: the running ones, behind the scenes or not, then
// the pending ones.
func (s *search) candidate(i int32) step {
	nd := &s.nodes[i]
	s.win.seek(s, nd.level)
	now, goal := s.ops[nd.level].ret, s.ops[nd.level].t
	ready := s.blind || s.m.step(nd.state, goal) != illegal
	for {
		why, y := s.place(nd)
		if why == done {
			return step{y: -1}
		}
		if why == behind {
			if st := s.backstage(i, y); st.y >= 0 {
				return st
			}
			nd.cursor++
			continue
		}
		nd.cursor++
		state := s.option(i, y, now)
		if state == illegal || (why == direct) != (y == nd.level || !ready && s.m.step(state, goal) != illegal) {
			continue
		}
		if s.plain || s.isUseful(i, y, state) {
			return step{y: y, then: -1, state: state}
		}
	}
}

// backstage returns the next candidate behind the scenes that begins with y: it lets
// the next op return, since it is that op, or what that op sees. That which could
// follow behind the scenes comes first, since it may get no other chance.
func (s *search) backstage(i, y int32) step {
	nd := &s.nodes[i]
	none := step{y: -1}
	if s.ops[nd.level].inv >= nd.since {
		return none // it was not there yet
	}
	state := s.option(i, y, nd.since)
	if state == illegal || s.traits[s.transition(y)]&overwrites == 0 {
		return none
	}
	goal := s.ops[nd.level].t
	sees := func(state int32) bool { return s.traits[goal]&isPure != 0 && s.m.step(state, goal) == state }
	if s.traits[goal]&overwrites != 0 && y != nd.level {
		return none
	}
	alone := y == nd.level || sees(state)
	most := int32(0)
	if s.chains {
		most = int32(len(s.win.open) + len(s.pend.offered(state)))
	}
	for nd.sub < most {
		nd.sub++
		z := s.chained(i, nd.sub-1, state)
		if z >= 0 && (alone && z < s.n || z == nd.level || sees(s.m.step(state, s.transition(z)))) {
			return step{y, true, z, nd.state}
		}
	}
	if nd.sub == most && alone {
		nd.sub++
		return step{y, true, -1, nd.state}
	}
	nd.sub = 0
	return none
}

// chained returns what is at a place if it can follow behind the scenes where
// something led to a state, else -1.
func (s *search) chained(i, at, state int32) int32 {
	nd, mask := &s.nodes[i], s.mask(i)
	if int(at) < len(s.win.open) {
		z := s.win.open[at]
		op := &s.ops[z]
		if s.traits[op.t]&(isExact|isPure) != isExact || op.inv >= nd.since || has(mask, s.slot[z]) || s.m.step(state, op.t) == illegal || s.hasTwin(nd, mask, z, nd.since) {
			return -1
		}
		return z
	}
	j := s.pend.offered(state)[at-int32(len(s.win.open))]
	t := s.pend.choices[j].t
	if s.traits[t]&isExact == 0 || s.m.step(state, t) == illegal || !s.isLeft(nd.since, nd.used, j) || s.runs(mask, t, nd.since) {
		return -1
	}
	return s.n + j
}

// A reason is why something may take effect.
type reason uint8

const (
	behind reason = iota // it lets the next op return behind the scenes
	direct               // it lets the next op return
	detour               // something else
	done                 // there is nothing left
)

// A section is a part of the candidates.
type section struct {
	why     reason
	pending bool
}

// sections are the candidates in their order: for the next op, then for something else.
// No order is best for all histories, so where the search gets no further it tries
// the next.
var sections = [...][6]section{
	{{behind, false}, {direct, false}, {behind, true}, {direct, true}, {detour, false}, {detour, true}},
	{{direct, false}, {behind, false}, {direct, true}, {behind, true}, {detour, false}, {detour, true}},
	{{behind, false}, {behind, true}, {direct, false}, {direct, true}, {detour, false}, {detour, true}},
	{{direct, false}, {direct, true}, {behind, false}, {behind, true}, {detour, false}, {detour, true}},
}

// place returns what a node's cursor is at, and moves it on to there where what
// follows was invoked later.
func (s *search) place(nd *node) (why reason, y int32) {
	cursor := int(nd.cursor)
	for _, sec := range sections[nd.order] {
		if !sec.pending {
			if cursor < len(s.win.open) {
				return sec.why, s.win.open[cursor]
			}
			cursor -= len(s.win.open)
			continue
		}
		list := s.pend.resets
		if sec.why != behind {
			list = s.pend.offered(nd.state)
		}
		if cursor < len(list) {
			if j := list[cursor]; s.ops[s.pend.choices[j].ops[0]].inv < s.ops[nd.level].ret {
				return sec.why, s.n + j
			}
			nd.cursor += int32(len(list) - cursor) // they are in order
			cursor = len(list)
		}
		cursor -= len(list)
	}
	return done, 0
}

// option returns the state that y leads to, an op or n + a choice of pendings, illegal
// if it was invoked after by or need not be looked at.
func (s *search) option(i, y, by int32) int32 {
	nd, mask := &s.nodes[i], s.mask(i)
	if y < s.n {
		op := &s.ops[y]
		if op.inv >= by || has(mask, s.slot[y]) || s.traits[op.t]&isPure != 0 || !s.plain && s.hasTwin(nd, mask, y, by) {
			return illegal
		}
		return s.m.step(nd.state, op.t)
	}
	c := &s.pend.choices[y-s.n]
	if !s.isLeft(by, nd.used, y-s.n) || !s.plain && s.runs(mask, c.t, by) {
		return illegal
	}
	state := s.m.step(nd.state, c.t)
	if state == nd.state && !s.resets {
		return illegal
	}
	return state
}

// transition returns the transition of an op or n + a choice of pendings.
func (s *search) transition(y int32) int32 {
	if y < s.n {
		return s.ops[y].t
	}
	return s.pend.choices[y-s.n].t
}

// isLeft reports whether a choice of pending ops has one more that was invoked by
// then, if some were used.
func (s *search) isLeft(by, used, choice int32) bool {
	op := s.pend.op(used, choice)
	return op >= 0 && s.ops[op].inv < by
}

// hasTwin reports whether an op with the same transition as y was invoked by then,
// could take effect and returns earlier.
func (s *search) hasTwin(nd *node, mask []uint64, y, by int32) bool {
	for z := s.twin[y]; z >= nd.level; z = s.twin[z] {
		if s.ops[z].inv < by && !has(mask, s.slot[z]) {
			return true
		}
	}
	return false
}

// runs reports whether an op that returns has a transition, runs and was invoked by
// then, and has not taken effect.
func (s *search) runs(mask []uint64, t, by int32) bool {
	for _, z := range s.win.open {
		if op := &s.ops[z]; op.t == t && op.inv < by && !has(mask, s.slot[z]) {
			return true
		}
	}
	return false
}

// isUseful reports whether y, an op or n + a choice of pendings, which leads to a
// state, has to be looked at.
func (s *search) isUseful(i int32, y, state int32) bool {
	nd, mask := &s.nodes[i], s.mask(i)
	resets := s.traits[s.transition(y)]&overwrites != 0
	if !s.resets || y == nd.level || y < s.n && !resets {
		return true
	}
	open := nd.since != s.ops[nd.level].ret
	wanted, better := false, false
	for _, z := range s.win.open {
		if z == y || has(mask, s.slot[z]) {
			continue
		}
		t := s.ops[z].t
		tr := s.traits[t]
		if tr&overwrites == 0 && (tr&isPure == 0 || z == nd.level || !resets) {
			wanted = wanted || s.m.step(state, t) != illegal
			better = better || tr&(isExact|isPure) == isExact && z < y && s.m.step(nd.state, t) == state
		}
	}
	if state == nd.state && y >= s.n && !(resets && open) {
		return false
	}
	better = better && resets && !open
	if better || wanted && (!resets || open || y < s.n) {
		return !better
	}
	used := nd.used
	if y >= s.n {
		used = s.pend.use(used, y-s.n)
	}
	for _, j := range s.pend.offered(state) {
		t := s.pend.choices[j].t
		wanted = wanted || s.traits[t]&overwrites == 0 && s.isLeft(s.ops[nd.level].ret, used, j) && s.m.step(state, t) != illegal
	}
	if resets && !open && y >= s.n {
		for _, j := range s.pend.offered(nd.state) {
			t := s.pend.choices[j].t
			better = better || s.traits[t]&isExact != 0 && s.isLeft(s.ops[nd.level].ret, used, j) && s.m.step(nd.state, t) == state
		}
	}
	return wanted && !better
}

// openSince returns the first invocation of an op that is left at c and cannot come
// behind the scenes, s.tmp being what took effect. If there is none, this is the
// level's return.
func (s *search) openSince(c config) int32 {
	since := s.ops[c.level].ret
	s.win.seek(s, c.level)
	for _, y := range s.win.open {
		if inv := s.ops[y].inv; inv >= c.since && inv < since && !has(s.tmp, s.slot[y]) {
			since = inv
		}
	}
	pending := s.ops[s.n:]
	j := sort.Search(len(pending), func(j int) bool { return pending[j].inv >= c.since })
	for ; j < len(pending) && pending[j].inv < since; j++ {
		if s.traits[pending[j].t]&isPure == 0 { // used or not, lest to use one looked like a gain
			return pending[j].inv
		}
	}
	return since
}

// widenSteps bounds how many more configurations before a failure are looked for.
const widenSteps = 1 << 12

// widen looks for configurations before the failure that the search had no need to
// look at, for people to see.
func (s *search) widen() {
	if s.plain || s.done >= 0 {
		return
	}
	s.plain, s.front = true, frontier{}
	s.budget.Steps = s.steps + widenSteps
	for i := range int32(len(s.nodes)) {
		if nd := &s.nodes[i]; nd.level == s.deep && nd.cursor == spent {
			nd.cursor, nd.sub = 0, 0
			s.front.push(s, i)
		}
	}
	s.run(context.Background())
}
