package linearizable

import (
	"cmp"
	"context"
	"math"
	"math/bits"
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

// A pruner knows more of a machine's states: which can still lead to what is seen
// later. It may say yes to one that cannot.
type pruner interface {
	// prepare is told the operations: n completed ones, by return, then the pending.
	// It looks at the first watched of the completed.
	prepare(ops []searchOp, n, watched int32)
	// viable reports whether a state before the return of op level, when the ops for
	// which done says so have taken effect, may go on to what is invoked later.
	viable(state, level int32, done func(op int32) bool) bool
	// awaits reports the same of an op that runs and has not taken effect.
	awaits(state, op int32, done func(op int32) bool) bool
}

// search looks for a linearization (Wing & Gong 1993, with Lowe's memo 2017).
//
// Completed operations are numbered by their returns. A configuration is a point
// just before the return of one of them, its level: all below have taken effect,
// and of those that are running then, a mask says which have; of the pending
// ones, another mask. So a configuration is as large as there are operations at a
// time, not as the history is long. Of configurations with the same level, state
// and mask, one that used fewer pending operations can do all that one with more
// can, so only the least are kept. An operation that is possible and never changes
// anything takes effect at once, since that spoils nothing.
type search struct {
	m       machine
	ops     []searchOp // the completed ones, by return, then the pending ones, by invocation
	n       int32      // completed
	slot    []int32    // per completed op: its bit in masks
	open    []int32    // the ops that run at level k are open[off[k]:off[k+1]], by return
	off     []int64
	pending []int32   // per level: how many pending ones were invoked by then
	before  []int32   // per pending op: the one before it with the same transition, or -1
	rivals  [][]int32 // per pending op: those with the same id, of which one takes effect at most; nil if there are none
	words   int       // of a mask of running ops
	used    int       // of a mask of pending ops
	budget  Budget
	prune   pruner // nil if the machine is none

	nodes []node
	masks []uint64 // per node: words + used
	table []int32  // open addressing: the first node of each level, state and mask
	next  []int32  // per node: the next with the same
	count int
	steps int64
	// Nodes with candidates left. At first they are one stack, for a history that is
	// linearizable is often found to be so by going straight on. Then those that used
	// fewer pending operations come first, so that nothing is looked at that turns out
	// to be no use: todo[u] used u of them, and what is below low is done.
	stack []int32
	todo  [][]int32
	low   int
	deep  int32 // the highest level reached
	done  int32 // the node that completed the history, -1 if none
	tmp   []uint64
}

// node is a configuration that was reached.
type node struct {
	parent int32
	choice int32 // the op that led here, before those that took effect at once
	level  int32
	state  int32
	cursor int32 // the candidate to try next
}

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
	s.layOut()
	if p, ok := m.(pruner); ok {
		s.prune = p
		p.prepare(s.ops, s.n, min(watched, s.n))
	}
	return s
}

// layOut finds what runs at each level, and gives what runs together different
// bits.
func (s *search) layOut() {
	byInv := make([]int32, s.n)
	for i := range byInv {
		byInv[i] = int32(i)
	}
	slices.SortFunc(byInv, func(a, b int32) int { return cmp.Compare(s.ops[a].inv, s.ops[b].inv) })
	s.slot = make([]int32, s.n)
	s.off = make([]int64, s.n+1)
	s.pending = make([]int32, s.n)
	var free, running []int32
	slots, at, p := int32(0), 0, s.n
	for k := range s.n {
		ret := s.ops[k].ret
		for ; at < len(byInv) && s.ops[byInv[at]].inv < ret; at++ {
			i := byInv[at]
			if len(free) > 0 {
				s.slot[i] = free[len(free)-1]
				free = free[:len(free)-1]
			} else {
				s.slot[i] = slots
				slots++
			}
			j, _ := slices.BinarySearch(running, i)
			running = slices.Insert(running, j, i)
		}
		for int(p) < len(s.ops) && s.ops[p].inv < ret {
			p++
		}
		s.pending[k] = p - s.n
		s.open = append(s.open, running...)
		s.off[k+1] = int64(len(s.open))
		free = append(free, s.slot[k])
		running = running[1:] // k itself, the first to return
	}
	s.words = int(slots+63) / 64
	s.used = (len(s.ops) - int(s.n) + 63) / 64
	last := map[int32]int32{}
	s.before = make([]int32, len(s.ops)-int(s.n))
	for j := range s.before {
		t := s.ops[int(s.n)+j].t
		s.before[j] = -1
		if b, ok := last[t]; ok {
			s.before[j] = b
		}
		last[t] = int32(j)
	}
	s.tmp = make([]uint64, s.words+s.used)
	s.findRivals()
}

func (s *search) findRivals() {
	pending := s.ops[s.n:]
	byID := map[int32][]int32{}
	for j, op := range pending {
		byID[op.id] = append(byID[op.id], int32(j))
	}
	if len(byID) == len(pending) {
		return
	}
	s.rivals = make([][]int32, len(pending))
	for j, op := range pending {
		s.rivals[j] = byID[op.id]
	}
}

