// Package sequential checks that the writes of a client become visible in the order in which
// the client made them, as the sequential workload of Jepsen's tests of CockroachDB and TiDB does.
//
// A key has several parts, each written in a transaction of its own, one after the
// other. A reader reads them in the reverse order, each in a transaction of its own, and
// returns [key [last ... first]], with nil for a missing part. A reader that sees a part must
// then find every earlier one, which it reads later. A nil after a value means that
// the writes took effect in another order, which sequential consistency forbids.
//
// If each part is an operation of its own, [key part], its position among the writes of its key
// is known: a part may be missing if its write was not acknowledged before the write of the other
// part began. If one operation writes all parts of a key, the position in the list
// determines the order, as in Jepsen.
//
// The cost is linear in the size of the input.
package sequential

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Result counts reads by what they show.
type Result struct {
	result.Common
	All, Some, None int   // reads of all parts, of some, and of none
	Bad             []int // reads that show a part and miss an earlier one

	bad [3]int // of the first: the write of what is missing, that of what is there, or -1; and the read
}

// part is a write of a part of a key.
type part struct {
	value int32
	began int
	acked int // -1 if it was not acknowledged
	rank  int // its place among the parts of its key, those that failed too
}

type check struct {
	r           *Result
	h           *history.History
	keys, parts values.Table
	byKey       map[int32][]part
	known       map[[2]int32]int // key and part -> place in byKey
	forward     int              // a read that shows parts in the order in which they were written, -1 if none does
}

// Check looks at the ok completions of :read, whose value is [key parts], and at ops
// with :f :add or :write whose value is [key part]. It returns an error if a read has
// any other form. The verdict is unknown if no read returned, or if reads do not return
// the parts in reverse order.
func Check(ctx context.Context, h *history.History) (*Result, error) {
	c := &check{r: &Result{}, h: h, byKey: map[int32][]part{}, known: map[[2]int32]int{}, forward: -1}
	c.r.History = h
	read, _ := h.SymbolOf("read")
	var reads []int
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			c.r.Unknown("interrupted")
			return c.r, nil
		}
		switch f := h.F(i); {
		case f == "add" || f == "write":
			if err := c.write(i); err != nil {
				return nil, err
			}
		case h.Symbol(i) == read && h.Type(i) == history.OK && !h.Value(i).IsNil():
			reads = append(reads, i)
		}
	}
	for _, i := range reads {
		if err := c.read(i); err != nil {
			return nil, err
		}
	}
	c.judge(len(reads))
	return c.r, nil
}

// write takes in an op of a write.
func (c *check) write(i int) error {
	h := c.h
	inv := h.Invoked(i)
	key, value, ok := pair(h.Value(inv))
	if !ok {
		return nil
	}
	k, err := c.keys.ID(key)
	if err == nil {
		var v int32
		if v, err = c.parts.ID(value); err == nil {
			at, known := c.known[[2]int32{k, v}]
			if !known {
				at = len(c.byKey[k])
				c.known[[2]int32{k, v}] = at
				c.byKey[k] = append(c.byKey[k], part{value: v, began: inv, acked: -1, rank: at})
			}
			if p := &c.byKey[k][at]; h.Type(i) == history.OK && p.acked < 0 {
				p.acked = i
			}
			return nil
		}
	}
	return h.Errorf(i, "op %d: %v", h.Index(i), err)
}

