package elle

import (
	"context"

	"github.com/seed-c33ae711/jcheck/internal/weak"
)

// columns tells what was written and what was read item by item. Reads by
// predicate, and the order of versions that is assumed, are left out: what is
// found without them holds with them.
func (p *predicates) columns(ctx context.Context) (*weak.History, error) {
	h := &weak.History{Off: make([]int32, 1, p.x.len()+1), Keys: len(p.keys)}
	for t := range int32(p.x.len()) {
		for i, m := range p.txn(t) {
			if m.kind != predicateRead && p.tookEffect(t) {
				h.Key, h.From = append(h.Key, m.key), append(h.From, p.weakFrom(t, i, &m))
			}
		}
		h.Off = append(h.Off, int32(len(h.Key)))
	}
	return h, ctx.Err()
}

// weakFrom says what micro-op i of t is to the checks of weak models.
func (p *predicates) weakFrom(t int32, i int, m *predicateMop) int32 {
	if m.kind == itemWrite {
		return weak.Write
	}
	if !p.x.readsCount(t) {
		return weak.Unknown
	}
	switch s := p.read(t, i, m); s.kind {
	case ofVersion:
		return s.txn
	case ofUnborn:
		return weak.Initial
	}
	return weak.Unknown
}
