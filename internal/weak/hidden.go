package weak

import (
	"context"
	"slices"
)

// hidden looks, at weak causal, for a read of a version that was overwritten,
// for certain, by one that was visible: among the edges from a visible version
// to the one that was read, those where a path leads the other way.
func (c *checker) hidden(ctx context.Context, back []Forced) (*Witness, error) {
	slices.SortFunc(back, compareForced)
	back = slices.CompactFunc(back, func(a, b Forced) bool {
		return a.Key == b.Key && a.From == b.From && a.To == b.To
	})
	q := &queries{off: make([]int32, c.n+1), all: make([]query, len(back))}
	for _, e := range back {
		q.off[e.From+1]++
	}
	for t := range c.n {
		q.off[t+1] += q.off[t]
	}
	next := slices.Clone(q.off)
	for _, e := range back {
		s := c.w.slot(c.index, e.Key, e.To)
		q.all[next[e.From]] = query{e.From, c.reads(e.From, Write, e.Key, c.h.Off[e.From+1]), s, s + 1}
		next[e.From]++
	}
	paths, err := c.causalEdges(ctx, q)
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	var seen, path Forced
	for i, p := range paths {
		at, _ := slices.BinarySearchFunc(back, Forced{p.Key, p.To, p.From, -1}, compareForced)
		if e := back[at]; i == 0 || e.Reader < seen.Reader || e.Reader == seen.Reader && compareForced(e, seen) < 0 {
			seen, path = e, p
		}
	}
	return &Witness{Steps: []Step{c.forcedStep(seen), c.forcedStep(path)}}, nil
}
