package monitor

import (
	"cmp"
	"slices"
)

// CounterOfAmounts decides what Counter does not, of a counter to which nobody adds
// less than 1, by a search.
//
// # The order of reads
//
// The counter grows with each Inc, so the values that were read show the order of the
// reads, and how much is added between two that differ. The search takes Inc ops one by
// one, each such that no op that is left returned before it began, and of reads those
// of the next count as soon as the counter is there: no other op can come before they
// are all taken. They must have begun before anything else that is left returns. When
// all reads are taken, the Inc ops that are left follow in the order of their returns.
//
// # What need not be looked at
//
// Of Inc ops of one amount, the first to return is the one to take: in an order that has
// another here and this one later, exchange them. Pending ones come after all that
// returned, and of these the first to begin. An Inc that would lead beyond the next
// count is not possible; and what has to take effect before a read of the next count
// must not, either.
//
// The Search is nil if ops are not those of such a counter, or of too many amounts.
func CounterOfAmounts(ops []Op) Search {
	byInv, were := arranged(ops)
	c := &amounts{ops: byInv, were: were, jumps: newJumps()}
	if !c.layOut() {
		return nil
	}
	return c
}

// maxAmounts is of how many amounts a counter is looked at.
const maxAmounts = 64

// amounts is the search of CounterOfAmounts.
type amounts struct {
	ops   []Op
	were  []int32
	piles []*pile
	reads []readGroup

	sum    int64
	at     int // the next of reads
	hash   uint64
	frames []amountFrame
	picks  []int32 // of all frames: piles, by the return of what is next there
	path   []int32 // ops, reads too
	text   []int32
	dead   dead
	jumps  jumps
	alive  bool
	steps  int64
	deep   int
}

// A readGroup is reads that found the same count.
type readGroup struct {
	count int64
	ops   []int32 // by Ret
	late  int32   // their last Inv
	until int32   // the first Ret of theirs and those of later groups
}

// A pile is Inc ops of one amount.
type pile struct {
	amount     int64
	all        []int32 // ops that returned, by Ret
	next, prev []int32 // of what is left, as places in all; the last place + 1 is both ends
	inv        []int32 // the first Inv from each place on
	high       int32   // the last place that was taken, or none
	lost       []int32 // pending ops, by Inv
	used       int32   // how many of these were
}

// An amountFrame is what to try and what to go back to.
type amountFrame struct {
	from, next, end int32 // of picks
	lost            bool  // some that were tried were given up before they came to an end
	at, path        int
	pile, place     int32 // what led here; the place is none if it was pending
	high            int32
}

func (c *amounts) layOut() bool {
	byAmount := map[int32]*pile{}
	for i := range c.ops {
		op := &c.ops[i]
		switch {
		case op.F == ReadCount && !op.pending():
			c.reads = append(c.reads, readGroup{count: int64(op.A), ops: []int32{int32(i)}, late: op.Inv, until: op.Ret})
			continue
		case op.F == ReadCount:
			continue
		case op.F != Inc || op.A < 1:
			return false
		}
		p := byAmount[op.A]
		if p == nil {
			if len(c.piles) == maxAmounts {
				return false
			}
			p = &pile{amount: int64(op.A), high: none}
			byAmount[op.A] = p
			c.piles = append(c.piles, p)
		}
		if op.pending() {
			p.lost = append(p.lost, int32(i))
		} else {
			p.all = append(p.all, int32(i))
		}
	}
	for _, p := range c.piles {
		p.layOut(c.ops)
	}
	c.groupReads()
	return true
}

