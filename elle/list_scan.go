package elle

import (
	"maps"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
)

// scanner finds the anomalies that show in a key without looking at any other.
type scanner struct {
	v     *versions
	found *finds

	state   []int32 // what scanRun expects
	isNil   bool    // state is empty since nil was read
	aborted bool    // an aborted transaction appended to the key
	first   []int32 // per version, see addUpdate: 1 more than the first update of it
	updates map[int32][]int
}

func (s *scanner) report(what Anomaly, i int, c Case) {
	s.reportAt(what, i, s.v.mops[i].index(), c)
}

// reportAt is report with another place among the findings of the transaction.
func (s *scanner) reportAt(what Anomaly, i, place int, c Case) {
	m := &s.v.mops[i]
	c.Type, c.Key = what, s.v.keyValue()
	c.Op, c.Mop = int(s.v.x.op[m.txn]), m.index()
	s.found.add(finding{what, m.txn, place, s.v.key, c})
}

// scan looks at every micro-op of the key that v holds.
func (s *scanner) scan() {
	v := s.v
	s.aborted = false
	for _, w := range v.wrote {
		s.aborted = s.aborted || w >= 0 && v.x.status[v.mops[w].txn] == aborted
	}
	for i := range v.mops {
		if v.mops[i].isRead() && v.mops[i].n > 0 {
			s.scanRead(i)
		}
	}
	for lo := 0; lo < len(v.mops); {
		hi := lo + 1
		for hi < len(v.mops) && v.mops[hi].txn == v.mops[lo].txn {
			hi++
		}
		if hi-lo > 1 && v.x.status[v.mops[lo].txn] == committed {
			s.scanRun(lo, hi)
		}
		lo = hi
	}
	s.scanOrder()
	s.scanDirty()
	s.scanLost()
	s.scanGarbage()
}

// scanRead looks for aborted and intermediate reads (G1a, G1b: Adya 1999) and
// for elements that a read has twice.
func (s *scanner) scanRead(i int) {
	v := s.v
	m := &v.mops[i]
	st := v.x.status[m.txn]
	if !st.possible() {
		return
	}
	seen := v.read(i)
	if len(v.order) < len(v.list) || v.elem[i] > 0 {
		s.scanDuplicates(i, seen)
	}
	if st != committed {
		return
	}
	if s.aborted {
		for _, e := range seen {
			if w := v.wrote[e]; w >= 0 && v.x.status[v.mops[w].txn] == aborted && !s.found.left(G1a, m.txn, m.index()) {
				s.report(G1a, i, Case{Writer: s.op(w), Element: v.element(e)})
			}
		}
	}
	e := seen[len(seen)-1]
	if w := v.wrote[e]; w >= 0 && !v.final[w] && v.mops[w].txn != m.txn {
		s.report(G1b, i, Case{Writer: s.op(w), Element: v.element(e)})
	}
}

// op returns the position of the op that micro-op i belongs to.
func (s *scanner) op(i int32) int { return int(s.v.x.op[s.v.mops[i].txn]) }

func (s *scanner) scanDuplicates(i int, seen []int32) {
	times := map[int32]int{}
	for _, e := range seen {
		times[e]++
	}
	var dups []Duplicate
	for _, e := range seen {
		if times[e] > 1 && (s.v.wrote[e] != severals || times[e] > s.appends(e)) {
			dups = append(dups, Duplicate{s.v.element(e), times[e]})
			times[e] = 0
		}
	}
	if dups != nil {
		s.report(DuplicateElements, i, Case{Duplicates: dups})
	}
}

// scanRun looks at the micro-ops lo to hi of one committed transaction on the
// key. A read must agree with the reads and appends before it (INT: Cerone et
// al. 2015), and must not contain what is appended only after it.
func (s *scanner) scanRun(lo, hi int) {
	v := s.v
	known, internal, future := false, false, false
	s.state = s.state[:0] // what the list is, or ends with if it is not known
	s.isNil = false
	for i := lo; i < hi; i++ {
		if v.mops[i].kind() == appendMop {
			if !future {
				future = s.scanFuture(lo, i)
			}
			s.state = append(s.state, v.elem[i])
			s.isNil = false
			continue
		}
		if v.mops[i].kind() == readUnknown {
			continue
		}
		seen := v.readOrEmpty(i)
		ok := len(seen) >= len(s.state) && slices.Equal(seen[len(seen)-len(s.state):], s.state)
		isNil := v.mops[i].kind() == readNil
		if known {
			ok = slices.Equal(seen, s.state) && (len(seen) > 0 || isNil == s.isNil)
		}
		if !ok && !internal {
			internal = true
			s.report(Internal, i, Case{Expected: s.expected(known)})
			// Only the first contradiction of a transaction is reported, but appends go
			// on to be compared with the reads before them.
		}
		known, s.isNil = true, isNil
		s.state = append(s.state[:0], seen...)
	}
}

