package monitor

import (
	"math/bits"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// none stands for no op, no element and so on in the columns of a rung, and many
// for more than one.
const (
	none = -1
	many = -2
)

// column returns n times x.
func column(n int, x int32) []int32 {
	c := huge.Make[int32](n)[:n]
	if x != 0 {
		for i := range c {
			c[i] = x
		}
	}
	return c
}

// tidy returns the ops among s, ascending, each once, or nil if they are too
// many.
func tidy(s []int32) []int32 {
	s = slices.DeleteFunc(slices.Clone(s), func(i int32) bool { return i < 0 })
	slices.Sort(s)
	if s = slices.Compact(s); len(s) == 0 || len(s) > maxConflict {
		return nil
	}
	return s
}

// inOrder is what rung answers about the ops by Inv, the order in which all rungs
// want them. Most callers have them so.
func inOrder(ops []Op, rung func([]Op) Answer) Answer {
	if slices.IsSortedFunc(ops, func(a, b Op) int { return int(a.Inv) - int(b.Inv) }) {
		return rung(ops)
	}
	keys := huge.Make[uint64](len(ops))
	for i, op := range ops {
		keys = append(keys, key(op.Inv, int32(i)))
	}
	keys = sorted(keys)
	arranged := huge.Make[Op](len(ops))
	for _, k := range keys {
		arranged = append(arranged, ops[id(k)])
	}
	a := rung(arranged)
	for j, i := range a.Order {
		a.Order[j] = id(keys[i])
	}
	for j, i := range a.Conflict {
		a.Conflict[j] = id(keys[i])
	}
	slices.Sort(a.Conflict)
	return a
}

// returns lists the ops that returned, by Ret.
func returns(ops []Op) []int32 {
	keys := huge.Make[uint64](len(ops))
	for i := range ops {
		if !ops[i].pending() {
			keys = append(keys, key(ops[i].Ret, int32(i)))
		}
	}
	return ids(sorted(keys))
}

// sweep calls inv at each invocation and ret at each return, in the order of
// the history, for ops by Inv. It stops when ret is false, and says whether it
// did not.
func sweep(ops []Op, inv func(i int32), ret func(i int32) bool) bool {
	rest := returns(ops)
	for i := range ops {
		for len(rest) > 0 && ops[rest[0]].Ret < ops[i].Inv {
			if !ret(rest[0]) {
				return false
			}
			rest = rest[1:]
		}
		inv(int32(i))
	}
	for _, i := range rest {
		if !ret(i) {
			return false
		}
	}
	return true
}

// key packs an id such that it sorts by a position, which is -1 or more.
func key(position, id int32) uint64 { return uint64(int64(position)+1)<<32 | uint64(uint32(id)) }

func id(key uint64) int32 { return int32(uint32(key)) }

func position(key uint64) int32 { return int32(int64(key>>32) - 1) }

// ids returns the ids of keys.
func ids(keys []uint64) []int32 {
	s := huge.Make[int32](len(keys))
	for _, k := range keys {
		s = append(s, id(k))
	}
	return s
}

// sorted sorts keys by position, stably, and may return another slice than it was
// given. The order of returns is that of invocations but for a few places, if
// not many ops are concurrent, so an insertion sort is the best there is. It is
// given up when it moves too much.
func sorted(keys []uint64) []uint64 {
	const moves = 8 // per key
	budget := moves*len(keys) + 64
	for i := 1; i < len(keys); i++ {
		k, j := keys[i], i
		for ; j > 0 && keys[j-1]>>32 > k>>32; j-- {
			keys[j] = keys[j-1]
		}
		keys[j] = k
		if budget -= i - j; budget < 0 {
			return radixSorted(keys)
		}
	}
	return keys
}

// radixSorted sorts keys by position, stably, a digit at a time from the lowest.
func radixSorted(keys []uint64) []uint64 {
	const digit = 11
	top := uint64(0)
	for _, k := range keys {
		top = max(top, k>>32)
	}
	spare := huge.Make[uint64](len(keys))[:len(keys)]
	for shift := 32; shift < 32+bits.Len64(top); shift += digit {
		var start [1<<digit + 1]int
		for _, k := range keys {
			start[k>>shift&(1<<digit-1)+1]++
		}
		for d := range 1 << digit {
			start[d+1] += start[d]
		}
		for _, k := range keys {
			d := k >> shift & (1<<digit - 1)
			spare[start[d]] = k
			start[d]++
		}
		keys, spare = spare, keys
	}
	return keys
}
