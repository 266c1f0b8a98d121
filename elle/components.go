package elle

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/huge"
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

// components finds the strongly connected components of the graph of what was
// inferred and the order o.
//
// Both orders in time lead forward, and so do most dependencies. A cycle has to
// come back, so each cut between two nodes that it crosses is crossed by an
// edge that leads backward. Where none does, the graph falls apart into blocks,
// and only in blocks of more than one node need anything be looked for. Under a
// healthy database these are a few transactions each.
func components(ctx context.Context, x *txns, in *inferred, o *ordering) ([]component, error) {
	blocks, blockOf, err := findBlocks(ctx, in)
	if err != nil || len(blocks) == 0 {
		return nil, err
	}
	inner, off, err := sortByBlock(ctx, len(blocks), blockOf, in.edges)
	if err != nil {
		return nil, err
	}
	hubs := hubsByBlock(in.hubs, blockOf)
	const batch = 64
	found := make([][]component, (len(blocks)+batch-1)/batch)
	err = par.Workers(ctx, len(found), func(int) func(int) error {
		var buf []graph.Edge
		var w graph.Workspace
		emit := func(e graph.Edge) { buf = append(buf, e) }
		return func(i int) error {
			for b := i * batch; b < min((i+1)*batch, len(blocks)); b++ {
				bl := blocks[b]
				ops := min(bl.hi, int32(x.len())) - bl.lo
				// A transaction has at most one edge of an order in time from it, one to it and one
				// from its barrier.
				if room := int(off[b+1]-off[b]) + 3*int(ops); cap(buf) < room {
					buf = huge.Make[graph.Edge](max(room, 2*cap(buf)))
				}
				buf = buf[:0]
				for _, e := range inner[off[b]:off[b+1]] {
					emit(graph.Edge{From: e.from() - bl.lo, To: e.to() - bl.lo, Rel: e.rel()})
				}
				n := bl.hi - bl.lo
				for _, h := range hubs[int32(b)] {
					h := in.hubs[h].within(bl.lo, bl.lo+ops)
					n = h.expand(n, emit)
				}
				n = o.add(bl.lo, bl.lo+ops, n, emit)
				g := w.Build(int(ops), int(n), buf)
				for _, nodes := range w.Cyclic(graph.AllRels) {
					found[i] = append(found[i], cut(g, nodes, bl.lo))
				}
			}
			return nil
		}
	})
	return slices.Concat(found...), err
}

// hubsByBlock lists for each block the hubs that have both readers and writers
// in it.
func hubsByBlock(hubs []hub, blockOf []int32) map[int32][]int32 {
	out := map[int32][]int32{}
	for i := range hubs {
		r, w := 0, 0
		readers, writers := hubs[i].readers, hubs[i].writers
		last := int32(-1)
		for r < len(readers) && w < len(writers) {
			switch a, b := blockOf[readers[r]], blockOf[writers[w]]; {
			case a < 0 || a < b && b >= 0:
				r++
			case b < 0 || b < a:
				w++
			default:
				if a != last {
					out[a] = append(out[a], int32(i))
					last = a
				}
				r++
			}
		}
	}
	return out
}

// cut makes a component of some nodes of a block that begins at node lo.
func cut(g *graph.Graph, nodes []int32, lo int32) component {
	c := component{g: g.Induce(nodes)}
	for _, v := range nodes[:c.g.Ops()] {
		c.txns = append(c.txns, v+lo)
	}
	return c
}

// findBlocks returns the blocks of at least two nodes, and the block of each
// node, -1 if it is alone.
func findBlocks(ctx context.Context, in *inferred) (blocks []block, blockOf []int32, err error) {
	nodes := in.nodes
	crossed := huge.Make[int32](nodes)[:nodes] // differences of how many edges lead back across the cut behind a node
	leadsBack := func(to, from int32) {
		atomic.AddInt32(&crossed[to], 1)
		atomic.AddInt32(&crossed[from], -1)
	}
	err = par.Do(ctx, len(in.edges), func(i int) error {
		for _, e := range in.edges[i] {
			if from, to := e.from(), e.to(); from > to {
				leadsBack(to, from)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for i := range in.hubs {
		in.hubs[i].crossed(leadsBack)
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
	return blocks, blockOf, nil
}

// sortByBlock returns the edges within blocks: those of block b are
// inner[off[b]:off[b+1]], in the order of edges. Each worker counts and then
// places the edges of one stretch of the parts.
func sortByBlock(ctx context.Context, blocks int, blockOf []int32, edges [][]edge) (inner []edge, off []int64, err error) {
	workers := min(par.MaxWorkers(), len(edges), 8) // each has a counter for each block
	next := make([][]int32, workers)
	each := func(w int, f func(b int32, e edge)) {
		for _, part := range edges[w*len(edges)/workers : (w+1)*len(edges)/workers] {
			for _, e := range part {
				if b := blockOf[e.from()]; b >= 0 && b == blockOf[e.to()] {
					f(b, e)
				}
			}
		}
	}
	err = par.Do(ctx, workers, func(w int) error {
		count := make([]int32, blocks)
		each(w, func(b int32, _ edge) { count[b]++ })
		next[w] = count
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	off = make([]int64, blocks+1)
	for b := range blocks {
		sum := int32(0) // of the workers before: where in the block each begins
		for w := range next {
			sum, next[w][b] = sum+next[w][b], sum
		}
		off[b+1] = off[b] + int64(sum)
	}
	inner = huge.Make[edge](int(off[blocks]))[:off[blocks]]
	err = par.Do(ctx, workers, func(w int) error {
		at := next[w]
		each(w, func(b int32, e edge) {
			inner[off[b]+int64(at[b])] = e
			at[b]++
		})
		return nil
	})
	return inner, off, err
}
