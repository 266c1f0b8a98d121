package elle

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// batchMops is about how many micro-ops a worker analyses at a time.
const batchMops = 1 << 15

// lists is the workload of appends to lists.
type lists struct {
	x    *txns
	keys *keyed
	*listExplainer
	kept     func(Anomaly) int // how many findings of a type are kept
	observed []bool            // per transaction: it is indeterminate, but something that it appended was read
	order    graph.Rel         // the orders in time that each key is to keep
}

func newLists(ctx context.Context, x *txns, kept func(Anomaly) int) (*lists, error) {
	keys, err := decode(ctx, x)
	if err != nil {
		return nil, err
	}
	return &lists{x: x, keys: keys, kept: kept, listExplainer: newListExplainer(x, keys)}, nil
}

func (l *lists) size() (keys, mops int) { return l.keys.len(), len(l.keys.ref) }

func (l *lists) anyRead() bool {
	for c := range l.keys.chunks {
		for i := range l.keys.chunks[c].mops {
			if m := &l.keys.chunks[c].mops[i]; m.isRead() && m.kind() != readUnknown && l.x.status[m.txn] == committed {
				return true
			}
		}
	}
	return false
}

// tookEffect reports whether a transaction is known to have happened: it did as a
// whole, or not at all.
func (l *lists) tookEffect(t int32) bool { return l.x.status[t] == committed || l.observed[t] }

func (l *lists) under([]source) workload { return l }

// analyse goes through the keys in parallel.
func (l *lists) analyse(ctx context.Context) (*inferred, error) {
	x, keys := l.x, l.keys
	batches := keys.batches()
	type result struct {
		edges    []edge
		hubs     []hub
		observed []int32
	}
	results := make([]result, len(batches)-1)
	unsure := slices.Contains(x.status, indeterminate)
	found := make([]*finds, par.MaxWorkers())
	err := par.Workers(ctx, len(results), func(worker int) func(int) error {
		v := &versions{x: x, keys: keys, src: x.h.Source()}
		s := &scanner{v: v, found: newFinds(l.kept)}
		found[worker] = s.found
		g := &edgeMaker{v: v}
		o := &keyOrder{x: x, rel: l.order}
		arena := new(edgeArena)
		return func(i int) error {
			var observed []int32
			g.hubs, g.edges = nil, g.edges[:0]
			for k := batches[i]; k < batches[i+1]; k++ {
				if err := v.load(k); err != nil {
					return err
				}
				s.scan()
				g.add()
				if l.order != 0 {
					o.add(v, func(e edge) { g.edges = append(g.edges, e) })
				}
				if unsure {
					observed = v.observed(observed)
				}
			}
			results[i] = result{arena.keep(g.edges), g.hubs, observed}
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	out := &inferred{nodes: x.len(), found: newFinds(l.kept)}
	for _, f := range found {
		if f != nil {
			out.found.addAll(f)
		}
	}
	l.observed = make([]bool, x.len())
	var hubs []hub
	for _, r := range results {
		for _, t := range r.observed {
			l.observed[t] = true
		}
		out.edges = append(out.edges, r.edges)
		hubs = append(hubs, r.hubs...)
	}
	out.addHubs(hubs)
	return out, nil
}

// batches cuts the keys into stretches of similar work: stretch i is keys
// b[i] to b[i+1].
func (k *keyed) batches() (b []int32) {
	b = append(b, 0)
	for key := range int32(k.len()) {
		if k.off[key+1]-k.off[b[len(b)-1]] >= batchMops {
			b = append(b, key+1)
		}
	}
	if last := int32(k.len()); b[len(b)-1] < last {
		b = append(b, last)
	}
	return b
}
