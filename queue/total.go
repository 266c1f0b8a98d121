package queue

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A TotalResult counts what went in and what came out, with multiplicity.
type TotalResult struct {
	result.Common
	Attempted, Acknowledged int
	OK                      int     // came out, and somebody had tried to put it in
	Lost                    []Count // acknowledged, and never came out
	Unexpected              []Count // came out, though nobody tried to put it in
	Duplicated              []Count // came out more often than anyone tried to put it in
	Recovered               []Count // came out, though nobody acknowledged it
	Remaining               []Count // acknowledged after the last drain began, and never came out

	since                string // when the queue was last emptied, for a sentence; empty if unknown
	hanging              int    // drains that did not complete
	lostAt, unexpectedAt int    // a witness of each, or -1
	duplicatedAt         [2]int // two ops that brought the first duplicated element
}

// A Count is an element and how often.
type Count struct {
	Element edn.Value
	N       int
}

// tally is what is known of an element.
type tally struct{ attempted, acked, late, out int32 }

// totals is the state of CheckTotal.
type totals struct {
	h                          *history.History
	elems                      values.Table
	ts                         []tally
	enqueue, dequeue, drain    history.Symbol
	emptied                    int // when the last drain that completed began, or a dequeue that found nothing; -1 if none did
	hanging, dequeues, crashed int
	drained                    int // elements that came out of drains; dequeues counts them, too
}

// CheckTotal compares the enqueues with the dequeues. Ops are those with :f :enqueue
// and :dequeue, whose value is an element, and :drain, whose ok value is a collection
// of elements that came out. A drain that did not complete may have taken elements, so
// nothing counts as lost. Elements acknowledged after the last drain began may still be
// there. A dequeue of nil found nothing. It returns an error if the value of a drain is
// not a collection. The verdict is unknown if nothing was acknowledged and nothing came
// out.
func CheckTotal(ctx context.Context, h *history.History) (*TotalResult, error) {
	r := &TotalResult{lostAt: -1, unexpectedAt: -1, duplicatedAt: [2]int{-1, -1}}
	r.History = h
	t := &totals{h: h, emptied: -1}
	t.enqueue, _ = h.SymbolOf("enqueue")
	t.dequeue, _ = h.SymbolOf("dequeue")
	t.drain, _ = h.SymbolOf("drain")
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		if err := t.op(i); err != nil {
			return nil, err
		}
	}
	if err := t.late(); err != nil {
		return nil, err
	}
	r.count(&t.elems, t.ts)
	r.Summary = result.Count(r.Attempted, "enqueue") + ", " + result.Count(t.dequeues-t.drained, "dequeue")
	if t.drained > 0 {
		r.Summary += ", " + result.Count(t.drained, "element") + " drained"
	}
	r.hanging = t.hanging
	if t.emptied >= 0 {
		r.since = "dequeue that found nothing"
		if h.Symbol(t.emptied) == t.drain {
			r.since = "drain"
		}
	}
	r.witnesses(t)
	r.judge(t)
	return r, nil
}

func (t *totals) at(id int32) *tally {
	for int(id) >= len(t.ts) {
		t.ts = append(t.ts, tally{})
	}
	return &t.ts[id]
}

// op takes in an op.
func (t *totals) op(i int) error {
	h, f, ok := t.h, t.h.Symbol(i), t.h.Type(i) == history.OK
	open := h.Type(i) == history.Info || h.Type(i) == history.Invoke && h.Pair(i) < 0
	switch {
	case f == 0:
	case f == t.drain && ok:
		is, err := t.elems.Each(h.Value(i), true, func(id int32) { t.at(id).out++; t.dequeues++; t.drained++ })
		if err == nil && !is {
			err = h.Errorf(i, "op %d drains %s: expected a collection of elements", h.Index(i), h.Value(i))
		}
		t.emptied = max(t.emptied, h.Invoked(i))
		return err
	case f == t.drain && open:
		t.hanging++
	case f == t.dequeue && open:
		t.crashed++
	case f == t.dequeue && ok && h.Value(i).IsNil():
		t.emptied = max(t.emptied, h.Invoked(i))
	case f == t.enqueue && (h.Begins(i) || ok), f == t.dequeue && ok:
		return t.element(i)
	}
	return nil
}

