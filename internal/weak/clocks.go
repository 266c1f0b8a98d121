package weak

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/par"
)

// clockPass keeps vector clocks (Mattern 1989) restricted to some sessions.
type clockPass struct {
	*checker
	q      *queries
	chains chains
	lo     int32   // the first of the sessions
	k      int     // how many they are
	rows   []int32 // per place and session: how many of its chain come before
	out    []Forced
}

// followClocks answers the queries as far as they are about writers on the
// chains of sessions. The writers must be sorted by chain.
func (c *checker) followClocks(ctx context.Context, q *queries) ([]Forced, error) {
	start, chains := c.starts(), c.chainTxns()
	n := (c.h.Sessions + chainsAtOnce - 1) / chainsAtOnce
	found := make([][]Forced, n)
	err := par.Workers(ctx, n, func(int) func(int) error {
		p := &clockPass{checker: c, q: q, chains: chains}
		return func(i int) error {
			p.out = nil
			p.lo = int32(i * chainsAtOnce)
			p.k = min(chainsAtOnce, c.h.Sessions-i*chainsAtOnce)
			err := p.follow(ctx, slices.Min(start[p.lo:][:p.k]))
			found[i] = p.out
			return err
		}
	})
	return slices.Concat(found...), err
}

// starts returns the place of each session's first transaction, n if it has
// none.
func (c *checker) starts() []int32 {
	start := make([]int32, c.h.Sessions)
	for s := range start {
		start[s] = int32(c.n)
	}
	for t := range int32(c.n) {
		if s := c.sess[t]; s >= 0 {
			start[s] = min(start[s], c.at(t))
		}
	}
	return start
}

// follow computes the clocks from place base on.
func (p *clockPass) follow(ctx context.Context, base int32) error {
	x, k := p.index, p.k
	p.rows = rows(p.rows, (x.n-int(base))*k)
	row := func(at int32) []int32 { return p.rows[int(at-base)*k:][:k] }
	for at := base; at < int32(x.n); at++ {
		if at%(1<<14) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		t, here := x.txnAt(at), row(at)
		clear(here)
		join := func(u int32) {
			if u < 0 {
				return
			}
			v := x.at(u)
			if v < base {
				return
			}
			for i, n := range row(v) {
				here[i] = max(here[i], n)
			}
			if i := x.sess[u] - p.lo; i >= 0 && int(i) < k && !x.leaf(u) {
				here[i] = max(here[i], x.rank[u]+1)
			}
		}
		join(x.prev[t])
		for _, f := range x.from[x.h.Off[t]:x.h.Off[t+1]] {
			join(f)
		}
		for _, q := range p.q.of(t) {
			var known []int32 // what comes before the version read anyway
			if to := p.to(q); p.scope.want != wantBack && to != t && x.at(to) >= base {
				known = row(x.at(to))
			}
			p.ask(q, here, known)
		}
	}
	return nil
}

// ask answers a query as far as it is about these sessions: in a short window
// about each writer, else about the last visible one on each chain, since it
// comes after the others.
func (p *clockPass) ask(q query, here, known []int32) {
	if q.hi-q.lo > windowAsIs {
		q = p.narrow(q, here, known)
	}
	if q.hi-q.lo > windowAsIs {
		p.askChains(q, here, known)
		return
	}
	x := p.index
	for _, u := range p.w.txn[q.lo:q.hi] {
		i := x.sess[u] - p.lo
		if i < 0 || int(i) >= p.k || x.leaf(u) || x.rank[u] >= here[i] {
			continue
		}
		if known == nil || x.rank[u] >= known[i] {
			p.out = p.answer(p.out, q, u)
		}
	}
}

// narrow shrinks the window to the places where the answers can be: from the
// first transaction that is not known to come before, to the last visible one.
// In a history where everyone reads what is recent, these are not far apart.
func (p *clockPass) narrow(q query, here, known []int32) query {
	x, first, last := p.index, int32(p.n), int32(-1)
	for i, bound := range here {
		from := int32(0)
		if known != nil {
			from = known[i]
		}
		if from < bound {
			chain := p.chains.txns[p.chains.off[p.lo+int32(i)]:]
			first = min(first, x.at(chain[from]))
			last = max(last, x.at(chain[bound-1]))
		}
	}
	q.hi = p.w.after(x, q.lo, q.hi, last)
	q.lo = p.w.after(x, q.lo, q.hi, first-1)
	return q
}

// askChains asks about the last visible writer on each chain.
func (p *clockPass) askChains(q query, here, known []int32) {
	x := p.index
	first, last := x.at(p.w.txn[q.lo]), x.at(p.w.txn[q.hi-1])
	for i, bound := range here {
		if bound == 0 || known != nil && bound <= known[i] {
			continue
		}
		u := p.w.newest(x, x.h.Key[q.op], p.lo+int32(i), bound)
		if u < 0 || known != nil && x.rank[u] < known[i] {
			continue
		}
		if at := x.at(u); first <= at && at <= last {
			p.out = p.answer(p.out, q, u)
		}
	}
}

// chains are the transactions of each session from which session order leads
// on: that of rank r of session s is txns[off[s]+r].
type chains struct{ off, txns []int32 }

func (x *index) chainTxns() chains {
	off, all := x.bySession()
	k := x.h.Sessions
	c := chains{off: make([]int32, k+1)}
	for s := range k {
		for _, t := range all[off[s]:off[s+1]] {
			if !x.leaf(t) {
				c.txns = append(c.txns, t)
			}
		}
		c.off[s+1] = int32(len(c.txns))
	}
	return c
}
