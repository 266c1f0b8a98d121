package elle

import "github.com/seed-c33ae711/jcheck/edn"

// predicateScanner finds the anomalies that show without a graph, but for
// predicate-read-miss, which omissions find.
type predicateScanner struct {
	*predicates
	found   []finding
	garbage map[itemValue]int // where in found it was first read
	state   map[int32]int32   // of the keys that a transaction touched: what it must read next
}

func (p *predicates) scan() []finding {
	s := &predicateScanner{predicates: p, garbage: map[itemValue]int{}, state: map[int32]int32{}}
	for t := range int32(p.x.len()) {
		if !p.x.readsCount(t) || p.init[t] {
			continue
		}
		clear(s.state)
		for i, m := range p.txn(t) {
			switch m.kind {
			case itemWrite:
				s.state[m.key] = m.val
			case itemRead:
				s.scanItem(t, i, &m)
			case predicateRead:
				for _, it := range p.items(&m) {
					s.scanRead(t, i, it.key, it.val)
					if !p.matches(m.key, it.val) {
						s.report(Internal, t, i, it.key, Case{Element: p.value(it.val), PredicateRead: p.mopValue(t, i)})
					}
				}
			}
		}
	}
	return s.found
}

func (s *predicateScanner) report(what Anomaly, t int32, i int, key int32, c Case) {
	c.Type, c.Key = what, s.keyValue(key)
	c.Op, c.Mop = int(s.x.op[t]), i
	s.found = append(s.found, finding{what, t, i, c})
}

// scanItem looks at a read of an item: whether it agrees with what its
// transaction read or wrote before (INT: Cerone et al. 2015), and where the
// value came from.
func (s *predicateScanner) scanItem(t int32, i int, m *predicateMop) {
	val := m.val
	if val == valueNil {
		val = valueDead
	}
	if want, ok := s.state[m.key]; ok && want != val {
		var expected edn.Value // nil, if it should have been dead
		if want != valueDead {
			expected = s.value(want)
		}
		s.report(Internal, t, i, m.key, Case{Expected: expected})
	}
	s.state[m.key] = val
	if val != valueDead {
		s.scanRead(t, i, m.key, val)
	}
}

// scanRead looks at where micro-op i of t read a value from: an aborted write
// (G1a), one that was replaced (G1b: Adya 1999), or one that t itself makes only
// later. A value that may have come from a proper write as well says nothing.
func (s *predicateScanner) scanRead(t int32, i int, key, val int32) {
	o := s.from(key, val)
	if o.final >= 0 && o.final != t {
		return
	}
	if own := s.ownWrite(t, key, val); own >= 0 {
		if own > i {
			s.report(FutureRead, t, i, key, Case{Element: s.value(val)})
		}
		return
	}
	if o.failed >= 0 {
		s.report(G1a, t, i, key, Case{Writer: int(s.x.op[o.failed]), Element: s.value(val)})
	}
	if o.inter >= 0 {
		s.report(G1b, t, i, key, Case{Writer: int(s.x.op[o.inter]), Element: s.value(val)})
	}
	if o.failed < 0 && o.inter < 0 {
		s.addGarbage(t, i, key, val)
	}
}

// ownWrite returns the first write of a value by t, or -1.
func (s *predicateScanner) ownWrite(t, key, val int32) int {
	for i, m := range s.txn(t) {
		if m.kind == itemWrite && m.key == key && m.val == val {
			return i
		}
	}
	return -1
}

// addGarbage reports a value that no transaction wrote: the first read of it,
// and how many there were.
func (s *predicateScanner) addGarbage(t int32, i int, key, val int32) {
	at, ok := s.garbage[itemValue{key, val}]
	if !ok {
		at = len(s.found)
		s.garbage[itemValue{key, val}] = at
		s.report(GarbageRead, t, i, key, Case{Element: s.value(val)})
	}
	s.found[at].c.Count++
}

// miss reports an item that a read by predicate must have returned, since it was
// born before everything and each version that it may have seen matches.
func (o *omissions) miss(u predicateUse, key int32) {
	p, vs := o.p, &o.p.versions[key]
	c := Case{Type: PredicateReadMiss, Op: int(p.x.op[u.txn]), Mop: u.mop, Key: p.keyValue(key), PredicateRead: p.mopValue(u.txn, u.mop)}
	for _, list := range [][]version{vs.placed, vs.loose} {
		for _, v := range list {
			if v.txn != u.txn {
				c.Values = append(c.Values, p.value(v.val))
			}
		}
	}
	o.out.found = append(o.out.found, finding{PredicateReadMiss, u.txn, u.mop, c})
}
