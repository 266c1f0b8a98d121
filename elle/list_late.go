package elle

import (
	"cmp"
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/internal/weak"
)

// A lateRead is a transaction's first read of a list that it had appended to before, and
// not read. What it returned before the transaction's own elements is what they were
// appended to, as if it had been read first.
type lateRead struct {
	key, txn int32
	slot     int32 // of the op that stands for the write behind the read
	read     int32 // the op that is the read
	from     int32 // what it is from, weak.Unknown if that is not known
}

// lateReads finds them, in the order of transactions, and counts the ops of each transaction
// in h.Off, with one more for each.
func (l *lists) lateReads(h *weak.History) (late []lateRead) {
	appended, read := make([]int32, h.Keys), make([]int32, h.Keys) // by key: the last txn, from 1
	for c := range l.keys.chunks {
		for i := range l.keys.chunks[c].mops {
			m, k := &l.keys.chunks[c].mops[i], l.keys.chunks[c].key[i]
			t := m.txn + 1
			h.Off[t]++
			switch {
			case m.kind() == readUnknown, m.kind() == appendMop && read[k] == t:
			case m.kind() == appendMop:
				appended[k] = t
			case appended[k] == t && read[k] != t:
				late = append(late, lateRead{key: k, txn: m.txn, from: weak.Unknown})
				h.Off[t]++
				read[k] = t
			default:
				read[k] = t
			}
		}
	}
	return late
}

// place gives each its op, behind those of the transaction, and sorts them by key.
func place(late []lateRead, h *weak.History) {
	for i := len(late) - 1; i >= 0; i-- {
		r := &late[i]
		r.slot = h.Off[r.txn+1] - 1
		if i+1 < len(late) && late[i+1].txn == r.txn {
			r.slot = late[i+1].slot - 1
		}
		h.Key[r.slot], h.From[r.slot] = r.key, weak.Unknown
	}
	slices.SortFunc(late, func(a, b lateRead) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.txn, b.txn)) })
}

// ofKey are those of a key.
func ofKey(late []lateRead, key int32) []lateRead {
	lo := sort.Search(len(late), func(i int) bool { return late[i].key >= key })
	hi := lo + sort.Search(len(late)-lo, func(i int) bool { return late[lo+i].key > key })
	return late[lo:hi]
}

// fillLate finds what the late reads of the key are from.
func (v *listVersions) fillLate() {
	at := 0
	late := ofKey(v.late, v.key)
	for k := range late {
		r := &late[k]
		for v.mops[at].txn != r.txn {
			at++
		}
		own := 0
		for v.mops[at].kind() == appendMop || v.mops[at].kind() == readUnknown {
			if v.mops[at].kind() == appendMop {
				own++
			}
			at++
		}
		r.read = v.h.Off[r.txn] + int32(v.mops[at].index())
		r.from = v.behind(at, own)
	}
}

// behind says what read i is from, behind the given number of elements that its
// transaction had appended: nothing, if it does not end with them.
func (v *listVersions) behind(i, own int) int32 {
	m := &v.mops[i]
	if !v.took(m.txn) || int(m.n) < own {
		return weak.Unknown
	}
	seen := v.read(i)
	n, next := len(seen)-own, len(seen)
	for j := i - 1; j >= 0 && v.mops[j].txn == m.txn; j-- {
		if v.mops[j].kind() != appendMop {
			continue
		}
		if next--; seen[next] != v.elem[j] {
			return weak.Unknown
		}
	}
	if n == 0 {
		return weak.Initial
	}
	w := v.wrote[seen[n-1]]
	if w < 0 || !v.final[w] || !v.took(v.mops[w].txn) || v.mops[w].txn == m.txn {
		return weak.Unknown
	}
	return v.mops[w].txn
}

// expose makes the late reads count: the writes before them follow them.
func (l *lists) expose(h *weak.History, late []lateRead) {
	for _, r := range late {
		if r.from == weak.Unknown {
			continue
		}
		for o := h.Off[r.txn]; o < r.read; o++ {
			if h.Key[o] == r.key && h.From[o] == weak.Write {
				h.From[o] = weak.Unknown
			}
		}
		h.From[r.read], h.From[r.slot] = r.from, weak.Write
	}
}
