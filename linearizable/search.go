package linearizable

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// never is the return of an operation that is pending: it may take effect at any
// time after its invocation, or not at all.
const never = math.MaxInt32

// A searchOp is an operation as the search sees it: when it ran, which transition
// of the machine it is, and what its caller calls it.
type searchOp struct {
	inv, ret int32
	t        int32
	id       int32
}

// A machine steps interned states by interned transitions.
type machine interface {
	initial() int32
	// step returns the state after a transition, or illegal.
	step(state, t int32) int32
	// pure reports whether a transition never changes a state.
	pure(t int32) bool
	// bytes is about how much memory the states take.
	bytes() int64
}

const illegal = -1

// An overwriter knows which transitions do not depend on what was before.
type overwriter interface {
	// overwrites reports whether a transition is possible in every state, and leads
	// from each to the same.
	overwrites(t int32) bool
	// exact reports whether a transition is possible in one state only.
	exact(t int32) bool
}

// A pruner knows more of a machine's states: which can still lead to what is seen
// later. It may say yes to one that cannot.
type pruner interface {
	// prepare gets the operations: n completed ones, by return, then the pending. It
	// looks at the first watched of the completed.
	prepare(ops []searchOp, n, watched int32)
	// viable reports whether a state before the return of op level, when the ops for
	// which done says so have taken effect, may go on to what is invoked later.
	viable(state, level int32, done func(op int32) bool) bool
	// awaits reports the same of an op that runs and has not taken effect.
	awaits(state, op int32, done func(op int32) bool) bool
}

// search looks for a linearization (Wing & Gong 1993, with Lowe's memo 2017).
//
// Completed operations are numbered by their returns. A configuration is a point just
// before the return of one of them, its level: all below have taken effect, and of
// those that are running then, a mask says which have; of the pending ones, it counts
// how many of each transition have. So a configuration is as large as there are
// operations at a time, not as the history is long. Of configurations with the same
// level, state and mask, one that used fewer pending operations can do all that one
// with more can, so only the least are kept. What else need not be examined is in
// candidates.go.
type search struct {
	m      machine
	ops    []searchOp // the completed ones, by return, then the pending ones, by invocation
	n      int32      // completed
	traits []trait    // per transition
	resets bool       // some operation overwrites
	chains bool       // some operation is possible in one state only, and changes it
	slot   []int32    // per completed op: its bit in masks
	twin   []int32    // per completed op: the one with its transition that returns before it, or -1
	words  int        // of a mask
	win    window
	pend   pendings
	budget Budget
	prune  pruner // nil if the machine is none
	from   sources
	blind  bool // steps are not cheap enough to look ahead
	plain  bool // look at what need not be looked at, too

	nodes   []node
	masks   []uint64 // per node: words
	table   []int32  // open addressing: the first node of each level, state and mask
	next    []int32  // per node: the next with the same
	count   int
	front   frontier
	sorting uint8 // that new nodes have
	steps   int64 // possible transitions that were tried
	deep    int32 // the highest level reached
	done    int32 // the node that completed the history, -1 if none
	tmp     []uint64
}

// A trait is what the search has to know of a transition.
type trait uint8

const (
	isPure trait = 1 << iota
	overwrites
	isExact
)

// A config is a configuration, but for its mask.
type config struct {
	level int32
	state int32
	used  int32 // the pending ops that took effect, as a multiset of pendings
	total int32 // how many these are
	// since says which of the running ops cannot come behind the scenes: those that
	// were invoked there or later. See candidates.go.
	since int32
}

// node is a configuration that was reached.
type node struct {
	config
	parent int32
	y      int32 // the step that led here, before what took effect at once: see step
	then   int32
	behind bool
	order  uint8 // of its candidates: see sections
	cursor int32 // the candidate to try next
	sub    int32 // and of those that begin with the same op
}

// Cursors of nodes that need no further look: there is no candidate left, or another
// node can do as much.
const (
	spent  = math.MaxInt32
	beaten = spent - 1
)

// Budget bounds a search.
type Budget struct {
	Steps  int64 // transitions tried; 0 for no bound
	Memory int64 // bytes
}

type outcome uint8

