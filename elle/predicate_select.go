package elle

// selected is the version of an item that a read saw.
type selected struct {
	kind selection
	version
	pos int32 // of ofVersion: where among the placed versions, nobody if it is loose
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
	s := p.installed(t, m.key, val)
	switch {
	case val != valueDead:
		return s
	case s.kind != ofVersion: // nobody else deleted it
		return selected{kind: ofUnborn}
	case p.versions[m.key].born:
		return s
	}
	return selected{} // dead or unborn
}

// matched returns what micro-op i of t, a read by predicate, saw of an item that
// it returned.
func (p *predicates) matched(t int32, i int, it returnedItem) selected {
	if own, ok := p.ownBefore(t, i, it.key); ok && own == it.val {
		return selected{kind: ofOwn}
	}
	return p.installed(t, it.key, it.val)
}

// installed returns the version of a key with a value, if another than t
// installed one.
func (p *predicates) installed(t, key, val int32) selected {
	if o := p.from(key, val); o.final >= 0 && o.final != t {
		return selected{ofVersion, version{val, o.final}, o.pos}
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

// unmatched returns the version of a key that a read by predicate q by t must
// have seen if it did not return the item: the only one that does not match. An
// item that was born before everything must have been returned if all its
// versions match; if it was not, it was seen as unborn, which it never was
// (predicate-read-miss).
func (p *predicates) unmatched(q, key, t int32) selected {
	vs := &p.versions[key]
	found := selected{kind: ofUnborn}
	n := 0
	if !vs.born {
		n = 1
	}
	try := func(v version, pos int32) {
		if v.txn != t && !p.matches(q, v.val) {
			n++
			found = selected{ofVersion, v, pos}
		}
	}
	for pos := 0; pos < len(vs.placed) && n < 2; pos++ {
		try(vs.placed[pos], int32(pos))
	}
	for i := 0; i < len(vs.loose) && n < 2; i++ {
		try(vs.loose[i], nobody)
	}
	if n > 1 {
		return selected{}
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
		return s.kind == ofVersion && s.pos == 0
	}
	return s.kind == ofUnborn
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
	switch {
	case s.kind == ofUnborn:
		return 0, true
	case s.kind == ofVersion && s.pos >= 0:
		return s.pos + 1, true
	}
	return 0, false
}
