package elle

import (
	"context"

	"github.com/seed-c33ae711/jcheck/internal/par"
)

// analyse infers the dependencies: those of items from their versions, those of
// reads by predicate one predicate after the other.
func (p *predicates) analyse(ctx context.Context) (*inferred, error) {
	out := &inferred{nodes: p.x.len(), found: newFinds(p.kept)}
	found := p.scan()
	out.edges = append(out.edges, p.writeEdges(), p.readEdges())
	groups := p.byPredicate()
	results := make([]*predicateEdges, len(groups))
	err := par.Workers(ctx, len(groups), func(int) func(int) error {
		w := newOmissions(p)
		return func(q int) error {
			results[q] = w.group(int32(q), groups[q])
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		found = append(found, r.found...)
		out.edges = append(out.edges, r.edges)
		for i := range r.fans {
			out.addFan(&r.fans[i])
		}
	}
	for _, f := range found {
		out.found.add(f)
	}
	return out, nil
}

// writeEdges lead from who installed a version to who installed the next, and
// from who made an item before everything to those of whom no more is known
// than that they wrote it.
func (p *predicates) writeEdges() (edges []edge) {
	for k := range p.versions {
		vs := &p.versions[k]
		for i := 1; i < len(vs.placed); i++ {
			edges = append(edges, packEdge(vs.placed[i-1].txn, vs.placed[i].txn, packWW))
		}
		if !vs.born {
			continue
		}
		for _, v := range vs.loose {
			if p.observed[v.txn] {
				edges = append(edges, packEdge(vs.placed[0].txn, v.txn, packWW))
			}
		}
	}
	return edges
}

// readEdges are those of what was read of items: wr from who installed what was
// read, rw to who installed the next version.
func (p *predicates) readEdges() (edges []edge) {
	for t := range int32(p.x.len()) {
		for _, s := range p.itemsSeen(t) {
			if s.kind == ofVersion {
				edges = append(edges, packEdge(s.txn, t, packWR))
			}
			for _, w := range p.followers(t, s.key, s.selected) {
				edges = append(edges, packEdge(t, w, packRW))
			}
		}
	}
	return edges
}

// followers returns who installed the version that follows s, and if s is the
// first state of the key, also those of whom no more is known than that they
// wrote it. Versions beyond one of t's own follow t anyway.
func (p *predicates) followers(t, key int32, s selected) (out []int32) {
	vs := &p.versions[key]
	if pos, ok := s.next(); ok && int(pos) < len(vs.placed) && vs.placed[pos].txn != t {
		out = append(out, vs.placed[pos].txn)
	}
	if p.first(key, s) {
		for _, v := range vs.loose {
			if v.txn != t && p.observed[v.txn] {
				out = append(out, v.txn)
			}
		}
	}
	return out
}

// A predicateUse is a read by predicate: a micro-op of a committed transaction.
type predicateUse struct {
	txn int32
	mop int
}

// byPredicate returns the reads by each predicate, in order.
func (p *predicates) byPredicate() [][]predicateUse {
	groups := make([][]predicateUse, len(p.preds))
	for t := range int32(p.x.len()) {
		if !p.x.readsCount(t) {
			continue
		}
		for i, m := range p.txn(t) {
			if m.kind == predicateRead {
				groups[m.key] = append(groups[m.key], predicateUse{t, i})
			}
		}
	}
	return groups
}