const (
	found outcome = iota
	exhausted
	outOfSteps
	outOfMemory
	cancelled
)

func newSearch(m machine, ops []searchOp, budget Budget) *search {
	return newSearchTo(m, ops, budget, math.MaxInt32)
}

// newSearchTo makes a search that foresees only the first watched completions, so
// that it comes to the moment before a later one.
func newSearchTo(m machine, ops []searchOp, budget Budget, watched int32) *search {
	s := &search{m: m, budget: budget, done: -1}
	s.ops = slices.Clone(ops)
	slices.SortFunc(s.ops, func(a, b searchOp) int {
		return cmp.Or(cmp.Compare(a.ret, b.ret), cmp.Compare(a.inv, b.inv))
	})
	for int(s.n) < len(s.ops) && s.ops[s.n].ret != never {
		s.n++
	}
	_, s.blind = m.(*memo)
	s.findTraits()
	s.layOut()
	s.pend.layOut(s.ops[s.n:], s.n, s.traits)
	if p, ok := m.(pruner); ok {
		s.prune = p
		p.prepare(s.ops, s.n, min(watched, s.n))
	}
	if m, ok := m.(sourcer); ok {
		s.findSources(m, min(watched, s.n))
	}
	return s
}

func (s *search) findTraits() {
	most := int32(-1)
	for _, op := range s.ops {
		most = max(most, op.t)
	}
	s.traits = make([]trait, most+1)
	o, _ := s.m.(overwriter)
	for _, op := range s.ops {
		var tr trait
		if s.m.pure(op.t) {
			tr |= isPure
		}
		if o != nil && o.overwrites(op.t) {
			tr |= overwrites
			s.resets = true
		}
		if o != nil && o.exact(op.t) {
			tr |= isExact
			s.chains = s.chains || tr&isPure == 0
		}
		s.traits[op.t] = tr
	}
}

// run searches. It may be called again with a larger budget, and goes on.
func (s *search) run(ctx context.Context) outcome {
	if len(s.nodes) == 0 {
		clear(s.tmp)
		if s.settle(-1, step{y: -1}, config{state: s.m.initial(), since: -1}) {
			return found
		}
		if len(s.nodes) == 0 {
			return exhausted
		}
		s.front.push(s, 0)
	}
	for {
		switch {
		case s.steps&0xfff == 0 && ctx.Err() != nil:
			return cancelled
		case s.budget.Steps > 0 && s.steps >= s.budget.Steps:
			return outOfSteps
		case s.steps&0xff == 0 && s.budget.Memory > 0 && s.bytes() > s.budget.Memory:
			return outOfMemory
		}
		top := s.front.top(s)
		if top < 0 {
			return exhausted
		}
		st := s.candidate(top)
		if st.y < 0 {
			s.nodes[top].cursor = spent
			continue
		}
		s.steps++
		copy(s.tmp, s.mask(top))
		before := len(s.nodes)
		if s.settle(top, st, s.move(s.nodes[top].config, st, nil)) {
			return found
		}
		if len(s.nodes) > before {
			s.front.push(s, int32(before))
		}
	}
}

// move returns the configuration after a step, and marks in s.tmp what took effect.
// A record, if not nil, notes it.
func (s *search) move(c config, st step, rec *record) config {
	if st.behind {
		state := s.m.step(c.state, s.transition(st.y))
		rec.hide(s.take(&c, st.y))
		s.reveal(c, state, rec)
		if st.then >= 0 {
			state = s.m.step(state, s.transition(st.then))
			rec.hide(s.take(&c, st.then))
			s.reveal(c, state, rec)
		}
		return c
	}
	c.state = st.state
	if s.traits[s.transition(st.y)]&overwrites != 0 {
		c.since = s.ops[c.level].ret
		rec.reset()
	}
	rec.add(s.take(&c, st.y))
	return c
}

// take notes that y took effect, an op or n + a choice of pendings, and returns the
// op.
func (s *search) take(c *config, y int32) int32 {
	if y < s.n {
		s.tmp[s.slot[y]/64] |= 1 << (s.slot[y] % 64)
		return y
	}
	op := s.pend.op(c.used, y-s.n)
	c.used = s.pend.use(c.used, y-s.n)
	c.total++
	return op
}