// readOrEmpty returns what read i saw, nothing for nil.
func (v *versions) readOrEmpty(i int) []int32 {
	if v.mops[i].n == 0 {
		return nil
	}
	return v.read(i)
}

// appends returns how many appends of an element may have taken effect.
func (s *scanner) appends(e int32) (n int) {
	for i := range s.v.mops {
		if m := &s.v.mops[i]; m.kind() == appendMop && s.v.elem[i] == e && s.v.x.status[m.txn].possible() {
			n++
		}
	}
	return n
}

// scanFuture looks for a read before append i that saw its element already.
func (s *scanner) scanFuture(lo, i int) bool {
	v := s.v
	if v.wrote[v.elem[i]] == severals {
		return false
	}
	for j := lo; j < i; j++ {
		if v.mops[j].isRead() && v.mops[j].n > 0 && v.saw(j, v.elem[i]) {
			// Of several, the one whose append comes first is kept.
			s.reportAt(FutureRead, j, v.mops[i].index(), Case{Element: v.element(v.elem[i])})
			return true
		}
	}
	return false
}

// expected writes the state that a read should have seen: after an unknown
// beginning, three dots stand for it, as in Elle.
func (s *scanner) expected(known bool) edn.Value {
	if s.isNil {
		return edn.Value{}
	}
	text := []byte{'['}
	if !known {
		text = append(text, "..."...)
	}
	for _, e := range s.state {
		if len(text) > 1 {
			text = append(text, ' ')
		}
		text, _ = edn.AppendEDN(text, s.v.element(e))
	}
	src := edn.NewSource("expected", append(text, ']'), edn.EDN)
	return src.Value(0, len(src.Text))
}

// scanOrder looks for two reads of which neither is a prefix of the other.
func (s *scanner) scanOrder() {
	v := s.v
	var reads []int // one for each distinct list, by possible transactions
	if len(v.odd) == 0 {
		return
	}
	lengths := map[int32]bool{}
	for i := range v.mops {
		m := &v.mops[i]
		if !m.isRead() || m.n == 0 || !v.x.status[m.txn].possible() {
			continue
		}
		if v.elem[i] == 0 {
			if lengths[m.n] {
				continue
			}
			lengths[m.n] = true
		}
		reads = append(reads, i)
	}
	slices.SortStableFunc(reads, func(a, b int) int { return int(v.mops[a].n) - int(v.mops[b].n) })
	for k := 1; k < len(reads); k++ {
		a, b := reads[k-1], reads[k]
		if !hasPrefix(v.read(b), v.read(a)) {
			s.report(IncompatibleOrder, a, Case{
				Values: []edn.Value{v.listValue(a), v.listValue(b)},
				Ops:    []int{s.op(int32(a)), s.op(int32(b))},
			})
			return
		}
	}
}

// scanDirty looks for committed versions that were built on aborted ones. The
// version order here includes what failed transactions read.
func (s *scanner) scanDirty() {
	if !s.aborted {
		return
	}
	v := s.v
	longest := v.longest
	for i := range v.mops {
		if m := &v.mops[i]; m.isRead() && m.n > 0 && (longest < 0 || m.n > v.mops[longest].n) {
			longest = i
		}
	}
	if longest < 0 {
		return
	}
	seen := v.read(longest)
	decisive := int32(-1) // the append that the present state rests on, -1 for the initial state
	from := 0
	for p, e := range seen {
		w := v.wrote[e]
		if w < 0 {
			continue
		}
		switch v.x.status[v.mops[w].txn] {
		case aborted:
			if decisive < 0 || v.x.status[v.mops[decisive].txn] != aborted {
				decisive, from = w, p
			}
		case committed:
			if decisive >= 0 && v.x.status[v.mops[decisive].txn] == aborted {
				s.reportDirty(seen[from:p+1], decisive, w)
			}
			decisive = w
		}
	}
}

