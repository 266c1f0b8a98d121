package weak

import (
	"context"
	"math/bits"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// How visibility by any path of session order and reads is decided. Variables,
// so that tests can make them small and force each way.
var (
	chainsAtOnce        = 16   // sessions that a pass with clocks looks at
	sourcesAtOnce       = 256  // writers that a pass with bits follows
	windowAsIs    int32 = 64   // with clocks, of so many writers each is asked about; at least 1, see hidden
	pairsPerOp    int64 = 8    // with more pairs of writer and op than that, clocks
	farMost             = 4096 // queries that are left over without another linear extension being tried
	forcePlan           = planAuto
)

type plan uint8

const (
	planAuto plan = iota
	planBits
	planClocks
)

// causalEdges answers the queries where visible means by any path.
//
// Bits: the writers that are asked about are followed forward from where they
// are to where they are last asked about, 256 at a time. Nearly always that is
// close by, and then the cost is close to linear, however many sessions there
// are. Clocks: for 16 sessions at a time, how many transactions of each come
// before, at every transaction. O(ops * sessions), wherever the questions are.
//
// What leads backward is searched for first, as far as it is close by.
func (c *checker) causalEdges(ctx context.Context, q *queries) ([]Forced, error) {
	if c.scope.want != wantBack || forcePlan != planAuto {
		return c.follow(ctx, q)
	}
	near, rest, err := c.searchBack(ctx, q)
	if err != nil {
		return nil, err
	}
	return c.followRest(ctx, near, rest)
}

// lateEdges is causalEdges for all that leads backward. While much of it is not
// close by, a linear extension is tried in which what was found leads forward.
func (c *checker) lateEdges(ctx context.Context, q *queries) ([]Forced, error) {
	if forcePlan != planAuto || len(c.past) > 0 {
		return c.causalEdges(ctx, q)
	}
	for round := 0; ; round++ {
		near, rest, err := c.searchBack(ctx, q)
		if err != nil {
			return nil, err
		}
		_, initial := toInitial(near)
		if rest.len() <= farMost || 4*rest.len() < q.len() || len(near) == 0 || initial || round == settleRounds {
			return c.followRest(ctx, near, rest)
		}
		x, known := *c.index, append(c.known[:len(c.known):len(c.known)], near...)
		x.more = newMore(x.n, known)
		ok, err := x.place(ctx)
		if err != nil {
			return nil, err
		}
		if !ok {
			return c.followRest(ctx, near, rest)
		}
		c.index, c.known = &x, known
		if c.w, err = newWriters(ctx, c.index); err != nil {
			return nil, err
		}
		if q, err = c.queries(ctx); err != nil {
			return nil, err
		}
	}
}

// followRest adds to the answers of a search those to what it left over.
func (c *checker) followRest(ctx context.Context, near []Forced, rest *queries) ([]Forced, error) {
	if rest.len() == 0 {
		return near, nil
	}
	far, err := c.follow(ctx, rest)
	return append(near, far...), err
}

// follow answers queries with bits, or with clocks and bits.
func (c *checker) follow(ctx context.Context, q *queries) ([]Forced, error) {
	if batches, ok := c.plan(q); ok {
		return c.followBits(ctx, q, batches, false)
	}
	if err := c.w.sortByChain(ctx, c.index); err != nil {
		return nil, err
	}
	out, err := c.followBits(ctx, q, c.batches(q, true), true)
	if err != nil {
		return nil, err
	}
	more, err := c.followClocks(ctx, q)
	return append(out, more...), err
}

// A source is a writer that is asked about, up to some place.
type source struct {
	txn, pos, until int32
}

// plan returns the sources to follow with bits alone, and whether that is to be
// done. Otherwise clocks answer for the writers on chains of session order, and
// bits for the others only.
func (c *checker) plan(q *queries) (batches [][]source, ok bool) {
	pairs := int64(0)
	for _, u := range q.all {
		pairs += int64(u.hi - u.lo)
	}
	chains := int64(0)
	for t := range int32(c.n) {
		if c.prev[t] < 0 && !c.leaf(t) {
			chains++
		}
	}
	ops := int64(len(c.from))
	switch {
	case chains == 0 || forcePlan == planBits:
		return c.batches(q, false), true
	case forcePlan == planClocks || pairs > pairsPerOp*ops:
		return nil, false
	}
	batches = c.batches(q, false)
	cost := pairs
	for _, b := range batches {
		cost += int64(b[0].until-b[0].pos+1) * (2 + ops/int64(c.n)) * int64(1+sourcesAtOnce/64) / 2
	}
	return batches, cost <= ops*(chains+int64(chainsAtOnce))
}

// asked returns the writers that a query asks about, or those of them on no
// chain.
func (c *checker) asked(q query, leaves bool) []int32 {
	if !leaves || q.lo == q.hi {
		return c.w.txn[q.lo:q.hi]
	}
	return c.w.leaves(c.index, c.h.Key[q.op], c.at(c.w.txn[q.lo]), c.at(c.w.txn[q.hi-1]))
}

// batches splits the writers that are asked about, or those of them on no chain,
// so that those of a batch are near each other and asked about for about as long.
// The first source of a batch has its smallest place, and its largest until.
func (c *checker) batches(q *queries, leaves bool) [][]source {
	until := make([]int32, c.n) // place plus one
	for t := range int32(c.n) {
		p := c.at(t) + 1
		for _, u := range q.of(t) {
			for _, v := range c.asked(u, leaves) {
				until[v] = max(until[v], p)
			}
		}
	}
	var classes [9][]source
	for p := range int32(c.n) {
		t := c.txnAt(p)
		if until[t] == 0 {
			continue
		}
		s := source{t, p, until[t] - 1}
		span := bits.Len32(uint32(max(0, s.until-s.pos)))
		class := max(0, span-8) / 3 // up to 2^10 places, 2^13, ...
		classes[class] = append(classes[class], s)
	}
	var out [][]source
	for _, class := range classes {
		for batch := range slices.Chunk(class, sourcesAtOnce) {
			for _, s := range batch {
				batch[0].until = max(batch[0].until, s.until)
			}
			out = append(out, batch)
		}
	}
	return out
}

// answer adds the edge from a writer that is visible to the op of q.
func (c *checker) answer(out []Forced, q query, from int32) []Forced {
	to := c.to(q)
	if from == to || from == q.txn || c.scope.want == wantAll && to == Initial {
		return out
	}
	return append(out, Forced{c.h.Key[q.op], from, to, q.txn})
}

// rows is a worker's memory for a row of numbers at each place of a stretch.
func rows[T any](old []T, n int) []T {
	if cap(old) < n {
		return huge.Make[T](n)[:n]
	}
	return old[:n]
}
