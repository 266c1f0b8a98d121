package checker_test

import (
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
)

// setSentences are those of both checks of sets.
func setSentences() []sentence {
	const reads = `(the last read|the read marked :final\?|reads marked :final\?) `
	return []sentence{
		says("set", reads+`lacks? (\d+) elements? that (?:was|were) acknowledged before (?:it|they) began: (.+)`, lostFromSet),
		says("set", reads+`ha(?:s|ve) (\d+) elements? that nobody tried to add: (.+)`, unexpectedInSet),
		says("set-full", `(?:1 element was|(\d+) elements were) known, and then missing for good: (.+?)(; the first is shown)?`, goneForGood),
		says("set-full", `one read has (\d+) copies of element (.+)`, copied),
		says("set-full", `(?:element (.+?) was missing from a read that began after it was known|(\d+) elements were missing from reads that began after they were known: (.+?))(?:; (.+) was still missing (\d+) ms after)?`, missed),
	}
}

// judgedReads are the reads that a set is judged by, and what a sentence calls them.
func (c *claim) judgedReads() (reads []*rawOp, name string) {
	marked := false
	var last *rawOp
	for i := range c.ops {
		o := &c.ops[i]
		final := field(c, o.at, "final?") == "true" || field(c, o.inv, "final?") == "true"
		if o.f != "read" {
			continue
		}
		marked = marked || final
		if o.ok() {
			last = o
		}
		if o.ok() && final && !o.v.IsNil() {
			reads = append(reads, o)
		}
	}
	switch {
	case !marked:
		return []*rawOp{last}, "the last read"
	case len(reads) == 1:
		return reads, "the read marked :final?"
	}
	return reads, "reads marked :final?"
}

// added are the first acknowledgement of each element, and the elements that somebody tried to add.
func (c *claim) added() (acked map[string]int, tried map[string]bool) {
	acked, tried = map[string]int{}, map[string]bool{}
	for _, o := range c.ops {
		v := c.ops[o.inv].v.String()
		if o.f == "add" && o.begins {
			tried[v] = true
		}
		if _, known := acked[v]; o.f == "add" && o.ok() && !known {
			acked[v] = o.at
		}
	}
	return acked, tried
}

func lostFromSet(c *claim, m []string) string {
	reads, name := c.judgedReads()
	acked, _ := c.added()
	var lost []string
	for v, at := range acked {
		if slices.ContainsFunc(reads, func(r *rawOp) bool { return at < r.inv && !has(r.v, v) }) {
			lost = append(lost, v)
		}
	}
	one := c.ops[c.op(0).inv].v.String()
	return first(c.counts(len(lost)), c.shows(2), unless(name == m[1] && number(m[2]) == int64(len(lost)), "it is %s, and there are %d", name, len(lost)), listed(m[3], lost),
		unless(acked[one] == c.Ops[0] && split(m[3])[0] == one, "the first op does not acknowledge what is listed first"),
		unless(slices.Contains(reads, c.op(1)) && c.Ops[0] < c.op(1).inv && !has(c.op(1).v, one), "the second op does not lack it"))
}

func unexpectedInSet(c *claim, m []string) string {
	reads, name := c.judgedReads()
	_, tried := c.added()
	strange := map[string]bool{}
	for _, r := range reads {
		for _, v := range items(r.v) {
			if !tried[v.String()] {
				strange[v.String()] = true
			}
		}
	}
	var all []string
	for v := range strange {
		all = append(all, v)
	}
	return first(c.counts(len(all)), c.shows(1), unless(name == m[1] && number(m[2]) == int64(len(all)), "it is %s, and there are %d", name, len(all)), listed(m[3], all),
		unless(slices.Contains(reads, c.op(0)) && has(c.op(0).v, split(m[3])[0]), "the read does not have the first"))
}

// life is what became of an element.
type life struct {
	v            string
	known        int    // the first op that shows it, -1 if there is none
	lacking, has *rawOp // the last reads that lack it and have it, as reads began
	copies       int    // most in one read
}

func (c *claim) lives() map[string]*life {
	out, from := map[string]*life{}, map[string]int{}
	var reads []*rawOp
	for i := range c.ops {
		switch o := &c.ops[i]; {
		case o.client && o.f == "add" && o.begins:
			out[o.v.String()], from[o.v.String()] = &life{v: o.v.String(), known: -1}, o.at
		case o.client && o.f == "read" && o.ok():
			reads = append(reads, o)
		}
	}
	for _, o := range c.ops {
		v := c.ops[o.inv].v.String()
		if l := out[v]; o.client && o.f == "add" && o.ok() && l.known < 0 && o.at >= from[v] {
			l.known = o.at
		}
	}
	slices.SortFunc(reads, func(a, b *rawOp) int { return a.inv - b.inv })
	held := make([]map[string]int, len(reads))
	for i, r := range reads {
		held[i] = map[string]int{}
		for _, x := range items(r.v) {
			held[i][x.String()]++
		}
	}
	for v, l := range out {
		for i, r := range reads {
			n := held[i][v]
			l.copies = max(l.copies, n)
			switch {
			case r.at < from[v]:
			case n == 0:
				l.lacking = r
			default:
				l.has = r
				if l.known < 0 || r.at < l.known {
					l.known = r.at
				}
			}
		}
	}
	return out
}

