package elle

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A component is a strongly connected component of the dependency graph, with
// at least two transactions. Every cycle lies in one.
type component struct {
	g    *graph.Graph
	txns []int32 // the transactions that the graph's ops stand for, ascending
}

// A block is a stretch of nodes, in the order of completions, that no cycle
// leaves.
type block struct{ lo, hi int32 }

// components finds the strongly connected components of the graph with the
// given edges and the order o. Nodes from x.len() to nodes are barriers.
//
// Both orders in time lead forward, and so do most dependencies. A cycle has to
// come back, so each cut between two nodes that it crosses is crossed by an
// edge that leads backward. Where none does, the graph falls apart into blocks,
// and only in blocks of more than one node need anything be looked for. Under a
// healthy database these are a few transactions each.
func components(ctx context.Context, x *txns, nodes int, edges [][]edge, o *ordering) ([]component, error) {
	blocks, blockOf := findBlocks(nodes, edges)
	if len(blocks) == 0 {
		return nil, ctx.Err()
	}
	inner, off := sortByBlock(len(blocks), blockOf, edges)
	const batch = 64
	found := make([][]component, (len(blocks)+batch-1)/batch)
	err := par.Workers(ctx, len(found), func(int) func(int) error {
		var buf []graph.Edge
		return func(i int) error {
			for b := i * batch; b < min((i+1)*batch, len(blocks)); b++ {
				bl := blocks[b]
				ops := min(bl.hi, int32(x.len())) - bl.lo
				buf = buf[:0]
				for _, e := range inner[off[b]:off[b+1]] {
					buf = append(buf, graph.Edge{From: e.from() - bl.lo, To: e.to() - bl.lo, Rel: e.rel()})
				}
				n := o.add(bl.lo, bl.lo+ops, bl.hi-bl.lo, func(e graph.Edge) { buf = append(buf, e) })
				found[i] = append(found[i], split(graph.New(int(ops), int(n), buf), bl.lo)...)
			}
			return nil
		}
	})
	return slices.Concat(found...), err
}

// split returns the cyclic components of a block that begins at node lo.
func split(g *graph.Graph, lo int32) (out []component) {
	for _, nodes := range g.Cyclic(graph.AllRels) {
		c := component{g: g.Induce(nodes)}
		for _, v := range nodes[:c.g.Ops()] {
			c.txns = append(c.txns, v+lo)
		}
		out = append(out, c)
	}
	return out
}

// findBlocks returns the blocks of at least two nodes, and the block of each
// node, -1 if it is alone.
func findBlocks(nodes int, edges [][]edge) (blocks []block, blockOf []int32) {
	crossed := make([]int32, nodes) // differences of how many edges lead back across the cut behind a node
	back := false
	for _, part := range edges {
		for _, e := range part {
			if from, to := e.from(), e.to(); from > to {
				crossed[to]++
				crossed[from]--
				back = true
			}
		}
	}
	if !back {
		return nil, nil
	}
	blockOf = crossed // each number is read before it is replaced
	depth, lo := int32(0), int32(0)
	for v := range int32(nodes) {
		depth += crossed[v]
		if depth > 0 {
			blockOf[v] = int32(len(blocks))
			continue
		}
		if lo < v {
			blockOf[v] = int32(len(blocks))
			blocks = append(blocks, block{lo, v + 1})
		} else {
			blockOf[v] = -1
		}
		lo = v + 1
	}
	return blocks, blockOf
}

// sortByBlock returns the edges within blocks: those of block b are
// inner[off[b]:off[b+1]].
func sortByBlock(blocks int, blockOf []int32, edges [][]edge) (inner []edge, off []int64) {
	off = make([]int64, blocks+1)
	for _, part := range edges {
		for _, e := range part {
			if b := blockOf[e.from()]; b >= 0 && b == blockOf[e.to()] {
				off[b]++
			}
		}
	}
	sum := int64(0)
	for b, n := range off {
		sum += n
		off[b] = sum
	}
	inner = make([]edge, sum)
	for i := len(edges) - 1; i >= 0; i-- {
		for j := len(edges[i]) - 1; j >= 0; j-- {
			e := edges[i][j]
			if b := blockOf[e.from()]; b >= 0 && b == blockOf[e.to()] {
				off[b]--
				inner[off[b]] = e
			}
		}
	}
	return inner, off
}