func (c *amounts) groupReads() {
	slices.SortFunc(c.reads, func(a, b readGroup) int {
		return cmp.Or(cmp.Compare(a.count, b.count), cmp.Compare(a.until, b.until))
	})
	var groups []readGroup
	for _, r := range c.reads {
		if n := len(groups); n > 0 && groups[n-1].count == r.count {
			g := &groups[n-1]
			g.ops = append(g.ops, r.ops...)
			g.late = max(g.late, r.late)
			continue
		}
		groups = append(groups, r)
	}
	until := int32(Never)
	for i := len(groups) - 1; i >= 0; i-- {
		until = min(until, groups[i].until)
		groups[i].until = until
	}
	c.reads = append(groups, readGroup{until: Never})
}

func (p *pile) layOut(ops []Op) {
	slices.SortFunc(p.all, func(a, b int32) int { return cmp.Compare(ops[a].Ret, ops[b].Ret) })
	n := int32(len(p.all))
	p.next, p.prev, p.inv = column(int(n)+1, 0), column(int(n)+1, 0), column(int(n)+1, Never)
	for i := n - 1; i >= 0; i-- {
		p.inv[i] = min(p.inv[i+1], ops[p.all[i]].Inv)
	}
	for i := range n {
		p.next[i], p.prev[i] = i+1, i-1
	}
	p.next[n], p.prev[n] = 0, n-1
	p.prev[0] = n
}

// until is the first Ret of what is left.
func (p *pile) until(ops []Op) int32 {
	if first := p.next[len(p.all)]; int(first) < len(p.all) {
		return ops[p.all[first]].Ret
	}
	return Never
}

// candidate returns the place of what to take next if it began by then: none for the
// next pending op, and false if there is nothing.
func (p *pile) candidate(ops []Op, by int32) (place int32, ok bool) {
	for i := p.next[len(p.all)]; p.inv[i] < by; i = p.next[i] {
		if ops[p.all[i]].Inv < by {
			return i, true
		}
	}
	return none, int(p.used) < len(p.lost) && ops[p.lost[p.used]].Inv < by
}

func (c *amounts) Steps() int64 { return c.steps }

func (c *amounts) Deep() int { return c.deep }

func (c *amounts) Run(limit Limit) Answer {
	if len(c.frames) == 0 && c.steps == 0 {
		c.enter(amountFrame{pile: none})
	}
	for len(c.frames) > 0 {
		if c.alive && c.at == len(c.reads)-1 {
			return named(linearizable(c.order()), c.were)
		}
		if limit.over(c.steps, c.dead.bytes()) {
			return undecided()
		}
		c.steps++
		if n := c.jumps.due(len(c.path)); n > 0 {
			for ; n > 0 && len(c.frames) > 1; n-- {
				c.back()
			}
			c.frames[len(c.frames)-1].lost = true
		}
		f := &c.frames[len(c.frames)-1]
		switch {
		case c.alive && f.next < f.end:
			f.next++
			c.take(c.picks[f.next-1])
		case c.alive && f.lost:
			f.lost, f.next = false, f.from
		default:
			if c.alive {
				c.text = c.describe(c.text[:0])
				c.dead.add(c.hash, c.text)
			}
			c.back()
		}
	}
	return illegal()
}

// untilAdd is the first Ret of an Inc that is left.
func (c *amounts) untilAdd() int32 {
	until := int32(Never)
	for _, p := range c.piles {
		until = min(until, p.until(c.ops))
	}
	return until
}

// enter makes a frame of where the search stands.
func (c *amounts) enter(f amountFrame) {
	f.at, f.path = c.at, len(c.path)
	f.from, f.next, f.end = int32(len(c.picks)), int32(len(c.picks)), int32(len(c.picks))
	c.frames = append(c.frames, f)
	c.alive = c.see() && !c.dead.has(c.hash, c.isHere)
	if c.deep = max(c.deep, len(c.path)); !c.alive || c.at == len(c.reads)-1 {
		return
	}
	by := min(c.untilAdd(), c.reads[c.at].until)
	left := c.reads[c.at].count - c.sum
	for i, p := range c.piles {
		if p.amount > left {
			continue
		}
		if _, ok := p.candidate(c.ops, by); ok {
			c.picks = append(c.picks, int32(i))
		}
	}
	ret := func(i int32) int32 {
		if place, _ := c.piles[i].candidate(c.ops, by); place != none {
			return c.ops[c.piles[i].all[place]].Ret
		}
		return Never
	}
	picks := c.picks[f.from:]
	slices.SortStableFunc(picks, func(a, b int32) int {
		if c.jumps.count%2 == 1 { // small amounts fill any gap, so they are for later
			return cmp.Or(cmp.Compare(c.piles[b].amount, c.piles[a].amount), cmp.Compare(ret(a), ret(b)))
		}
		return cmp.Compare(ret(a), ret(b))
	})
	c.frames[len(c.frames)-1].end = int32(len(c.picks))
}

