package linearizable

import (
	"math/bits"
	"slices"
	"unsafe"
)

const nodeBytes = int(unsafe.Sizeof(node{}))

// mask returns which of the running ops have taken effect at node i.
func (s *search) mask(i int32) []uint64 {
	return s.masks[int(i)*s.words : int(i+1)*s.words]
}

func has(mask []uint64, bit int32) bool { return mask[bit/64]&(1<<(bit%64)) != 0 }

func (s *search) addNode(parent int32, st step, c config) {
	s.nodes = append(s.nodes, node{config: c, parent: parent, y: st.y, then: st.then, behind: st.behind, order: s.sorting})
	s.masks = append(s.masks, s.tmp...)
}

// isNew looks for a node with the level, state and running ops of c and s.tmp that
// can do as much. If there is none it notes the node that is about to be added, and
// spends those that can do no more.
func (s *search) isNew(c config) bool {
	if 2*s.count >= len(s.table) {
		s.grow()
	}
	at := s.find(c.level, c.state, s.tmp)
	for i := s.table[at]; i >= 0; i = s.next[i] {
		if nd := &s.nodes[i]; nd.since >= c.since && s.fewer(&nd.config, &c) {
			return false
		}
	}
	if s.table[at] < 0 {
		s.count++
	}
	link := &s.table[at]
	for *link >= 0 {
		i := *link
		if nd := &s.nodes[i]; c.since >= nd.since && s.fewer(&c, &nd.config) {
			nd.cursor = beaten
			*link = s.next[i]
		} else {
			link = &s.next[i]
		}
	}
	id := int32(len(s.nodes))
	for len(s.next) < int(id) { // of nodes that complete the history
		s.next = append(s.next, -1)
	}
	s.next = append(s.next, s.table[at])
	s.table[at] = id
	return true
}

// fewer reports whether a used of each pending op as many as b at most. If they used as many
// in all, that is only so of the same.
func (s *search) fewer(a, b *config) bool {
	return a.used == b.used || a.total < b.total && s.pend.within(a.used, b.used)
}

func mix(h, w uint64) uint64 {
	h = (bits.RotateLeft64(h, 29) ^ w) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// find returns the place in the table of the nodes with that level, state and
// running ops, or the free one where they belong.
func (s *search) find(level, state int32, mask []uint64) int {
	h := mix(0, uint64(level)<<32^uint64(uint32(state)))
	for _, w := range mask {
		h = mix(h, w)
	}
	size := uint64(len(s.table) - 1)
	for at := h >> bits.LeadingZeros64(size); ; at = (at + 1) & size { // the high bits are the mixed ones
		i := s.table[at]
		if i < 0 {
			return int(at)
		}
		if nd := &s.nodes[i]; nd.level == level && nd.state == state && slices.Equal(s.mask(i), mask) {
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
			s.table[s.find(s.nodes[i].level, s.nodes[i].state, s.mask(i))] = i
		}
	}
}

// A record notes what takes effect on the way to a node.
type record struct {
	order  []int32
	last   int             // where in order the last op is that overwrites
	hidden map[int][]int32 // by place in order: what took effect behind it
}

func (r *record) add(y int32) {
	if r != nil {
		r.order = append(r.order, y)
	}
}

// reset says that the next op overwrites.
func (r *record) reset() {
	if r != nil {
		r.last = len(r.order)
	}
}

// hide notes an op that takes effect behind the scenes.
func (r *record) hide(y int32) {
	if r != nil {
		r.hidden[r.last] = append(r.hidden[r.last], y)
	}
}

// order returns the ops that took effect on the way to a node, in their order.
func (s *search) order(i int32) []int32 {
	var path []int32
	for ; i >= 0; i = s.nodes[i].parent {
		path = append(path, i)
	}
	slices.Reverse(path)
	clear(s.tmp)
	rec := &record{hidden: map[int][]int32{}}
	c := config{state: s.m.initial(), since: -1}
	for _, i := range path {
		if nd := &s.nodes[i]; nd.y >= 0 {
			s.win.seek(s, c.level)
			st := step{nd.y, nd.behind, nd.then, c.state}
			if !st.behind {
				st.state = s.m.step(c.state, s.transition(nd.y))
			}
			c = s.move(c, st, rec)
		}
		s.climb(&c, rec)
	}
	var out []int32
	for i, y := range rec.order {
		out = append(append(out, rec.hidden[i]...), y)
	}
	return out
}
