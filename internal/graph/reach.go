package graph

// A Pair asks whether From reaches To.
type Pair struct{ From, To int32 }

// reachWords is how many words of pairs are propagated at a time: 512 pairs,
// one cache line a component.
const reachWords = 8

// FirstReach returns the index of the first pair whose From reaches To by edges
// that have a relation in mask, or -1. It is exact: the pairs are propagated,
// 512 at a time as bits, through the components in topological order, only
// between the sources and the targets of the batch. O((nodes + edges) *
// pairs/64) at the worst; much less if the pairs are local.
func (g *Graph) FirstReach(pairs []Pair, mask Rel) int {
	comp, size := g.Components(mask)
	// Nodes by component; an edge leads to a component of a smaller number, so
	// going down the numbers is going down the edges.
	off := make([]int32, len(size)+1)
	for c, n := range size {
		off[c+1] = off[c] + n
	}
	nodes := make([]int32, len(comp))
	fill := append([]int32(nil), off...)
	for v, c := range comp {
		nodes[fill[c]] = int32(v)
		fill[c]++
	}
	bits := make([][reachWords]uint64, len(size))
	for lo := 0; lo < len(pairs); lo += 64 * reachWords {
		batch := pairs[lo:min(lo+64*reachWords, len(pairs))]
		if i := g.reachBatch(batch, mask, comp, off, nodes, bits); i >= 0 {
			return lo + i
		}
	}
	return -1
}

func (g *Graph) reachBatch(batch []Pair, mask Rel, comp, off, nodes []int32, bits [][reachWords]uint64) int {
	top, bottom := comp[batch[0].From], comp[batch[0].To]
	for _, p := range batch {
		top, bottom = max(top, comp[p.From]), min(bottom, comp[p.To])
	}
	if top < bottom {
		return -1
	}
	clear(bits[bottom : top+1])
	for i, p := range batch {
		if c := comp[p.From]; c >= bottom {
			bits[c][i/64] |= 1 << (i % 64)
		}
	}
	for c := top; c > bottom; c-- {
		if bits[c] == ([reachWords]uint64{}) {
			continue
		}
		for _, u := range nodes[off[c]:off[c+1]] {
			g.spread(u, mask, &bits[c], comp, bottom, bits)
		}
	}
	for i, p := range batch {
		if c := comp[p.To]; c <= top && bits[c][i/64]>>(i%64)&1 != 0 {
			return i
		}
	}
	return -1
}

func (g *Graph) spread(u int32, mask Rel, from *[reachWords]uint64, comp []int32, bottom int32, bits [][reachWords]uint64) {
	for e := g.off[u]; e < g.off[u+1]; e++ {
		c := comp[g.dst[e]]
		if (g.rel[e]&mask == 0 && g.rel[e] != Via) || c < bottom || c == comp[u] {
			continue
		}
		to := &bits[c]
		for w := range to {
			to[w] |= from[w]
		}
	}
}

// SpacedComponents numbers the components of the product of the graph with
// "the step before was a jump": comp[v<<1|j]. A jump from u to v lies on a
// closed walk without two adjacent jumps exactly if u<<1 and v<<1|1 are in the
// same component. O(nodes + edges), where composing the relations would cost
// the square of a busy node's degree.
func (g *Graph) SpacedComponents(rules Rules) (comp []int32) {
	edges := make([]Edge, 0, 2*len(g.dst))
	for u := range int32(g.Len()) {
		for e := g.off[u]; e < g.off[u+1]; e++ {
			v, rel := g.dst[e], g.rel[e]
			switch {
			case rel == Via:
				edges = append(edges, Edge{u << 1, v << 1, 1}, Edge{u<<1 | 1, v<<1 | 1, 1})
				continue
			case rel&rules.Ride != 0:
				edges = append(edges, Edge{u << 1, v << 1, 1}, Edge{u<<1 | 1, v << 1, 1})
			}
			if rules.IsJump(rel) {
				edges = append(edges, Edge{u << 1, v<<1 | 1, 1})
			}
		}
	}
	comp, _ = New(2*g.Len(), 2*g.Len(), edges).Components(1)
	return comp
}
