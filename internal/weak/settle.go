package weak

import (
	"context"
	"slices"
)

// settleRounds is how many linear extensions settle tries. A variable for tests.
var settleRounds = 16

// settleShare is from what share of all places in blocks on, one in so many, a
// better linear extension is tried before the blocks are looked into. A variable
// for tests.
var settleShare = 8

// large reports whether the blocks have a good part of n places.
func large(blocks []block, n int) bool {
	sum := 0
	for _, b := range blocks {
		sum += int(b.hi - b.lo)
	}
	return sum >= n/settleShare
}

// settle looks for a linear extension in which no forced edge and no known order
// leads backward, if the blocks have a good part of n places. It is the order that
// the level asks for, and of each key, too. Each extension is one of session order,
// reads and the edges that led backward in those before. It reports false if there
// is none, since all that has a cycle, or if it finds none.
//
// A writer that is between a version and its reader in this extension and was so
// in an earlier one has been asked about: if it was visible, the edge is known and
// leads forward. So only those are asked about that came before the version in
// all of them, and all rounds together ask little more than the first.
func (c *checker) settle(ctx context.Context, blocks []block, n int, back []Forced) (bool, error) {
	if c.cyclic || !large(blocks, n) {
		return false, nil
	}
	x := *c.index
	next := &checker{index: &x, level: c.level}
	edges := slices.Clone(c.known)
	for range settleRounds {
		for _, e := range c.h.Order {
			if x.at(e.A) > x.at(e.B) {
				edges = append(edges, Forced{e.Key, e.A, e.B, unread})
			}
		}
		edges = append(edges, back...)
		next.past = append(next.past, x.pos)
		x.more = newMore(x.n, edges)
		if ok, err := x.place(ctx); !ok || err != nil {
			return false, err
		}
		var err error
		if next.w, err = newWriters(ctx, &x); err != nil {
			return false, err
		}
		if back, err = next.edges(ctx); err != nil {
			return false, err
		}
		if len(back) == 0 && !slices.ContainsFunc(c.h.Order, func(e Before) bool { return x.at(e.A) > x.at(e.B) }) {
			return true, nil
		}
	}
	return false, nil
}

// asks reports whether a writer between the version that q is about and its
// reader was not asked about yet.
func (c *checker) asks(q query, u int32) bool {
	to := c.to(q)
	for _, pos := range c.past {
		if to < 0 || placeIn(pos, u) > placeIn(pos, to) {
			return false
		}
	}
	return true
}

// placeIn returns the place of a transaction in a linear extension, as in pos of
// an index.
func placeIn(pos []int32, t int32) int32 {
	if pos == nil {
		return t
	}
	return pos[t]
}

// more are further transactions that some have to come after: those before t
// are from[off[t]:off[t+1]].
type more struct{ off, from []int32 }

func newMore(n int, edges []Forced) *more {
	m := &more{off: make([]int32, n+1), from: make([]int32, len(edges))}
	for _, e := range edges {
		m.off[e.To+1]++
	}
	for t := range n {
		m.off[t+1] += m.off[t]
	}
	next := slices.Clone(m.off)
	for _, e := range edges {
		m.from[next[e.To]] = e.From
		next[e.To]++
	}
	return m
}

// alongOrders changes to a linear extension in which the known orders lead forward,
// if there is one and a good part of them leads backward.
func (c *checker) alongOrders(ctx context.Context) error {
	x := *c.index
	var edges []Forced
	for range settleRounds {
		before := len(edges)
		for _, e := range c.h.Order {
			if x.at(e.A) > x.at(e.B) {
				edges = append(edges, Forced{e.Key, e.A, e.B, unread})
			}
		}
		switch {
		case len(edges) == before && before > 0:
			c.index = &x
			return nil
		case x.cyclic || len(edges) < x.n/settleShare || len(edges) == 0:
			return nil
		}
		x.more = newMore(x.n, edges)
		if ok, err := x.place(ctx); !ok || err != nil {
			return err
		}
	}
	return nil
}
