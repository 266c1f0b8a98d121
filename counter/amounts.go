package counter

import (
	"cmp"
	"math/bits"
	"slices"
)

// amounts are the adds that may or may not have happened at a moment.
type amounts struct {
	count     map[int64]int32 // how many of each amount
	pos, neg  int64           // their sums, by sign
	budget    int64           // steps that remain
	undecided int             // questions that would have cost more
	kinds     []kind          // scratch
	bits      []uint64        // scratch
}

// kind is how many adds there are of one amount, whatever its sign.
type kind struct{ amount, n int64 }

// Limits of what is decided exactly, so that no history takes long.
const (
	mostKinds  = 64      // different amounts beside a read
	mostDuring = 1 << 12 // adds that were acknowledged during a read
	mostBits   = 1 << 18 // how far a read may be from its nearer bound, to count every sum below
	mostSums   = 1 << 12 // how many sums there may be if it is further away
	steps      = 1 << 30 // of all reads together, about a second
)

func newAmounts() amounts { return amounts{count: map[int64]int32{}, budget: steps} }

// fits reports whether sums of a few such numbers stay within 64 bits.
func fits(sum int64) bool { return bits.Len64(uint64(max(sum, -sum))) < 62 }

// add takes in an amount. It returns false if the sums become too large.
func (a *amounts) add(n int64) bool {
	if !fits(n) {
		return false
	}
	a.count[n]++
	a.pos += max(n, 0)
	a.neg += min(n, 0)
	return fits(a.pos) && fits(a.neg)
}

func (a *amounts) remove(n int64) {
	if a.count[n]--; a.count[n] == 0 {
		delete(a.count, n)
	}
	a.pos -= max(n, 0)
	a.neg -= min(n, 0)
}

// reach reports whether some of the adds, and of those that were acknowledged
// during a read, come to the least possible sum plus above, where span is the
// distance between the least and the greatest. To leave out a negative add is to
// add its opposite to the least sum, so that only absolute amounts count. The
// answer is yes if to know better would cost too much.
func (a *amounts) reach(above, span int64, during []int64) bool {
	if above == 0 || above == span {
		return true
	}
	if len(a.count) > mostKinds || len(during) > mostDuring {
		a.undecided++
		return true
	}
	a.gather(during)
	above = min(above, span-above) // the others come to the rest
	gapless, common := int64(0), int64(0)
	for _, k := range a.kinds {
		if k.amount <= gapless+1 {
			gapless += k.amount * k.n
		}
		common = gcd(common, k.amount)
	}
	switch {
	case above <= gapless:
		return true
	case above%common != 0:
		return false
	}
	return a.search(above/common, common)
}

// gather sorts all adds by their absolute amounts.
func (a *amounts) gather(during []int64) {
	a.kinds = a.kinds[:0]
	for n, count := range a.count {
		if n != 0 {
			a.kinds = append(a.kinds, kind{max(n, -n), int64(count)})
		}
	}
	for _, n := range during {
		if n != 0 {
			a.kinds = append(a.kinds, kind{max(n, -n), 1})
		}
	}
	slices.SortFunc(a.kinds, func(x, y kind) int { return cmp.Compare(x.amount, y.amount) })
	merged := a.kinds[:0]
	for _, k := range a.kinds {
		if last := len(merged) - 1; last >= 0 && merged[last].amount == k.amount {
			merged[last].n += k.n
		} else {
			merged = append(merged, k)
		}
	}
	a.kinds = merged
}

// search finds all sums up to a goal, in units. Of n equal amounts 1, 2, 4, ... are
// taken at a time.
func (a *amounts) search(goal, unit int64) bool {
	sums := newSums(a, goal)
	for _, k := range a.kinds {
		for part := int64(1); k.n > 0; part *= 2 {
			part = min(part, k.n)
			k.n -= part
			by := part * (k.amount / unit)
			if by > goal {
				break // and so is what any more of this amount come to
			}
			if !sums.add(by) {
				a.undecided++
				return true
			}
		}
	}
	return sums.has(goal)
}

// sums are those up to a goal that some amounts come to: bits if the goal is
// near, else a sorted list.
type sums struct {
	a    *amounts
	goal int64
	list []int64 // nil if bits are used
}

func newSums(a *amounts, goal int64) *sums {
	if goal > mostBits {
		return &sums{a, goal, []int64{0}}
	}
	words := int(goal/64) + 1
	a.bits = slices.Grow(a.bits[:0], words)[:words]
	clear(a.bits)
	a.bits[0] = 1
	return &sums{a, goal, nil}
}

// add adds to each sum what one more amount makes of it. It returns false if
// that costs too much.
func (s *sums) add(by int64) bool {
	s.a.budget -= int64(max(len(s.list), len(s.a.bits)))
	if s.a.budget < 0 || len(s.list) > mostSums {
		return false
	}
	if s.list == nil {
		shiftOr(s.a.bits, int(by))
		return true
	}
	for _, sum := range s.list {
		if sum <= s.goal-by {
			s.list = append(s.list, sum+by)
		}
	}
	slices.Sort(s.list)
	s.list = slices.Compact(s.list)
	return true
}

func (s *sums) has(sum int64) bool {
	if s.list != nil {
		_, found := slices.BinarySearch(s.list, sum)
		return found
	}
	return s.a.bits[sum/64]>>(sum%64)&1 == 1
}

// shiftOr adds to a set of sums, as bits, each of them plus by.
func shiftOr(set []uint64, by int) {
	words, rest := by/64, by%64
	for i := len(set) - 1; i >= words; i-- {
		w := set[i-words] << rest
		if rest > 0 && i > words {
			w |= set[i-words-1] >> (64 - rest)
		}
		set[i] |= w
	}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
