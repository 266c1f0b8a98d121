package elle

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/intern"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// group merges chunks of micro-ops into groups by key, and frees the chunks.
func group(ctx context.Context, src *edn.Source, chunks []chunk) (*keyed, error) {
	k := &keyed{}
	if err := k.number(src, chunks); err != nil {
		return nil, err
	}
	// Each worker places the micro-ops of every n-th stretch of keys, so none
	// writes where another does.
	workers := par.MaxWorkers()
	fill := append([]int64(nil), k.off[:len(k.off)-1]...)
	k.mops = make([]mop, k.off[len(k.off)-1])
	err := par.Do(ctx, workers, func(w int) error {
		lo, hi := int32(w*k.len()/workers), int32((w+1)*k.len()/workers)
		for c := range chunks {
			ch := &chunks[c]
			for i, key := range ch.key {
				if key >= lo && key < hi {
					k.mops[fill[key]] = ch.mops[i]
					fill[key]++
				}
			}
		}
		return nil
	})
	clear(chunks)
	return k, err
}

// number gives keys their final numbers, in the order of chunks, and counts
// their micro-ops.
func (k *keyed) number(src *edn.Source, chunks []chunk) error {
	var table intern.Table
	var buf []byte
	var count []int64
	var final []int32
	for c := range chunks {
		ch := &chunks[c]
		final = final[:0]
		for _, sp := range ch.keys {
			v := src.Value(sp.lo, sp.lo+int(sp.len))
			var id int32
			var fresh bool
			if n, ok := v.Int(); ok {
				id, fresh = table.Int(n)
			} else {
				var err error
				if buf, err = edn.AppendCanonical(buf[:0], v); err != nil {
					return err
				}
				id, fresh = table.Text(buf)
			}
			if fresh {
				k.keys = append(k.keys, sp)
				count = append(count, 0)
			}
			final = append(final, id)
		}
		for i, key := range ch.key {
			ch.key[i] = final[key]
			count[final[key]]++
		}
	}
	k.off = make([]int64, len(count)+1)
	for i, n := range count {
		k.off[i+1] = k.off[i] + n
	}
	return nil
}
