package set

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Result tells what became of the elements by the last read. Elements are
// listed in order.
type Result struct {
	result.Common
	Attempts     int // different elements that somebody tried to add
	Acknowledged int // and that were added
	FinalRead    int // the last ok read, -1 if there is none
	OK           []edn.Value
	Lost         []edn.Value // acknowledged, but not in the last read
	Unexpected   []edn.Value // in the last read, but nobody tried to add them
	Recovered    []edn.Value // in the last read, though nobody acknowledged them

	firstLost int // the op that acknowledged the first lost element
}

// What is known of an element.
const (
	attempted = 1 << iota
	acknowledged
	final
)

// Check compares the last ok read with what was added. Ops are those with :f
// :add, whose value is an element, and :read, whose value is a collection. It
// returns an error if the last read is none.
func Check(ctx context.Context, h *history.History) (*Result, error) {
	r := &Result{FinalRead: -1, firstLost: -1}
	r.History = h
	var elems values.Table
	var state []uint8
	mark := func(id int32, bit uint8) {
		for int(id) >= len(state) {
			state = append(state, 0)
		}
		state[id] |= bit
	}
	add, _ := h.SymbolOf("add")
	read, _ := h.SymbolOf("read")
	adds, reads := 0, 0
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		switch f := h.Symbol(i); {
		case f == 0:
		case f == add && (h.Begins(i) || h.Type(i) == history.OK):
			id, err := elems.ID(h.Value(i))
			if err != nil {
				return nil, h.Errorf(i, "op %d: %v", h.Index(i), err)
			}
			if h.Begins(i) {
				adds++
				mark(id, attempted)
			}
			if h.Type(i) == history.OK {
				mark(id, acknowledged)
			}
		case f == read && h.Type(i) == history.OK:
			reads++
			r.FinalRead = i
		}
	}
	r.Summary = result.Count(adds, "add") + ", " + result.Count(reads, "read")
	for _, s := range state {
		r.Attempts += int(s & attempted)
		r.Acknowledged += int(s & acknowledged / acknowledged)
	}
	if r.FinalRead < 0 || h.Value(r.FinalRead).IsNil() {
		r.Unknown("Set was never read")
		return r, nil
	}
	ok, err := elems.Each(h.Value(r.FinalRead), true, func(id int32) { mark(id, final) })
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, h.Errorf(r.FinalRead, "op %d reads %s: expected a collection of elements", h.Index(r.FinalRead), h.Value(r.FinalRead))
	}
	r.judge(&elems, state, add)
	return r, nil
}

// judge sorts the elements out.
func (r *Result) judge(elems *values.Table, state []uint8, add history.Symbol) {
	ids := make([]int32, len(state))
	for i := range ids {
		ids[i] = int32(i)
	}
	elems.Sort(ids)
	for _, id := range ids {
		s, v := state[id], elems.Value(id)
		switch {
		case s&final == 0:
			if s&acknowledged != 0 {
				r.Lost = append(r.Lost, v)
			}
			continue
		case s&attempted == 0:
			r.Unexpected = append(r.Unexpected, v)
			continue
		case s&acknowledged == 0:
			r.Recovered = append(r.Recovered, v)
		}
		r.OK = append(r.OK, v)
	}
	r.Valid = verdict.Valid
	if len(r.Lost)+len(r.Unexpected) > 0 {
		r.Valid = verdict.Invalid
	}
	if len(r.Lost) == 0 {
		return
	}
	for i := range r.History.Len() { // once, to name a witness
		if r.History.Symbol(i) == add && r.History.Type(i) == history.OK && edn.Equal(r.History.Value(i), r.Lost[0]) {
			r.firstLost = i
			return
		}
	}
}

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	if r.Valid == verdict.Unknown {
		return result.Fields{{"error", r.Reason}}
	}
	return result.Fields{
		{"attempt-count", r.Attempts},
		{"acknowledged-count", r.Acknowledged},
		{"ok-count", len(r.OK)},
		{"lost-count", len(r.Lost)},
		{"recovered-count", len(r.Recovered)},
		{"unexpected-count", len(r.Unexpected)},
		{"ok", Intervals(r.OK)},
		{"lost", Intervals(r.Lost)},
		{"unexpected", Intervals(r.Unexpected)},
		{"recovered", Intervals(r.Recovered)},
	}
}

// Findings tells of what is lost and what nobody added.
func (r *Result) Findings() (found []result.Finding) {
	if len(r.Lost) > 0 {
		ops := []int{r.FinalRead}
		if r.firstLost >= 0 {
			ops = []int{r.firstLost, r.FinalRead}
		}
		found = append(found, result.Finding{
			Type: "lost", Count: len(r.Lost), Ops: ops,
			Msg: fmt.Sprintf("the last read lacks what was added and acknowledged: %s", list(r.Lost)),
		})
	}
	if len(r.Unexpected) > 0 {
		found = append(found, result.Finding{
			Type: "unexpected", Count: len(r.Unexpected), Ops: []int{r.FinalRead},
			Msg: fmt.Sprintf("the last read has what nobody tried to add: %s", list(r.Unexpected)),
		})
	}
	return found
}

func list(vs []edn.Value) string {
	return result.List(len(vs), func(i int) string { return vs[i].String() })
}
