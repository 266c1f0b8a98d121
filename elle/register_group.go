package elle

import (
	"context"

	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// groupByKey sorts the micro-ops by key, and within a key by transaction. Each
// worker counts and then places those of one stretch of transactions.
func (r *registers) groupByKey(ctx context.Context) error {
	n, keys := r.x.len(), len(r.keys)
	workers := max(1, min(par.MaxWorkers(), 8, len(r.key)/1024)) // each has a counter for each key
	next := make([][]int32, workers)
	part := func(w int) (lo, hi int32) { return int32(w * n / workers), int32((w + 1) * n / workers) }
	err := par.Do(ctx, workers, func(w int) error {
		count := make([]int32, keys)
		lo, hi := part(w)
		for _, key := range r.key[r.off[lo]:r.off[hi]] {
			count[key]++
		}
		next[w] = count
		return nil
	})
	if err != nil {
		return err
	}
	r.first = make([]int32, keys+1)
	for k := range keys {
		at := r.first[k]
		for w := range next {
			at, next[w][k] = at+next[w][k], at
		}
		r.first[k+1] = at
	}
	r.recs = huge.Make[rec](len(r.key))[:len(r.key)]
	return par.Do(ctx, workers, func(w int) error {
		at := next[w]
		lo, hi := part(w)
		for t := lo; t < hi; t++ {
			from := r.off[t]
			for i, key := range r.key[from:r.off[t+1]] {
				r.recs[at[key]] = makeRec(t, int32(i), r.write[from+int32(i)])
				at[key]++
			}
		}
		return nil
	})
}

// recsOf returns the micro-ops of a key.
func (r *registers) recsOf(k int32) []rec { return r.recs[r.first[k]:r.first[k+1]] }

// batches cuts the keys into stretches of similar work: stretch i is keys
// b[i] to b[i+1].
func (r *registers) batches() (b []int32) {
	b = append(b, 0)
	last := int32(len(r.keys))
	for key := range last {
		if r.first[key+1]-r.first[b[len(b)-1]] >= batchMops {
			b = append(b, key+1)
		}
	}
	if b[len(b)-1] < last {
		b = append(b, last)
	}
	return b
}

// eachKey calls what start returns, given the worker, for each key, in parallel: of the keys of a
// batch in turn, after which done is called with the batch's number.
func (r *registers) eachKey(ctx context.Context, start func(worker int) (key func(k int32) error, done func(batch int))) (batches int, err error) {
	b := r.batches()
	return len(b) - 1, par.Workers(ctx, len(b)-1, func(worker int) func(int) error {
		key, done := start(worker)
		return func(i int) error {
			for k := b[i]; k < b[i+1]; k++ {
				if err := key(k); err != nil {
					return err
				}
			}
			done(i)
			return nil
		}
	})
}