// element takes in an enqueue, or a dequeue that returned an element.
func (t *totals) element(i int) error {
	h, at := t.h, i
	if h.Symbol(i) == t.enqueue {
		at = h.Invoked(i)
	}
	id, err := t.elems.ID(h.Value(at))
	if err != nil {
		return h.Errorf(i, "op %d: %v", h.Index(i), err)
	}
	e := t.at(id)
	if h.Symbol(i) == t.dequeue {
		e.out++
		t.dequeues++
		return nil
	}
	if h.Begins(i) {
		e.attempted++
	}
	if h.Type(i) == history.OK {
		e.acked++
	}
	return nil
}

// late counts what was acknowledged after the queue was last emptied. Where no op
// tells that it was, Jepsen's assumption holds, that what came last emptied it.
func (t *totals) late() error {
	if t.emptied < 0 {
		return nil
	}
	h := t.h
	for i := t.emptied + 1; i < h.Len(); i++ {
		if f := h.Symbol(i); f == 0 || f != t.enqueue || h.Type(i) != history.OK {
			continue
		}
		id, err := t.elems.ID(h.Value(h.Invoked(i)))
		if err != nil {
			return err
		}
		t.at(id).late++
	}
	return nil
}

func (r *TotalResult) count(elems *values.Table, ts []tally) {
	ids := make([]int32, len(ts))
	for i := range ids {
		ids[i] = int32(i)
	}
	elems.Sort(ids)
	for _, id := range ids {
		t := ts[id]
		put := func(to *[]Count, n int32) {
			if n > 0 {
				*to = append(*to, Count{elems.Value(id), int(n)})
			}
		}
		ok := min(t.out, t.attempted)
		r.Attempted += int(t.attempted)
		r.Acknowledged += int(t.acked)
		r.OK += int(ok)
		put(&r.Lost, t.acked-t.out-t.late)
		put(&r.Remaining, min(t.acked-t.out, t.late))
		put(&r.Recovered, ok-t.acked)
		if t.attempted == 0 {
			put(&r.Unexpected, t.out)
		} else {
			put(&r.Duplicated, t.out-t.attempted)
		}
	}
}

func (r *TotalResult) judge(t *totals) {
	switch {
	case len(r.Unexpected) > 0, len(r.Lost) > 0 && t.hanging == 0 && (t.dequeues > 0 || t.emptied >= 0):
		r.Valid = verdict.Invalid
	case t.hanging > 0:
		r.Unknown(fmt.Sprintf("%s did not complete, and may have taken elements", result.Count(t.hanging, "drain")))
	case t.dequeues == 0 && r.Acknowledged == 0:
		r.Nothing("no enqueue was acknowledged, and nothing came out of the queue")
	case t.dequeues == 0 && t.emptied < 0 && t.hanging == 0:
		r.Nothing("nothing came out of the queue, and no drain or dequeue found it empty")
	case t.dequeues == 0 && r.Acknowledged == sum(r.Remaining):
		r.Nothing("nothing came out of the queue, and everything went in after the last drain began")
	default:
		r.Valid = verdict.Valid
	}
	warn := func(code string, n int, msg string) {
		r.Warnings = append(r.Warnings, verdict.Warning{Code: code, Count: n, Msg: msg})
	}
	if n := sum(r.Duplicated); n > 0 {
		warn("duplicated", n, fmt.Sprintf("more copies came out than anyone tried to put in, which this check allows: %s; the first by ops %d and %d", counts(r.Duplicated, "more"), r.History.Index(r.duplicatedAt[0]), r.History.Index(max(r.duplicatedAt[0], r.duplicatedAt[1]))))
	}
	if n := sum(r.Remaining); n > 0 {
		warn("not-drained", n, result.Count(n, "element")+" went in after the last "+r.since+" began and did not come out, so it is unknown whether they are lost")
	}
	if t.crashed > 0 && len(r.Lost) > 0 {
		warn("crashed-dequeues", t.crashed, result.Count(t.crashed, "dequeue")+" did not complete, and may have taken what counts as lost")
	}
}

