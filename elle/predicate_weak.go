package elle

import (
	"context"
	"math"

	"github.com/seed-c33ae711/jcheck/internal/weak"
)

// leftOutMost is how many items that reads by predicate left out are passed to the
// checks of weak models. Of more, none are. Tests change it.
var leftOutMost = 1 << 24

// columns lists what was written and what was read item by item, as far as that is
// known of what reads by predicate left out. The order of versions that is assumed is
// left out: what is found without it holds with it.
func (p *predicates) columns(ctx context.Context) (*weak.History, error) {
	h := &weak.History{Off: make([]int32, 1, p.x.len()+1), Keys: len(p.keys)}
	leftOut := p.leftOut()
	add := func(key, from int32) { h.Key, h.From = append(h.Key, key), append(h.From, from) }
	for t := range int32(p.x.len()) {
		for i, m := range p.txn(t) {
			switch {
			case !p.tookEffect(t):
			case m.kind == itemWrite:
				add(m.key, weak.Write)
			case !p.x.readsCount(t):
			case m.kind == itemRead:
				add(m.key, weakFrom(p.read(t, i, &m)))
			default:
				p.answer(t, i, &m, leftOut, add)
			}
		}
		if len(h.Key) > math.MaxInt32 {
			return nil, p.x.h.Errorf(int(p.x.op[t]), "expected at most %d reads and writes of items", math.MaxInt32)
		}
		h.Off = append(h.Off, int32(len(h.Key)))
	}
	return h, ctx.Err()
}

// weakFrom says what a read was of to the checks of weak models.
func weakFrom(s selected) int32 {
	switch {
	case !s.exact():
		return weak.Unknown
	case s.kind == ofVersion:
		return s.txn
	}
	return weak.Initial
}

// A leftOutItem is what an item was seen as by a read that did not return it.
type leftOutItem struct{ key, from int32 }

// leftOut lists for each predicate the items of which that is known.
func (p *predicates) leftOut() [][]leftOutItem {
	out := make([][]leftOutItem, len(p.preds))
	total := 0
	for q, uses := range p.byPredicate() {
		for k := range int32(len(p.keys)) {
			if s := p.unmatched(int32(q), k, nobody); len(uses) > 0 && s.exact() {
				out[q] = append(out[q], leftOutItem{k, weakFrom(s)})
			}
		}
		if total += len(uses) * len(out[q]); total > leftOutMost {
			return make([][]leftOutItem, len(p.preds))
		}
	}
	return out
}

// answer adds what micro-op i of t, a read by predicate, saw of items.
func (p *predicates) answer(t int32, i int, m *predicateMop, leftOut [][]leftOutItem, add func(key, from int32)) {
	apart := map[int32]bool{} // what it returned, and what t wrote
	for _, it := range p.items(m) {
		apart[it.key] = true
		add(it.key, weakFrom(p.matched(t, i, it)))
	}
	for _, w := range p.txn(t) {
		if w.kind == itemWrite && !apart[w.key] {
			apart[w.key] = true
			add(w.key, weakFrom(p.omitted(t, i, m.key, w.key)))
		}
	}
	for _, o := range leftOut[m.key] {
		if !apart[o.key] {
			add(o.key, o.from)
		}
	}
}
