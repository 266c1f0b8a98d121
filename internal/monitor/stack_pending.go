package monitor

import (
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// assign lets pending Pop ops take elements that nobody else took and that cannot
// stay. Such an element u has to be out before an op returns that
//
//   - pops an element that was inside when u was pushed, or
//   - began when u was inside, and found the stack empty.
//
// The first of these returns is a deadline, before which some pending Pop has to
// begin. Those that began first get the elements with the first deadlines. If
// there are not enough, assign returns a conflict.
func (s *stack) assign() (conflict []int32) {
	due := s.deadlines()
	for j, d := range due {
		if j < len(s.pending) && s.ops[s.pending[j]].Inv < position(d.until) {
			continue
		}
		conflict = slices.Clone(s.pending[:j])
		for _, d := range due[:j+1] {
			t := id(d.until)
			conflict = append(conflict, s.put[d.element], t)
			if k := slices.Index(s.take, t); k >= 0 {
				conflict = append(conflict, s.put[k])
			}
			if len(conflict) > 4*maxConflict {
				break
			}
		}
		return conflict
	}
	for j, d := range due {
		s.take[d.element] = s.pending[j]
	}
	return nil
}

// A deadline says that an element has to be out until an op returns.
type deadline struct {
	element int32
	until   uint64 // key of that op, by Ret
}

// deadlines returns the elements that cannot stay, the most urgent first.
func (s *stack) deadlines() []deadline {
	keys := huge.Make[uint64](len(s.put))
	for k := range s.put {
		keys = append(keys, key(s.ops[s.put[k]].Ret, int32(k)))
	}
	keys = sorted(keys)
	empties := firstFrom(make([]uint64, treeSize(len(s.ops))))
	for _, i := range s.empty {
		empties.add(i, key(s.ops[i].Ret, i))
	}
	pops := firstFrom(make([]uint64, treeSize(len(s.ops)))) // of what was pushed before u
	var due []deadline
	for u, p := range s.put {
		for ; position(keys[0]) < s.ops[p].Inv; keys = keys[1:] {
			if t := s.take[id(keys[0])]; t != none {
				pops.add(t, key(s.ops[t].Ret, t))
			}
		}
		if s.take[u] != none {
			continue
		}
		later := sort.Search(len(s.ops), func(i int) bool { return s.ops[i].Inv > s.ops[p].Ret })
		if until := min(empties.from(later), pops.from(later)); until != noKey {
			due = append(due, deadline{int32(u), until})
		}
	}
	slices.SortStableFunc(due, func(a, b deadline) int { return int(position(a.until)) - int(position(b.until)) })
	return due
}

// firstFrom has keys at indices and finds the least from an index on: a Fenwick
// tree, from the back. Its length is a power of two; 0 is not a key.
type firstFrom []uint64

// noKey is greater than any key.
const noKey = 1<<64 - 1

func (f firstFrom) add(i int32, key uint64) {
	for j := len(f) - 1 - int(i); j < len(f); j |= j + 1 {
		if f[j] == 0 || key < f[j] {
			f[j] = key
		}
	}
}

// from returns the least key from index i on, or noKey.
func (f firstFrom) from(i int) uint64 {
	least := uint64(noKey)
	for j := len(f) - 1 - i; j >= 0; j = j&(j+1) - 1 {
		if f[j] != 0 {
			least = min(least, f[j])
		}
	}
	return least
}
