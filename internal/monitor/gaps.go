package monitor

import "math/bits"

// moments number the gaps that matter, from 0 on. Any gap has at most as many ops
// in it as the next one, if an invocation comes next, and at least as many
// elements inside; and the other way around if a return does. So of all gaps up
// to a return that an invocation follows, the best is that before the first return.
type moments struct {
	inv, ret []int32 // by op: the first gap in it, and the first behind it
	last     int32   // the gap when all is over, in which only pending ops are
}

// momentsOf numbers the gaps of ops, which are by Inv.
func momentsOf(ops []Op) moments {
	m := moments{column(len(ops), 0), column(len(ops), 0), 1}
	closing := false // there was a return in this gap
	sweep(ops, func(i int32) {
		if closing {
			m.last++
		}
		closing = false
		m.inv[i] = m.last - 1
	}, func(i int32) bool {
		closing = true
		m.ret[i] = m.last
		return true
	})
	for i := range ops {
		if ops[i].pending() {
			m.ret[i] = m.last + 1
		}
	}
	return m
}

// treeSize returns the number of leaves of a binary tree for n: node i has the
// children 2i and 2i+1, the root is node 1, and leaf j is node treeSize + j.
func treeSize(n int) int { return 1 << bits.Len(uint(max(n, 2)-1)) }

// cover is a segment tree of how many elements are inside at each gap. A node
// has the least number of the leaves below it, minus what its ancestors have of
// that, so that the number of a leaf is the sum on the way to it.
type cover []int32

// taken is the number of gaps that do not count any more. It cannot be used up.
const taken = 1 << 30

// coverOf makes a cover from the change of the number at each gap.
func coverOf(change []int32) cover {
	size := treeSize(len(change))
	c := cover(column(2*size, taken))
	n := int32(0)
	for gap, d := range change {
		n += d
		c[size+gap] = n
	}
	c[1] = 0
	for i := size - 1; i > 0; i-- {
		c[i] = 0
		c.lift(i)
	}
	return c
}

// lift moves what both children of node i have to the node.
func (c cover) lift(i int) {
	least := min(c[2*i], c[2*i+1])
	c[2*i] -= least
	c[2*i+1] -= least
	c[i] += least
}

// remove takes one element away from the gaps from, ..., to-1.
func (c cover) remove(from, to int32) {
	size := len(c) / 2
	l, r := size+int(from), size+int(to)
	for i, j := l, r; i < j; i, j = i/2, j/2 {
		if i&1 == 1 {
			c[i]--
			i++
		}
		if j&1 == 1 {
			j--
			c[j]--
		}
	}
	for i := l / 2; i > 0; i /= 2 {
		c.lift(i)
	}
	for i := (r - 1) / 2; i > 0; i /= 2 {
		c.lift(i)
	}
}

// take calls f with each gap at which nothing is inside, once.
func (c cover) take(f func(gap int32)) {
	if c[1] == 0 {
		c.takeBelow(1, f)
	}
}

func (c cover) takeBelow(i int, f func(gap int32)) {
	if size := len(c) / 2; i >= size {
		c[i] = taken
		f(int32(i - size))
		return
	}
	for child := 2 * i; child <= 2*i+1; child++ {
		if c[child] == 0 {
			c.takeBelow(child, f)
		}
	}
	c.lift(i)
}

// spans is a segment tree of ops, by Inv. A node has the greatest ret of the ops
// below it.
type spans struct {
	inv  []int32 // by op
	tree []int32
}

// spansOf makes spans of the ops whose ret is not none.
func spansOf(inv, ret []int32) spans {
	size := treeSize(len(ret))
	s := spans{inv, column(2*size, none)}
	copy(s.tree[size:], ret)
	for i := size - 1; i > 0; i-- {
		s.tree[i] = max(s.tree[2*i], s.tree[2*i+1])
	}
	return s
}

// take calls f with each op that has a gap in it, and forgets the op.
func (s *spans) take(gap int32, f func(op int32)) {
	s.takeBelow(1, 0, len(s.tree)/2, gap, f)
}

// takeBelow is take for the ops below node i, which are n from lo on.
func (s *spans) takeBelow(i, lo, n int, gap int32, f func(op int32)) {
	if s.tree[i] <= gap || s.inv[lo] > gap {
		return
	}
	if n == 1 {
		s.tree[i] = none
		f(int32(lo))
		return
	}
	s.takeBelow(2*i, lo, n/2, gap, f)
	s.takeBelow(2*i+1, lo+n/2, n/2, gap, f)
	s.tree[i] = max(s.tree[2*i], s.tree[2*i+1])
}

// A gapSet is a set of gaps that finds its members near a given gap: level 0
// has a bit for each gap, and each further level one for each word below that is
// not zero.
type gapSet [][]uint64

func newGapSet(n int) gapSet {
	var s gapSet
	for {
		n = (n + 63) / 64
		s = append(s, make([]uint64, n))
		if n == 1 {
			return s
		}
	}
}

func (s gapSet) add(gap int32) {
	for _, level := range s {
		level[gap/64] |= 1 << (gap % 64)
		gap /= 64
	}
}

// before returns the greatest member below gap. There must be one.
func (s gapSet) before(gap int32) int32 {
	up := 0
	for ; ; up++ {
		if w := s[up][gap/64] & (1<<(gap%64) - 1); w != 0 {
			gap = gap&^63 + int32(bits.Len64(w)) - 1
			break
		}
		gap /= 64
	}
	for ; up > 0; up-- {
		gap = 64*gap + int32(bits.Len64(s[up-1][gap])) - 1
	}
	return gap
}

// from returns the least member from gap on. There must be one.
func (s gapSet) from(gap int32) int32 {
	up := 0
	for ; ; up++ {
		if int(gap/64) < len(s[up]) {
			if w := s[up][gap/64] >> (gap % 64); w != 0 {
				gap += int32(bits.TrailingZeros64(w))
				break
			}
		}
		gap = gap/64 + 1
	}
	for ; up > 0; up-- {
		gap = 64*gap + int32(bits.TrailingZeros64(s[up-1][gap]))
	}
	return gap
}
