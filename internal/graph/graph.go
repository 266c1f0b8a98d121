// Package graph holds dependency graphs: int32 nodes, edges with relation bits, in
// compressed sparse row form, and what checkers need from them: strongly connected
// components, and short cycles of a given kind.
//
// The first nodes of a graph are ops. The rest are barriers, which stand for
// many edges at once: an op's edge into a barrier carries a relation, edges
// out of barriers carry none and only pass it on. So n ops that all precede m
// others cost n+m edges. A barrier never counts as a step of a path.
package graph

import (
	"slices"
	"sort"
)

// A Rel is a set of relations between two ops, one bit each.
type Rel uint16

const (
	WW       Rel = 1 << iota // write dependency: the target overwrote what the source wrote
	WR                       // read dependency: the target read what the source wrote
	RW                       // anti-dependency: the target overwrote what the source read
	WWP                      // the same, through a predicate
	WRP                      //
	RWP                      //
	Process                  // the same process ran the source before the target
	Realtime                 // the source had completed before the target was invoked
	ForcedWW                 // like WW, but only since the opposite would be a cycle with at most one RW
	ForcedRW                 // like RW, for the same reason
	Forced                   // like either, since the opposite would be any cycle
	TimedWW                  // like the three above, but the cycle would also have Process or Realtime
	TimedRW                  //
	Timed                    //

	// Via is the relation of edges out of barriers: none of their own.
	Via Rel = 0
)

// AllRels is every relation.
const AllRels = ^Rel(0)

// An Edge leads from one node to another.
type Edge struct {
	From, To int32
	Rel      Rel
}

// A Graph is a directed graph. Between two nodes there is at most one edge,
// with all the relations.
type Graph struct {
	ops int
	off []int32 // the edges of node v are off[v] to off[v+1]
	dst []int32
	rel []Rel
}

// New returns the graph with ops ops, nodes nodes in all, and the given edges.
// Edges between the same nodes are merged, loops dropped. O(nodes + edges) for
// edges that are few at each node.
func New(ops, nodes int, edges []Edge) *Graph {
	g := &Graph{}
	g.build(ops, nodes, edges)
	return g
}

// build makes g the graph with the given edges, in its old memory if that is
// large enough.
func (g *Graph) build(ops, nodes int, edges []Edge) {
	g.ops = ops
	g.off, g.dst, g.rel = resize(g.off, nodes+1), resize(g.dst, len(edges)), resize(g.rel, len(edges))
	for _, e := range edges {
		if e.From != e.To {
			g.off[e.From]++
		}
	}
	sum := int32(0)
	for v, n := range g.off { // the end of each row, from which it is filled backwards
		sum += n
		g.off[v] = sum
	}
	for i := len(edges) - 1; i >= 0; i-- {
		if e := edges[i]; e.From != e.To {
			g.off[e.From]--
			at := g.off[e.From]
			g.dst[at], g.rel[at] = e.To, e.Rel
		}
	}
	g.tidy(int(sum))
}

// resize returns s with n elements, all zero.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// tidy sorts each row and merges its repetitions.
func (g *Graph) tidy(edges int) {
	out := int32(0)
	for v := range g.Len() {
		lo, hi := g.off[v], g.off[v+1]
		if v == g.Len()-1 {
			hi = int32(edges)
		}
		row := row{g.dst[lo:hi], g.rel[lo:hi]}
		if hi-lo <= 12 {
			row.insertionSort()
		} else {
			sort.Sort(row)
		}
		g.off[v] = out
		for i := lo; i < hi; i++ {
			if out > g.off[v] && g.dst[out-1] == g.dst[i] {
				g.rel[out-1] |= g.rel[i]
				continue
			}
			g.dst[out], g.rel[out] = g.dst[i], g.rel[i]
			out++
		}
	}
	g.off[g.Len()] = out
	g.dst, g.rel = g.dst[:out], g.rel[:out]
}

// row is the edges of one node, sorted by target.
type row struct {
	dst []int32
	rel []Rel
}

func (r row) Len() int           { return len(r.dst) }
func (r row) Less(i, j int) bool { return r.dst[i] < r.dst[j] }
func (r row) Swap(i, j int) {
	r.dst[i], r.dst[j] = r.dst[j], r.dst[i]
	r.rel[i], r.rel[j] = r.rel[j], r.rel[i]
}

func (r row) insertionSort() {
	for i := 1; i < len(r.dst); i++ {
		for j := i; j > 0 && r.dst[j] < r.dst[j-1]; j-- {
			r.Swap(j, j-1)
		}
	}
}

// Ops returns the number of ops, which are the nodes from 0.
func (g *Graph) Ops() int { return g.ops }

// Len returns the number of nodes, barriers included.
func (g *Graph) Len() int { return len(g.off) - 1 }

// Edges returns the number of edges.
func (g *Graph) Edges() int { return len(g.dst) }

// Out returns the successors of v and the relations to them. The slices belong
// to the graph.
func (g *Graph) Out(v int32) ([]int32, []Rel) {
	lo, hi := g.off[v], g.off[v+1]
	return g.dst[lo:hi], g.rel[lo:hi]
}

// Rel returns the relations of the edge from u to v, and whether there is one.
func (g *Graph) Rel(u, v int32) (Rel, bool) {
	dst, rel := g.Out(u)
	if i, ok := slices.BinarySearch(dst, v); ok {
		return rel[i], true
	}
	return 0, false
}

// Rels returns the union of all edges' relations.
func (g *Graph) Rels() (all Rel) {
	for _, r := range g.rel {
		all |= r
	}
	return all
}

// Induce returns the graph of some nodes and the edges between them. Node i of
// the result is nodes[i]; ops must come before barriers.
func (g *Graph) Induce(nodes []int32) *Graph {
	local := make(map[int32]int32, len(nodes))
	ops := 0
	for i, v := range nodes {
		local[v] = int32(i)
		if int(v) < g.ops {
			ops++
		}
	}
	var edges []Edge
	for i, v := range nodes {
		dst, rel := g.Out(v)
		for k, w := range dst {
			if j, ok := local[w]; ok {
				edges = append(edges, Edge{int32(i), j, rel[k]})
			}
		}
	}
	return New(ops, len(nodes), edges)
}

// FirstEdge returns the number of the first edge out of v; the i-th successor's
// edge has that number plus i.
func (g *Graph) FirstEdge(v int32) int32 { return g.off[v] }
