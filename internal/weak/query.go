package weak

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A query asks which of the writers in slots lo to hi are visible to an op of
// txn, and so precede the version that it read, or, if it is a write, its own.
type query struct{ txn, op, lo, hi int32 }

// queries groups questions by transaction: those of t are all[off[t]:off[t+1]],
// in program order.
type queries struct {
	off []int32
	all []query
}

func (q *queries) len() int { return len(q.all) }

func (q *queries) of(t int32) []query { return q.all[q.off[t]:q.off[t+1]] }

// to returns the version that precedes no visible one, by its writer.
func (x *index) to(q query) int32 {
	if f := x.from[q.op]; f != Write {
		return f
	}
	return q.txn
}

// queries returns the questions that the scope leaves open.
func (c *checker) queries(ctx context.Context) (*queries, error) {
	if c.scope.want == wantBack {
		return c.lateQueries(ctx)
	}
	return c.allQueries(ctx)
}

// lateQueries asks what leads backward: only writers between the version read
// and the reader can, since what is visible comes before the reader. Without a
// linear extension, all writers beyond the version read.
func (c *checker) lateQueries(ctx context.Context) (*queries, error) {
	x, w := c.index, c.w
	q := &queries{off: make([]int32, x.n+1), all: huge.Make[query](len(w.late))[:len(w.late)]}
	if x.cyclic && c.level == WritesFollowReads {
		return c.allQueries(ctx)
	}
	for _, l := range w.late {
		q.off[l.txn+1]++
	}
	for t := range x.n {
		q.off[t+1] += q.off[t]
	}
	next := slices.Clone(q.off[:x.n])
	at := make([]int32, len(w.late))
	for i, l := range w.late {
		at[i] = next[l.txn]
		next[l.txn]++
	}
	const batch = 1 << 14
	err := par.Do(ctx, (len(w.late)+batch-1)/batch, func(i int) error {
		for j := i * batch; j < min((i+1)*batch, len(w.late)); j++ {
			l := w.late[j]
			lo := w.off[x.h.Key[l.op]]
			if f := x.from[l.op]; f >= 0 {
				lo = w.after(x, lo, l.hi, x.at(f))
			}
			q.all[at[j]] = query{l.txn, l.op, lo, l.hi}
		}
		return nil
	})
	return q, err
}

// allQueries asks about every op whose version is in a block, or, for Infer,
// about every op.
func (c *checker) allQueries(ctx context.Context) (*queries, error) {
	found := make([][]query, c.pieces())
	q := &queries{off: make([]int32, c.n+1)}
	err := c.chunks(ctx, func(i int, lo, hi int32) {
		for t := lo; t < hi; t++ {
			before := len(found[i])
			for o := c.h.Off[t]; o < c.h.Off[t+1]; o++ {
				if a, b := c.window(t, o); a < b {
					found[i] = append(found[i], query{t, o, a, b})
				}
			}
			q.off[t+1] = int32(len(found[i]) - before)
		}
	})
	for t := range c.n {
		q.off[t+1] += q.off[t]
	}
	q.all = slices.Concat(found...)
	return q, err
}

// Of the versions before the one that was read, Infer asks about so many, and
// only so many places back, at levels where it would otherwise have to ask about
// all.
const (
	inferVersions = 16
	inferPlaces   = 1024
)

// window returns the slots of the writers to ask about for an op.
func (c *checker) window(t, o int32) (lo, hi int32) {
	f, x, w := c.from[o], c.index, c.w
	to := f
	switch {
	case f == Unknown:
		return 0, 0
	case f == Write && (!c.direct() || c.scope.want == wantAll): // session order and reads alone say so
		return 0, 0
	case f == Write:
		to = t
	}
	key := x.h.Key[o]
	first, end := w.off[key], w.off[key+1]
	if first == end || to < 0 && !(c.scope.want == wantBack) {
		return 0, 0
	}
	switch c.scope.want {
	case wantAll:
		s := w.after(x, first, end, x.at(to)) - 1
		near := w.after(x, first, max(first, s), x.at(to)-inferPlaces)
		lo, hi = max(near, s-inferVersions), end
	case wantBack: // without a linear extension
		lo, hi = first, end
	case wantBlock:
		if c.scope.blockOf != nil {
			b := c.scope.blockOf[to]
			if b < 0 {
				return 0, 0
			}
			bl := c.scope.blocks[b]
			lo = w.after(x, first, end, bl.lo-1)
			hi = w.after(x, lo, end, bl.hi-1)
		} else {
			if !c.scope.keys[key] {
				return 0, 0
			}
			s := w.slot(x, key, to)
			if s < 0 || c.scope.slotBlock[s] < 0 {
				return 0, 0
			}
			bl := c.scope.slotBlocks[c.scope.slotBlock[s]]
			lo, hi = bl.lo, bl.hi
		}
	}
	if !x.cyclic { // what is visible comes before
		hi = w.after(x, lo, hi, x.at(t)-1)
	}
	return lo, hi
}

// direct reports whether the level orders the versions of two writers of a key
// because one writer comes before the other. Where all transactions are in one
// order, that needs no mention.
func (c *checker) direct() bool {
	switch c.level {
	case CausalPlus, PRAMPlus, MonotonicWrites, WritesFollowReads:
		return true
	}
	return false
}
