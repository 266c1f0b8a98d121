package weak

import (
	"context"
	"math/bits"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/par"
)

// bitPass follows one batch of sources through the linear extension.
type bitPass struct {
	*checker
	q      *queries
	number []int32 // per txn: its number among all sources, or -1
	leaves bool    // the sources are those on no chain
	rows   []uint64
	news   []uint64
	out    []Forced
}

// followBits answers the queries as far as they are about the sources.
func (c *checker) followBits(ctx context.Context, q *queries, batches [][]source, leaves bool) ([]Forced, error) {
	if len(batches) == 0 {
		return nil, ctx.Err()
	}
	number := minusOnes(c.n)
	first := make([]int32, len(batches)+1)
	for i, b := range batches {
		for j, s := range b {
			number[s.txn] = first[i] + int32(j)
		}
		first[i+1] = first[i] + int32(len(b))
	}
	found := make([][]Forced, len(batches))
	err := par.Workers(ctx, len(batches), func(int) func(int) error {
		p := &bitPass{checker: c, q: q, number: number, leaves: leaves}
		return func(i int) error {
			p.out = nil
			p.follow(batches[i], first[i])
			found[i] = p.out
			return nil
		}
	})
	return slices.Concat(found...), err
}

// follow keeps, at each place, which sources of the batch come before.
func (p *bitPass) follow(batch []source, first int32) {
	x, words := p.index, (len(batch)+63)/64
	base, end := batch[0].pos, batch[0].until
	p.rows = rows(p.rows, int(end-base+1)*words)
	row := func(at int32) []uint64 { return p.rows[int(at-base)*words:][:words] }
	for at := base; at <= end; at++ {
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
			for i, w := range row(v) {
				here[i] |= w
			}
			if i := p.number[u] - first; i >= 0 && i < int32(len(batch)) {
				here[i/64] |= 1 << (i % 64)
			}
		}
		join(x.prev[t])
		for _, f := range x.from[x.h.Off[t]:x.h.Off[t+1]] {
			join(f)
		}
		for _, q := range p.q.of(t) {
			p.ask(q, batch, here, row, first)
		}
	}
}

// ask answers a query as far as it is about the batch.
func (p *bitPass) ask(q query, batch []source, here []uint64, row func(int32) []uint64, first int32) {
	to := p.to(q)
	news := append(p.news[:0], here...) // visible, and not before the version read anyway
	p.news = news
	if p.scope.want != wantBack && to != q.txn && p.at(to) >= batch[0].pos {
		for i, w := range row(p.at(to)) {
			news[i] &^= w
		}
	}
	count := 0
	for _, w := range news {
		count += bits.OnesCount64(w)
	}
	if int(q.hi-q.lo) > 8*count { // look for each among the writers of the key
		for i, w := range news {
			for ; w != 0; w &= w - 1 {
				u := batch[64*i+bits.TrailingZeros64(w)].txn
				if s := p.w.slot(p.index, p.h.Key[q.op], u); q.lo <= s && s < q.hi {
					p.out = p.answer(p.out, q, u)
				}
			}
		}
		return
	}
	for _, u := range p.asked(q, p.leaves) {
		i := p.number[u] - first
		if i >= 0 && int(i) < len(batch) && news[i/64]>>(i%64)&1 != 0 {
			p.out = p.answer(p.out, q, u)
		}
	}
}
