package elle

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// show shows a step between two transactions again, from what they wrote, read
// and did not read.
func (p *predicates) show(s step, st *Step) bool {
	switch s.rel {
	case graph.WW:
		return p.showWW(s, st)
	case graph.WR:
		return p.showItem(s.to, st, func(seen seenItem) bool {
			return seen.kind == ofVersion && seen.txn == s.from && p.tookEffect(s.from)
		}, s.from)
	case graph.RW:
		return p.showItem(s.from, st, func(seen seenItem) bool {
			return slices.Contains(p.followers(s.from, seen.key, seen.selected), s.to)
		}, s.to)
	case graph.WRP, graph.RWP:
		return p.showPredicate(s, st)
	}
	return false
}

// showWW shows that to installed the version after from's, or that nothing is
// known of its place but that from's is the first.
func (p *predicates) showWW(s step, st *Step) bool {
	for i, m := range p.txn(s.to) {
		if m.kind != itemWrite || !m.last || !p.tookEffect(s.to) {
			continue
		}
		vs := &p.versions[m.key]
		var before version
		switch pos := p.from(m.key, m.val).pos; {
		case pos > 0:
			before = vs.placed[pos-1]
		case pos == nobody && vs.born:
			before = vs.placed[0]
		default:
			continue
		}
		if before.txn == s.from {
			_, st.FromMop = p.lastWritten(s.from, m.key)
			st.ToMop = p.place(s.to, i)
			st.Key, st.Value, st.Next = p.keyValue(m.key), p.value(before.val), p.value(m.val)
			return true
		}
	}
	return false
}

// showItem shows a step by what t's transaction read of an item that writer wrote
// (wr), or overwrote (rw).
func (p *predicates) showItem(t int32, st *Step, holds func(seenItem) bool, writer int32) bool {
	for i, seen := range p.itemsSeen(t) {
		if !holds(seen) {
			continue
		}
		st.Key, st.Value, st.OrLater = p.keyValue(seen.key), p.value(seen.value()), !seen.exact()
		if p.txn(t)[i].kind == predicateRead {
			st.PredicateRead = p.mopValue(t, i)
		}
		wrote, at := p.lastWritten(writer, seen.key)
		if st.Rel == "wr" {
			st.FromMop, st.ToMop = at, i
		} else {
			st.FromMop, st.ToMop, st.Next = i, at, wrote
		}
		return true
	}
	return false
}

// showPredicate shows a step by what a read by predicate left out: in to's
// transaction, since from wrote it so (wrp), or in from's, before to changed it (rwp).
func (p *predicates) showPredicate(s step, st *Step) bool {
	reader, writer := s.to, s.from
	if s.rel == graph.RWP {
		reader, writer = s.from, s.to
	}
	if !p.x.readsCount(reader) || !p.x.status[writer].possible() {
		return false
	}
	for i := range p.txn(reader) {
		m := &p.txn(reader)[i]
		if m.kind != predicateRead {
			continue
		}
		for j, w := range p.txn(writer) {
			if w.kind != itemWrite || !w.last || slices.ContainsFunc(p.items(m), func(it returnedItem) bool { return it.key == w.key }) {
				continue
			}
			seen := p.omitted(reader, i, m.key, w.key)
			if s.rel == graph.WRP && (seen.kind != ofVersion || seen.txn != writer) || s.rel == graph.RWP && !p.changed(m.key, &w, seen, writer) {
				continue
			}
			st.Key, st.Value, st.PredicateRead = p.keyValue(w.key), p.value(seen.value()), p.mopValue(reader, i)
			st.OrLater = !seen.exact()
			st.FromMop, st.ToMop = p.place(writer, j), i
			if s.rel == graph.RWP {
				st.FromMop, st.ToMop, st.Next = i, p.place(writer, j), p.value(w.val)
			}
			return true
		}
	}
	return false
}

// changed reports whether writer's last write w of a key came after what was
// seen of it, and changed whether the item matches predicate q.
func (p *predicates) changed(q int32, w *predicateMop, seen selected, writer int32) bool {
	after, ok := seen.next()
	pos := p.from(w.key, w.val).pos
	later := ok && pos >= after || pos == nobody && p.first(w.key, seen) && p.observed[writer]
	return later && p.matches(q, w.val) != (seen.kind == ofVersion && p.matches(q, seen.val))
}

func (p *predicates) lastWritten(t, key int32) (edn.Value, int) {
	for i, m := range p.txn(t) {
		if m.kind == itemWrite && m.last && m.key == key {
			return p.value(m.val), p.place(t, i)
		}
	}
	return edn.Value{}, -1
}

func (p *predicates) readFrom(t, key, from int32) int {
	for i, seen := range p.itemsSeen(t) {
		if seen.key == key && seen.kind == ofVersion && seen.txn == from {
			return i
		}
	}
	for i, m := range p.txn(t) {
		if m.kind == predicateRead {
			if seen := p.omitted(t, i, m.key, key); seen.kind == ofVersion && seen.exact() && seen.txn == from {
				return i
			}
		}
	}
	return -1
}