// read judges a read.
func (c *check) read(i int) error {
	h := c.h
	key, list, ok := pair(h.Value(i))
	k := list.Kind()
	if !ok || k != edn.Vector && k != edn.List && k != edn.Nil {
		return h.Errorf(i, "op %d reads %s: expected [key [part ...]]", h.Index(i), h.Value(i))
	}
	if k == edn.Nil {
		return nil
	}
	items, err := list.Items(nil)
	if err != nil {
		return err
	}
	id, err := c.keys.Lookup(key)
	if err != nil {
		return err
	}
	there := 0
	last := -1 // where the last part that is there stands
	bad := [2]int{-1, -1}
	isBad := false
	for at, v := range items {
		if v.IsNil() {
			if last >= 0 && !isBad {
				bad, isBad = c.missing(id, items, last, len(items)-1-at)
			}
			continue
		}
		if last >= 0 {
			a, b := c.partOf(id, items[last]), c.partOf(id, v)
			if a != nil && b != nil && a.rank < b.rank && c.forward < 0 {
				c.forward = i
			}
		}
		there++
		last = at
	}
	switch {
	case there == len(items):
		c.r.All++
	case there == 0:
		c.r.None++
	default:
		c.r.Some++
	}
	if isBad {
		if len(c.r.Bad) == 0 {
			c.r.bad = [3]int{bad[0], bad[1], i}
		}
		c.r.Bad = append(c.r.Bad, i)
	}
	return nil
}

func (c *check) partOf(key int32, v edn.Value) *part {
	id, err := c.parts.Lookup(v)
	if err != nil || key < 0 || id < 0 {
		return nil
	}
	if at, ok := c.known[[2]int32{key, id}]; ok {
		return &c.byKey[key][at]
	}
	return nil
}

// missing reports whether a read that shows a part, that at last, must show the one of a rank,
// too, and which writes say so.
func (c *check) missing(key int32, items []edn.Value, last, rank int) (ops [2]int, must bool) {
	ops = [2]int{-1, -1}
	p := c.partOf(key, items[last])
	if p == nil {
		return ops, true // the writes of parts are not distinguished
	}
	if rank >= p.rank {
		return ops, false // nobody wrote it, or not before the part that is there
	}
	q := &c.byKey[key][rank]
	if slices.ContainsFunc(items, func(v edn.Value) bool { return c.partOf(key, v) == q }) {
		return ops, false // it is elsewhere
	}
	h := c.h
	if q.acked < 0 || q.acked > p.began && (h.Process(q.acked) != h.Process(p.began) || q.acked > p.acked) {
		return ops, false
	}
	return [2]int{q.acked, max(p.acked, p.began)}, true
}

func (c *check) judge(reads int) {
	r := c.r
	r.Summary = result.Count(reads, "read") + fmt.Sprintf(": %d of all parts, %d of some, %d of none", r.All, r.Some, r.None)
	switch {
	case c.forward >= 0:
		r.Unknown(fmt.Sprintf("op %d shows the parts of a key in the order in which they were written; expected the reverse", c.h.Index(c.forward)))
	case len(r.Bad) > 0:
		r.Valid = verdict.Invalid
		r.RestsOnOrder()
	case reads == 0:
		r.Nothing("no read succeeded")
	default:
		r.Valid = verdict.Valid
	}
}

// pair takes a vector or list of two items apart.
func pair(v edn.Value) (a, b edn.Value, ok bool) {
	items, err := v.Items(nil)
	if err != nil || len(items) != 2 || v.Kind() == edn.Set {
		return a, b, false
	}
	return items[0], items[1], true
}

// Fields has the keys of Jepsen's tests.
func (r *Result) Fields() result.Fields {
	return result.Fields{
		{"all-count", r.All}, {"some-count", r.Some}, {"none-count", r.None}, {"bad-count", len(r.Bad)},
		{"bad", result.Ops(r.History, r.Bad)},
	}
}

// Findings shows the first read that misses a part.
func (r *Result) Findings() []result.Finding {
	if r.Valid != verdict.Invalid {
		return nil
	}
	ops := []int{}
	for _, op := range r.bad {
		if op >= 0 {
			ops = append(ops, op)
		}
	}
	return []result.Finding{{
		Type: "out-of-order", Count: len(r.Bad), Ops: ops,
		Msg: "a read shows a part of a key, but then lacks one that was written before it",
	}}
}

// Definite reports whether an invalid verdict stands even if ops are missing from
// the history: it does, since two writes and a read are enough.
func (r *Result) Definite() bool { return r.Valid == verdict.Invalid }
