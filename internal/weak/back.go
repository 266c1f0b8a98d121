package weak

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// How far the queries of what leads backward are searched one by one. Variables
// for tests.
var (
	searchPerOp = 8   // steps for each op of a chunk of transactions
	searchMost  = 512 // steps for each query
)

// searchBack answers queries by searching backward from their ops, down to the
// first writer that is asked about. In a linear extension that was made by
// placing each transaction after what it depends on, little of that lies between
// a reader and the writers before it, however many sessions there are: measured,
// half a step for a query, with 10 sessions as with 100,000. The queries for
// which that is not so are left over. Which these are does not depend on the
// number of cores.
func (c *checker) searchBack(ctx context.Context, q *queries) ([]Forced, *queries, error) {
	found, left := make([][]Forced, c.pieces()), make([][]query, c.pieces())
	rest := &queries{off: make([]int32, c.n+1)}
	err := par.Workers(ctx, len(found), func(int) func(int) error {
		p := &backPass{checker: c, seen: huge.Make[int32](c.n)[:c.n]}
		return func(i int) error {
			lo, hi := int32(i*chunk), int32(min((i+1)*chunk, c.n))
			p.steps = searchPerOp * int(c.h.Off[hi]-c.h.Off[lo])
			p.out, p.left = nil, nil
			for t := lo; t < hi; t++ {
				before := len(p.left)
				for _, u := range q.of(t) {
					if !p.ask(u) {
						p.left = append(p.left, u)
					}
				}
				rest.off[t+1] = int32(len(p.left) - before)
			}
			found[i], left[i] = p.out, p.left
			return nil
		}
	})
	for t := range c.n {
		rest.off[t+1] += rest.off[t]
	}
	rest.all = slices.Concat(left...)
	return slices.Concat(found...), rest, err
}

// backPass is the scratch space of a worker.
type backPass struct {
	*checker
	steps int     // that are left for the chunk
	query int32   // their number so far
	seen  []int32 // per txn: the query whose search met it
	queue []int32 // what the search met, and before that the transaction itself
	left  []query
	out   []Forced
}

// ask answers a query. It reports false if that takes too long.
func (p *backPass) ask(q query) bool {
	for q.lo < q.hi && !p.asks(q, p.w.txn[q.lo]) {
		q.lo++
	}
	if q.lo == q.hi {
		return true
	}
	if !p.search(q.txn, p.at(p.w.txn[q.lo])) {
		return false
	}
	if len(p.queue) == 1 {
		return true
	}
	if int(q.hi-q.lo) > 8*len(p.queue) { // look for each among the writers of the key
		for _, u := range p.queue[1:] {
			if s := p.w.slot(p.index, p.h.Key[q.op], u); q.lo <= s && s < q.hi {
				p.out = p.answer(p.out, q, u)
			}
		}
		return true
	}
	for _, u := range p.w.txn[q.lo:q.hi] {
		if p.seen[u] == p.query {
			p.out = p.answer(p.out, q, u)
		}
	}
	return true
}

// search meets all that happens before t and has a place from first on. It
// reports false if there is too much of it.
func (p *backPass) search(t, first int32) bool {
	x, most := p.index, min(p.steps, searchMost)
	p.query++
	p.queue = append(p.queue[:0], t)
	steps := 0
	meet := func(u int32) {
		if u >= 0 && x.at(u) >= first && p.seen[u] != p.query {
			p.seen[u] = p.query
			p.queue = append(p.queue, u)
		}
	}
	for i := 0; i < len(p.queue) && steps <= most; i++ {
		u := p.queue[i]
		from := x.from[x.h.Off[u]:x.h.Off[u+1]]
		steps += 1 + len(from)
		meet(x.prev[u])
		for _, f := range from {
			meet(f)
		}
	}
	p.steps -= min(steps, p.steps)
	return steps <= most
}
