package elle

import (
	"cmp"
	"slices"
)

// A finding is a case of an anomaly that shows without a graph.
type finding struct {
	what Anomaly
	txn  int32 // the transaction concerned, by which findings are ordered
	mop  int   // the micro-op concerned
	key  int32 // the key in which it shows, which distinguishes those of one micro-op
	c    Case
}

// finds collects findings. All are counted, and of each type the first are kept: a
// history may show one in every read, and a case takes as much memory as many ops.
// Which are kept does not depend on who found them in which order, as long as those
// of a micro-op and a key are added in their order.
type finds struct {
	most  func(Anomaly) int // how many to keep of a type, 0 for all
	kinds map[Anomaly]*findKind
}

type findKind struct {
	count int
	txns  []int32 // for findings that are reported once per transaction: the transactions that show one, perhaps repeatedly
	kept  []*finding
	last  *finding // of those that are kept for good, if any may be left out
}

func newFinds(most func(Anomaly) int) *finds {
	return &finds{most, map[Anomaly]*findKind{}}
}

// toldOnce reports whether an anomaly can happen several times in a transaction, but is
// reported once: the first.
func toldOnce(a Anomaly) bool { return a == Internal || a == FutureRead }

func (f *finds) kind(a Anomaly) *findKind {
	k := f.kinds[a]
	if k == nil {
		k = &findKind{}
		f.kinds[a] = k
	}
	return k
}

// left reports whether nothing more of a transaction and micro-op will be kept, and
// then counts it: a case need not be made.
func (f *finds) left(a Anomaly, txn int32, mop int) bool {
	k := f.kinds[a]
	if k == nil || k.last == nil || cmp.Or(cmp.Compare(txn, k.last.txn), cmp.Compare(mop, k.last.mop)) <= 0 {
		return false
	}
	k.tally(a, txn)
	return true
}

func (k *findKind) tally(a Anomaly, txn int32) {
	if k.count++; toldOnce(a) {
		k.txns = append(k.txns, txn)
	}
}

func (f *finds) add(x finding) {
	if f.left(x.what, x.txn, x.mop) {
		return
	}
	k := f.kind(x.what)
	k.tally(x.what, x.txn)
	f.keep(k, &x)
}

func (f *finds) keep(k *findKind, x *finding) {
	k.kept = append(k.kept, x)
	if most := f.most(x.what); most > 0 && len(k.kept) >= 2*most {
		k.cut(most)
	}
}

// cut sorts what is kept by history, and leaves most of it, 0 for all.
func (k *findKind) cut(most int) {
	slices.SortStableFunc(k.kept, func(a, b *finding) int {
		return cmp.Or(cmp.Compare(a.txn, b.txn), cmp.Compare(a.mop, b.mop), cmp.Compare(a.key, b.key))
	})
	if len(k.kept) > 0 && toldOnce(k.kept[0].what) {
		k.kept = slices.CompactFunc(k.kept, func(a, b *finding) bool { return a.txn == b.txn })
	}
	if most > 0 && len(k.kept) > most {
		k.kept = slices.Delete(k.kept, most, len(k.kept))
		k.last = k.kept[most-1]
	}
}

// addAll adds what another has collected, which stays as it is.
func (f *finds) addAll(other *finds) {
	for a, from := range other.kinds {
		k := f.kind(a)
		k.count += from.count
		k.txns = append(k.txns, from.txns...)
		for _, x := range from.kept {
			f.keep(k, x)
		}
	}
}

// of returns the findings of a type that are kept, in the order of the history,
// and how many there are in all.
func (f *finds) of(a Anomaly) (kept []*finding, count int) {
	k := f.kinds[a]
	k.cut(f.most(a))
	if toldOnce(a) {
		slices.Sort(k.txns)
		k.txns = slices.Compact(k.txns)
		return k.kept, len(k.txns)
	}
	return k.kept, k.count
}