// witnesses looks for ops that show the first of each fault.
func (r *TotalResult) witnesses(t *totals) {
	first := func(cs []Count) int32 {
		if len(cs) == 0 {
			return -1
		}
		id, err := t.elems.Lookup(cs[0].Element)
		if err != nil {
			return -1
		}
		return id
	}
	lost, unexpected, duplicated := first(r.Lost), first(r.Unexpected), first(r.Duplicated)
	if lost < 0 && unexpected < 0 && duplicated < 0 {
		return
	}
	h := r.History
	for i := range h.Len() {
		f := h.Symbol(i)
		if f == 0 || h.Type(i) != history.OK {
			continue
		}
		came := func(id int32) {
			switch {
			case id < 0:
			case id == unexpected && r.unexpectedAt < 0:
				r.unexpectedAt = i
			case id == duplicated && r.duplicatedAt[0] < 0:
				r.duplicatedAt[0] = i
			case id == duplicated && r.duplicatedAt[1] < 0:
				r.duplicatedAt[1] = i
			}
		}
		var err error // none: all of these were decoded before
		id := int32(-1)
		switch f {
		case t.enqueue:
			if id, err = t.elems.Lookup(h.Value(h.Invoked(i))); err == nil && id == lost && lost >= 0 && r.lostAt < 0 {
				r.lostAt = i
			}
		case t.dequeue:
			if id, err = t.elems.Lookup(h.Value(i)); err == nil {
				came(id)
			}
		case t.drain:
			_, err = t.elems.Each(h.Value(i), false, came)
		}
		if err != nil {
			return
		}
	}
}

func sum(cs []Count) (n int) {
	for _, c := range cs {
		n += c.N
	}
	return n
}

// multiset lists elements as often as they occur.
func multiset(cs []Count) edn.Bag {
	bag := edn.Bag{}
	for _, c := range cs {
		for range c.N {
			bag = append(bag, c.Element)
		}
	}
	return bag
}

// counts lists elements, with how many copies of each if there are several.
func counts(cs []Count, what string) string {
	return result.List(len(cs), func(i int) string {
		if cs[i].N == 1 {
			return cs[i].Element.String()
		}
		return fmt.Sprintf("%s (%d %s)", cs[i].Element, cs[i].N, what)
	})
}

// Fields has Jepsen's keys.
func (r *TotalResult) Fields() result.Fields {
	return result.Fields{
		{"attempt-count", r.Attempted}, {"acknowledged-count", r.Acknowledged}, {"ok-count", r.OK},
		{"unexpected-count", sum(r.Unexpected)}, {"duplicated-count", sum(r.Duplicated)},
		{"lost-count", sum(r.Lost)}, {"recovered-count", sum(r.Recovered)},
		{"lost", multiset(r.Lost)}, {"unexpected", multiset(r.Unexpected)},
		{"duplicated", multiset(r.Duplicated)}, {"recovered", multiset(r.Recovered)},
	}
}

// Findings shows elements that are lost, and ones that nobody put in.
func (r *TotalResult) Findings() (found []result.Finding) {
	if r.Valid != verdict.Invalid {
		return nil
	}
	one := func(typ string, cs []Count, at int, msg string) {
		if len(cs) == 0 {
			return
		}
		f := result.Finding{Type: typ, Count: sum(cs), Msg: msg + ": " + counts(cs, "copies")}
		if at >= 0 {
			f.Ops = []int{at}
		}
		found = append(found, f)
	}
	if r.hanging == 0 {
		msg := result.Count(sum(r.Lost), "element") + " went in, acknowledged"
		if r.since != "" {
			msg += " before the last " + r.since + " began"
		}
		one("lost", r.Lost, r.lostAt, msg+", and never came out")
	}
	one("unexpected", r.Unexpected, r.unexpectedAt, "came out, though nobody tried to put it in")
	return found
}
