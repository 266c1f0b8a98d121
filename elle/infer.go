package elle

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// infer finds what the transactions' values and their order in time show, and
// adds it to the cases.
func (c *check) infer(ctx context.Context) error {
	c.phase("keys")
	in, err := c.w.analyse(ctx)
	if err != nil {
		return err
	}
	if err := c.addKnown(in); err != nil {
		return err
	}
	if r, ok := c.w.(*registers); ok && len(r.implied) > 0 {
		many := c.prohibited[G2] || c.prohibited[G2.process()] || c.prohibited[G2.realtime()]
		if err := r.force(ctx, in, c.ordering(), many, c.known); err != nil {
			return err
		}
	}
	c.phase("cycles")
	cycles, err := c.cycles(ctx, in)
	if err != nil {
		return err
	}
	c.phase("explanations")
	c.count(in)
	c.addFindings(in.found)
	if r, ok := c.w.(*registers); ok {
		c.res.Inference = &r.info
	}
	return c.addCycles(cycles)
}

// cycles finds the strongly connected components and their witnesses.
func (c *check) cycles(ctx context.Context, in *inferred) ([]cycle, error) {
	o := c.ordering()
	c.empty = (o.rel == 0 || o.empty(c.w.tookEffect)) && in.empty()
	comps, err := components(ctx, c.x, in, o)
	if err != nil {
		return nil, err
	}
	c.res.Stats.Components = len(comps)
	found := make([][]cycle, len(comps))
	err = par.Do(ctx, len(comps), func(i int) error {
		found[i] = search(comps[i].g, o.rel)
		for j := range found[i] {
			for k := range found[i][j].steps {
				s := &found[i][j].steps[k]
				s.from, s.to = comps[i].txns[s.from], comps[i].txns[s.to]
			}
		}
		return nil
	})
	for i := range comps {
		c.res.Stats.LargestSCC = max(c.res.Stats.LargestSCC, len(comps[i].txns))
	}
	return slices.Concat(found...), err
}

// ordering returns the order in time that the prohibited anomalies call for, as
// far as the history tells it.
func (c *check) ordering() *ordering {
	process, realtime := orders(c.prohibited)
	h := c.res.History
	switch {
	case h.Unordered():
	case realtime && !h.CompletionsOnly():
		return &ordering{x: c.x, rel: graph.Realtime}
	case process || realtime:
		return processOrder(c.x)
	}
	return &ordering{x: c.x}
}

// implied lists what the models say of the order in which registers were
// written, if they forbid a cycle with one rw: then a transaction that sees a
// version and writes another writes a later one, and the order in time is that
// of the versions.
func (c *check) implied() []source {
	rel := c.ordering().rel
	switch {
	case c.opt.AssumedOnly:
	case rel == graph.Realtime && c.prohibited[GSingle.realtime()]:
		return []source{wfrKeys, linearizableKeys}
	case rel == graph.Process && c.prohibited[GSingle.process()]:
		return []source{wfrKeys, sequentialKeys}
	case c.prohibited[GSingle]:
		return []source{wfrKeys}
	}
	return nil
}

func (c *check) count(in *inferred) {
	s := &c.res.Stats
	s.Ops, s.Txns = c.res.History.Len(), c.x.len()
	s.Keys, s.MicroOps = c.w.size()
	for _, st := range c.x.status {
		switch st {
		case committed:
			s.OK++
		case aborted:
			s.Failed++
		default:
			s.Indeterminate++
		}
	}
	for _, part := range in.edges {
		s.Edges += len(part)
	}
	for _, h := range in.hubs {
		s.Edges += len(h.readers) + len(h.writers)
	}
}
