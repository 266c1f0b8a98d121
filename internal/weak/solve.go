package weak

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// The relations between writers as bits of edges.
const (
	relSession = graph.Process
	relWR      = graph.WR
	relOrder   = graph.WW
	relForced  = graph.WWP
)

// unread is the Reader of an edge that stands for a known order.
const unread int32 = -1

// baseCycle returns a cycle of session order and reads.
func (c *checker) baseCycle(ctx context.Context) (*Witness, error) {
	x := c.index
	blocks, blockAt := findBlocks(x.n, func(yield func(a, b int32)) {
		for t := range int32(x.n) {
			for _, f := range x.from[x.h.Off[t]:x.h.Off[t+1]] {
				yield(f, t)
			}
		}
	})
	c.setBlocks(blocks, blockAt)
	return c.solveOrder(ctx, nil)
}

// checkOrder looks for a cycle in all that precedes something at a level with
// one order of all transactions.
func (c *checker) checkOrder(ctx context.Context, back []Forced) (*Witness, error) {
	blocks, blockAt := findBlocks(c.n, func(yield func(a, b int32)) {
		for _, e := range back {
			yield(c.at(e.From), c.at(e.To))
		}
		for _, e := range c.h.Order {
			yield(c.at(e.A), c.at(e.B))
		}
	})
	if len(blocks) == 0 {
		return nil, ctx.Err()
	}
	if ok, err := c.settle(ctx, blocks, c.n, back); ok || err != nil {
		return nil, err
	}
	c.setBlocks(blocks, blockAt)
	edges, err := c.edges(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range c.h.Order {
		if e.A != e.B && c.wants(e.A, e.B) {
			edges = append(edges, Forced{e.Key, e.A, e.B, unread})
		}
	}
	return c.solveOrder(ctx, edges)
}

// solveOrder returns a shortest cycle of the edges, session order and reads in
// the blocks.
func (c *checker) solveOrder(ctx context.Context, edges []Forced) (*Witness, error) {
	x, blocks := c.index, c.scope.blocks
	edges, off := sortByBlock(edges, len(blocks), func(e Forced) int32 { return c.scope.blockOf[e.To] })
	found, err := components(ctx, len(blocks), func(i int) (int, []graph.Edge) {
		b := blocks[i]
		var list []graph.Edge
		add := func(from, to int32, rel graph.Rel) {
			if a := x.at(from); from >= 0 && a >= b.lo && a < b.hi {
				list = append(list, graph.Edge{From: a - b.lo, To: x.at(to) - b.lo, Rel: rel})
			}
		}
		for p := b.lo; p < b.hi; p++ {
			t := x.txnAt(p)
			add(x.prev[t], t, relSession)
			for _, f := range x.from[x.h.Off[t]:x.h.Off[t+1]] {
				add(f, t, relWR)
			}
		}
		for _, e := range edges[off[i]:off[i+1]] {
			add(e.From, e.To, e.rel())
		}
		return int(b.hi - b.lo), list
	})
	for i := range found {
		m := &found[i]
		m.key = -1
		for j, v := range m.txns {
			m.txns[j] = x.txnAt(blocks[m.block].lo + v)
		}
	}
	return c.shortest(ctx, found, edges, err)
}

// checkKeys looks for a cycle in all that precedes something on the same key.
func (c *checker) checkKeys(ctx context.Context, back []Forced) (*Witness, error) {
	if len(back) == 0 && len(c.h.Order) == 0 {
		return nil, ctx.Err()
	}
	x := c.index
	if c.w == nil {
		var err error
		if c.w, err = newWriters(ctx, x); err != nil {
			return nil, err
		}
	}
	w := c.w
	keys := make([]bool, c.h.Keys)
	blocks, slotBlock := findBlocks(len(w.txn), func(yield func(a, b int32)) {
		mark := func(key, from, to int32) {
			if a, b := w.slot(x, key, from), w.slot(x, key, to); a > b {
				keys[key] = true
				yield(a, b)
			}
		}
		for _, e := range back {
			mark(e.Key, e.From, e.To)
		}
		for _, e := range c.h.Order {
			mark(e.Key, e.A, e.B)
		}
	})
	if len(blocks) == 0 {
		return nil, ctx.Err()
	}
	if ok, err := c.settle(ctx, blocks, len(w.txn), back); ok || err != nil {
		return nil, err
	}
	c.scope = scope{want: wantBlock, slotBlock: slotBlock, slotBlocks: blocks, keys: keys}
	edges, err := c.edges(ctx)
	if err != nil {
		return nil, err
	}
	edges = c.addOrder(edges)
	edges, off := sortByBlock(edges, len(blocks), func(e Forced) int32 { return slotBlock[w.slot(x, e.Key, e.To)] })
	found, err := components(ctx, len(blocks), func(i int) (int, []graph.Edge) {
		b := blocks[i]
		var list []graph.Edge
		for _, e := range edges[off[i]:off[i+1]] {
			list = append(list, graph.Edge{From: w.slot(x, e.Key, e.From) - b.lo, To: w.slot(x, e.Key, e.To) - b.lo, Rel: e.rel()})
		}
		return int(b.hi - b.lo), list
	})
	for i := range found {
		m := &found[i]
		lo := blocks[m.block].lo
		m.key = edges[off[m.block]].Key
		for j, v := range m.txns {
			m.txns[j] = w.txn[lo+v]
		}
	}
	return c.shortest(ctx, found, edges, err)
}

// addOrder adds the known order of the writes of the keys in the scope, as far as it
// stays in a block.
func (c *checker) addOrder(edges []Forced) []Forced {
	x, w := c.index, c.w
	for _, e := range c.h.Order {
		if !c.scope.keys[e.Key] {
			continue
		}
		if b := c.scope.slotBlock[w.slot(x, e.Key, e.A)]; b >= 0 && b == c.scope.slotBlock[w.slot(x, e.Key, e.B)] && e.A != e.B {
			edges = append(edges, Forced{e.Key, e.A, e.B, unread})
		}
	}
	return edges
}

func (e Forced) rel() graph.Rel {
	if e.Reader == unread {
		return relOrder
	}
	return relForced
}

// sortByBlock groups edges by block: those of block b are the ones from off[b]
// to off[b+1] of the result.
func sortByBlock(edges []Forced, blocks int, blockOf func(Forced) int32) (sorted []Forced, off []int32) {
	off = make([]int32, blocks+1)
	of := make([]int32, len(edges))
	for i, e := range edges {
		of[i] = blockOf(e)
		off[of[i]+1]++
	}
	for b := range blocks {
		off[b+1] += off[b]
	}
	next := slices.Clone(off)
	sorted = make([]Forced, len(edges))
	for i, e := range edges {
		sorted[next[of[i]]] = e
		next[of[i]]++
	}
	return sorted, off
}

// A component is a strongly connected component of a block's graph, with at
// least two nodes.
type component struct {
	g     *graph.Graph
	block int
	key   int32   // of all its edges, or -1
	txns  []int32 // per node: its transaction; at first, its number in the block
}

// components returns the components of the blocks' graphs, of which build
// returns the number of nodes and the edges.
func components(ctx context.Context, blocks int, build func(i int) (int, []graph.Edge)) ([]component, error) {
	const batch = 64
	found := make([][]component, (blocks+batch-1)/batch)
	err := par.Workers(ctx, len(found), func(int) func(int) error {
		var w graph.Workspace
		return func(i int) error {
			for b := i * batch; b < min((i+1)*batch, blocks); b++ {
				n, edges := build(b)
				g := w.Build(n, n, edges)
				for _, nodes := range w.Cyclic(graph.AllRels) {
					found[i] = append(found[i], component{g: g.Induce(nodes), block: b, txns: nodes})
				}
			}
			return nil
		}
	})
	return slices.Concat(found...), err
}
