package weak

import (
	"context"
	"slices"
)

// sessionEdges answers the queries of the levels where what is visible depends
// on one session and what it read: PRAM plus, monotonic writes, read your writes and
// writes follow reads.
func (c *checker) sessionEdges(ctx context.Context, q *queries) ([]Forced, error) {
	var readers *readers
	if c.level == WritesFollowReads {
		var err error
		if readers, err = newReaders(ctx, c.index, c.w); err != nil {
			return nil, err
		}
	}
	return c.eachSession(ctx, func() func(txns []int32) []Forced {
		p := &sessionPass{checker: c, q: q, readers: readers, own: newSights(c.index), all: newSights(c.index), found: make([]int32, c.h.Sessions)}
		return p.session
	})
}

// sights is the transactions that someone has read from, and so, at some
// levels, those before them in their sessions.
type sights struct {
	x     *index
	stamp int32
	chain []struct{ stamp, bound int32 } // per session: how many of its chain come before one that was seen
	txn   []int32                        // per txn: the stamp if it was seen itself
}

func newSights(x *index) *sights {
	return &sights{x: x, chain: make([]struct{ stamp, bound int32 }, x.h.Sessions), txn: make([]int32, x.n)}
}

func (s *sights) reset() { s.stamp++ }

func (s *sights) see(t int32) {
	s.txn[t] = s.stamp
	if c := s.x.sess[t]; c >= 0 {
		if e := &s.chain[c]; e.stamp != s.stamp || e.bound < s.x.rank[t] {
			e.stamp, e.bound = s.stamp, s.x.rank[t]
		}
	}
}

// saw reports whether t was seen itself.
func (s *sights) saw(t int32) bool { return s.txn[t] == s.stamp }

// behind reports whether t comes, in session order, before one that was seen.
func (s *sights) behind(t int32) bool {
	if s.x.leaf(t) {
		return false
	}
	e := s.chain[s.x.sess[t]]
	return e.stamp == s.stamp && s.x.rank[t] < e.bound
}

// sessionPass is the scratch space of a worker.
type sessionPass struct {
	*checker
	q       *queries
	readers *readers
	own     *sights // what the transaction has read from: all of it for PRAM plus, else what it did up to the op
	all     *sights // for PRAM plus: what those before it in the session have read from
	query   int32   // their number so far
	found   []int32 // per session: the query that a writer on its chain answered
	out     []Forced
}

// session looks at the transactions of a session in order.
func (p *sessionPass) session(txns []int32) []Forced {
	p.out = nil
	p.all.reset()
	for _, t := range txns {
		p.own.reset()
		if p.level == PRAMPlus {
			p.see(p.own, t)
		}
		ask := p.q.of(t)
		for o := p.h.Off[t]; len(ask) > 0; o++ {
			if ask[0].op == o {
				p.ask(ask[0])
				ask = ask[1:]
			}
			if f := p.from[o]; f >= 0 {
				p.own.see(f)
			}
		}
		if p.level == PRAMPlus && !p.leaf(t) {
			p.see(p.all, t)
		}
	}
	return p.out
}

// see adds all that t reads from.
func (p *sessionPass) see(s *sights, t int32) {
	for _, f := range p.from[p.h.Off[t]:p.h.Off[t+1]] {
		if f >= 0 {
			s.see(f)
		}
	}
}

// ask answers a query, the latest writers first. Where session order orders
// versions, the last one on each chain is enough.
func (p *sessionPass) ask(q query) {
	to := p.to(q)
	chains := p.level == PRAMPlus || p.level == MonotonicWrites
	p.query++
	for s := q.hi - 1; s >= q.lo; s-- {
		u := p.w.txn[s]
		chain := int32(-1)
		if chains {
			if chain = p.chainOf(u); chain >= 0 && p.found[chain] == p.query {
				continue
			}
		}
		if u == q.txn || u != to && !p.visible(q, s, u) {
			continue
		}
		if chain >= 0 {
			p.found[chain] = p.query
		}
		if u != to && (p.scope.want == wantBlock || p.wants(u, to)) {
			p.out = append(p.out, Forced{p.h.Key[q.op], u, to, q.txn})
		}
	}
}

// visible reports whether u's version in slot s is visible to the op of q.
func (p *sessionPass) visible(q query, s, u int32) bool {
	write := p.from[q.op] == Write
	switch {
	case p.level == ReadYourWrites:
		return p.so(u, q.txn)
	case p.level == WritesFollowReads:
		return p.followsRead(q, s, write)
	case write:
		return p.so(u, q.txn)
	case p.level == MonotonicWrites:
		return p.own.behind(u)
	}
	return p.so(u, q.txn) || p.own.saw(u) || p.own.behind(u) || p.all.saw(u) || p.all.behind(u)
}

// followsRead reports whether the version in slot s was read before a write
// that comes before q's op: q's own, or one that its transaction read before.
func (p *sessionPass) followsRead(q query, s int32, write bool) bool {
	for _, r := range p.readers.of(s) {
		switch {
		case write && (r.txn == q.txn || p.so(r.txn, q.txn)):
			return true
		case !write && (p.own.behind(r.txn) || r.wrote && p.own.saw(r.txn)):
			return true
		}
	}
	return false
}

// readers groups the reads of each version by its slot.
type readers struct {
	off []int32
	all []reader
}

// A reader of a version, and whether it wrote anything after the read.
type reader struct {
	txn   int32
	wrote bool
}

func (r *readers) of(slot int32) []reader { return r.all[r.off[slot]:r.off[slot+1]] }

func newReaders(ctx context.Context, x *index, w *writers) (*readers, error) {
	slots := minusOnes(len(x.from)) // per op: that of the version it reads
	err := x.chunks(ctx, func(_ int, lo, hi int32) {
		for o := x.h.Off[lo]; o < x.h.Off[hi]; o++ {
			slots[o] = w.slot(x, x.h.Key[o], x.from[o])
		}
	})
	if err != nil {
		return nil, err
	}
	r := &readers{off: make([]int32, len(w.txn)+1)}
	for _, s := range slots {
		if s >= 0 {
			r.off[s+1]++
		}
	}
	for s := range w.txn {
		r.off[s+1] += r.off[s]
	}
	r.all = make([]reader, r.off[len(w.txn)])
	next := slices.Clone(r.off)
	for t := range int32(x.n) {
		wrote := false
		for o := x.h.Off[t+1] - 1; o >= x.h.Off[t]; o-- {
			if s := slots[o]; s >= 0 {
				r.all[next[s]] = reader{t, wrote}
				next[s]++
			}
			wrote = wrote || x.from[o] == Write
		}
	}
	return r, nil
}
