package graph

import (
	"slices"
	"sync"

	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/iterator"
)

// Directed offers a graph to package gonum: its nodes are the ops, and an edge
// stands for an edge between ops or for a way through barriers alone. It is for
// small graphs, for pictures and for tests: gonum's algorithms take some fifty
// times as long as ours. It is safe for concurrent use.
type Directed struct {
	g    *Graph
	once sync.Once
	from [][]int32 // the predecessors of each op, made when someone asks
}

var _ gonum.Directed = (*Directed)(nil)

// Gonum returns g as a graph of package gonum.
func (g *Graph) Gonum() *Directed { return &Directed{g: g} }

// An Op is a node of Directed.
type Op int32

// ID returns the number of the op.
func (o Op) ID() int64 { return int64(o) }

// A Relation is an edge of Directed.
type Relation struct {
	F, T Op
	Rel  Rel // all the relations, also of the ways through barriers
}

// From returns the op that the edge leads from.
func (r Relation) From() gonum.Node { return r.F }

// To returns the op that the edge leads to.
func (r Relation) To() gonum.Node { return r.T }

// ReversedEdge returns the edge in the other direction.
func (r Relation) ReversedEdge() gonum.Edge { return Relation{r.T, r.F, r.Rel} }

// Relations returns the edges out of op u, barriers passed through, in the order
// of their targets. Edges that lead back to u are left out.
func (d *Directed) Relations(u int64) []Relation {
	if !d.has(u) {
		return nil
	}
	var out []Relation
	via := map[int32]Rel{} // the relations that each barrier was reached with
	var visit func(v int32, rel Rel)
	queue := []int32(nil)
	visit = func(v int32, rel Rel) {
		if int(v) < d.g.ops {
			if int64(v) != u {
				out = append(out, Relation{Op(u), Op(v), rel})
			}
			return
		}
		if via[v]|rel != via[v] {
			via[v] |= rel
			queue = append(queue, v)
		}
	}
	dst, rel := d.g.Out(int32(u))
	for i, v := range dst {
		visit(v, rel[i])
	}
	for len(queue) > 0 {
		b := queue[0]
		queue = queue[1:]
		next, _ := d.g.Out(b)
		for _, v := range next {
			visit(v, via[b])
		}
	}
	slices.SortStableFunc(out, func(a, b Relation) int { return int(a.T) - int(b.T) })
	merged := out[:0]
	for _, r := range out {
		if n := len(merged); n > 0 && merged[n-1].T == r.T {
			merged[n-1].Rel |= r.Rel
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

func (d *Directed) has(id int64) bool { return id >= 0 && id < int64(d.g.ops) }

// Node returns the op with the given number, nil if there is none.
func (d *Directed) Node(id int64) gonum.Node {
	if !d.has(id) {
		return nil
	}
	return Op(id)
}

// Nodes returns all ops, in order.
func (d *Directed) Nodes() gonum.Nodes {
	nodes := make([]gonum.Node, d.g.ops)
	for i := range nodes {
		nodes[i] = Op(i)
	}
	return ordered(nodes)
}

// From returns the ops that edges lead to from op id, in order.
func (d *Directed) From(id int64) gonum.Nodes {
	var nodes []gonum.Node
	for _, r := range d.Relations(id) {
		nodes = append(nodes, r.T)
	}
	return ordered(nodes)
}

// To returns the ops that edges lead from to op id, in order. The first call
// looks at all edges.
func (d *Directed) To(id int64) gonum.Nodes {
	if !d.has(id) {
		return gonum.Empty
	}
	d.once.Do(func() {
		d.from = make([][]int32, d.g.ops)
		for u := range int64(d.g.ops) {
			for _, r := range d.Relations(u) {
				d.from[r.T] = append(d.from[r.T], int32(u))
			}
		}
	})
	var nodes []gonum.Node
	for _, u := range d.from[id] {
		nodes = append(nodes, Op(u))
	}
	return ordered(nodes)
}

func ordered(nodes []gonum.Node) gonum.Nodes {
	if len(nodes) == 0 {
		return gonum.Empty
	}
	return iterator.NewOrderedNodes(nodes)
}

// HasEdgeFromTo reports whether there is an edge from op u to op v.
func (d *Directed) HasEdgeFromTo(u, v int64) bool { return d.Edge(u, v) != nil }

// HasEdgeBetween reports whether there is an edge between two ops, in either
// direction.
func (d *Directed) HasEdgeBetween(u, v int64) bool {
	return d.HasEdgeFromTo(u, v) || d.HasEdgeFromTo(v, u)
}

// Edge returns the Relation from op u to op v, nil if there is none.
func (d *Directed) Edge(u, v int64) gonum.Edge {
	out := d.Relations(u)
	i, ok := slices.BinarySearchFunc(out, v, func(r Relation, v int64) int { return int(int64(r.T) - v) })
	if !ok {
		return nil
	}
	return out[i]
}
