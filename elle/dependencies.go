package elle

import (
	"context"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// Dependencies is the dependency graph of a history, as a directed graph of
// package gonum. A node is a transaction that may have taken effect or failed,
// an edge one or several relations between two; realtime order is closed
// transitively, so the graph has as many edges as there are ordered pairs.
type Dependencies struct {
	*graph.Directed
	x *txns
}

// Graph infers the dependency graph that Check would search with the same options, for
// harnesses that use gonum's algorithms on it.
func Graph(ctx context.Context, h *history.History, opt Options) (*Dependencies, error) {
	c, err := newCheck(h, opt)
	if err != nil {
		return nil, err
	}
	var g *graph.Graph
	err = par.Guard(func() error {
		if err := c.collect(ctx); err != nil {
			return err
		}
		if c.w, err = c.newWorkload(ctx); err != nil {
			return err
		}
		in, err := c.w.analyse(ctx)
		if err != nil {
			return err
		}
		if err := c.addKnown(in); err != nil {
			return err
		}
		edges, nodes := in.graph()
		n := int32(c.x.len())
		end := c.ordering().add(0, n, nodes, func(e graph.Edge) { edges = append(edges, e) })
		g = graph.New(int(n), int(end), edges)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &Dependencies{g.Gonum(), c.x}, nil
}

// Op returns the position in the history of the op that a node stands for.
func (d *Dependencies) Op(id int64) int { return int(d.x.op[id]) }

// Relations returns the names of the relations between two nodes: ww, wr, rw,
// process, realtime.
func (d *Dependencies) Relations(from, to int64) (names []string) {
	for _, r := range d.Directed.Relations(from) {
		if r.To().ID() != to {
			continue
		}
		for bit := graph.Rel(1); bit != 0; bit <<= 1 {
			if r.Rel&bit != 0 {
				names = append(names, relName(bit))
			}
		}
	}
	return names
}
