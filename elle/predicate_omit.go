package elle

import "slices"

// predicateEdges are what follows from the reads by one predicate.
type predicateEdges struct {
	edges []edge
	fans  []fan
	found []finding
}

// omissions infers the dependencies of reads by a predicate. What an item was
// seen as that a read did not return depends only on the predicate, unless the
// transaction wrote the item; so it is worked out once for each item, and
// transactions depend on ranges of items: all but those that they returned or
// wrote, which are looked at one by one.
type omissions struct {
	p    *predicates
	q    int32
	out  *predicateEdges
	seen fan // who installed what was seen of each item, if it was not returned
	lost fan // who changed the answer later
	// Of key k the members of seen are seenAt[k] to seenAt[k+1], and so on.
	seenAt, lostAt []int32
	missed         []int32 // the keys that must have been returned
	runs           []run   // per key
	apart          []int32 // the keys that the transaction returned or wrote, ascending
}

// A run is a stretch of placed versions that all match the predicate, or all do
// not: those from lo below hi.
type run struct{ lo, hi int32 }

func newOmissions(p *predicates) *omissions {
	n := len(p.keys)
	return &omissions{p: p, seenAt: make([]int32, n+1), lostAt: make([]int32, n+1), runs: make([]run, n)}
}

// group returns what follows from the reads by predicate q.
func (o *omissions) group(q int32, uses []predicateUse) *predicateEdges {
	o.q, o.out = q, &predicateEdges{}
	if len(uses) == 0 { // of transactions that did not commit only
		return o.out
	}
	o.omitAll()
	for _, u := range uses {
		o.use(u)
	}
	for _, f := range []*fan{&o.seen, &o.lost} {
		if len(f.uses) > 0 {
			o.out.fans = append(o.out.fans, *f)
		}
	}
	return o.out
}

// omitAll works out for each item what it was seen as if it was not returned.
func (o *omissions) omitAll() {
	p := o.p
	o.seen, o.lost = fan{rel: packWRP, into: true}, fan{rel: packRWP}
	o.missed = o.missed[:0]
	clear(o.runs)
	for k := range int32(len(p.keys)) {
		s := p.unmatched(o.q, k, nobody)
		if s.kind == ofVersion {
			o.seen.members = append(o.seen.members, s.txn)
		}
		if p.missed(k, s) {
			o.missed = append(o.missed, k)
		}
		o.lost.members = append(o.lost.members, o.changers(nobody, k, s)...)
		o.seenAt[k+1], o.lostAt[k+1] = int32(len(o.seen.members)), int32(len(o.lost.members))
	}
}

// use adds what follows from what one read left out.
func (o *omissions) use(u predicateUse) {
	p := o.p
	mops := p.txn(u.txn)
	m := &mops[u.mop]
	o.apart = o.apart[:0]
	for _, it := range p.items(m) {
		o.apart = append(o.apart, it.key)
	}
	returned := slices.Clone(o.apart)
	slices.Sort(returned)
	for _, w := range mops {
		if w.kind == itemWrite {
			o.apart = append(o.apart, w.key)
		}
	}
	slices.Sort(o.apart)
	o.apart = slices.Compact(o.apart)
	for _, k := range o.apart {
		if inSorted(returned, k) {
			continue
		}
		s := p.omitted(u.txn, u.mop, o.q, k)
		if p.missed(k, s) {
			o.miss(u, k)
		}
		o.saw(u.txn, k, s)
	}
	for _, k := range o.missed {
		if !inSorted(o.apart, k) {
			o.miss(u, k)
		}
	}
	o.others(u.txn)
}

// others adds the edges of the items between those that are looked at one by
// one.
func (o *omissions) others(t int32) {
	lo := int32(0)
	for i := 0; i <= len(o.apart); i++ {
		hi := int32(len(o.p.keys))
		if i < len(o.apart) {
			hi = o.apart[i]
		}
		o.out.edges = o.seen.add(o.out.edges, t, o.seenAt[lo], o.seenAt[hi])
		o.out.edges = o.lost.add(o.out.edges, t, o.lostAt[lo], o.lostAt[hi])
		lo = hi + 1
	}
}

// saw adds the edges of one item that t saw as s.
func (o *omissions) saw(t, key int32, s selected) {
	if s.kind == ofVersion {
		o.out.edges = append(o.out.edges, packEdge(s.txn, t, packWRP))
	}
	for _, w := range o.changers(t, key, s) {
		o.out.edges = append(o.out.edges, packEdge(t, w, packRWP))
	}
}

// changers returns who installed the first version after s by which the item
// begins or ends to match, and if s is the first state of the key, also those
// who changed that and of whom no more is known. What comes later than the
// first follows by ww, and what comes later than a version of t's own follows t.
func (o *omissions) changers(t, key int32, s selected) (out []int32) {
	p, vs := o.p, &o.p.versions[key]
	pos, ok := s.next()
	if !ok {
		return nil
	}
	match := s.kind == ofVersion && p.matches(o.q, s.val)
	end, own := o.changes(key, pos, match), p.ownPlace(t, key)
	if int(end) < len(vs.placed) && (own < pos || own > end) {
		out = append(out, vs.placed[end].txn)
	}
	if p.first(key, s) {
		for _, v := range vs.loose {
			if v.txn != t && p.observed[v.txn] && p.matches(o.q, v.val) != match {
				out = append(out, v.txn)
			}
		}
	}
	return out
}

// changes returns the place of the first version from pos on that matches the
// predicate, or does not, other than match says; the end if there is none.
func (o *omissions) changes(key, pos int32, match bool) int32 {
	placed, known := o.p.versions[key].placed, &o.runs[key]
	n := int32(len(placed))
	if pos >= n || o.p.matches(o.q, placed[pos].val) != match {
		return pos
	}
	if pos < known.lo || pos >= known.hi {
		end := pos
		for end < n && o.p.matches(o.q, placed[end].val) == match {
			if end++; end == known.lo && known.lo < known.hi && o.p.matches(o.q, placed[end].val) == match {
				end = known.hi
			}
		}
		*known = run{pos, end}
	}
	return known.hi
}
