package linearizable

import (
	"cmp"
	"slices"
)

// A sight knows which operations of a register may see what others left in it: none does
// whose beginning a whole other write separates from it, or that had ended before it.
type sight struct {
	begun   []int32             // when each write that is left began, sorted
	ended   []int32             // the first moment when one of these and of all later ones had ended
	readers map[int32][]glimpse // by value, sorted by inv
}

// A glimpse is when an operation ran that reads or expects a value.
type glimpse struct{ inv, ret int32 }

// sight looks at all calls but those in a chunk. It is nil if nothing in the chunk is of a kind
// that it can tell of, or a compare that failed may have seen anything.
func (s *shrinker) sight(chunk []call) *sight {
	if s.allNot > 0 || !slices.ContainsFunc(chunk, s.sets) {
		return nil
	}
	gone := make(map[int32]bool, len(chunk))
	for _, c := range chunk {
		gone[c.inv] = true
	}
	v := &sight{readers: map[int32][]glimpse{}}
	var writes []call
	for _, c := range s.o.calls {
		if gone[c.inv] {
			continue
		}
		t := s.o.ts[c.t]
		if _, ok := s.leaves(c); ok && c.ret != never {
			writes = append(writes, c)
		}
		if t.f == opRead || t.f == opCAS {
			v.readers[t.a] = append(v.readers[t.a], glimpse{c.inv, c.ret})
		}
	}
	slices.SortFunc(writes, func(a, b call) int { return cmp.Compare(a.inv, b.inv) })
	v.begun, v.ended = make([]int32, len(writes)), make([]int32, len(writes))
	first := int32(never)
	for i := len(writes) - 1; i >= 0; i-- {
		first = min(first, writes[i].ret)
		v.begun[i], v.ended[i] = writes[i].inv, first
	}
	for _, rs := range v.readers { // ret becomes the last end of these and of all earlier ones
		slices.SortFunc(rs, func(a, b glimpse) int { return cmp.Compare(a.inv, b.inv) })
		for i := 1; i < len(rs); i++ {
			rs[i].ret = max(rs[i].ret, rs[i-1].ret)
		}
	}
	return v
}

// sees reports whether an operation that is left may see the value that c left.
func (v *sight) sees(c call, value int32) bool {
	until := int32(never)
	if i, _ := slices.BinarySearch(v.begun, c.ret); i < len(v.begun) {
		until = v.ended[i]
	}
	rs := v.readers[value]
	n, _ := slices.BinarySearchFunc(rs, until, func(g glimpse, at int32) int {
		if g.inv < at || at == never {
			return -1
		}
		return 1
	})
	return n > 0 && rs[n-1].ret > c.inv
}

// sets reports whether a call sets a register.
func (s *shrinker) sets(c call) bool { return s.o.ts[c.t].f == opWrite || s.o.ts[c.t].f == opCAS }

// needed reports whether what is left wants an effect of c, and may see it.
func (s *shrinker) needed(c call, v *sight) bool {
	if !s.wanted(c) || v == nil || !s.sets(c) {
		return s.wanted(c)
	}
	value, _ := s.leaves(c)
	return v.sees(c, value)
}
