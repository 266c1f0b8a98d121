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

// candidate returns what could take effect next at node i: an op, n + a choice of
// pendings, or backstage + one of these that overwrites; and the state it leads to.
// It returns -1 if there is nothing left. First come those that let the next to
// return take effect: behind the scenes, itself, and what makes it possible; of each,
// the running ones by return, then the pending ones.
func (s *search) candidate(i int32) (y, state int32) {
	nd := &s.nodes[i]
	s.win.seek(s, nd.level)
	open := int32(len(s.win.open))
	each := open + int32(len(s.pend.choices))
	if nd.cursor < each && s.ops[nd.level].inv >= nd.since {
		nd.cursor = each // it was not there yet
	}
	goal := s.ops[nd.level].t
	ready := s.m.step(nd.state, goal) != illegal
	for nd.cursor < 3*each {
		at, section := nd.cursor%each, nd.cursor/each
		if at >= open && s.ops[s.pend.choices[at-open].ops[0]].inv > s.ops[nd.level].ret {
			nd.cursor += each - at // the rest comes later
			continue
		}
		nd.cursor++
		by := s.ops[nd.level].ret
		if section == 0 {
			by = nd.since
		}
		y, state := s.option(i, at, by)
		switch {
		case state == illegal:
		case section == 0:
			if s.isHidden(nd, y, state) {
				return s.backstage() + y, nd.state
			}
		case section == 1 == (y == nd.level || !ready && s.m.step(state, goal) != illegal):
			if s.plain || s.isUseful(i, y, state) {
				return y, state
			}
		}
	}
	return -1, illegal
}

// option returns what is at a place among the running ops and the choices of
// pendings, and the state it leads to, illegal if it was invoked after by or need not
// be looked at.
func (s *search) option(i, at, by int32) (y, state int32) {
	nd, mask := &s.nodes[i], s.mask(i)
	if int(at) < len(s.win.open) {
		y := s.win.open[at]
		op := &s.ops[y]
		if op.inv >= by || has(mask, s.slot[y]) || s.traits[op.t]&isPure != 0 || !s.plain && s.hasTwin(nd, mask, y, by) {
			return y, illegal
		}
		return y, s.m.step(nd.state, op.t)
	}
	j := at - int32(len(s.win.open))
	c := &s.pend.choices[j]
	if !s.isLeft(by, nd.used, j) || !s.plain && s.runs(mask, c.t, by) {
		return s.n + j, illegal
	}
	if state = s.m.step(nd.state, c.t); state == nd.state && !s.resets {
		state = illegal
	}
	return s.n + j, state
}

// isHidden reports whether y, which leads to a state, lets the next op return if
// both come behind the scenes: it is that op itself, or what that op sees.
func (s *search) isHidden(nd *node, y, state int32) bool {
	goal := s.ops[nd.level].t
	if s.traits[goal]&overwrites != 0 {
		return y == nd.level
	}
	return s.traits[goal]&isPure != 0 && s.traits[s.transition(y)]&overwrites != 0 && s.m.step(state, goal) == state
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
	wanted, open, better := false, false, false
	for _, z := range s.win.open {
		if z == y || has(mask, s.slot[z]) {
			continue
		}
		t := s.ops[z].t
		tr := s.traits[t]
		open = open || s.ops[z].inv >= nd.since && tr&(overwrites|isPure) != 0
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
	for j, c := range s.pend.choices {
		if s.traits[c.t]&overwrites != 0 || !s.isLeft(s.ops[nd.level].ret, used, int32(j)) {
			continue
		}
		wanted = wanted || s.m.step(state, c.t) != illegal
		better = better || y >= s.n && resets && !open && s.traits[c.t]&isExact != 0 && s.m.step(nd.state, c.t) == state
	}
	return wanted && !better
}

// openSince returns the first invocation of an op that is left at c and cannot come
// behind the scenes, though it overwrites or never changes anything, s.tmp being what
// took effect. If there is none, this is the level's return.
func (s *search) openSince(c config) int32 {
	since := s.ops[c.level].ret
	s.win.seek(s, c.level)
	for _, y := range s.win.open {
		if op := &s.ops[y]; op.inv >= c.since && op.inv < since && s.traits[op.t]&(overwrites|isPure) != 0 && !has(s.tmp, s.slot[y]) {
			since = op.inv
		}
	}
	for j := range s.pend.choices {
		if s.traits[s.pend.choices[j].t]&overwrites != 0 {
			since = min(since, s.pend.nextSince(s.ops, c.used, int32(j), c.since))
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