func (s *scanner) reportDirty(span []int32, from, to int32) {
	if m := &s.v.mops[to]; s.found.left(DirtyUpdate, m.txn, m.index()) {
		return
	}
	c := Case{Ops: []int{s.op(from), s.op(to)}}
	for _, e := range span {
		c.Values = append(c.Values, s.v.element(e))
	}
	s.report(DirtyUpdate, int(to), c)
}

// scanLost looks for committed transactions that read the same version of the
// key and then wrote it: at most one of them can have built on it. nil and the
// empty list are different answers here, as in scanRun.
func (s *scanner) scanLost() {
	v := s.v
	s.first = resize(s.first, len(v.list)+2)
	clear(s.updates)
	var odd map[string][]int
	for lo := 0; lo < len(v.mops); {
		hi := lo + 1
		for hi < len(v.mops) && v.mops[hi].txn == v.mops[lo].txn {
			hi++
		}
		if i := s.updated(lo, hi); i < 0 {
		} else if o := v.elem[i]; o > 0 {
			if odd == nil {
				odd = map[string][]int{}
			}
			key := idText(v.odd[o-1])
			odd[key] = append(odd[key], i)
		} else if v.mops[i].kind() == readNil {
			s.addUpdate(0, i)
		} else {
			s.addUpdate(v.mops[i].n+1, i)
		}
		lo = hi
	}
	if len(s.updates) > 0 {
		for _, n := range slices.Sorted(maps.Keys(s.updates)) {
			s.reportLost(s.updates[n])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(odd)) {
		s.reportLost(odd[key])
	}
}

// addUpdate notes that read i saw nil, if n is 0, or the first n-1 elements, and was
// followed by an append. Only the second update of a version needs memory.
func (s *scanner) addUpdate(n int32, i int) {
	switch first := s.first[n]; {
	case first == 0:
		s.first[n] = int32(i + 1)
	default:
		if s.updates == nil {
			s.updates = map[int32][]int{}
		}
		if s.updates[n] == nil {
			s.updates[n] = []int{int(first - 1)}
		}
		s.updates[n] = append(s.updates[n], i)
	}
}

// updated returns the first read of the key among the micro-ops lo to hi of a
// committed transaction, if an append follows it, else -1.
func (s *scanner) updated(lo, hi int) int {
	v := s.v
	if hi-lo < 2 || v.x.status[v.mops[lo].txn] != committed {
		return -1
	}
	for i := lo; i < hi; i++ {
		if v.mops[i].isRead() && v.mops[i].kind() != readUnknown {
			for j := i + 1; j < hi; j++ {
				if v.mops[j].kind() == appendMop {
					return i
				}
			}
			return -1
		}
	}
	return -1
}

func (s *scanner) reportLost(reads []int) {
	if len(reads) < 2 {
		return
	}
	c := Case{Value: s.v.listValue(reads[0])}
	for _, i := range reads {
		c.Ops = append(c.Ops, s.op(int32(i)))
	}
	s.report(LostUpdate, reads[0], c)
}

func idText(ids []int32) string {
	b := make([]byte, 0, 4*len(ids))
	for _, e := range ids {
		b = append(b, byte(e), byte(e>>8), byte(e>>16), byte(e>>24))
	}
	return string(b)
}

// scanGarbage looks for elements that were read though no transaction appended them.
// The first read of each is reported, and how many there were.
func (s *scanner) scanGarbage() {
	v := s.v
	var first map[int32]int
	for e, w := range v.wrote {
		if w == nobodys {
			if first == nil {
				first = map[int32]int{}
			}
			first[int32(e)] = -1
		}
	}
	if first == nil {
		return
	}
	reads := map[int32]int{}
	for i := range v.mops {
		m := &v.mops[i]
		if !m.isRead() || m.n == 0 || !v.x.status[m.txn].possible() {
			continue
		}
		for _, e := range v.read(i) {
			if at, garbage := first[e]; garbage {
				reads[e]++
				if at < 0 {
					first[e] = i
				}
			}
		}
	}
	for e := range v.wrote {
		if i, garbage := first[int32(e)]; garbage && i >= 0 {
			s.report(GarbageRead, i, Case{Element: v.element(int32(e)), Count: reads[int32(e)]})
		}
	}
}
