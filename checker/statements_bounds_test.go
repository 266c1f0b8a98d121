package checker_test

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// boundSentences are those of checks of sums.
func boundSentences() []sentence {
	const others = `, and (?:no other that may have happened before it returned can (?:raise|lower) that|others that may have happened before it returned can (?:raise|lower) that by at most (\d+))`
	return []sentence{
		says("bank", `a read shows accounts that do not exist: (.+)`, wrongAccounts),
		says("bank", `a read shows accounts without a balance: (.+)`, missingBalances),
		says("bank", `a read shows negative balances: (.+)`, negativeBalances),
		says("bank", `the balances add up to (-?\d+), expected (-?\d+)(?:; wrong totals range from (-?\d+) to (-?\d+); the one furthest off is shown|; all (\d+) wrong reads show that total)?`, wrongTotal),
		says("counter", `a read returned (-?\d+), but can return no more than (-?\d+): the adds acknowledged before it was invoked sum to (-?\d+)`+others+`(; the read furthest out of bounds is shown)?`, tooMuch),
		says("counter", `a read returned (-?\d+), but can return no less than (-?\d+): the adds acknowledged before it was invoked sum to (-?\d+)`+others+`(; the read furthest out of bounds is shown)?`, tooLittle),
		says("counter", `a read returned (-?\d+), which is between the least and the greatest possible sum, (-?\d+) and (-?\d+), but no choice of the adds that it may have seen adds up to it`, noSum),
	}
}

// balances are what a read of a bank shows.
type balances struct {
	op                      int
	total                   int64
	unknown, nils, negative []string
}

func (c *claim) balances() (out []balances) {
	for _, o := range c.ops {
		if o.f != "read" || !o.ok() {
			continue
		}
		b := balances{op: o.at}
		if o.v.Kind() == edn.Map {
			s := o.v.Scanner()
			for s.Next(); s.Datum() != edn.Close; {
				account := s.Value()
				if c.opt.Bank.Accounts != nil && !slices.ContainsFunc(c.opt.Bank.Accounts, func(a edn.Value) bool { return edn.Equal(a, account) }) {
					b.unknown = append(b.unknown, account.String())
				}
				s.Datum()
				if n, isInt := s.Value().Int(); !isInt {
					b.nils = append(b.nils, account.String())
				} else if b.total += n; n < 0 {
					b.negative = append(b.negative, s.Value().String())
				}
			}
		}
		out = append(out, b)
	}
	return out
}

// read returns what the shown read shows, and counts those that are wrong in the same way.
func (c *claim) read(all []balances, wrong func(b *balances) bool) (b balances, complaint string) {
	n := 0
	for i := range all {
		if wrong(&all[i]) {
			n++
		}
		if all[i].op == c.Ops[0] {
			b = all[i]
		}
	}
	return b, first(c.counts(n), c.shows(1), unless(wrong(&b), "this read is right"))
}

func wrongAccounts(c *claim, m []string) string {
	b, wrong := c.read(c.balances(), func(b *balances) bool { return b.unknown != nil })
	return first(wrong, listed(m[1], b.unknown))
}

func missingBalances(c *claim, m []string) string {
	b, wrong := c.read(c.balances(), func(b *balances) bool { return b.unknown == nil && b.nils != nil })
	return first(wrong, listed(m[1], b.nils))
}

// expected is the total that the reads should show.
func (c *claim) expected(all []balances) int64 {
	if c.opt.Bank.Total != nil {
		return *c.opt.Bank.Total
	}
	most, total := 0, int64(0)
	for _, b := range all {
		n := 0
		for _, other := range all {
			if other.total == b.total {
				n++
			}
		}
		if n > most {
			most, total = n, b.total
		}
	}
	return total
}

func negativeBalances(c *claim, m []string) string {
	all := c.balances()
	want := c.expected(all)
	b, wrong := c.read(all, func(b *balances) bool {
		return b.unknown == nil && b.nils == nil && b.negative != nil && b.total == want
	})
	return first(wrong, listed(m[1], b.negative))
}

func wrongTotal(c *claim, m []string) string {
	all := c.balances()
	want := c.expected(all)
	is := func(b *balances) bool { return b.unknown == nil && b.nils == nil && b.total != want }
	b, wrong := c.read(all, is)
	var totals []int64
	for i := range all {
		if is(&all[i]) {
			totals = append(totals, all[i].total)
		}
	}
	off := max(b.total-want, want-b.total)
	low, high := slices.Min(append(totals, b.total)), slices.Max(append(totals, b.total))
	return first(wrong, unless(b.total == number(m[1]) && want == number(m[2]), "they add up to %d, expected %d", b.total, want),
		unless((m[3] != "") == (low != high) && (m[5] != "") == (low == high && len(totals) > 1), "there are %d totals", len(totals)),
		unless(m[5] == "" || number(m[5]) == int64(len(totals)), "there are %d", len(totals)),
		unless(m[3] == "" || low == number(m[3]) && high == number(m[4]), "totals range from %d to %d", low, high),
		unless(high-want <= off && want-low <= off, "another is further off"))
}