// gone reports whether an element was known and then missing for good.
func (l *life) gone() bool {
	return l.known >= 0 && l.lacking != nil && l.known < l.lacking.inv && (l.has == nil || l.has.inv < l.lacking.inv)
}

func goneForGood(c *claim, m []string) string {
	lives := c.lives()
	var all []string
	for v, l := range lives {
		if l.gone() {
			all = append(all, v)
		}
	}
	l := lives[split(m[2])[0]]
	return first(c.counts(len(all)), c.shows(2), listed(m[2], all), unless((len(all) > 1) == (m[3] != "") && (m[1] == "" || number(m[1]) == int64(len(all))), "there are %d", len(all)),
		unless(l != nil && c.Ops[0] == l.known && c.Ops[1] == l.lacking.at && !has(c.op(1).v, l.v), "these ops do not show it: %+v", l))
}

func copied(c *claim, m []string) string {
	n := 0
	lives := c.lives()
	for _, l := range lives {
		if l.copies > 1 {
			n++
		}
	}
	here := 0
	for _, x := range items(c.op(0).v) {
		if x.String() == m[2] {
			here++
		}
	}
	return first(c.counts(n), c.shows(1), unless(here > 1 && number(m[1]) == int64(here) && lives[m[2]].copies == here, "it has %d copies", here))
}

func missed(c *claim, m []string) string {
	late := func(l *life) int64 {
		a, b := c.h.Time(l.lacking.inv), c.h.Time(l.known)
		if a == history.NoTime || b == history.NoTime {
			return 0
		}
		return (a + 1 - b) / 1e6
	}
	var all []string
	worst := int64(0)
	lives := c.lives()
	for v, l := range lives {
		if l.has == nil || l.lacking == nil || l.has.inv < l.lacking.inv {
			continue
		}
		timed := c.h.Time(l.lacking.inv) != history.NoTime
		if ms := late(l); ms > 0 || !timed && l.known < l.lacking.inv {
			all = append(all, v)
			worst = max(worst, ms)
		}
	}
	shown := m[1]
	if m[4] != "" {
		shown = m[4]
	}
	list := m[3]
	if m[1] != "" {
		list = m[1]
	}
	l := lives[shown]
	if l == nil && shown == "" { // without times
		l = lives[c.ops[c.op(0).inv].v.String()]
	}
	return first(c.counts(len(all)), c.shows(2), listed(list, all), unless(m[2] == "" || number(m[2]) == int64(len(all)), "there are %d", len(all)),
		unless(l != nil && late(l) == worst && number(m[5]) == worst, "the worst is missing %d ms after", worst),
		unless(l == nil || c.Ops[0] == l.known && c.Ops[1] == l.lacking.at && c.Ops[0] < c.op(1).inv, "the ops do not show it"))
}

// queueSentences are those of both checks of queues.
func queueSentences() []sentence {
	const more = `(; the first is shown)?`
	return []sentence{
		says("queue", `(.+) came out more often than anyone had tried to put it in by then`+more, tooOften),
		says("queue", `(.+) came out before anyone tried to put it in`+more, tooEarly),
		says("queue", `(.+) came out, but (.+) had gone in before it and was at the head of the queue`, outOfTurn),
		says("total-queue", `(\d+) elements? went in, acknowledged( before the last drain began| before the last dequeue that found nothing began)?, and never came out: (.+)`, neverCame),
		says("total-queue", `came out, though nobody tried to put it in: (.+)`, neverWentIn),
	}
}

// impossible are the dequeues that the model does not allow, until the first one in a FIFO queue,
// and how often the element of the first went in and came out before it.
func (c *claim) impossible() (bad []int, in, out int, queue []int) {
	for _, o := range c.ops {
		at := -1
		for k, inside := range queue {
			if c.ops[inside].v.String() == o.v.String() && at < 0 {
				at = k
			}
		}
		switch {
		case o.f == "enqueue" && o.begins:
			queue = append(queue, o.at)
		case o.f != "dequeue" || !o.ok() || o.v.IsNil() && at < 0:
		case at < 0 || c.opt.Queue.FIFO && c.ops[queue[0]].v.String() != o.v.String():
			if bad = append(bad, o.at); c.opt.Queue.FIFO {
				return bad, 0, 0, queue
			}
		default:
			queue = slices.Delete(queue, at, at+1)
		}
	}
	return bad, 0, 0, queue
}

func (c *claim) traffic(v string, before int) (in, out int) {
	for _, o := range c.ops[:before] {
		switch {
		case o.v.String() != v:
		case o.f == "enqueue" && o.begins:
			in++
		case o.f == "dequeue" && o.ok():
			out++
		}
	}
	return in, out
}