// see takes the reads of the count that was reached, and reports whether the next
// count can be.
func (c *amounts) see() bool {
	g := &c.reads[c.at]
	if c.at < len(c.reads)-1 && g.count == c.sum {
		if g.late > min(c.untilAdd(), c.reads[c.at+1].until) {
			return false
		}
		c.path = append(c.path, g.ops...)
		c.at++
		g = &c.reads[c.at]
	}
	if c.at == len(c.reads)-1 {
		return true
	}
	// What has to come before its reads.
	need := c.sum
	for _, p := range c.piles {
		for i := p.next[len(p.all)]; int(i) < len(p.all) && c.ops[p.all[i]].Ret < g.late && need <= g.count; i = p.next[i] {
			need += p.amount
		}
	}
	return need <= g.count
}

// take takes the next of a pile.
func (c *amounts) take(i int32) {
	p := c.piles[i]
	place, _ := p.candidate(c.ops, min(c.untilAdd(), c.reads[c.at].until))
	f := amountFrame{pile: i, place: place, high: p.high}
	op := int32(0)
	if place == none {
		op = p.lost[p.used]
		p.used++
	} else {
		op = p.all[place]
		p.next[p.prev[place]], p.prev[p.next[place]] = p.next[place], p.prev[place]
		p.high = max(p.high, place)
	}
	c.path = append(c.path, op)
	c.sum += p.amount
	c.hash += scatter(uint64(op))
	c.enter(f)
	c.frames[len(c.frames)-1].path-- // op goes with the frame
}

// back leaves the last frame for the one before.
func (c *amounts) back() {
	f := c.frames[len(c.frames)-1]
	c.frames = c.frames[:len(c.frames)-1]
	c.picks = c.picks[:f.from]
	c.alive, c.at = true, f.at
	if f.pile == none {
		return
	}
	p := c.piles[f.pile]
	c.hash -= scatter(uint64(c.path[f.path]))
	c.path = c.path[:f.path]
	c.sum -= p.amount
	if f.place == none {
		p.used--
	} else {
		p.next[p.prev[f.place]], p.prev[p.next[f.place]] = f.place, f.place
		p.high = f.high
	}
}

// describe says which Inc ops were taken. That determines the sum, and so the reads.
func (c *amounts) describe(text []int32) []int32 {
	for _, p := range c.piles {
		at := len(text)
		text = append(text, p.used, p.high, 0)
		for i := p.next[len(p.all)]; i < p.high; i = p.next[i] {
			text = append(text, i)
		}
		text[at+2] = int32(len(text) - at - 3)
	}
	return text
}

func (c *amounts) isHere(text []int32) bool {
	c.text = c.describe(c.text[:0])
	return slices.Equal(text, c.text)
}

// order returns what was taken, and then what is left.
func (c *amounts) order() []int32 {
	order := slices.Clone(c.path)
	rest := len(order)
	for _, p := range c.piles {
		for i := p.next[len(p.all)]; int(i) < len(p.all); i = p.next[i] {
			order = append(order, p.all[i])
		}
	}
	slices.SortFunc(order[rest:], func(a, b int32) int { return cmp.Compare(c.ops[a].Ret, c.ops[b].Ret) })
	return order
}
