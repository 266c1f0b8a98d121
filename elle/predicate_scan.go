package elle

import (
	"cmp"
	"maps"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
)

// predicateScanner finds the anomalies that show without a graph, but for what
// reads by predicate missed, which omissions find.
type predicateScanner struct {
	*predicates
	found   []finding
	garbage map[itemValue]int      // where in found it was first read
	state   map[int32]known        // of the keys that a transaction touched: what it must read next
	met     map[int32]int32        // of the keys that it read before it wrote them: who installed what it read
	updates map[itemUpdate][]int32 // by whom
}

// known is the value that a transaction knows of an item, and whether since it wrote
// that.
type known struct {
	val   int32
	wrote bool
}

// An itemUpdate is a version of an item, by who installed it, nobody for the first,
// that was read and then overwritten.
type itemUpdate struct{ key, from int32 }

func (p *predicates) scan() []finding {
	s := &predicateScanner{predicates: p, garbage: map[itemValue]int{}, state: map[int32]known{}, met: map[int32]int32{}, updates: map[itemUpdate][]int32{}}
	for t := range int32(p.x.len()) {
		if !p.x.readsCount(t) || p.init[t] {
			continue
		}
		clear(s.state)
		clear(s.met)
		for i, m := range p.txn(t) {
			switch m.kind {
			case itemWrite:
				s.addUpdate(t, m.key)
				s.state[m.key] = known{m.val, true}
			case itemRead:
				s.scanItem(t, i, &m)
			case predicateRead:
				s.scanAnswer(t, i, &m)
			}
		}
	}
	s.reportLost()
	return s.found
}

func (s *predicateScanner) report(what Anomaly, t int32, i int, key int32, c Case) {
	c.Type, c.Key = what, s.keyValue(key)
	c.Op, c.Mop = int(s.x.op[t]), i
	s.found = append(s.found, finding{what: what, txn: t, mop: i, c: c})
}

// scanItem looks at a read of an item: whether it agrees with what its
// transaction read or wrote before (INT: Cerone et al. 2015), and where the
// value came from.
func (s *predicateScanner) scanItem(t int32, i int, m *predicateMop) {
	val := m.val
	if val == valueNil {
		val = valueDead
	}
	seen := s.read(t, i, m)
	switch want, ok := s.state[m.key]; {
	case ok && want.val != val:
		s.report(Internal, t, i, m.key, Case{Expected: s.expected(want.val)})
	case !ok && s.missed(m.key, seen):
		s.report(PredicateReadMiss, t, i, m.key, Case{Values: s.others(t, m.key)})
	}
	s.meet(m.key, seen)
	s.state[m.key] = known{val: val}
	if val != valueDead {
		s.scanRead(t, i, m.key, val)
	}
}

// expected is the value that a read should have returned: nil, if the item should
// have been dead.
func (s *predicateScanner) expected(val int32) edn.Value {
	if val == valueDead {
		return edn.Value{}
	}
	return s.value(val)
}

// scanAnswer looks at a read by predicate: each item that it returned is as good as
// read, and one that was read before and is left out must not match. That it leaves out
// what the transaction itself wrote is not reported, as in Elle, whose examples do
// that.
func (s *predicateScanner) scanAnswer(t int32, i int, m *predicateMop) {
	returned := map[int32]bool{}
	for _, it := range s.items(m) {
		returned[it.key] = true
		s.scanRead(t, i, it.key, it.val)
		want, ok := s.state[it.key]
		switch {
		case !s.matches(m.key, it.val):
			s.report(Internal, t, i, it.key, Case{Element: s.value(it.val), PredicateRead: s.mopValue(t, i)})
		case ok && want.val != it.val:
			s.report(Internal, t, i, it.key, Case{Element: s.value(it.val), Expected: s.expected(want.val), PredicateRead: s.mopValue(t, i)})
		}
		s.meet(it.key, s.matched(t, i, it))
		s.state[it.key] = known{val: it.val}
	}
	for _, key := range slices.Sorted(maps.Keys(s.state)) {
		if want := s.state[key]; !want.wrote && !returned[key] && s.matches(m.key, want.val) {
			s.report(Internal, t, i, key, Case{Expected: s.value(want.val), PredicateRead: s.mopValue(t, i)})
			return
		}
	}
}

// meet notes what the transaction read of a key, if it had not read or written it.
func (s *predicateScanner) meet(key int32, seen selected) {
	switch _, known := s.state[key]; {
	case known || !seen.exact():
	case seen.kind == ofVersion:
		s.met[key] = seen.txn
	default:
		s.met[key] = nobody
	}
}

// addUpdate notes that t writes a key, of which it may have read a version before.
func (s *predicateScanner) addUpdate(t, key int32) {
	if from, ok := s.met[key]; ok {
		delete(s.met, key)
		u := itemUpdate{key, from}
		s.updates[u] = append(s.updates[u], t)
	}
}

// reportLost reports the versions that several transactions read and then
// overwrote: at most one of them can have built on it.
func (s *predicateScanner) reportLost() {
	order := func(a, b itemUpdate) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.from, b.from)) }
	for _, u := range slices.SortedFunc(maps.Keys(s.updates), order) {
		by := s.updates[u]
		if len(by) < 2 {
			continue
		}
		c := Case{}
		if u.from != nobody {
			c.Value, _ = s.lastWritten(u.from, u.key)
		}
		for _, t := range by {
			c.Ops = append(c.Ops, int(s.x.op[t]))
		}
		s.report(LostUpdate, by[0], -1, u.key, c)
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
	p := o.p
	o.out.found = append(o.out.found, finding{what: PredicateReadMiss, txn: u.txn, mop: u.mop, c: Case{
		Type: PredicateReadMiss, Op: int(p.x.op[u.txn]), Mop: u.mop, Key: p.keyValue(key), PredicateRead: p.mopValue(u.txn, u.mop), Values: p.others(u.txn, key),
	}})
}

// others lists the versions of an item that others than t wrote.
func (p *predicates) others(t, key int32) (values []edn.Value) {
	for _, list := range [][]version{p.versions[key].placed, p.versions[key].loose} {
		for _, v := range list {
			if v.txn != t {
				values = append(values, p.value(v.val))
			}
		}
	}
	return values
}
