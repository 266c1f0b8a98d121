package weak

import (
	"cmp"
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// clash looks for a read of the initial version with another in its past, for two
// versions of a key that were each read with the other in the past, and for one that
// is known to be later than what was read.
func (v *view) clash(tip int32) (w *Witness) {
	v.ofKeys(func(key int32, seen []sight) bool {
		if s := seen[0]; s.txn == Initial {
			for _, t := range v.writersOf(key) {
				if v.rank(t) <= s.last && s.last < v.end {
					w = v.witness(tip, v.older(key, t, Initial, s.last), Step{Rel: Order, From: Initial, To: t, Key: key, Reader: -1})
					return false
				}
			}
		}
		w = v.pair(tip, key, seen)
		for i := 0; i < len(seen) && w == nil; i++ {
			w = v.later(tip, seen[i], seen)
		}
		return w == nil
	})
	return w
}

// pair looks for two versions that were both read with the other in the past.
func (v *view) pair(tip, key int32, seen []sight) *Witness {
	v.place(seen)
	slices.SortFunc(v.ends, func(a, b end) int {
		return cmp.Or(cmp.Compare(v.rank(a.txn), v.rank(b.txn)), cmp.Compare(a.txn, b.txn))
	})
	for i, latest := 1, 0; i < len(v.ends); i++ {
		a, b := v.ends[latest], v.ends[i]
		if v.rank(b.txn) <= a.last {
			return v.witness(tip, v.older(key, a.txn, b.txn, b.last), v.older(key, b.txn, a.txn, a.last))
		}
		if b.last > a.last {
			latest = i
		}
	}
	return nil
}

// later looks for a version in the past of a read of an earlier one, by known orders.
// What comes after the next one that was read is looked for from there.
func (v *view) later(tip int32, s sight, seen []sight) *Witness {
	if s.txn < 0 || s.last == v.end || len(v.known.after(s.txn)) == 0 {
		return nil
	}
	from := map[int32]int32{s.txn: -1}
	stack := []int32{s.txn}
	for len(stack) > 0 {
		u := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, i := range v.known.after(u) {
			e := v.known.edges[i]
			if _, met := from[e.B]; met || e.Key != s.key {
				continue
			}
			from[e.B] = u
			if v.rank(e.B) <= s.last {
				return v.laterWitness(tip, s, e.B, from)
			}
			read := sort.Search(len(seen), func(i int) bool { return seen[i].txn >= e.B })
			if read == len(seen) || seen[read].txn != e.B {
				stack = append(stack, e.B)
			}
		}
	}
	return nil
}

func (v *view) laterWitness(tip int32, s sight, t int32, from map[int32]int32) *Witness {
	var known []Step
	for u := t; from[u] >= 0; u = from[u] {
		known = append(known, Step{Rel: Order, From: from[u], To: u, Key: s.key, Reader: -1})
	}
	slices.Reverse(known)
	return v.witness(tip, append([]Step{v.older(s.key, t, s.txn, s.last)}, known...)...)
}

// older is the step from a version that is in the past of own transaction k to the one
// that it read.
func (v *view) older(key, from, to, k int32) Step {
	if !v.whole() {
		return Step{}
	}
	return Step{Rel: Visible, From: from, To: to, Key: key, Reader: v.own[k], Path: v.path(from, v.cur[from], k)}
}

// path leads from t, by its record, to own transaction k.
func (v *view) path(t, rec, k int32) (path []Hop) {
	add := func(h Hop) {
		if n := len(path); n > 0 && h.Rel == Session && path[n-1].Rel == Session {
			path[n-1].To = h.To
		} else {
			path = append(path, h)
		}
	}
	for {
		r := v.recs[rec]
		add(Hop{r.rel, t, r.to, r.key})
		t = r.to
		if r.next < 0 {
			if r.k < k {
				add(Hop{Session, t, v.own[k], -1})
			}
			return path
		}
		rec = r.next
	}
}

// needs returns the lemmas that a path by a record rests on.
func (v *view) needs(rec int32) (out []int32) {
	for ; rec >= 0; rec = v.recs[rec].next {
		if r := v.recs[rec]; r.rel == Visible {
			out = append(out, r.lemma)
		}
	}
	return out
}

// ownCycle is how an own transaction comes before itself.
func (v *view) ownCycle(tip int32) *Witness {
	if !v.whole() {
		return &Witness{}
	}
	var steps []Step
	rec := v.cur[v.bad]
	needed := v.needs(rec)
	for _, h := range v.path(v.bad, rec, v.number[v.bad]-1) {
		s := Step{Rel: h.Rel, From: h.From, To: h.To, Key: h.Key, Reader: -1}
		if h.Rel == Visible {
			s = v.lemmaStep(needed[0])
			needed = needed[1:]
		}
		steps = append(steps, s)
	}
	return v.witness(tip, steps...)
}

func (v *view) lemmaStep(i int32) Step {
	l := v.lemmas[i]
	return Step{Rel: Visible, From: l.from, To: l.to, Key: l.key, Reader: v.own[l.k], Path: v.path(l.from, l.rec, l.k)}
}

// witness is a cycle with the lemmas that it rests on.
func (v *view) witness(tip int32, steps ...Step) *Witness {
	if !v.whole() {
		return &Witness{}
	}
	w := &Witness{Steps: steps, Tip: tip}
	var open []int32
	for _, s := range steps {
		if s.Rel == Visible {
			open = append(open, v.lemmasOf(s)...)
		}
	}
	used := map[int32]bool{}
	for len(open) > 0 {
		i := open[len(open)-1]
		open = open[:len(open)-1]
		if !used[i] {
			used[i] = true
			open = append(open, v.needs(v.lemmas[i].rec)...)
		}
	}
	for i := range v.lemmas {
		if used[int32(i)] {
			w.Lemmas = append(w.Lemmas, v.lemmaStep(int32(i)))
		}
	}
	return w
}

// lemmasOf returns the lemmas that the path of a step rests on: of each of its hops the
// first that says so.
func (v *view) lemmasOf(s Step) (out []int32) {
	for _, h := range s.Path {
		if h.Rel == Visible {
			out = append(out, int32(slices.IndexFunc(v.lemmas, func(l lemma) bool { return l.from == h.From && l.to == h.To && l.key == h.Key })))
		}
	}
	return out
}

// A link of transactions of the same rank: a step, or of Visible that from must be
// older than to.
type sameRank struct {
	from, to, key int32
	rel           Rel
	last          int32 // of Visible: who read to
}

// ranksCycle looks for a cycle among transactions of the same rank.
//
// What does not lead backward in the linear extension, if there is one, leads forward. A
// cycle has to come back, so each cut between two places that it crosses is crossed by a
// link of the cycle that leads backward, and that link is of the cycle's rank. So the cycle lies
// in one of the stretches that backward links span where they overlap, and in ranks that have
// such links.
func (v *view) ranksCycle(tip int32) *Witness {
	links := v.forcedLinks()
	v.eachKnown(func(e Before) {
		if v.rank(e.A) == v.rank(e.B) {
			links = append(links, sameRank{e.A, e.B, e.Key, Order, 0})
		}
	})
	v.links = links
	ranks, stretches := v.suspects(links)
	if len(stretches) == 0 {
		return nil
	}
	nodes := v.suspectNodes(ranks, stretches)
	defer func() {
		for _, t := range nodes {
			v.nodeOf[t] = -1
		}
	}()
	links = v.baseLinks(links, nodes)
	v.nodes, v.links, v.edges = nodes, links, v.edges[:0]
	for _, l := range links {
		if from, to := v.nodeOf[l.from], v.nodeOf[l.to]; from >= 0 && to >= 0 {
			v.edges = append(v.edges, graph.Edge{From: from, To: to, Rel: relSession})
		}
	}
	v.space.Build(len(nodes), len(nodes), v.edges)
	cyclic := v.space.Cyclic(graph.AllRels)
	if len(cyclic) == 0 {
		return nil
	}
	in := map[int32]bool{}
	for _, n := range cyclic[0] {
		in[nodes[n]] = true
	}
	if !v.whole() {
		return &Witness{}
	}
	var steps []Step
	for _, l := range shortestLinks(links, in) {
		if l.rel == Visible {
			steps = append(steps, v.older(l.key, l.from, l.to, l.last))
		} else {
			steps = append(steps, Step{Rel: l.rel, From: l.from, To: l.to, Key: l.key, Reader: -1})
		}
	}
	return v.witness(tip, steps...)
}

// suspectNodes numbers the transactions that may lie on a cycle: those of suspect ranks
// in the stretches.
func (v *view) suspectNodes(ranks []bool, stretches []block) []int32 {
	nodes := v.nodes[:0]
	if len(v.nodeOf) < v.n {
		v.nodeOf = minusOnes(v.n)
	}
	add := func(t int32) {
		if ranks[v.rank(t)-v.first] {
			v.nodeOf[t] = int32(len(nodes))
			nodes = append(nodes, t)
		}
	}
	if v.whole() || ranks[v.end-v.first] {
		for _, s := range stretches {
			for p := s.lo; p < s.hi; p++ {
				add(v.txnAt(p))
			}
		}
	} else { // only what is in a past has another rank than end
		for _, t := range v.used {
			if find(stretches, v.at(t)) != nil {
				add(t)
			}
		}
	}
	return nodes
}

// eachKnown calls f with the known orders that count.
func (v *view) eachKnown(f func(e Before)) {
	if v.whole() {
		for _, i := range v.counts {
			f(v.known.edges[i])
		}
		return
	}
	for p := v.lo; p < v.hi && len(v.known.edges) > 0; p++ {
		for _, i := range v.known.before(v.txnAt(p)) {
			if v.counted(i) {
				f(v.known.edges[i])
			}
		}
	}
}

// forcedLinks are those from a version to one that was read while it was in the past,
// of the same rank.
func (v *view) forcedLinks() (links []sameRank) {
	links = v.links[:0]
	v.ofKeys(func(key int32, seen []sight) bool {
		byRank := slices.Clone(v.writersOf(key))
		slices.SortStableFunc(byRank, func(a, b int32) int { return cmp.Compare(v.rank(a), v.rank(b)) })
		for _, s := range seen {
			if s.txn < 0 || v.number[s.txn] > 0 {
				continue
			}
			r := v.rank(s.txn)
			i, _ := slices.BinarySearchFunc(byRank, r, func(t, r int32) int { return cmp.Compare(v.rank(t), r) })
			for ; i < len(byRank) && v.rank(byRank[i]) == r; i++ {
				if t := byRank[i]; t != s.txn {
					links = append(links, sameRank{t, s.txn, key, Visible, s.last})
				}
			}
		}
		return true
	})
	return links
}

// suspects returns the ranks, counted from first, and the stretches of places where there may
// be a cycle, given all links but those of baseLinks.
func (v *view) suspects(links []sameRank) (ranks []bool, stretches []block) {
	ranks = make([]bool, v.end-v.first+1)
	for _, l := range links {
		if a, b := v.at(l.from), v.at(l.to); a > b || v.cyclic {
			ranks[v.rank(l.from)-v.first] = true
			stretches = append(stretches, block{b, a + 1})
		}
	}
	if v.cyclic && len(stretches) > 0 {
		return ranks, []block{{v.lo, v.hi}}
	}
	return ranks, merge(stretches)
}

// baseLinks adds the steps of session order and reads between transactions of the same
// rank.
func (v *view) baseLinks(links []sameRank, nodes []int32) []sameRank {
	for _, t := range nodes {
		r := v.rank(t)
		if p := v.prev[t]; p >= 0 && v.within(p) && v.rank(p) == r {
			links = append(links, sameRank{p, t, -1, Session, 0})
		}
		for o := v.h.Off[t]; o < v.h.Off[t+1] && (v.level == Causal || v.number[t] > 0); o++ {
			if f := v.from[o]; f >= 0 && v.within(f) && v.rank(f) == r {
				links = append(links, sameRank{f, t, v.h.Key[o], WR, 0})
			}
		}
	}
	return links
}

// shortestLinks returns a shortest cycle through some transaction, of those that are
// in a component.
func shortestLinks(links []sameRank, in map[int32]bool) (cycle []sameRank) {
	out := map[int32][]sameRank{}
	start := int32(-1)
	for _, l := range links {
		if in[l.from] && in[l.to] {
			out[l.from] = append(out[l.from], l)
			if l.rel == Visible && start < 0 {
				start = l.from
			}
		}
	}
	if start < 0 {
		for _, l := range links {
			if in[l.from] && in[l.to] {
				start = l.from
				break
			}
		}
	}
	back := map[int32]sameRank{}
	for queue := []int32{start}; ; queue = queue[1:] {
		for _, l := range out[queue[0]] {
			if _, met := back[l.to]; met {
				continue
			}
			back[l.to] = l
			if l.to != start {
				queue = append(queue, l.to)
				continue
			}
			for at := start; ; {
				l := back[at]
				cycle = append(cycle, l)
				if at = l.from; at == start {
					slices.Reverse(cycle)
					return cycle
				}
			}
		}
	}
}
