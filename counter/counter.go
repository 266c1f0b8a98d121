// Package counter checks a number that clients add to and read, as Jepsen's
// counter checker does.
//
// A read must be explained by the adds that it may have seen: all that were
// acknowledged before the read was invoked, and any of the others that were
// invoked before it returned. Failed adds did not happen. This gives two bounds: the
// sum of the required adds plus all other negative ones, and plus all other positive
// ones. The bounds are exact if every sum between them is possible. If few adds
// overlap a read, whether its value is a possible sum is also decided exactly.
// Jepsen has only the bounds, and only for numbers that are not negative.
//
// An eventually consistent counter marks the reads at the end, after it has
// converged, with :final? true. If there are any, only they are judged.
//
// The check is sound: nothing explains what it reports. It is not complete, because
// it does not compare reads with each other; package linearizable does that.
//
// The cost is linear in the size of the input, plus a bounded effort for each read that
// overlaps adds.
package counter

import (
	"context"

	"github.com/seed-c33ae711/jcheck/history"
)

// adding are the operations that change a counter, and the sign of what they add.
var adding = map[string]int64{"add": 1, "increment": 1, "decrement": -1}

// check is the state of a pass over a history.
type check struct {
	r       *Result
	h       *history.History
	sign    []int64 // by symbol; 0 for what adds nothing
	read    history.Symbol
	final   func(i int) bool // nil if no read is marked as final
	now     moment           // what is acknowledged
	open    amounts          // what was invoked, did not fail, and is not acknowledged yet
	settled []int64          // what was acknowledged, in order
	began   map[int32]moment // by a read's completion: when it was invoked
	adds    int
	silent  int // ok reads without a value
	other   int // adds that completed with another value
}

// moment is what is acknowledged at a time.
type moment struct {
	pos, neg int64 // sums, by sign
	settled  int   // how many adds
}

// Check compares every ok read with the adds that may explain it. Ops are those with :f
// :add or :increment, whose value is an integer (nil for 1), with :decrement, which
// subtracts, and :read. The amount is that of the invocation. It returns an error if a
// number is missing or is not an integer, or if sums exceed 64 bits. A read of nil is
// ignored with a warning. The verdict is unknown if no read returned a number.
func Check(ctx context.Context, h *history.History) (*Result, error) {
	c := &check{r: &Result{}, h: h, began: map[int32]moment{}, open: newAmounts(), sign: make([]int64, len(h.Fs())+1)}
	c.r.History = h
	for f, sign := range adding {
		if s, ok := h.SymbolOf(f); ok {
			c.sign[s] = sign
		}
	}
	c.read, _ = h.SymbolOf("read")
	if marked := h.Marked("final?"); marked != nil {
		for i := 0; i < h.Len() && c.final == nil; i++ {
			if c.read != 0 && h.Symbol(i) == c.read && marked(i) {
				c.final = marked
			}
		}
	}
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			c.r.Unknown("interrupted")
			return c.r, nil
		}
		var err error
		switch f := h.Symbol(i); {
		case f == 0:
		case c.sign[f] != 0:
			err = c.add(i, c.sign[f])
		case f == c.read:
			err = c.see(i)
		}
		if err != nil {
			return nil, err
		}
	}
	c.conclude()
	return c.r, nil
}

// add takes in an op of an add: its invocation, if it may happen, and its
// acknowledgement.
func (c *check) add(i int, sign int64) error {
	h := c.h
	inv, done := i, h.Pair(i)
	if !h.Begins(i) {
		inv, done = done, i
	} else {
		c.adds++
		if h.Type(i) != history.Invoke {
			done = i // the only op of its operation
		}
	}
	acked := h.Type(i) == history.OK
	if inv < 0 || !acked && (!h.Begins(i) || done >= 0 && h.Type(done) == history.Fail) {
		return nil
	}
	n, ok := amount(h, inv)
	if !ok {
		return h.Errorf(inv, "op %d adds %s: expected an integer", h.Index(inv), h.Value(inv))
	}
	n *= sign
	if h.Begins(i) && !c.open.add(n) {
		return h.Errorf(inv, "op %d adds %d: expected sums of less than 2^61", h.Index(inv), n)
	}
	if !acked {
		return nil
	}
	c.open.remove(n)
	c.settled = append(c.settled, n)
	c.now = moment{c.now.pos + max(n, 0), c.now.neg + min(n, 0), len(c.settled)}
	if !fits(c.now.pos) || !fits(c.now.neg) {
		return h.Errorf(inv, "op %d adds %d: expected sums of less than 2^61", h.Index(inv), n)
	}
	if v := h.Value(i); i != inv && !v.IsNil() {
		if m, ok := v.Int(); !ok || m*sign != n {
			c.other++
		}
	}
	return nil
}

// amount is what an op adds: 1 if nothing is said.
func amount(h *history.History, i int) (int64, bool) {
	v := h.Value(i)
	if v.IsNil() && h.F(i) != "add" {
		return 1, true
	}
	return v.Int()
}

// see takes in an op of a read.
func (c *check) see(i int) error {
	h := c.h
	if h.Type(i) == history.Invoke {
		if done := h.Pair(i); done >= 0 && h.Type(done) == history.OK {
			c.began[int32(done)] = c.now
		}
		return nil
	}
	if h.Type(i) != history.OK {
		return nil
	}
	began := c.began[int32(i)] // the beginning, if it has no invocation
	delete(c.began, int32(i))
	v := h.Value(i)
	n, ok := v.Int()
	switch {
	case v.IsNil():
		c.silent++
		return nil
	case !ok:
		return h.Errorf(i, "op %d reads %s: expected an integer", h.Index(i), v)
	}
	c.judge(i, n, began)
	return nil
}

// judge compares a read with the adds that may be in it: those that are open
// now, and those that were acknowledged since it was invoked.
func (c *check) judge(i int, n int64, began moment) {
	r, must := c.r, began.pos+began.neg
	rd := Read{
		Lower: must + c.open.neg + c.now.neg - began.neg,
		Value: n,
		Upper: must + c.open.pos + c.now.pos - began.pos,
	}
	if c.final == nil || c.final(i) {
		r.judged++
		switch {
		case n < rd.Lower || n > rd.Upper:
			r.Errors = append(r.Errors, len(r.Reads))
		case !c.open.reach(n-rd.Lower, rd.Upper-rd.Lower, c.settled[began.settled:]):
			r.Impossible = append(r.Impossible, len(r.Reads))
		}
	}
	r.Reads = append(r.Reads, rd)
	r.sure = append(r.sure, must)
	r.ops = append(r.ops, int32(i))
}
