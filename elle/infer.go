package elle

import (
	"context"
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/result"
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
		if c.crowded = r.info.NotInTime > 0; c.crowded {
			c.unsure = fmt.Sprintf("on %s, too many transactions were concurrent to derive the order of versions from realtime, and nothing else shows a violation", numberOf(r.info.NotInTime, "key"))
		}
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
		found[i] = search(comps[i].g, o.rel|c.keyOrder())
		around := sizeOf(found[i], comps[i].g)
		for j := range found[i] {
			found[i][j].around = around
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

// sizeOf counts a component's ops and edges, if there is a cycle to tell of, and if the
// cycle is not all of it. Order in time, and what hubs stand for, are not counted.
func sizeOf(found []cycle, g *graph.Graph) (c result.Component) {
	if len(found) == 0 || g.Ops() <= drawnSteps {
		return c
	}
	c.Ops = g.Ops()
	var count [16]int // by bit
	for v := range int32(g.Ops()) {
		to, rels := g.Out(v)
		for i, rel := range rels {
			if int(to[i]) >= g.Ops() { // into a barrier
				continue
			}
			for rel &^= graph.Process | graph.Realtime; rel != 0; rel &= rel - 1 {
				count[bits.TrailingZeros16(uint16(rel))]++
			}
		}
	}
	tally := map[string]int{}
	for bit, n := range count {
		if n > 0 {
			tally[relName(1<<bit)] += n
		}
	}
	for _, rel := range slices.Sorted(maps.Keys(tally)) {
		c.Edges = append(c.Edges, result.Tally{Rel: rel, Count: tally[rel]})
	}
	return c
}

// ordering returns the order in time that the prohibited anomalies call for, as far as
// the history has it.
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

// keyOrder returns the orders in time that each list is to keep by itself.
func (c *check) keyOrder() (rel graph.Rel) {
	if c.res.Workload != ListAppend {
		return 0
	}
	if c.opt.SequentialKeys {
		rel |= graph.Process
	}
	if c.opt.LinearizableKeys {
		rel |= graph.Realtime
	}
	return rel
}

// keyOrderNames are what asks for an order of each list.
var keyOrderNames = map[graph.Rel]string{graph.Process: "sequential-keys", graph.Realtime: "linearizable-keys"}

// checkFlags refuses assumptions that mean nothing to a workload or a history.
func (c *check) checkFlags(w Workload) error {
	h, o := c.res.History, &c.opt
	for _, f := range []struct {
		set  bool
		name string
		why  string // it means nothing
	}{
		{o.WFRKeys && w != RWRegister, "wfr-keys", versionsKnown[w]},
		{o.AssumedOnly && w != RWRegister, "assumed-only", versionsKnown[w]},
		{o.TransactionOrder != nil && w != RWRegister, "transaction-order", versionsKnown[w]},
		{!o.Init.IsNil() && w == ListAppend, "init", "lists start empty (workload list-append)"},
		{!o.Init.IsNil() && w == ClosedPredicate, "init", "an op with :f :init has the initial rows (workload closed-predicate)"},
		{o.SequentialKeys && w == ClosedPredicate, "sequential-keys", versionsKnown[w]},
		{o.LinearizableKeys && w == ClosedPredicate, "linearizable-keys", versionsKnown[w]},
		{o.SequentialKeys && h.Unordered(), "sequential-keys", "the history does not show the order within each process"},
		{o.LinearizableKeys && (h.Unordered() || h.CompletionsOnly()), "linearizable-keys", "the history does not show realtime order"},
		{c.keyOrder() != 0 && len(c.byKey()) == 0, "linearizable-keys and sequential-keys", "none of the chosen models forbids a cycle"},
	} {
		if f.set {
			return &OptionError{fmt.Sprintf("%s has no effect: %s", f.name, f.why)}
		}
	}
	return nil
}

// versionsKnown says why the order of versions needs no assumption.
var versionsKnown = map[Workload]string{
	ListAppend:      "lists show the order of their versions (workload list-append)",
	ClosedPredicate: "versions are assumed to follow the order in which their writers completed (workload closed-predicate)",
}

// byKey returns the cycles that are prohibited since each list is to keep an order
// in time: of each cycle that the models forbid without one, those that need it.
func (c *check) byKey() map[Anomaly]bool {
	out := map[Anomaly]bool{}
	for a := range c.prohibited {
		if !a.IsCycle() || a.timed() {
			continue
		}
		if c.keyOrder()&graph.Process != 0 {
			out[a.process()] = true
		}
		if c.keyOrder()&graph.Realtime != 0 {
			out[a.realtime()] = true
		}
	}
	return out
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
