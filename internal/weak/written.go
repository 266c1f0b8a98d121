package weak

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// written answers whether a transaction writes a key. Nearly always the answer
// is no, and a signature of 64 bits says so without a look at the ops.
type written struct {
	x   *index
	sig []uint64          // per txn: the bits of the keys it writes
	big map[int32][]int32 // the keys that heavy txns write, ascending
}

// bits2 returns the two bits of a key in signatures. With five keys in a
// signature, one in forty others seems to be there, too.
func bits2(key int32) uint64 {
	hash := uint64(uint32(key)) * 0x9e3779b97f4a7c15
	return 1<<(hash>>58) | 1<<(hash>>52&63)
}

func newWritten(ctx context.Context, x *index) (*written, error) {
	w := &written{x: x, sig: huge.Make[uint64](x.n)[:x.n], big: map[int32][]int32{}}
	found := make([][]int32, x.pieces())
	err := x.chunks(ctx, func(i int, lo, hi int32) {
		for t := lo; t < hi; t++ {
			a, b := x.h.Off[t], x.h.Off[t+1]
			s, key := uint64(0), x.h.Key[a:b]
			for o, f := range x.from[a:b] {
				if f == Write {
					s |= bits2(key[o])
				}
			}
			w.sig[t] = s
			if int(b-a) > heavy {
				found[i] = append(found[i], t)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	txns := slices.Concat(found...)
	keys := make([][]int32, len(txns))
	err = par.Do(ctx, len(txns), func(i int) error {
		for o := x.h.Off[txns[i]]; o < x.h.Off[txns[i]+1]; o++ {
			if x.from[o] == Write {
				keys[i] = append(keys[i], x.h.Key[o])
			}
		}
		slices.Sort(keys[i])
		keys[i] = slices.Compact(keys[i])
		return nil
	})
	for i, t := range txns {
		w.big[t] = keys[i]
	}
	return w, err
}

// has reports whether t writes the key. O(1), or O(log ops) if t is heavy.
func (w *written) has(t, key int32) bool {
	b := bits2(key)
	return w.sig[t]&b == b && w.search(t, key)
}

func (w *written) search(t, key int32) bool {
	x := w.x
	lo, hi := x.h.Off[t], x.h.Off[t+1]
	if int(hi-lo) > heavy {
		_, ok := slices.BinarySearch(w.big[t], key)
		return ok
	}
	for o := lo; o < hi; o++ {
		if x.h.Key[o] == key && x.from[o] == Write {
			return true
		}
	}
	return false
}
