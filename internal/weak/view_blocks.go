package weak

import (
	"cmp"
	"slices"
	"sort"
)

// blocks of a session's view are stretches of the linear extension outside of which the
// extension itself will do: each read of its own transactions is of the last version
// among all that may come before it, or that version and all of that are in one block.
//
// What may come before is all up to reaches.latest; and if that is in a block, all of the
// block, since in there nothing is known of the order. Then whatever the view has in the
// past of an own transaction lies before its block, where the extension is kept, or in
// it, where find looks.
func (v *view) blocks() (list []block) {
	for key := range v.keys {
		list = append(list, v.reaches.backward[key]...)
	}
	list = merge(list)
	for again := true; again; {
		again = false
		var more []block
		for _, r := range v.reads {
			last := v.last(list, v.own[r.k])
			slots, end := v.w.off[r.key], v.w.off[r.key+1]
			next := v.w.after(v.index, slots, end, r.at)
			if next == end || v.at(v.w.txn[next]) > last {
				continue
			}
			b := block{r.at, last + 1}
			if r.at < 0 {
				b.lo = v.at(v.w.txn[next])
			}
			if in := find(list, b.lo); in == nil || in.hi < b.hi {
				more = append(more, b)
			}
		}
		if len(more) > 0 {
			list, again = merge(append(list, more...)), true
		}
	}
	return list
}

// last is the last place of what may come before an own transaction.
func (v *view) last(list []block, t int32) int32 {
	at := v.reaches.latest[t]
	if b := find(list, at); b != nil {
		at = b.hi - 1
	}
	if v.reaches.ownRead[t] {
		if b := find(list, v.at(t)); b != nil {
			at = max(at, b.hi-1)
		}
	}
	return at
}

// find returns the block that a place is in, or nil.
func find(list []block, at int32) *block {
	i := sort.Search(len(list), func(i int) bool { return list[i].hi > at })
	if i == len(list) || list[i].lo > at {
		return nil
	}
	return &list[i]
}

// merge joins blocks that overlap, and sorts them.
func merge(list []block) []block {
	slices.SortFunc(list, func(a, b block) int { return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.hi, b.hi)) })
	out := list[:0]
	for _, b := range list {
		if n := len(out); n > 0 && b.lo < out[n-1].hi {
			out[n-1].hi = max(out[n-1].hi, b.hi)
		} else {
			out = append(out, b)
		}
	}
	return out
}

// holdsInBlocks reports whether there is a view as far as blocks tell. If not, more
// than they tell has to be looked at.
func (v *view) holdsInBlocks() bool {
	list := v.blocks()
	for _, b := range list {
		if int(b.hi-b.lo) == v.n {
			return false // the same as looking at all
		}
		v.lo, v.hi = b.lo, b.hi
		// Those that are in it, or have what comes before them end in it: they follow each other.
		in := func(t int32) (before, within bool) {
			last, at := v.reaches.latest[t], v.at(t)
			return last < b.lo && at < b.lo, last >= b.lo && last < b.hi || at >= b.lo && at < b.hi
		}
		v.first = int32(sort.Search(len(v.own), func(k int) bool { before, _ := in(v.own[k]); return !before }))
		for v.end = v.first; int(v.end) < len(v.own); v.end++ {
			if _, within := in(v.own[v.end]); !within {
				break
			}
		}
		if int(v.first) == len(v.own) {
			continue
		}
		v.gather() // if only later ones see it, known orders may still contradict them
		if v.find(v.own[len(v.own)-1]) != nil {
			return false
		}
	}
	return true
}
