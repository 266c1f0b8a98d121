package linearizable

import "context"

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
//   - if it overwrites, nothing is owed, and another that is possible in this state
//     only leads to the same and returns earlier: later this one can stand for it, in
//     whatever state.
//
// An op that overwrites may always have taken effect just before another one, so
// that nobody saw it. So once one took effect, those that were running then owe
// nothing: they still may take effect, or pass unseen when they return.
// Configurations remember since when ops are owed.

// candidate returns what could take effect next at node i, an op, n + a choice of
// pendings or unseen, and the state it leads to, which may be illegal; -1 if there is
// nothing left. First come those that let the next to return take effect: that it
// passes unseen, itself, and what makes it possible; of each, the running ones by
// return, then the pending ones.
func (s *search) candidate(i int32) (y, state int32) {
	nd := &s.nodes[i]
	s.win.seek(s, nd.level)
	if nd.cursor == 0 {
		nd.cursor++
		if s.overwritten(nd) {
			return s.unseen(), nd.state
		}
	}
	goal := s.ops[nd.level].t
	ready := s.m.step(nd.state, goal) != illegal
	open := int32(len(s.win.open))
	each := open + int32(len(s.pend.choices))
	for nd.cursor <= 2*each {
		at, first := (nd.cursor-1)%each, nd.cursor <= each
		if at >= open && s.ops[s.pend.choices[at-open].ops[0]].inv > s.ops[nd.level].ret {
			nd.cursor += each - at // the rest comes later
			continue
		}
		nd.cursor++
		y, state := s.option(i, at)
		if state == illegal {
			continue
		}
		leads := y == nd.level || !ready && s.m.step(state, goal) != illegal
		if leads == first && (s.plain || s.isUseful(i, y, state)) {
			return y, state
		}
	}
	return -1, illegal
}

// option returns what is at a place among the running ops and the choices of
// pendings, and the state it leads to, illegal if it need not be looked at.
func (s *search) option(i int32, at int32) (y, state int32) {
	nd, mask := &s.nodes[i], s.mask(i)
	if int(at) < len(s.win.open) {
		y := s.win.open[at]
		t := s.ops[y].t
		if has(mask, s.slot[y]) || s.traits[t]&isPure != 0 || !s.plain && s.hasTwin(nd, mask, y) {
			return y, illegal
		}
		return y, s.m.step(nd.state, t)
	}
	j := at - int32(len(s.win.open))
	c := &s.pend.choices[j]
	if !s.isLeft(nd.level, nd.used, j) || !s.plain && s.runs(mask, c.t) {
		return s.n + j, illegal
	}
	if state = s.m.step(nd.state, c.t); state == nd.state && !s.resets {
		state = illegal
	}
	return s.n + j, state
}

// isLeft reports whether a choice of pending ops has one more at a level, if some
// were used.
func (s *search) isLeft(level, used, choice int32) bool {
	op := s.pend.op(used, choice)
	return op >= 0 && s.ops[op].inv < s.ops[level].ret
}

// hasTwin reports whether an op with the same transition as y could take effect and
// returns earlier.
func (s *search) hasTwin(nd *node, mask []uint64, y int32) bool {
	for z := s.twin[y]; z >= nd.level; z = s.twin[z] {
		if s.ops[z].inv < s.ops[nd.level].ret && !has(mask, s.slot[z]) {
			return true
		}
	}
	return false
}

// runs reports whether an op that returns has a transition, runs, and has not taken
// effect.
func (s *search) runs(mask []uint64, t int32) bool {
	for _, z := range s.win.open {
		if s.ops[z].t == t && !has(mask, s.slot[z]) {
			return true
		}
	}
	return false
}

// isUseful reports whether y, an op or n + a choice of pendings, which leads to a
// state, has to be looked at.
func (s *search) isUseful(i int32, y, state int32) bool {
	t := int32(0)
	if y < s.n {
		t = s.ops[y].t
	} else {
		t = s.pend.choices[y-s.n].t
	}
	nd, resets := &s.nodes[i], s.traits[t]&overwrites != 0
	if !s.resets || y == nd.level || y < s.n && !resets {
		return true
	}
	mask := s.mask(i)
	wanted, owed, better := false, false, false
	for _, z := range s.win.open {
		if z == y || has(mask, s.slot[z]) {
			continue
		}
		zt := s.ops[z].t
		tr := s.traits[zt]
		if tr&overwrites != 0 {
			owed = owed || s.ops[z].inv >= nd.since
			continue
		}
		wanted = wanted || s.m.step(state, zt) != illegal
		better = better || tr&(isExact|isPure) == isExact && z < y && s.m.step(nd.state, zt) == state
	}
	if state == nd.state && y >= s.n && !(resets && owed) {
		return false
	}
	better = better && resets && !owed
	if wanted && (better || !resets || owed || y < s.n) {
		return !better
	}
	used := nd.used
	if y >= s.n {
		used = s.pend.use(used, y-s.n)
	}
	for j := range int32(len(s.pend.choices)) {
		zt := s.pend.choices[j].t
		if s.traits[zt]&overwrites != 0 || !s.isLeft(nd.level, used, j) {
			continue
		}
		wanted = wanted || s.m.step(state, zt) != illegal
		better = better || y >= s.n && resets && !owed && s.traits[zt]&isExact != 0 && s.m.step(nd.state, zt) == state
	}
	return wanted && !better
}

// overwritten reports whether the op that is the next to return may pass unseen.
func (s *search) overwritten(nd *node) bool {
	op := &s.ops[nd.level]
	return op.inv < nd.since && s.traits[op.t]&overwrites != 0
}

// owed returns the first invocation of a running op that is owed: that overwrites
// and must take effect, s.tmp being what did. If there is none, this is the level's return.
func (s *search) owed(c config) int32 {
	since := s.ops[c.level].ret
	s.win.seek(s, c.level)
	for _, y := range s.win.open {
		if op := &s.ops[y]; op.inv >= c.since && op.inv < since && s.traits[op.t]&overwrites != 0 && !has(s.tmp, s.slot[y]) {
			since = op.inv
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
			nd.cursor = 0
			s.front.push(i, nd.total)
		}
	}
	s.run(context.Background())
}