// taken reports whether a rival of pending op j took effect.
func (s *search) taken(used []uint64, j int32) bool {
	return s.rivals != nil && slices.ContainsFunc(s.rivals[j], func(r int32) bool { return has(used, r) })
}

// mask returns node i's masks: of running ops, and of pending ones.
func (s *search) mask(i int32) []uint64 {
	w := s.words + s.used
	return s.masks[int(i)*w : int(i+1)*w]
}

// run searches. It may be called again with a larger budget, and goes on.
func (s *search) run(ctx context.Context) outcome {
	if len(s.nodes) == 0 {
		clear(s.tmp)
		if s.settle(-1, -1, 0, s.m.initial()) {
			return found
		}
		if len(s.nodes) == 0 {
			return exhausted
		}
		s.push(0)
	}
	for {
		switch {
		case s.steps&0xfff == 0 && ctx.Err() != nil:
			return cancelled
		case s.budget.Steps > 0 && s.steps >= s.budget.Steps:
			return outOfSteps
		case s.budget.Memory > 0 && s.bytes() > s.budget.Memory:
			return outOfMemory
		}
		stack := s.top()
		if stack == nil {
			return exhausted
		}
		top := (*stack)[len(*stack)-1]
		y := s.candidate(top)
		if y < 0 {
			*stack = (*stack)[:len(*stack)-1]
			continue
		}
		s.steps++
		state := s.m.step(s.nodes[top].state, s.ops[y].t)
		if state == illegal || y >= s.n && state == s.nodes[top].state {
			continue
		}
		copy(s.tmp, s.mask(top))
		s.take(y)
		before := len(s.nodes)
		if s.settle(top, y, s.nodes[top].level, state) {
			return found
		}
		if len(s.nodes) > before {
			s.push(int32(before))
		}
	}
}

// straightOn is how many steps the search goes straight on. Tests change it.
var straightOn = int64(1 << 13)

// top returns the stack whose last node is to be looked at next, nil if all are
// done.
func (s *search) top() *[]int32 {
	if s.todo == nil {
		if s.steps < straightOn || s.used == 0 {
			if len(s.stack) == 0 {
				return nil
			}
			return &s.stack
		}
		stack := s.stack
		s.todo, s.stack = [][]int32{}, nil
		for _, i := range stack {
			s.push(i)
		}
	}
	for s.low < len(s.todo) && len(s.todo[s.low]) == 0 {
		s.low++
	}
	if s.low == len(s.todo) {
		return nil
	}
	return &s.todo[s.low]
}

// push notes a node to look at.
func (s *search) push(i int32) {
	if s.todo == nil {
		s.stack = append(s.stack, i)
		return
	}
	u := 0
	for _, w := range s.mask(i)[s.words:] {
		u += bits.OnesCount64(w)
	}
	for u >= len(s.todo) {
		s.todo = append(s.todo, nil)
	}
	s.todo[u] = append(s.todo[u], i)
}

// bytes is about how much memory the search takes: what it holds, and as much
// again for when a column is moved to grow, and for what is not collected yet.
func (s *search) bytes() int64 {
	held := 20*cap(s.nodes) + 8*cap(s.masks) + 4*(cap(s.table)+cap(s.next)+cap(s.open))
	return 2 * (int64(held) + s.m.bytes())
}

// take marks op y in s.tmp.
func (s *search) take(y int32) {
	if y < s.n {
		s.tmp[s.slot[y]/64] |= 1 << (s.slot[y] % 64)
	} else {
		j := y - s.n
		s.tmp[s.words+int(j/64)] |= 1 << (j % 64)
	}
}

// candidate returns the next op that could take effect at node i, -1 if there is
// none left: first the running ones by return, then the pending ones.
func (s *search) candidate(i int32) int32 {
	nd := &s.nodes[i]
	m := s.mask(i)
	open := s.open[s.off[nd.level]:s.off[nd.level+1]]
	for int(nd.cursor) < len(open) {
		y := open[nd.cursor]
		nd.cursor++
		if !has(m, s.slot[y]) {
			return y
		}
	}
	used := m[s.words:]
	for j := nd.cursor - int32(len(open)); j < s.pending[nd.level]; j++ {
		nd.cursor++
		if !has(used, j) && !s.taken(used, j) && (s.before[j] < 0 || has(used, s.before[j]) || s.taken(used, s.before[j])) { // of equal ones, the earliest first
			return s.n + j
		}
	}
	return -1
}