// reveal lets those take effect behind the scenes that see a state there.
func (s *search) reveal(c config, state int32, rec *record) {
	s.win.seek(s, c.level)
	for _, z := range s.win.open {
		op := &s.ops[z]
		if op.inv < c.since && s.traits[op.t]&isPure != 0 && !has(s.tmp, s.slot[z]) && s.m.step(state, op.t) == state {
			s.tmp[s.slot[z]/64] |= 1 << (s.slot[z] % 64)
			rec.hide(z)
		}
	}
}

// settle lets everything take effect that never changes anything, goes up the
// levels as far as that leads, and adds the node, whose mask is s.tmp, unless a
// node that can do as much is there. It reports whether the history is complete.
func (s *search) settle(parent int32, st step, c config) bool {
	s.climb(&c, nil)
	s.deep = max(s.deep, c.level)
	if c.level == s.n {
		s.addNode(parent, st, c)
		s.done = int32(len(s.nodes) - 1)
		return true
	}
	if s.prune != nil && !s.viable(c) || s.from.on && s.doomed(c) {
		return false
	}
	if s.resets {
		c.since = s.openSince(c)
	}
	if s.isNew(c) {
		s.addNode(parent, st, c)
	}
	return false
}

// climb is the part of settle that changes a configuration. A record, if not nil,
// notes what takes effect.
func (s *search) climb(c *config, rec *record) {
	if c.level == s.n {
		return
	}
	s.win.seek(s, c.level)
	s.observe(c, s.win.open, rec)
	for {
		k := c.level
		w, bit := s.slot[k]/64, uint64(1)<<(s.slot[k]%64)
		if s.tmp[w]&bit == 0 {
			return
		}
		s.tmp[w] &^= bit
		if c.level++; c.level == s.n {
			return
		}
		s.observe(c, s.win.forward(s), rec)
	}
}

// observe lets those of some running ops take effect that never change anything
// and are possible.
func (s *search) observe(c *config, ops []int32, rec *record) {
	for _, y := range ops {
		t := s.ops[y].t
		if s.traits[t]&isPure == 0 {
			continue
		}
		w, bit := s.slot[y]/64, uint64(1)<<(s.slot[y]%64)
		if s.tmp[w]&bit == 0 && s.m.step(c.state, t) == c.state {
			s.tmp[w] |= bit
			rec.add(y)
		}
	}
}

// foresees reports whether the search gives up where it sees a later failure, so that
// it does not get as far as that.
func (s *search) foresees() bool { return s.prune != nil || s.from.on }

// viable asks the machine whether anything that is not done yet stays possible
// before the return of op c.level, when s.tmp has taken effect.
func (s *search) viable(c config) bool {
	done := func(op int32) bool {
		if op >= s.n {
			return s.pend.isUsed(c.used, op-s.n)
		}
		return op < c.level || s.ops[op].inv < s.ops[c.level].ret && has(s.tmp, s.slot[op])
	}
	if !s.prune.viable(c.state, c.level, done) {
		return false
	}
	s.win.seek(s, c.level)
	for _, y := range s.win.open {
		if !has(s.tmp, s.slot[y]) && !s.prune.awaits(c.state, y, done) {
			return false
		}
	}
	return true
}

// bytes is about how much memory the search takes: what it holds, and as much
// again for when a column is moved to grow, and for what is not collected yet.
func (s *search) bytes() int64 {
	held := nodeBytes*cap(s.nodes) + 8*cap(s.masks) + 4*(cap(s.table)+cap(s.next))
	return s.fixed() + 2*(int64(held)+s.front.bytes()+s.pend.bytes()+s.m.bytes())
}

// fixed is what the search took before its first step, about.
func (s *search) fixed() int64 {
	return int64(16*len(s.ops)) + 12*int64(s.n) + s.win.bytes() + 8*int64(len(s.ops)-int(s.n))
}

// free lets go of what only a further search would need.
func (s *search) free() {
	s.nodes, s.masks, s.table, s.next, s.front, s.pend.bags = nil, nil, nil, nil, frontier{}, bags{}
}
