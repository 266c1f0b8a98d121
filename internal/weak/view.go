package weak

import (
	"cmp"
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// A view is what one session must have seen, in which order: the own transactions of
// the session, numbered from 0, and of all others what comes before them.
//
// It is found as the causal past of each own transaction, which grows as long as it
// has to (HB of Bouajjani et al. 2017): where the k-th reads key x from t1, and t2,
// which is in its past, writes x too, t2 must come before t1, and so in the past of the
// first own transaction that has t1 in its past. rank(t) is the number of the first
// that has t in its past, so pasts are kept as one number for each transaction. It falls
// until nothing changes: each of t's ranks is a record, and says by which step t comes
// before which other transaction, so that each fact can be traced to what it rests on.
//
// Then there is a view, unless a session's own transaction comes before itself, the
// initial version was read where another was in the past, two versions of a key were
// each read where the other was in the past, or there is a cycle among transactions
// of the same rank. If there is none of that: lay out the transactions by their ranks,
// each own one before those that are of a later rank, and those of a rank by any order
// that keeps the steps. What is in the past of a read and wrote its key is then before
// what was read, and all else after the read.
//
// A stretch of the linear extension can be looked at alone, see blocks. Then rank is
// about the own transactions first to end-1 only, which see some of it. What they do not
// is of rank end, as if the next one saw all of it.
type view struct {
	*checker
	known   *orders
	reaches *reaches

	own    []int32
	number []int32        // per txn: its number among the own ones plus one, or 0
	reads  []reading      // of the own transactions, by the place of what was read
	keys   map[int32]bool // that they read, if there are known orders

	lo, hi     int32 // the places that are looked at
	first, end int32
	cur        []int32 // per txn: its latest record, or -1 if it is in nobody's past
	recs       []record
	lemmas     []lemma
	active     []bool // per known order: the session has read a version behind it
	seen       []sight
	queue      []int32
	ends       []end
	used       []int32 // the txns with records
	counts     []int32 // the known orders that are active

	bad int32 // an own transaction that comes before itself, or -1

	links  []sameRank // see ranksCycle; this and the rest is memory that is used again
	edges  []graph.Edge
	nodes  []int32
	nodeOf []int32 // per txn: its number among nodes, or -1
	space  graph.Workspace
}

// A record: own transaction k has t in its past, by a step to another one that is, or
// is k itself.
type record struct {
	k, to int32
	rel   Rel
	key   int32
	next  int32 // the record of to, -1 if that is k
	lemma int32 // of Visible: what says so
}

// A lemma is that from's version of a key must be older than to's, since own
// transaction k read it, and from was in its past by rec.
type lemma struct{ key, from, to, k, rec int32 }

// A sight is the last own transaction that read a version; txn is Initial for the
// initial one.
type sight struct{ key, txn, last int32 }

// A reading is a read of an own transaction; txn is Initial for the initial version.
type reading struct{ at, key, txn, k int32 }

// An end is where a version that was read has its place: last read by last, and in the
// past of k. Of the ends up to it, first has the least k, and second the least but for
// first.
type end struct{ last, k, txn, first, second int32 }

func newView(c *checker, known *orders, r *reaches) *view {
	return &view{checker: c, known: known, reaches: r, number: make([]int32, c.n), cur: minusOnes(c.n), active: make([]bool, len(c.h.Order)), keys: map[int32]bool{}}
}

// check returns a witness if the session that ends with a transaction can have no view.
func (v *view) check(tip int32) *Witness {
	v.begin(tip)
	if !v.cyclic && v.holdsInBlocks() {
		return nil
	}
	v.lo, v.hi, v.first, v.end = 0, int32(v.n), 0, int32(len(v.own))
	v.gather()
	return v.find(tip)
}

// find returns a witness if there is no view of the places that are looked at.
func (v *view) find(tip int32) *Witness {
	for k := v.first; k < v.end; k++ {
		v.precede(v.own[k], k, -1)
		v.drain()
	}
	for v.bad < 0 && v.settle() {
	}
	if v.bad >= 0 {
		return v.ownCycle(tip)
	}
	if w := v.clash(tip); w != nil {
		return w
	}
	return v.ranksCycle(tip)
}

// whole reports whether all places are looked at. Otherwise a witness only says that
// this has to be done.
func (v *view) whole() bool { return v.lo == 0 && int(v.hi) == v.n }

// begin forgets the session before, and gathers what this one read.
func (v *view) begin(tip int32) {
	for _, t := range v.own {
		v.number[t] = 0
	}
	v.own, v.reads = v.own[:0], v.reads[:0]
	for t := tip; t >= 0; t = v.prev[t] {
		v.own = append(v.own, t)
	}
	slices.Reverse(v.own)
	clear(v.keys)
	for k, t := range v.own {
		v.number[t] = int32(k) + 1
		for o := v.h.Off[t]; o < v.h.Off[t+1]; o++ {
			if f := v.from[o]; f >= Initial {
				v.reads = append(v.reads, reading{v.at(f), v.h.Key[o], f, int32(k)})
				if len(v.known.edges) > 0 {
					v.keys[v.h.Key[o]] = true
				}
			}
		}
	}
	slices.SortFunc(v.reads, func(a, b reading) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.key, b.key), cmp.Compare(a.k, b.k))
	})
}