// settle lets everything take effect that never changes anything, goes up the levels as
// far as that leads, and adds the node, whose mask is s.tmp, unless a node that
// can do as much is there. It reports whether the history is complete.
func (s *search) settle(parent, choice, level, state int32) bool {
	for again := true; again; {
		again = false
		if level == s.n {
			break
		}
		for _, y := range s.open[s.off[level]:s.off[level+1]] {
			w, bit := s.slot[y]/64, uint64(1)<<(s.slot[y]%64)
			if s.tmp[w]&bit == 0 && s.m.pure(s.ops[y].t) && s.m.step(state, s.ops[y].t) == state {
				s.tmp[w] |= bit
			}
		}
		for level < s.n && s.tmp[s.slot[level]/64]&(1<<(s.slot[level]%64)) != 0 {
			s.tmp[s.slot[level]/64] &^= 1 << (s.slot[level] % 64)
			level++
			again = true
		}
	}
	s.deep = max(s.deep, level)
	if level < s.n && s.prune != nil && !s.viable(state, level) {
		return false
	}
	if level == s.n {
		s.addNode(parent, choice, level, state)
		s.done = int32(len(s.nodes) - 1)
		return true
	}
	if !s.isNew(level, state) {
		return false
	}
	s.addNode(parent, choice, level, state)
	return false
}

// viable asks the machine whether anything that is not done yet stays possible
// before the return of op level, when s.tmp has taken effect.
func (s *search) viable(state, level int32) bool {
	done := func(op int32) bool {
		if op >= s.n {
			return has(s.tmp[s.words:], op-s.n)
		}
		return op < level || s.ops[op].inv < s.ops[level].ret && has(s.tmp, s.slot[op])
	}
	if !s.prune.viable(state, level, done) {
		return false
	}
	for _, y := range s.open[s.off[level]:s.off[level+1]] {
		if !has(s.tmp, s.slot[y]) && !s.prune.awaits(state, y, done) {
			return false
		}
	}
	return true
}

func (s *search) addNode(parent, choice, level, state int32) {
	s.nodes = append(s.nodes, node{parent, choice, level, state, 0})
	s.masks = append(s.masks, s.tmp...)
}

// isNew looks for a node with the same level, state and running ops that used at
// most the pending ops of s.tmp; if there is none it notes the node that is about
// to be added.
func (s *search) isNew(level, state int32) bool {
	if 2*s.count >= len(s.table) {
		s.grow()
	}
	at := s.find(level, state, s.tmp[:s.words])
	for i := s.table[at]; i >= 0; i = s.next[i] {
		if subset(s.mask(i)[s.words:], s.tmp[s.words:]) {
			return false
		}
	}
	id := int32(len(s.nodes))
	for len(s.next) <= int(id) {
		s.next = append(s.next, -1)
	}
	if s.table[at] < 0 {
		s.count++
	}
	s.next[id] = s.table[at]
	s.table[at] = id
	return true
}

func subset(a, b []uint64) bool {
	for i := range a {
		if a[i]&^b[i] != 0 {
			return false
		}
	}
	return true
}

// find returns the place in the table of the nodes with that level, state and
// running ops, or the free one where they belong.
func (s *search) find(level, state int32, mask []uint64) int {
	h := uint64(level)<<32 ^ uint64(uint32(state))
	h *= 0x9e3779b97f4a7c15
	for _, w := range mask {
		h = (bits.RotateLeft64(h, 29) ^ w) * 0x9e3779b97f4a7c15
	}
	size := uint64(len(s.table) - 1)
	for at := h >> bits.LeadingZeros64(size); ; at = (at + 1) & size { // the high bits are the mixed ones
		i := s.table[at]
		if i < 0 {
			return int(at)
		}
		if nd := &s.nodes[i]; nd.level == level && nd.state == state && slices.Equal(s.mask(i)[:s.words], mask) {
			return int(at)
		}
	}
}

func (s *search) grow() {
	old := s.table
	s.table = make([]int32, max(64, 2*len(old)))
	for i := range s.table {
		s.table[i] = -1
	}
	for _, i := range old {
		if i >= 0 {
			s.table[s.find(s.nodes[i].level, s.nodes[i].state, s.mask(i)[:s.words])] = i
		}
	}
}

// order returns the ops that took effect on the way to a node, in their order.
func (s *search) order(i int32) (out []int32) {
	var path []int32
	for ; i >= 0; i = s.nodes[i].parent {
		path = append(path, i)
	}
	slices.Reverse(path)
	clear(s.tmp)
	level, state := int32(0), s.m.initial()
	for _, i := range path {
		nd := &s.nodes[i]
		if nd.choice >= 0 {
			out = append(out, nd.choice)
			state = s.m.step(state, s.ops[nd.choice].t)
			s.take(nd.choice)
		}
		for again := true; again && level < s.n; {
			again = false
			for _, y := range s.open[s.off[level]:s.off[level+1]] {
				w, bit := s.slot[y]/64, uint64(1)<<(s.slot[y]%64)
				if s.tmp[w]&bit == 0 && s.m.pure(s.ops[y].t) && s.m.step(state, s.ops[y].t) == state {
					s.tmp[w] |= bit
					out = append(out, y)
				}
			}
			for level < s.n && s.tmp[s.slot[level]/64]&(1<<(s.slot[level]%64)) != 0 {
				s.tmp[s.slot[level]/64] &^= 1 << (s.slot[level] % 64)
				level++
				again = true
			}
		}
	}
	return out
}

// free lets go of what only a further search would need.
func (s *search) free() {
	s.nodes, s.masks, s.table, s.next, s.stack, s.todo = nil, nil, nil, nil, nil, nil
}
