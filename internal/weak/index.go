package weak

import (
	"context"
	"sync/atomic"

	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// chunk is how many transactions a piece of parallel work holds. A variable, so
// that tests can make it small.
var chunk = 4096

// heavy is from how many ops on a transaction is looked at with tables rather
// than by comparing its ops in pairs. A variable for tests.
var heavy = 32

// An index is a history with what every level needs to know of it.
type index struct {
	h        *History
	n        int     // transactions
	sessions bool    // session order counts
	from     []int32 // h.From, with Unknown for the reads that are ignored
	sess     []int32 // per txn: its session, -1 if it is alone or sessions do not count
	rank     []int32 // per txn: how many of its session come before it
	prev     []int32 // per txn: the last of them, or -1

	// A linear extension of session order and reads, as close to the txns'
	// numbers as they allow. Nil if it is the numbers themselves, also if there
	// is none because the relation is cyclic.
	order, pos []int32
	cyclic     bool
	more       *more // what else it has in it, or nil
}

// newIndex reads the history in a few linear passes.
func newIndex(ctx context.Context, h *History, sessions bool) (*index, error) {
	x := &index{h: h, n: len(h.Off) - 1, sessions: sessions}
	if err := x.external(ctx); err != nil {
		return nil, err
	}
	x.countSessions()
	return x, x.extend(ctx)
}

// chunks calls f with the number and bounds of each chunk of transactions.
func (x *index) chunks(ctx context.Context, f func(i int, lo, hi int32)) error {
	return par.Do(ctx, x.pieces(), func(i int) error {
		f(i, int32(i*chunk), int32(min((i+1)*chunk, x.n)))
		return nil
	})
}

func (x *index) pieces() int { return (x.n + chunk - 1) / chunk }

// external sets from. Most histories are without reads to ignore, and then it is
// the history's own column.
func (x *index) external(ctx context.Context) error {
	x.from = x.h.From
	var found atomic.Bool
	err := x.internalReads(ctx, func(int32) { found.Store(true) })
	if err != nil || !found.Load() {
		return err
	}
	x.from = append(huge.Make[int32](len(x.h.From)), x.h.From...)
	return x.internalReads(ctx, func(o int32) { x.from[o] = Unknown })
}

// internalReads calls f with every read that is to be ignored, concurrently.
func (x *index) internalReads(ctx context.Context, f func(o int32)) error {
	h := x.h
	return par.Workers(ctx, x.pieces(), func(int) func(int) error {
		var wrote []int32 // per key: the last heavy txn that wrote it, plus one
		return func(i int) error {
			for t := int32(i * chunk); t < int32(min((i+1)*chunk, x.n)); t++ {
				lo, hi := h.Off[t], h.Off[t+1]
				if int(hi-lo) > heavy {
					if wrote == nil {
						wrote = make([]int32, h.Keys)
					}
					for o := lo; o < hi; o++ {
						switch {
						case h.From[o] == Write:
							wrote[h.Key[o]] = t + 1
						case h.From[o] == t || h.From[o] != Unknown && wrote[h.Key[o]] == t+1:
							f(o)
						}
					}
					continue
				}
				key, from := h.Key[lo:hi], h.From[lo:hi]
				written := uint64(0)
				for o, k := range key {
					switch {
					case from[o] == Write:
						written |= bits2(k)
					case from[o] == t:
						f(lo + int32(o))
					case from[o] >= Initial && written&bits2(k) == bits2(k):
						for p := range o {
							if key[p] == k && from[p] == Write {
								f(lo + int32(o))
								break
							}
						}
					}
				}
			}
			return nil
		}
	})
}

// countSessions sets sess, rank and prev.
func (x *index) countSessions() {
	buf := huge.Make[int32](3 * x.n)[:3*x.n]
	x.sess, x.rank, x.prev = buf[:x.n:x.n], buf[x.n:2*x.n:2*x.n], buf[2*x.n:]
	type end struct{ last, count int32 }
	ends := make([]end, x.h.Sessions)
	for s := range ends {
		ends[s].last = -1
	}
	for t := range int32(x.n) {
		s := x.h.Session[t]
		if s < 0 || !x.sessions {
			x.sess[t], x.prev[t] = -1, -1
			continue
		}
		x.sess[t], x.rank[t], x.prev[t] = s, ends[s].count, ends[s].last
		if x.h.Last == nil || !x.h.Last[t] {
			ends[s] = end{t, ends[s].count + 1}
		}
	}
}

// leaf reports whether session order leads nowhere from t.
func (x *index) leaf(t int32) bool {
	return x.sess[t] < 0 || x.h.Last != nil && x.h.Last[t]
}

// so reports whether a comes before b in session order.
func (x *index) so(a, b int32) bool {
	return x.sess[a] == x.sess[b] && x.rank[a] < x.rank[b] && !x.leaf(a)
}

// at returns the place of t in the linear extension; Initial comes first.
func (x *index) at(t int32) int32 {
	if x.pos == nil || t < 0 {
		return t
	}
	return x.pos[t]
}

// txnAt returns the transaction at a place of the linear extension.
func (x *index) txnAt(p int32) int32 {
	if x.order == nil {
		return p
	}
	return x.order[p]
}

func minusOnes(n int) []int32 {
	s := huge.Make[int32](n)[:n]
	for i := range s {
		s[i] = -1
	}
	return s
}
