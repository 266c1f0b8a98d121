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
		return p.showItem(s.to, st, func(m *predicateMop, seen selected) bool {
			return seen.kind == ofVersion && seen.txn == s.from && p.tookEffect(s.from)
		}, s.from)
	case graph.RW:
		return p.showItem(s.from, st, func(m *predicateMop, seen selected) bool {
			return slices.Contains(p.followers(s.from, m.key, seen), s.to)
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

// showItem shows a step by a read of an item in t's transaction of what writer
// wrote (wr), or overwrote (rw).
func (p *predicates) showItem(t int32, st *Step, holds func(*predicateMop, selected) bool, writer int32) bool {
	for i, m := range p.txn(t) {
		if m.kind != itemRead || !p.x.readsCount(t) {
			continue
		}
		seen := p.read(t, i, &m)
		if !holds(&m, seen) {
			continue
		}
		st.Key, st.Value = p.keyValue(m.key), p.value(seen.value())
		wrote, at := p.lastWritten(writer, m.key)
		if st.Rel == "wr" {
			st.FromMop, st.ToMop = at, i
		} else {
			st.FromMop, st.ToMop, st.Next = i, at, wrote
		}
		return true
	}
	return false
}

// showPredicate shows a step by a read by predicate: in to's transaction of what
// from wrote (wrp), or in from's, which to changed (rwp).
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
			if w.kind != itemWrite || !w.last {
				continue
			}
			seen := p.seen(reader, i, m, w.key)
			if s.rel == graph.WRP && (seen.kind != ofVersion || seen.txn != writer) || s.rel == graph.RWP && !p.changed(m.key, &w, seen, writer) {
				continue
			}
			st.Key, st.Value, st.PredicateRead = p.keyValue(w.key), p.value(seen.value()), p.mopValue(reader, i)
			st.FromMop, st.ToMop = p.place(writer, j), i
			if s.rel == graph.RWP {
				st.FromMop, st.ToMop, st.Next = i, p.place(writer, j), p.value(w.val)
			}
			return true
		}
	}
	return false
}

// seen returns what a read by predicate saw of an item.
func (p *predicates) seen(t int32, i int, m *predicateMop, key int32) selected {
	for _, it := range p.items(m) {
		if it.key == key {
			return p.matched(t, i, it)
		}
	}
	return p.omitted(t, i, m.key, key)
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
	for i, m := range p.txn(t) {
		if m.kind == itemRead && m.key == key {
			if s := p.read(t, i, &m); s.kind == ofVersion && s.txn == from {
				return i
			}
		}
	}
	return -1
}