func tooOften(c *claim, m []string) string {
	bad, _, _, _ := c.impossible()
	at := c.Ops[len(c.Ops)-1]
	in, out := c.traffic(m[1], at)
	return first(c.counts(len(bad)), c.shows(2), unless(bad[0] == at, "the first is %d", bad[0]), unless(out+1 > in && out > 0, "it went in %d times and came out %d times before", in, out),
		unless(c.op(0).f == "dequeue" && c.op(0).ok() && c.op(0).v.String() == m[1] && c.op(1).v.String() == m[1], "the ops are of another element"), unless((len(bad) > 1) == (m[2] != ""), "there are %d", len(bad)))
}

func tooEarly(c *claim, m []string) string {
	bad, _, _, _ := c.impossible()
	at := c.Ops[len(c.Ops)-1]
	in, out := c.traffic(m[1], at)
	return first(c.counts(len(bad)), c.shows(1), unless(bad[0] == at, "the first is %d", bad[0]), unless(in == 0 && out == 0, "it went in %d times and came out %d times before", in, out),
		unless(c.op(0).v.String() == m[1], "the op is of another element"), unless((len(bad) > 1) == (m[2] != ""), "there are %d", len(bad)))
}

func outOfTurn(c *claim, m []string) string {
	bad, _, _, queue := c.impossible()
	return first(c.counts(len(bad)), c.shows(3), unless(c.opt.Queue.FIFO && bad[0] == c.Ops[2] && c.op(2).v.String() == m[1], "the first is %d", bad[0]),
		unless(queue[0] == c.Ops[0] && c.op(0).v.String() == m[2] && m[1] != m[2], "another one is at the head"),
		unless(slices.Contains(queue, c.Ops[1]) && c.op(1).v.String() == m[1] && c.Ops[0] < c.Ops[1], "it did not go in after that"))
}

// passage is how often an element went in and came out.
type passage struct{ tried, acked, out int }

// passages are those of all elements. Acknowledgements count until the queue was last emptied.
func (c *claim) passages() (all map[string]*passage, emptied int, by string) {
	all, emptied = map[string]*passage{}, -1
	of := func(v string) *passage {
		if all[v] == nil {
			all[v] = &passage{}
		}
		return all[v]
	}
	for _, o := range c.ops {
		switch {
		case o.ok() && (o.f == "drain" || o.f == "dequeue" && o.v.IsNil()):
			if emptied = max(emptied, o.inv); emptied == o.inv {
				by = map[string]string{"drain": " before the last drain began", "dequeue": " before the last dequeue that found nothing began"}[o.f]
			}
		}
	}
	for _, o := range c.ops {
		v := c.ops[o.inv].v.String()
		if o.f == "enqueue" && o.begins {
			of(v).tried++
		}
		if o.f == "enqueue" && o.ok() && (emptied < 0 || o.at <= emptied) {
			of(v).acked++
		}
		if o.f == "dequeue" && o.ok() && !o.v.IsNil() {
			of(o.v.String()).out++
		}
		if o.f == "drain" && o.ok() {
			for _, x := range items(o.v) {
				of(x.String()).out++
			}
		}
	}
	return all, emptied, by
}

func withCopies(v string, n int) string {
	if n > 1 {
		return fmt.Sprintf("%s (%d copies)", v, n)
	}
	return v
}

func neverCame(c *claim, m []string) string {
	all, _, by := c.passages()
	n := 0
	var lost []string
	for v, p := range all {
		if k := p.acked - p.out; k > 0 {
			n += k
			lost = append(lost, withCopies(v, k))
		}
	}
	open := slices.ContainsFunc(c.ops, func(o rawOp) bool {
		return o.f == "drain" && (o.typ == history.Info || o.typ == history.Invoke && o.done < 0)
	})
	one := c.ops[c.op(0).inv].v.String()
	return first(c.counts(n), c.shows(1), unless(number(m[1]) == int64(n) && m[2] == by, "%d%s", n, by), listed(m[3], lost), unless(!open, "a drain did not complete"),
		unless(c.op(0).f == "enqueue" && c.op(0).ok() && all[one].acked > all[one].out, "the op put in another element"))
}

func neverWentIn(c *claim, m []string) string {
	all, _, _ := c.passages()
	n := 0
	var strange []string
	for v, p := range all {
		if p.tried == 0 && p.out > 0 {
			n += p.out
			strange = append(strange, withCopies(v, p.out))
		}
	}
	in := func(v string) bool { p := all[v]; return p != nil && p.tried == 0 }
	shown := c.op(0).f == "dequeue" && in(c.op(0).v.String())
	for _, x := range items(c.op(0).v) {
		shown = shown || c.op(0).f == "drain" && in(x.String())
	}
	return first(c.counts(n), c.shows(1), listed(m[1], strange), unless(shown && c.op(0).ok(), "the op does not show it"))
}