// sum is what a read of a counter must and may have seen.
type sum struct {
	op         int
	got, sure  int64
	low, high  int64
	may        []int64
	impossible bool
}

func (c *claim) sums() (out []sum) {
	final := func(o *rawOp) bool {
		for _, i := range []int{o.at, o.inv} {
			if v, ok := c.h.Text(i).Get("final?"); ok && v.String() == "true" {
				return true
			}
		}
		return false
	}
	marked := slices.ContainsFunc(c.ops, func(o rawOp) bool { return o.f == "read" && final(&o) })
	for _, o := range c.ops {
		got, isInt := o.v.Int()
		if o.f != "read" || !o.ok() || !isInt || marked && !final(&o) {
			continue
		}
		began := o.inv
		if began == o.at {
			began = -1 // it may have begun at any time
		}
		s := sum{op: o.at, got: got}
		for _, a := range c.ops {
			sign := map[string]int64{"add": 1, "increment": 1, "decrement": -1}[a.f]
			if sign == 0 || !a.begins || a.at > o.at || a.typ == history.Fail || a.done >= 0 && c.ops[a.done].typ == history.Fail {
				continue
			}
			n, isInt := a.v.Int()
			if !isInt {
				n = 1
			}
			acked := a.done
			if a.ok() {
				acked = a.at
			}
			if n *= sign; acked >= 0 && c.ops[acked].ok() && acked < began {
				s.sure += n
			} else {
				s.may = append(s.may, n)
			}
		}
		s.low, s.high = s.sure, s.sure
		for _, n := range s.may {
			s.low, s.high = s.low+min(n, 0), s.high+max(n, 0)
		}
		reached := map[int64]bool{s.sure: true}
		for _, n := range s.may {
			for x := range cloneSet(reached) {
				reached[x+n] = true
			}
		}
		s.impossible = s.got >= s.low && s.got <= s.high && !reached[s.got]
		out = append(out, s)
	}
	return out
}

func cloneSet(set map[int64]bool) map[int64]bool {
	out := map[int64]bool{}
	for x := range set {
		out[x] = true
	}
	return out
}

func (s *sum) off() int64 { return max(s.low-s.got, s.got-s.high) }

// outside holds to the ops what is common to sentences of reads out of bounds.
func (c *claim) outside(m []string, bound func(s *sum) int64) string {
	n, worst := 0, int64(0)
	var shown sum
	for _, s := range c.sums() {
		if s.op == c.Ops[0] {
			shown = s
		}
		if s.off() > 0 {
			n++
			worst = max(worst, s.off())
		}
	}
	by := max(bound(&shown)-shown.sure, shown.sure-bound(&shown))
	return first(c.counts(n), c.shows(1), unless(shown.got == number(m[1]) && bound(&shown) == number(m[2]) && shown.sure == number(m[3]), "it is %+v", shown),
		unless(by == number(m[4]) && (by == 0) == (m[4] == ""), "others can change that by %d", by),
		unless((n > 1) == (m[5] != ""), "%d reads are out of bounds", n), unless(shown.off() == worst, "another is further off"))
}

func tooMuch(c *claim, m []string) string {
	return first(c.outside(m, func(s *sum) int64 { return s.high }), unless(number(m[1]) > number(m[2]), "it is no more"))
}

func tooLittle(c *claim, m []string) string {
	return first(c.outside(m, func(s *sum) int64 { return s.low }), unless(number(m[1]) < number(m[2]), "it is no less"))
}

func noSum(c *claim, m []string) string {
	n := 0
	var shown sum
	for _, s := range c.sums() {
		if s.op == c.Ops[0] {
			shown = s
		}
		if s.impossible {
			n++
		}
	}
	undecided := false
	for _, w := range c.r.About().Warnings {
		undecided = undecided || w.Code == "bounds-only"
	}
	return first(unless(undecided || c.Count == n, "there are %d cases", n), c.shows(1), unless(shown.impossible, "it is possible"),
		unless(shown.got == number(m[1]) && shown.low == number(m[2]) && shown.high == number(m[3]), "it is %+v", shown))
}