// gather forgets the places before, and gathers what was read of these. What is read of
// earlier places is to these as if it were the initial version.
func (v *view) gather() {
	for _, t := range v.used {
		v.cur[t] = -1
	}
	for _, i := range v.counts {
		v.active[i] = false
	}
	v.used, v.counts, v.recs, v.lemmas, v.seen, v.queue, v.bad = v.used[:0], v.counts[:0], v.recs[:0], v.lemmas[:0], v.seen[:0], v.queue[:0], -1
	from := sort.Search(len(v.reads), func(i int) bool { return v.reads[i].at >= v.lo })
	for _, r := range v.reads[from:] {
		if r.at >= v.hi {
			break
		}
		v.seen = append(v.seen, sight{r.key, r.txn, min(r.k, v.end)})
	}
	for k := v.first; k < v.end; k++ {
		t := v.own[k]
		for o := v.h.Off[t]; o < v.h.Off[t+1]; o++ {
			if f := v.from[o]; f == Initial || f >= 0 && v.at(f) < v.lo {
				v.seen = append(v.seen, sight{v.h.Key[o], Initial, k})
			}
		}
	}
	slices.SortFunc(v.seen, func(a, b sight) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.txn, b.txn), cmp.Compare(b.last, a.last))
	})
	v.seen = slices.CompactFunc(v.seen, func(a, b sight) bool { return a.key == b.key && a.txn == b.txn })
	if v.whole() {
		for _, s := range v.seen {
			v.activate(s)
		}
	}
}

// activate makes known orders count that lead to a version that was read.
func (v *view) activate(s sight) {
	if s.txn < 0 {
		return
	}
	stack := []int32{s.txn}
	for len(stack) > 0 {
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, i := range v.known.before(t) {
			if e := v.known.edges[i]; e.Key == s.key && !v.active[i] {
				v.active[i] = true
				v.counts = append(v.counts, i)
				stack = append(stack, e.A)
			}
		}
	}
}

// counted reports whether a known order counts that leads to a transaction which is
// looked at: of a stretch, each of a key that was ever read.
func (v *view) counted(i int32) bool {
	if v.whole() {
		return v.active[i]
	}
	e := v.known.edges[i]
	return v.keys[e.Key] && v.within(e.A)
}

func (v *view) within(t int32) bool { p := v.at(t); return p >= v.lo && p < v.hi }

// rank is the first own transaction that has t in its past, or end.
func (v *view) rank(t int32) int32 {
	if v.cur[t] < 0 {
		return v.end
	}
	return v.recs[v.cur[t]].k
}

