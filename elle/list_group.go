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
	n := int(k.off[len(k.off)-1])
	k.ref = huge.Make[ref](n)[:n]
	err := par.Do(ctx, len(chunks), func(c int) error {
		ch := &chunks[c]
		for i, key := range ch.key {
			k.ref[ch.at[key]] = makeRef(c, i)
			ch.at[key]++
			ch.key[i] = ch.final[key]
		}
		ch.at, ch.final, ch.count = nil, nil, nil
		return nil
	})
	return k, err
}

// number gives keys their final numbers, in the order of chunks, and finds where the
// micro-ops of each begin: in ref, and of each chunk there.
func (k *keyed) number(src *edn.Source) error {
	var table intern.Table
	var buf []byte
	var count []int64
	for c := range k.chunks {
		ch := &k.chunks[c]
		ch.final, ch.at = make([]int32, len(ch.keys)), make([]int64, len(ch.keys))
		for i, sp := range ch.keys {
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
			ch.final[i], ch.at[i] = id, count[id]
			count[id] += int64(ch.count[i])
		}
	}
	k.off = make([]int64, len(count)+1)
	for i, n := range count {
		k.off[i+1] = k.off[i] + n
	}
	for c := range k.chunks {
		ch := &k.chunks[c]
		for i, id := range ch.final {
			ch.at[i] += k.off[id]
		}
	}
	return nil
}
