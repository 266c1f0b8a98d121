// Package uniqueids checks that a generator hands out no id twice, as Jepsen's
// checker unique-ids does.
//
// It sees only acknowledged ids: if one was lost on its way to the client, a second
// use of it goes unnoticed. Ids may be of any kind, including nil, and of several
// kinds in one history. The cost is linear in the size of the input.
package uniqueids

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Result describes the ids that were given out.
type Result struct {
	result.Common
	Attempted    int
	Acknowledged int
	Duplicated   []Duplicate // in the order of the ids
	Min, Max     edn.Value   // absent if there is no id
}

// A Duplicate is an id that was given out several times.
type Duplicate struct {
	ID    edn.Value
	Times int
	Ops   []int // the first two ops that returned it
}

// Check looks at the ok completions of ops with :f :generate, whose value is an id. The
// verdict is unknown if there is none.
func Check(ctx context.Context, h *history.History) (*Result, error) {
	r := &Result{}
	r.History = h
	generate, known := h.SymbolOf("generate")
	var ids values.Table
	var times, first []int32
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		if !known || h.Symbol(i) != generate {
			continue
		}
		if h.Begins(i) {
			r.Attempted++
		}
		if h.Type(i) != history.OK {
			continue
		}
		r.Acknowledged++
		id, err := ids.ID(h.Value(i))
		if err != nil {
			return nil, h.Errorf(i, "op %d: %v", h.Index(i), err)
		}
		if int(id) == len(times) {
			times, first = append(times, 0), append(first, int32(i))
		}
		times[id]++
	}
	r.Summary = fmt.Sprintf("%s, %s", result.Count(r.Attempted, "attempt"), result.Count(r.Acknowledged, "id"))
	r.judge(&ids, times, first)
	switch {
	case len(r.Duplicated) > 0:
		r.Valid = verdict.Invalid
		r.second(generate)
	case r.Acknowledged == 0:
		r.Nothing("no id was given out")
	default:
		r.Valid = verdict.Valid
	}
	return r, nil
}

// judge finds the least and the greatest id, and those that came twice.
func (r *Result) judge(ids *values.Table, times, first []int32) {
	var dups []int32
	for id := range times {
		v := ids.Value(int32(id))
		if id == 0 || edn.Compare(v, r.Min) < 0 {
			r.Min = v
		}
		if id == 0 || edn.Compare(v, r.Max) > 0 {
			r.Max = v
		}
		if times[id] > 1 {
			dups = append(dups, int32(id))
		}
	}
	ids.Sort(dups)
	for _, id := range dups {
		r.Duplicated = append(r.Duplicated, Duplicate{ids.Value(id), int(times[id]), []int{int(first[id])}})
	}
}

// second finds the second op that returned the most frequent id, as a witness.
func (r *Result) second(generate history.Symbol) {
	h, d := r.History, r.most()
	for i := d.Ops[0] + 1; i < h.Len(); i++ {
		if h.Symbol(i) == generate && h.Type(i) == history.OK && edn.Equal(h.Value(i), d.ID) {
			d.Ops = append(d.Ops, i)
			return
		}
	}
}

// most is the id that was given out most often, the first of them in order.
func (r *Result) most() *Duplicate {
	most := &r.Duplicated[0]
	for i := range r.Duplicated {
		if d := &r.Duplicated[i]; d.Times > most.Times {
			most = d
		}
	}
	return most
}

// mostListed is how many duplicates Jepsen's map lists, the most frequent ones.
const mostListed = 48

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	dups := slices.Clone(r.Duplicated)
	if len(dups) > mostListed {
		slices.SortStableFunc(dups, func(a, b Duplicate) int { return cmp.Compare(b.Times, a.Times) })
		dups = dups[:mostListed]
		slices.SortFunc(dups, func(a, b Duplicate) int { return edn.Compare(a.ID, b.ID) })
	}
	listed := edn.Entries{}
	for _, d := range dups {
		listed = append(listed, [2]any{d.ID, d.Times})
	}
	return result.Fields{
		{"attempted-count", r.Attempted}, {"acknowledged-count", r.Acknowledged},
		{"duplicated-count", len(r.Duplicated)}, {"duplicated", listed}, {"range", []any{r.Min, r.Max}},
	}
}

// Findings shows the id that was given out most often.
func (r *Result) Findings() []result.Finding {
	if len(r.Duplicated) == 0 {
		return nil
	}
	d := r.most()
	msg := fmt.Sprintf("the id %s was given out %d times", d.ID, d.Times)
	if len(r.Duplicated) > 1 {
		msg += "; ids given out more than once: " + result.List(len(r.Duplicated), func(i int) string { return r.Duplicated[i].ID.String() })
	}
	return []result.Finding{{Type: "duplicated", Count: len(r.Duplicated), Ops: d.Ops, Msg: msg}}
}

// Definite reports whether an invalid verdict stands even if ops are missing from
// the history: it does, since two ops that returned one id are enough.
func (r *Result) Definite() bool { return r.Valid == verdict.Invalid }
