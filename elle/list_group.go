package elle

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/intern"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// group sorts the micro-ops of chunks by key.
func group(ctx context.Context, src *edn.Source, chunks []chunk, size int) (*keyed, error) {
	k := &keyed{chunks: chunks, size: size}
	if err := k.number(src); err != nil {
		return nil, err
	}
	// Each worker places the micro-ops of one stretch of keys, so none writes
	// where another does.
	workers := 1
	if len(chunks) > 1 {
		workers = par.MaxWorkers()
	}
	fill := append([]int64(nil), k.off[:len(k.off)-1]...)
	n := int(k.off[len(k.off)-1])
	k.ref = huge.Make[ref](n)[:n]
	err := par.Do(ctx, workers, func(w int) error {
		lo, hi := int32(w*k.len()/workers), int32((w+1)*k.len()/workers)
		for c := range chunks {
			for i, key := range chunks[c].key {
				if key >= lo && key < hi {
					k.ref[fill[key]] = makeRef(c, i)
					fill[key]++
				}
			}
		}
		return nil
	})
	return k, err
}

// number gives keys their final numbers, in the order of chunks, and counts
// their micro-ops.
func (k *keyed) number(src *edn.Source) error {
	var table intern.Table
	var buf []byte
	var count []int64
	var final []int32
	for c := range k.chunks {
		ch := &k.chunks[c]
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
