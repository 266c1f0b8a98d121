package weak

import (
	"cmp"
	"slices"
)

// largeTxn is scratch space to look at a transaction with many reads.
type largeTxn struct {
	reads   []placed // by key, then in program order; of equal ones in a row only the last
	sources []placed // the txns read from, each where it was read first
	keys    []span   // per key: where its reads are, if txn is the one that is looked at
}

// A placed read or source knows which read of its transaction it is. A source
// has no key.
type placed struct{ key, from, at int32 }

type span struct{ txn, lo, hi int32 }

// heavyTxn does what txn does with pairs: for each transaction that was read
// from, it goes through its writes or through the keys that t reads, whichever
// are fewer.
//
// Of the reads of a key that follow, only the first from another transaction
// counts: reads of the key that come one after the other order their sources
// themselves. At read atomic, two sources of a key are a cycle by that.
func (p *atomicPass) heavyTxn(t int32) {
	l := &p.large
	l.load(t, p.reads, p.h.Keys)
	for _, src := range l.sources {
		after := src.at
		if p.level == ReadAtomic {
			after = -1
		}
		lo, hi := p.h.Off[src.from], p.h.Off[src.from+1]
		if int(hi-lo) <= len(l.reads) {
			for o := lo; o < hi; o++ {
				if s := l.keys[p.h.Key[o]]; p.from[o] == Write && s.txn == t {
					p.visible(t, src.from, l.reads[s.lo:s.hi], after)
				}
			}
			continue
		}
		for i := 0; i < len(l.reads); {
			s := l.keys[l.reads[i].key]
			if p.w.has(src.from, l.reads[i].key) {
				p.visible(t, src.from, l.reads[s.lo:s.hi], after)
			}
			i = int(s.hi)
		}
	}
}

// visible adds the edge from a transaction whose write of a key is visible to
// the reads of the key that come after a certain read.
func (p *atomicPass) visible(t, from int32, reads []placed, after int32) {
	i, _ := slices.BinarySearchFunc(reads, after+1, func(r placed, at int32) int { return cmp.Compare(r.at, at) })
	for ; i < len(reads); i++ {
		if r := reads[i]; r.from != from {
			if p.wants(from, r.from) {
				p.out = append(p.out, Forced{r.key, from, r.from, t})
			}
			return
		}
	}
}

// load fills l with the reads of transaction t.
func (l *largeTxn) load(t int32, reads []read, keys int) {
	if l.keys == nil {
		l.keys = make([]span, keys)
		for k := range l.keys {
			l.keys[k].txn = -1
		}
	}
	l.reads, l.sources = l.reads[:0], l.sources[:0]
	for i, r := range reads {
		l.reads = append(l.reads, placed{r.key, r.from, int32(i)})
		if r.from >= 0 {
			l.sources = append(l.sources, placed{0, r.from, int32(i)})
		}
	}
	slices.SortFunc(l.sources, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.at, b.at))
	})
	l.sources = slices.CompactFunc(l.sources, func(a, b placed) bool { return a.from == b.from })
	slices.SortFunc(l.reads, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.at, b.at))
	})
	n := 0
	for _, r := range l.reads {
		if n > 0 && l.reads[n-1].key == r.key && l.reads[n-1].from == r.from {
			l.reads[n-1].at = r.at
			continue
		}
		l.reads[n] = r
		n++
	}
	l.reads = l.reads[:n]
	for i, r := range l.reads {
		if s := &l.keys[r.key]; i > 0 && l.reads[i-1].key == r.key {
			s.hi = int32(i + 1)
		} else {
			*s = span{t, int32(i), int32(i + 1)}
		}
	}
}
