package elle

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/par"
)

// batchMops is about how many micro-ops a worker analyses at a time.
const batchMops = 1 << 15

// analyse goes through the keys in parallel. It returns the anomalies that show
// in one key, the dependencies between transactions, and how many nodes the
// dependency graph has: the transactions, and barriers behind them.
func analyse(ctx context.Context, x *txns, keys *keyed) (found []finding, edges [][]edge, nodes int, err error) {
	batches := keys.batches()
	type result struct {
		found []finding
		edges []edge
		hubs  []hub
	}
	results := make([]result, len(batches)-1)
	err = par.Workers(ctx, len(results), func(int) func(int) error {
		v := &versions{x: x, keys: keys, src: x.h.Source()}
		s := &scanner{v: v}
		g := &edgeMaker{v: v}
		return func(i int) error {
			s.found, g.hubs, g.edges = nil, nil, g.edges[:0]
			for k := batches[i]; k < batches[i+1]; k++ {
				if err := v.load(k); err != nil {
					return err
				}
				s.scan()
				g.add()
			}
			results[i] = result{s.found, slices.Clone(g.edges), g.hubs}
			return nil
		}
	})
	if err != nil {
		return nil, nil, 0, err
	}
	node := int32(x.len())
	var extra []edge
	for _, r := range results {
		found = append(found, r.found...)
		edges = append(edges, r.edges)
		for i := range r.hubs {
			node = r.hubs[i].expand(node, func(e edge) { extra = append(extra, e) })
		}
	}
	return found, append(edges, extra), int(node), nil
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
