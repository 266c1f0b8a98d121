package elle

import (
	"maps"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
)

// registerScanner finds the anomalies that show in a register without looking
// at any other.
type registerScanner struct {
	*registerVersions
	found   *finds
	garbage bool
	first   []int32 // per version: 1 more than the first update of it
	updates map[int32][]int
}

// value is the value of rec i.
func (v *registerVersions) value(i int) edn.Value {
	return v.r.value(v.recs[i].txn, v.recs[i].index())
}

// op is the position of the op that rec i belongs to.
func (v *registerVersions) op(i int) int { return int(v.r.x.op[v.recs[i].txn]) }

func (s *registerScanner) report(what Anomaly, i int, c Case) {
	s.reportAt(what, i, s.recs[i].index(), c)
}

// reportAt is report with another place among the findings of the transaction.
func (s *registerScanner) reportAt(what Anomaly, i, place int, c Case) {
	rc := s.recs[i]
	c.Type, c.Key = what, s.r.keyValue(s.k)
	c.Op, c.Mop = s.op(i), rc.index()
	s.found.add(finding{what, rc.txn, place, s.k, c})
}

// scan looks at every micro-op of the key.
func (s *registerScanner) scan() {
	s.garbage = false
	s.first = resize(s.first, int(s.n))
	clear(s.updates)
	runs(s.recs, func(lo, hi int) {
		if s.r.x.status[s.recs[lo].txn] != committed {
			return
		}
		for i := lo; i < hi; i++ {
			if !s.recs[i].isWrite() && s.ver[i] > 0 {
				s.scanRead(i, lo, hi)
			}
		}
		if hi-lo > 1 {
			s.scanInternal(lo, hi)
			s.addUpdate(lo, hi)
		}
	})
	if s.garbage {
		s.scanGarbage()
	}
	for _, id := range slices.Sorted(maps.Keys(s.updates)) {
		s.reportLost(s.updates[id])
	}
}

// scanRead looks at where rec i of the run lo to hi read its value from: an
// aborted write (G1a), one that was replaced (G1b: Adya 1999), or one that its
// own transaction makes only later. A value that may have come from a proper
// write as well says nothing.
func (s *registerScanner) scanRead(i, lo, hi int) {
	id, txn := s.ver[i], s.recs[i].txn
	if s.second[id] >= 0 {
		return
	}
	w := s.final[id]
	if w >= 0 && s.recs[w].txn != txn {
		if s.r.x.status[s.recs[w].txn] == indeterminate {
			s.observed = append(s.observed, s.recs[w].txn)
		}
		return
	}
	if own := s.ownWrite(id, lo, hi); own >= 0 {
		if own > i {
			// Of several, the one whose write comes first is kept.
			s.reportAt(FutureRead, i, s.recs[own].index(), Case{Element: s.value(i)})
		}
		return
	}
	if f := s.failed[id]; f >= 0 && !s.found.left(G1a, txn, s.recs[i].index()) {
		s.report(G1a, i, Case{Writer: s.op(int(f)), Element: s.value(i)})
	}
	if f := s.inter[id]; f >= 0 {
		s.report(G1b, i, Case{Writer: s.op(int(f)), Element: s.value(i)})
	}
	s.garbage = s.garbage || s.failed[id] < 0 && s.inter[id] < 0
}

// ownWrite returns the first write of a version in the run lo to hi, or -1.
func (s *registerScanner) ownWrite(id int32, lo, hi int) int {
	for i := lo; i < hi; i++ {
		if s.recs[i].isWrite() && s.ver[i] == id {
			return i
		}
	}
	return -1
}

// scanInternal looks for a read that disagrees with what its transaction read
// or wrote before (INT: Cerone et al. 2015).
func (s *registerScanner) scanInternal(lo, hi int) {
	for i := lo + 1; i < hi && s.r.x.tellsReads(s.recs[lo].txn); i++ {
		if !s.recs[i].isWrite() && s.ver[i] != s.ver[i-1] {
			c := Case{}
			if s.ver[i-1] != 0 || s.init != codeNil {
				c.Expected = s.value(i - 1)
			}
			s.report(Internal, i, c)
			return
		}
	}
}

// addUpdate notes which version the run lo to hi read before it wrote. Only the
// second update of a version needs memory.
func (s *registerScanner) addUpdate(lo, hi int) {
	i := lo
	for i < hi && s.recs[i].isWrite() {
		i++
	}
	last := lastWrite(s.recs, lo, hi)
	if i >= last || s.ver[i] == unknownVersion {
		return
	}
	id := s.ver[i]
	if s.ver[last] == id {
		return // what it read of its own is what it left
	}
	switch first := s.first[id]; {
	case s.second[id] >= 0: // two versions with one name
	case first == 0:
		s.first[id] = int32(i + 1)
	default:
		if s.updates == nil {
			s.updates = map[int32][]int{}
		}
		if s.updates[id] == nil {
			s.updates[id] = []int{int(first - 1)}
		}
		s.updates[id] = append(s.updates[id], i)
	}
}

func (s *registerScanner) reportLost(reads []int) {
	c := Case{}
	if s.ver[reads[0]] != 0 || s.init != codeNil {
		c.Value = s.value(reads[0])
	}
	for _, i := range reads {
		c.Ops = append(c.Ops, s.op(i))
	}
	s.report(LostUpdate, reads[0], c)
}

// scanGarbage reports the values that were read though no transaction wrote
// them: the first read of each, and how many there were.
func (s *registerScanner) scanGarbage() {
	first, reads := map[int32]int{}, map[int32]int{} // by version
	for i, rc := range s.recs {
		id := s.ver[i]
		if rc.isWrite() || id <= 0 || s.final[id] >= 0 || s.failed[id] >= 0 || s.inter[id] >= 0 {
			continue
		}
		if reads[id]++; reads[id] == 1 {
			first[id] = i
		}
	}
	for _, id := range slices.Sorted(maps.Keys(first)) {
		s.report(GarbageRead, first[id], Case{Element: s.value(first[id]), Count: reads[id]})
	}
}
