package elle

import (
	"context"

	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/internal/weak"
)

func (r *registers) columns(ctx context.Context) (*weak.History, error) {
	if !r.opt.Ladder {
		r.recs = nil // nothing needs them again, other than the ladder's further checks
	}
	n := len(r.key)
	h := &weak.History{Off: r.off, Keys: len(r.keys), Key: r.key, From: huge.Make[int32](n)[:n]}
	size := chunkSize(r.x.len())
	return h, par.Do(ctx, (r.x.len()+size-1)/size, func(c int) error {
		for t := int32(c * size); t < int32(min((c+1)*size, r.x.len())); t++ {
			for i := r.off[t]; i < r.off[t+1]; i++ {
				h.From[i] = r.from(t, i)
			}
		}
		return nil
	})
}

// from says what micro-op i of transaction t is to the checks of weak models.
func (r *registers) from(t, i int32) int32 {
	switch {
	case r.write[i]:
		if r.tookEffect(t) {
			return weak.Write
		}
	case r.ver[i] == 0:
		return weak.Initial
	case r.ver[i] > 0:
		if w := r.wrote(r.key[i], r.ver[i]); w >= 0 {
			return w
		}
	}
	return weak.Unknown
}
