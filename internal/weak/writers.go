package weak

import (
	"context"
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// writers groups the versions of each key, in the linear extension's order:
// those of key k are the slots off[k] to off[k+1]. A slot holds the writer.
type writers struct {
	off  []int32
	txn  []int32
	late []late // the reads of another version than the last before, by transaction's place

	chain []int32 // see sortByChain
}

// A late read is one between whose version and itself, in the linear
// extension, other versions were written: before slot hi.
type late struct{ txn, op, hi int32 }

// A tail is what a key's versions end with so far.
type tail struct {
	slot int32 // the next version's
	last int32 // the last writer, or Initial
}

// newWriters sorts the writes by key: parts of the transactions are counted,
// then placed, apart from each other. O(ops + keys * cores).
func newWriters(ctx context.Context, x *index) (*writers, error) {
	parts := max(1, min(par.MaxWorkers(), 8, x.n/1024))
	bounds := func(i int) (int32, int32) {
		return int32(i * x.n / parts), int32((i + 1) * x.n / parts)
	}
	tails := make([][]tail, parts)
	err := par.Do(ctx, parts, func(i int) error {
		tails[i] = huge.Make[tail](x.h.Keys)[:x.h.Keys]
		lo, hi := bounds(i)
		x.countWrites(tails[i], lo, hi)
		return nil
	})
	if err != nil {
		return nil, err
	}
	w := &writers{off: make([]int32, x.h.Keys+1)}
	sum := int32(0)
	for k := range x.h.Keys {
		w.off[k] = sum
		last := Initial
		for _, part := range tails {
			count, end := part[k].slot, part[k].last-1
			part[k] = tail{sum, last}
			sum += count
			if count > 0 {
				last = end
			}
		}
	}
	w.off[x.h.Keys] = sum
	w.txn = huge.Make[int32](int(sum))[:sum]
	found := make([][]late, parts)
	err = par.Do(ctx, parts, func(i int) error {
		lo, hi := bounds(i)
		found[i] = w.place(x, tails[i], lo, hi)
		return nil
	})
	w.late = slices.Concat(found...)
	return w, err
}

// countWrites counts the writers of each key at places lo to hi, and leaves in
// last the last one plus one, so that zero is none.
func (x *index) countWrites(tails []tail, lo, hi int32) {
	for p := lo; p < hi; p++ {
		t := x.txnAt(p)
		a, b := x.h.Off[t], x.h.Off[t+1]
		key := x.h.Key[a:b]
		for o, f := range x.from[a:b] {
			if f != Write {
				continue
			}
			if e := &tails[key[o]]; e.last != t+1 {
				e.slot++
				e.last = t + 1
			}
		}
	}
}

// place fills the slots of the writers at places lo to hi, and returns the
// late reads there. Without a linear extension any read may be late.
func (w *writers) place(x *index, tails []tail, lo, hi int32) (out []late) {
	for p := lo; p < hi; p++ {
		t := x.txnAt(p)
		a, b := x.h.Off[t], x.h.Off[t+1]
		key := x.h.Key[a:b]
		for o, f := range x.from[a:b] {
			switch e := &tails[key[o]]; {
			case f == Write:
				if e.last != t {
					w.txn[e.slot] = t
					e.slot++
					e.last = t
				}
			case f >= Initial && x.cyclic:
				out = append(out, late{t, a + int32(o), w.off[key[o]+1]})
			case f >= Initial && f != e.last:
				out = append(out, late{t, a + int32(o), e.slot})
			}
		}
	}
	return out
}

// after returns the first of slots lo to hi whose writer has a place beyond p.
// The last slots are tried first.
func (w *writers) after(x *index, lo, hi, p int32) int32 {
	for range 8 {
		if lo == hi || x.at(w.txn[hi-1]) <= p {
			return hi
		}
		hi--
	}
	return lo + int32(sort.Search(int(hi-lo), func(i int) bool { return x.at(w.txn[lo+int32(i)]) > p }))
}

// slot returns the slot of t's version of the key, or -1.
func (w *writers) slot(x *index, key, t int32) int32 {
	if t < 0 {
		return -1
	}
	s := w.after(x, w.off[key], w.off[key+1], x.at(t)) - 1
	if s < w.off[key] || w.txn[s] != t {
		return -1
	}
	return s
}

// sortByChain sets chain: the slots' writers once more, each key's ordered by
// session, those on no chain of session order first, and then by place.
func (w *writers) sortByChain(ctx context.Context, x *index) error {
	if w.chain != nil {
		return nil
	}
	w.chain = append(huge.Make[int32](len(w.txn)), w.txn...)
	const batch = 256
	keys := len(w.off) - 1
	return par.Do(ctx, (keys+batch-1)/batch, func(i int) error {
		for k := i * batch; k < min((i+1)*batch, keys); k++ {
			slices.SortStableFunc(w.chain[w.off[k]:w.off[k+1]], func(a, b int32) int {
				return int(x.chainOf(a)) - int(x.chainOf(b))
			})
		}
		return nil
	})
}

// chainOf returns the session on whose chain t is, or -1 if session order leads
// nowhere from t.
func (x *index) chainOf(t int32) int32 {
	if x.leaf(t) {
		return -1
	}
	return x.sess[t]
}

// newest returns the last writer of the key on a session's chain that fewer
// than bound others of the session precede, or -1. O(log versions).
func (w *writers) newest(x *index, key, session, bound int32) int32 {
	list := w.chain[w.off[key]:w.off[key+1]]
	i := sort.Search(len(list), func(i int) bool {
		s := x.chainOf(list[i])
		return s > session || s == session && x.rank[list[i]] >= bound
	})
	if i == 0 || x.chainOf(list[i-1]) != session {
		return -1
	}
	return list[i-1]
}

// leaves returns the writers of the key on no chain, from place first to last.
func (w *writers) leaves(x *index, key, first, last int32) []int32 {
	list := w.chain[w.off[key]:w.off[key+1]]
	at := func(p int32) int {
		return sort.Search(len(list), func(i int) bool { return x.chainOf(list[i]) >= 0 || x.at(list[i]) >= p })
	}
	return list[at(first):at(last+1)]
}