// precede puts all that comes right before u into the past of own transaction k, which
// has u in its past by next, or is u.
func (v *view) precede(u, k, next int32) {
	if p := v.prev[u]; p >= 0 {
		v.lower(p, record{k, u, Session, -1, next, -1})
	}
	if v.level == Causal || v.number[u] > 0 {
		for o := v.h.Off[u]; o < v.h.Off[u+1]; o++ {
			if f := v.from[o]; f >= 0 {
				v.lower(f, record{k, u, WR, v.h.Key[o], next, -1})
			}
		}
	}
	for _, i := range v.known.before(u) {
		if v.counted(i) {
			v.lower(v.known.edges[i].A, record{k, u, Order, v.known.edges[i].Key, next, -1})
		}
	}
}

func (v *view) lower(t int32, r record) {
	if v.bad >= 0 || v.rank(t) <= r.k || !v.within(t) {
		return
	}
	if v.cur[t] < 0 {
		v.used = append(v.used, t)
	}
	v.cur[t] = int32(len(v.recs))
	v.recs = append(v.recs, r)
	v.queue = append(v.queue, t)
	if n := v.number[t]; n > 0 && r.k < n {
		v.bad = t
	}
}

// drain puts into pasts what comes before that which was put there.
func (v *view) drain() {
	for i := 0; i < len(v.queue) && v.bad < 0; i++ {
		t := v.queue[i]
		v.precede(t, v.rank(t), v.cur[t])
	}
	v.queue = v.queue[:0]
}

// ofKeys calls f with what was read of each key until it returns false.
func (v *view) ofKeys(f func(key int32, seen []sight) bool) {
	for lo := 0; lo < len(v.seen); {
		hi := lo + 1
		for hi < len(v.seen) && v.seen[hi].key == v.seen[lo].key {
			hi++
		}
		if !f(v.seen[lo].key, v.seen[lo:hi]) {
			return
		}
		lo = hi
	}
}

// writersOf returns the writers of a key, of the places that are looked at.
func (v *view) writersOf(key int32) []int32 {
	lo, hi := v.w.off[key], v.w.off[key+1]
	if !v.whole() {
		lo = v.w.after(v.index, lo, hi, v.lo-1)
		hi = v.w.after(v.index, lo, hi, v.hi-1)
	}
	return v.w.txn[lo:hi]
}

// target is which own transaction has whatever precedes t in its past: t itself, or
// the first that has t.
func (v *view) target(t int32) (k, next int32) {
	if n := v.number[t]; n > 0 {
		return n - 1, -1
	}
	return v.rank(t), v.cur[t]
}

// settle puts each version that is in the past of a read of another one before that
// one. It reports whether anything changed.
func (v *view) settle() (changed bool) {
	v.ofKeys(func(key int32, seen []sight) bool {
		v.place(seen)
		for _, t := range v.writersOf(key) {
			r := v.rank(t)
			i := sort.Search(len(v.ends), func(i int) bool { return v.ends[i].last < r }) // those before were read later
			if i == 0 {
				continue
			}
			best := v.ends[i-1].first
			if v.ends[best].txn == t {
				best = v.ends[i-1].second
			}
			if best < 0 {
				continue
			}
			e := v.ends[best]
			k, next := v.target(e.txn)
			if k >= r {
				continue
			}
			at := v.cur[t]
			v.lower(t, record{k, e.txn, Visible, key, next, int32(len(v.lemmas))})
			v.lemmas = append(v.lemmas, lemma{key, t, e.txn, e.last, at})
			v.drain()
			changed = true
			if v.bad >= 0 {
				return false
			}
		}
		return true
	})
	return changed
}

// place lists the versions of a key that were read, those that were read last first.
func (v *view) place(seen []sight) {
	v.ends = v.ends[:0]
	for _, s := range seen {
		if s.txn >= 0 {
			k, _ := v.target(s.txn)
			v.ends = append(v.ends, end{last: s.last, k: k, txn: s.txn})
		}
	}
	slices.SortFunc(v.ends, func(a, b end) int { return cmp.Or(cmp.Compare(b.last, a.last), cmp.Compare(a.txn, b.txn)) })
	first, second := int32(-1), int32(-1)
	for i := range v.ends {
		switch k := v.ends[i].k; {
		case first < 0 || k < v.ends[first].k:
			first, second = int32(i), first
		case second < 0 || k < v.ends[second].k:
			second = int32(i)
		}
		v.ends[i].first, v.ends[i].second = first, second
	}
}
