package oracle

import (
	"iter"
	"slices"
)

// Exhaustive returns every history of exactly n ok transactions, each of one to
// ops micro-ops and a process of its own, on at most the given number of keys.
// Reads range over all lists without repetition of the elements appended to
// their key. Histories that differ by the names of keys or the order of
// concurrent transactions alone may be left out. With realtime the transactions
// overlap in every way that matters; else all are concurrent.
//
// Two transactions of up to two micro-ops on two keys are 489 histories, 1217
// with realtime; three are 75 242 and 1 136 418. A history is only valid until
// the next one.
func Exhaustive(n, ops, keys int, realtime bool) iter.Seq[Txns] {
	return exhaustive(n, shapes(ops, keys, false), realtime)
}

// ExhaustiveRegisters is Exhaustive for registers. Reads range over nil and the
// values that are written to their key.
//
// Two transactions of up to two micro-ops on two keys are 359 histories, 883
// with realtime; three are 9604 and 146 852.
func ExhaustiveRegisters(n, ops, keys int, realtime bool) iter.Seq[Txns] {
	return exhaustive(n, shapes(ops, keys, true), realtime)
}

func exhaustive(n int, shapes [][]Mop, realtime bool) iter.Seq[Txns] {
	return func(yield func(Txns) bool) {
		for _, times := range overlaps(n, realtime) {
			concurrent := !slices.ContainsFunc(times, func(t Txn) bool { return t.Complete < n })
			for pick := range tuples(n, len(shapes)) {
				if concurrent && !slices.IsSorted(pick) {
					continue
				}
				ts := slices.Clone(times)
				for i, s := range pick {
					ts[i].Ops = slices.Clone(shapes[s])
				}
				if number(ts) && !fillReads(ts, ts.reads(), yield) {
					return
				}
			}
		}
	}
}

// shapes returns all transactions without elements and lists.
func shapes(ops, keys int, registers bool) (all [][]Mop) {
	for n := 1; n <= ops; n++ {
		for pick := range tuples(n, 2*keys) {
			shape := make([]Mop, n)
			for i, x := range pick {
				shape[i] = Mop{Register: registers, Append: x%2 == 0, Key: x / 2}
			}
			all = append(all, shape)
		}
	}
	return all
}

// tuples returns all sequences of n numbers below base, in one slice.
func tuples(n, base int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		t := make([]int, n)
		for yield(t) {
			i := n - 1
			for ; i >= 0 && t[i] == base-1; i-- {
				t[i] = 0
			}
			if i < 0 {
				return
			}
			t[i]++
		}
	}
}

// number gives each append its element. It reports whether keys appear in
// order, as in one of the histories that differ by their names.
func number(ts Txns) bool {
	next := map[int]int{}
	for i := range ts {
		for j := range ts[i].Ops {
			m := &ts[i].Ops[j]
			if _, ok := next[m.Key]; !ok {
				if m.Key != len(next) {
					return false
				}
				next[m.Key] = 0
			}
			if m.Append {
				next[m.Key]++
				m.Elem = next[m.Key]
			}
		}
	}
	return true
}

func (ts Txns) reads() (reads []*Mop) {
	for i := range ts {
		for j := range ts[i].Ops {
			if m := &ts[i].Ops[j]; !m.Append {
				reads = append(reads, m)
			}
		}
	}
	return reads
}

func fillReads(ts Txns, reads []*Mop, yield func(Txns) bool) bool {
	if len(reads) == 0 {
		return yield(ts)
	}
	m := reads[0]
	if m.Register {
		return fillRegister(ts, reads, yield)
	}
	return arrange(appended(ts, m.Key), []int{}, func(list []int) bool {
		m.List = list
		return fillReads(ts, reads[1:], yield)
	})
}

// fillRegister is fillReads where the first read is of a register.
func fillRegister(ts Txns, reads []*Mop, yield func(Txns) bool) bool {
	reads[0].List = nil
	if !fillReads(ts, reads[1:], yield) {
		return false
	}
	for _, v := range appended(ts, reads[0].Key) {
		reads[0].List = []int{v}
		if !fillReads(ts, reads[1:], yield) {
			return false
		}
	}
	return true
}

// arrange calls f with all lists that begin with prefix and go on with some of
// the rest.
func arrange(rest, prefix []int, f func([]int) bool) bool {
	if !f(slices.Clone(prefix)) {
		return false
	}
	for i, e := range rest {
		if !arrange(slices.Delete(slices.Clone(rest), i, i+1), append(slices.Clip(prefix), e), f) {
			return false
		}
	}
	return true
}

// overlaps returns transactions without micro-ops, one history for each way in
// which n transactions can precede each other. The first has them all
// concurrent.
func overlaps(n int, realtime bool) (all []Txns) {
	seen := map[string]bool{}
	var play func(ts Txns, at int)
	play = func(ts Txns, at int) {
		if at == 2*n {
			if name := precedence(ts); !seen[name] {
				seen[name] = true
				all = append(all, slices.Clone(ts))
			}
			return
		}
		if len(ts) < n {
			play(append(slices.Clip(ts), Txn{Invoke: at, Complete: -1, Process: len(ts)}), at+1)
		}
		for i := range ts {
			if ts[i].Complete < 0 && (realtime || len(ts) == n) {
				ts[i].Complete = at
				play(ts, at+1)
				ts[i].Complete = -1
			}
		}
	}
	play(nil, 0)
	return all
}

// precedence names the order of the transactions up to their names.
func precedence(ts Txns) string {
	best := ""
	for p := range tuples(len(ts), len(ts)) {
		if sorted := slices.Sorted(slices.Values(p)); len(slices.Compact(sorted)) < len(ts) {
			continue
		}
		name := []byte{}
		for _, i := range p {
			for _, j := range p {
				bit := byte('0')
				if ts[i].before(&ts[j]) {
					bit = '1'
				}
				name = append(name, bit)
			}
		}
		if best == "" || string(name) < best {
			best = string(name)
		}
	}
	return best
}
