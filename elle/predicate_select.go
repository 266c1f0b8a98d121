package elle

import "iter"

// selected is the version of an item that a read saw, or the earliest that it may
// have seen.
type selected struct {
	kind selection
	version
	pos int32 // of ofVersion: where among the placed versions, nobody if it is loose
	end int32 // where the placed versions begin that follow all that it may be, nobody if that is not known
}

type selection uint8

const (
	ofUnknown selection = iota // several are possible, or none is
	ofOwn                      // the transaction's own write
	ofUnborn                   // the item did not exist yet
	ofVersion                  // what another transaction installed
)

// ownBefore returns what transaction t had written to a key before micro-op i.
func (p *predicates) ownBefore(t int32, i int, key int32) (val int32, ok bool) {
	mops := p.txn(t)
	for i--; i >= 0; i-- {
		if mops[i].kind == itemWrite && mops[i].key == key {
			return mops[i].val, true
		}
	}
	return 0, false
}

// ownPlace returns where among the placed versions of a key that of t is, nobody
// if it has none.
func (p *predicates) ownPlace(t, key int32) int32 {
	if t < 0 {
		return nobody
	}
	for _, m := range p.txn(t) {
		if m.kind == itemWrite && m.last && m.key == key {
			return p.from(key, m.val).pos
		}
	}
	return nobody
}

// read returns what micro-op i of t, a read of an item, saw.
func (p *predicates) read(t int32, i int, m *predicateMop) selected {
	val := m.val
	if val == valueNil {
		val = valueDead
	}
	if own, ok := p.ownBefore(t, i, m.key); ok && own == val {
		return selected{kind: ofOwn}
	}
	if val == valueDead {
		return p.seenWithout(t, m.key, func(v int32) bool { return v != valueDead })
	}
	return p.installed(t, m.key, val)
}

// matched returns what micro-op i of t, a read by predicate, saw of an item that
// it returned.
func (p *predicates) matched(t int32, i int, it returnedItem) selected {
	if own, ok := p.ownBefore(t, i, it.key); ok && own == it.val {
		return selected{kind: ofOwn}
	}
	return p.installed(t, it.key, it.val)
}

// A seenItem is a version of an item that was read.
type seenItem struct {
	key int32
	selected
}

// itemsSeen lists what a transaction that recorded its reads saw of items, by the
// places of its micro-ops: reads of them, and reads by predicate that returned them.
func (p *predicates) itemsSeen(t int32) iter.Seq2[int, seenItem] {
	return func(yield func(int, seenItem) bool) {
		for i, m := range p.txn(t) {
			switch {
			case !p.x.readsCount(t) || m.kind == itemWrite:
			case m.kind == itemRead:
				if !yield(i, seenItem{m.key, p.read(t, i, &m)}) {
					return
				}
			default:
				for _, it := range p.items(&m) {
					if !yield(i, seenItem{it.key, p.matched(t, i, it)}) {
						return
					}
				}
			}
		}
	}
}

// installed returns the version of a key with a value, if another than t
// installed one.
func (p *predicates) installed(t, key, val int32) selected {
	if o := p.from(key, val); o.final >= 0 && o.final != t {
		return placedAt(version{val, o.final}, o.pos)
	}
	return selected{}
}

// omitted returns what micro-op i of t, a read by predicate q, saw of an item
// that it did not return.
func (p *predicates) omitted(t int32, i int, q, key int32) selected {
	if own, ok := p.ownBefore(t, i, key); ok && !p.matches(q, own) {
		return selected{kind: ofOwn}
	}
	return p.unmatched(q, key, t)
}

// placedAt is the version at a place, nobody if it is loose.
func placedAt(v version, pos int32) selected {
	s := selected{ofVersion, v, pos, pos + 1}
	if pos == nobody {
		s.end = nobody
	}
	return s
}

// exact reports whether s may be one version only.
func (s selected) exact() bool {
	return s.kind == ofUnborn && s.end == 0 || s.kind == ofVersion && (s.pos == nobody || s.end == s.pos+1)
}

// unmatched returns the version of a key that a read by predicate q by t must
// have seen if it did not return the item. An item that was born before everything
// must have been returned if all its versions match; if it was not, it was seen as
// unborn, which it never was (predicate-read-miss).
func (p *predicates) unmatched(q, key, t int32) selected {
	return p.seenWithout(t, key, func(v int32) bool { return p.matches(q, v) })
}

// seenWithout returns the version of a key that t must have seen if it was none of
// certain values: the earliest of the others, and until which it may have been
// another. What came after t's own version it cannot have seen.
func (p *predicates) seenWithout(t, key int32, without func(val int32) bool) selected {
	vs := &p.versions[key]
	n := int32(len(vs.placed))
	if own := p.ownPlace(t, key); own != nobody {
		n = own
	}
	last := n - 1
	for last >= 0 && without(vs.placed[last].val) {
		last--
	}
	found := selected{kind: ofUnborn, end: last + 1}
	for pos := int32(0); vs.born && pos <= last; pos++ {
		if !without(vs.placed[pos].val) {
			found = placedAt(vs.placed[pos], pos)
			found.end = last + 1
			break
		}
	}
	for _, v := range vs.loose {
		if v.txn == t || without(v.val) {
			continue
		}
		if !vs.born || found.kind == ofVersion {
			return selected{} // it may be that, at any time
		}
		found = placedAt(v, nobody)
	}
	return found
}

// missed reports whether s says that an item which was born before everything
// was seen as unborn.
func (p *predicates) missed(key int32, s selected) bool {
	return s.kind == ofUnborn && p.versions[key].born
}

// first reports whether s is the state of a key before all others: unborn, or
// if it was never unborn, what it was born as.
func (p *predicates) first(key int32, s selected) bool {
	if p.versions[key].born {
		return s.kind == ofVersion && s.pos == 0 && s.exact()
	}
	return s.kind == ofUnborn && s.exact()
}

// value returns the value of what was seen.
func (s selected) value() int32 {
	if s.kind == ofUnborn {
		return valueUnborn
	}
	return s.val
}

// next returns where among the placed versions those begin that follow s, if
// that is known.
func (s selected) next() (pos int32, ok bool) {
	return s.end, (s.kind == ofUnborn || s.kind == ofVersion) && s.end != nobody
}
