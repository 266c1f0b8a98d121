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
	Duplicated              []Count // came out more often than anybody tried to put it in
	Recovered               []Count // came out, though nobody acknowledged it

	lostAt, unexpectedAt int // a witness of each, or -1
}

// A Count is an element and how often.
type Count struct {
	Element edn.Value
	N       int
}

// tally is what is known of an element.
type tally struct{ attempted, acked, out int32 }

// CheckTotal compares the enqueues with the dequeues. Ops are those with :f
// :enqueue and :dequeue, whose value is an element, and :drain, whose ok value is
// a collection of elements that came out. A drain that did not complete may have
// taken elements, so that nothing can be called lost. It returns an error if the
// value of a drain is no collection.
func CheckTotal(ctx context.Context, h *history.History) (*TotalResult, error) {
	r := &TotalResult{lostAt: -1, unexpectedAt: -1}
	r.History = h
	var elems values.Table
	var ts []tally
	at := func(id int32) *tally {
		for int(id) >= len(ts) {
			ts = append(ts, tally{})
		}
		return &ts[id]
	}
	enqueue, _ := h.SymbolOf("enqueue")
	dequeue, _ := h.SymbolOf("dequeue")
	drain, _ := h.SymbolOf("drain")
	hanging, dequeues, crashed := 0, 0, 0
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		f, ok := h.Symbol(i), h.Type(i) == history.OK
		switch {
		case f == 0:
		case f == drain && ok:
			is, err := elems.Each(h.Value(i), true, func(id int32) { at(id).out++; dequeues++ })
			if err != nil {
				return nil, err
			}
			if !is {
				return nil, h.Errorf(i, "op %d drains %s: expected a collection of elements", h.Index(i), h.Value(i))
			}
		case f == drain && (h.Type(i) == history.Info || h.Type(i) == history.Invoke && h.Pair(i) < 0):
			hanging++
		case f == dequeue && (h.Type(i) == history.Info || h.Type(i) == history.Invoke && h.Pair(i) < 0):
			crashed++
		case f == enqueue && (h.Begins(i) || ok), f == dequeue && ok:
			id, err := elems.ID(h.Value(i))
			if err != nil {
				return nil, h.Errorf(i, "op %d: %v", h.Index(i), err)
			}
			t := at(id)
			if f == dequeue {
				t.out++
				dequeues++
				continue
			}
			if h.Begins(i) {
				t.attempted++
			}
			if ok {
				t.acked++
			}
		}
	}
	r.count(&elems, ts)
	r.Summary = result.Count(r.Attempted, "enqueue") + ", " + result.Count(dequeues, "dequeue")
	r.judge(hanging)
	if crashed > 0 && len(r.Lost) > 0 {
		r.Warnings = append(r.Warnings, verdict.Warning{Code: "crashed-dequeues", Count: crashed, Msg: result.Count(crashed, "dequeue") + " did not complete, and may have taken what counts as lost"})
	}
	r.witnesses(&elems, enqueue, dequeue, drain)
	return r, nil
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
		put(&r.Lost, t.acked-t.out)
		put(&r.Recovered, ok-t.acked)
		if t.attempted == 0 {
			put(&r.Unexpected, t.out)
		} else {
			put(&r.Duplicated, t.out-t.attempted)
		}
	}
}

func (r *TotalResult) judge(hanging int) {
	switch {
	case len(r.Unexpected) > 0, len(r.Lost) > 0 && hanging == 0:
		r.Valid = verdict.Invalid
	case hanging > 0:
		r.Unknown(fmt.Sprintf("%d drains did not complete, and may have taken elements", hanging))
	default:
		r.Valid = verdict.Valid
	}
	if n := sum(r.Duplicated); n > 0 {
		r.Warnings = append(r.Warnings, verdict.Warning{Code: "duplicated", Count: n, Msg: fmt.Sprintf("%d elements came out more often than they went in, which this check allows: %s", n, counts(r.Duplicated))})
	}
}

// witnesses looks for ops that show the first of each fault.
func (r *TotalResult) witnesses(elems *values.Table, enqueue, dequeue, drain history.Symbol) {
	if r.Valid != verdict.Invalid {
		return
	}
	h := r.History
	for i := range h.Len() {
		f := h.Symbol(i)
		if h.Type(i) != history.OK || f == 0 {
			continue
		}
		if f == enqueue && r.lostAt < 0 && len(r.Lost) > 0 && edn.Equal(h.Value(i), r.Lost[0].Element) {
			r.lostAt = i
		}
		if r.unexpectedAt >= 0 || len(r.Unexpected) == 0 || f != dequeue && f != drain {
			continue
		}
		if f == dequeue {
			if edn.Equal(h.Value(i), r.Unexpected[0].Element) {
				r.unexpectedAt = i
			}
			continue
		}
		want, err := elems.Lookup(r.Unexpected[0].Element)
		if err != nil {
			continue
		}
		if _, err := elems.Each(h.Value(i), false, func(id int32) {
			if id == want {
				r.unexpectedAt = i
			}
		}); err != nil {
			continue
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

func counts(cs []Count) string {
	return result.List(len(cs), func(i int) string {
		if cs[i].N == 1 {
			return cs[i].Element.String()
		}
		return fmt.Sprintf("%s (%d times)", cs[i].Element, cs[i].N)
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

// Findings tells of what is lost and what nobody put in.
func (r *TotalResult) Findings() (found []result.Finding) {
	if r.Valid != verdict.Invalid {
		return nil
	}
	one := func(typ string, cs []Count, at int, msg string) {
		if len(cs) == 0 {
			return
		}
		f := result.Finding{Type: typ, Count: sum(cs), Msg: msg + ": " + counts(cs)}
		if at >= 0 {
			f.Ops = []int{at}
		}
		found = append(found, f)
	}
	one("lost", r.Lost, r.lostAt, "went in, was acknowledged, and never came out")
	one("unexpected", r.Unexpected, r.unexpectedAt, "came out, though nobody tried to put it in")
	return found
}
