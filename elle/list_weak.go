package elle

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/internal/weak"
)

// columns presents the workload of lists as one of registers: a read is of the version
// that its last element was appended to, and the lists tell in which order the versions
// came.
func (l *lists) columns(ctx context.Context) (*weak.History, error) {
	h := &weak.History{Off: make([]int32, l.x.len()+1), Keys: l.keys.len()}
	late := l.lateReads(h)
	for t := range l.x.len() {
		h.Off[t+1] += h.Off[t]
	}
	n := h.Off[l.x.len()]
	h.Key, h.From = make([]int32, n), make([]int32, n)
	for c := range l.keys.chunks {
		for i, m := range l.keys.chunks[c].mops {
			h.Key[h.Off[m.txn]+int32(m.index())] = l.keys.chunks[c].key[i]
		}
	}
	place(late, h)
	batches := l.keys.batches()
	orders := make([][]weak.Before, len(batches)-1)
	err := par.Workers(ctx, len(orders), func(int) func(int) error {
		w := &listVersions{versions: versions{x: l.x, keys: l.keys, src: l.x.h.Source()}, h: h, took: l.tookEffect, late: late}
		return func(i int) error {
			w.order = nil
			for k := batches[i]; k < batches[i+1]; k++ {
				if err := w.load(k); err != nil {
					return err
				}
				w.fill()
			}
			orders[i] = w.order
			return nil
		}
	})
	h.Order = slices.Concat(orders...)
	if err == nil && len(late) > 0 {
		h.Written = slices.Clone(h.From)
		l.expose(h, late)
	}
	return h, err
}

// listVersions fills in the columns of one key.
type listVersions struct {
	versions
	h     *weak.History
	order []weak.Before
	took  func(t int32) bool
	late  []lateRead
}

func (v *listVersions) fill() {
	if v.contradicts() {
		v.leaveOut()
		return
	}
	for i := range v.mops {
		m := &v.mops[i]
		v.h.From[v.h.Off[m.txn]+int32(m.index())] = v.from(i)
	}
	v.fillLate()
	// The place of a transaction is that of its last append to the key. Appends that
	// nobody read come after what was read.
	before := int32(-1)
	for p, e := range v.versions.order {
		if w := v.wrote[e]; w >= 0 && v.final[w] && v.took(v.mops[w].txn) {
			v.follow(&before, v.mops[w].txn)
		}
		if p+1 < len(v.versions.order) {
			continue
		}
		last := before
		for i := range v.mops {
			if m := &v.mops[i]; m.kind() == appendMop && v.final[i] && v.pos[v.elem[i]] < 0 && v.took(m.txn) && last >= 0 {
				v.order = append(v.order, weak.Before{Key: v.key, A: last, B: m.txn})
			}
		}
	}
}

// contradicts reports whether no one order of the list's elements explains what it
// was read as.
func (v *listVersions) contradicts() bool {
	return len(v.odd) > 0 || len(v.versions.order) < len(v.list)
}

// leaveOut lets the reads of the list say nothing: what each was from is a matter of taste.
func (v *listVersions) leaveOut() {
	for i := range v.mops {
		from := weak.Unknown
		if m := &v.mops[i]; m.kind() == appendMop && v.took(m.txn) {
			from = weak.Write
		}
		v.h.From[v.h.Off[v.mops[i].txn]+int32(v.mops[i].index())] = from
	}
}

func (v *listVersions) follow(before *int32, t int32) {
	if *before >= 0 && *before != t {
		v.order = append(v.order, weak.Before{Key: v.key, A: *before, B: t})
	}
	*before = t
}

// from says what micro-op i is to the checks of weak models.
func (v *listVersions) from(i int) int32 {
	m := &v.mops[i]
	switch {
	case !v.took(m.txn):
		return weak.Unknown
	case m.kind() == appendMop:
		return weak.Write
	case m.kind() == readUnknown:
		return weak.Unknown
	case m.n == 0:
		return weak.Initial
	}
	seen := v.read(i)
	w := v.wrote[seen[len(seen)-1]]
	if w < 0 || !v.final[w] || !v.took(v.mops[w].txn) {
		return weak.Unknown
	}
	return v.mops[w].txn
}

func (l *lists) keyValue(key int32) edn.Value {
	sp := l.keys.keys[key]
	return l.x.h.Source().Value(sp.lo, sp.lo+int(sp.len))
}

func (l *lists) lastWritten(t, key int32) (v edn.Value, at int) {
	at = -1
	l.keys.ofTxn(t, func(k int32, m *mop) {
		if k == key && m.kind() == appendMop {
			v, at = l.x.h.Source().Value(m.lo, m.lo+int(m.len)), m.index()
		}
	})
	return v, at
}

func (l *lists) readFrom(t, key, from int32) int {
	v := l.versions(key)
	for _, r := range l.touched(t) {
		if r.key != key {
			continue
		}
		if m := &v.mops[r.i]; m.isRead() && m.n > 0 {
			seen := v.read(r.i)
			for n := len(seen) - 1; n >= 0; n-- {
				w := v.wrote[seen[n]]
				if w >= 0 && v.mops[w].txn == from {
					return m.index()
				}
				if w < 0 || v.mops[w].txn != t {
					break
				}
			}
		}
	}
	return -1
}
