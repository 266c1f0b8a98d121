package weak

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// eachChunk collects what the workers that start makes find in chunks of the
// transactions.
func (c *checker) eachChunk(ctx context.Context, start func() func(txns []int32) []Forced) ([]Forced, error) {
	found := make([][]Forced, c.pieces())
	err := par.Workers(ctx, len(found), func(int) func(int) error {
		look, txns := start(), make([]int32, 0, chunk)
		return func(i int) error {
			txns = txns[:0]
			for t := i * chunk; t < min((i+1)*chunk, c.n); t++ {
				txns = append(txns, int32(t))
			}
			found[i] = look(txns)
			return nil
		}
	})
	return slices.Concat(found...), err
}

// eachSession collects what the workers that start makes find in the
// transactions of each session. One on its own is a session.
func (c *checker) eachSession(ctx context.Context, start func() func(txns []int32) []Forced) ([]Forced, error) {
	off, txns := c.bySession()
	k := c.h.Sessions
	alone := (int(off[k+1]-off[k]) + chunk - 1) / chunk
	found := make([][]Forced, k+alone)
	err := par.Workers(ctx, k+alone, func(int) func(int) error {
		look := start()
		return func(i int) error {
			if i < k {
				found[i] = look(txns[off[i]:off[i+1]])
				return nil
			}
			lo := off[k] + int32((i-k)*chunk)
			for j := lo; j < min(lo+int32(chunk), off[k+1]); j++ {
				found[i] = append(found[i], look(txns[j:j+1])...)
			}
			return nil
		}
	})
	return slices.Concat(found...), err
}

// bySession groups the transactions of each session, ascending, and then the
// ones on their own: those of session s are txns[off[s]:off[s+1]].
func (x *index) bySession() (off, txns []int32) {
	k := int32(x.h.Sessions)
	slot := func(t int32) int32 {
		if s := x.sess[t]; s >= 0 {
			return s
		}
		return k
	}
	off, txns = make([]int32, k+2), huge.Make[int32](x.n)[:x.n]
	for t := range int32(x.n) {
		off[slot(t)+1]++
	}
	for s := range off[1:] {
		off[s+1] += off[s]
	}
	next := append([]int32(nil), off...)
	for t := range int32(x.n) {
		s := slot(t)
		txns[next[s]] = t
		next[s]++
	}
	return off, txns
}
