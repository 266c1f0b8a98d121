package causal

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A ReverseResult lists the reads that see a write without one before it.
type ReverseResult struct {
	result.Common
	Writes, Reads int
	Errors        []Reversal
}

// A Reversal is a read that misses writes.
type Reversal struct {
	Read     int
	Missing  []edn.Value // in the order in which their writes completed
	Expected int         // how many values had to be there
	missing  int         // the write of the first missing value
	seen     int         // the write that was seen, and began after that
}

// CheckReverse looks at ops with :f :write, whose value is written once, and the
// ok completions of :read, whose value is a collection of what is visible. It
// returns an error if a read is none.
func CheckReverse(ctx context.Context, h *history.History) (*ReverseResult, error) {
	r := &ReverseResult{}
	r.History = h
	var vals values.Table
	// What a write of a value must not be seen without is the first so many of
	// those that completed.
	var before, began []int32
	var done, doneAt []int32
	isDone := map[int32]bool{}
	var stamp []int32
	write, _ := h.SymbolOf("write")
	read, _ := h.SymbolOf("read")
	grow := func(id int32) {
		for int(id) >= len(before) {
			before, began, stamp = append(before, 0), append(began, -1), append(stamp, 0)
		}
	}
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		f := h.Symbol(i)
		switch {
		case f == 0:
		case f == write && (h.Begins(i) || h.Type(i) == history.OK):
			id, err := vals.ID(h.Value(i))
			if err != nil {
				return nil, h.Errorf(i, "op %d: %v", h.Index(i), err)
			}
			grow(id)
			if h.Begins(i) {
				r.Writes++
				before[id], began[id] = int32(len(done)), int32(i)
			}
			if h.Type(i) == history.OK && !isDone[id] {
				isDone[id] = true
				done, doneAt = append(done, id), append(doneAt, int32(i))
			}
		case f == read && h.Type(i) == history.OK:
			r.Reads++
			mark := int32(r.Reads)
			prefix, last := int32(0), int32(-1)
			ok, err := vals.Each(h.Value(i), true, func(id int32) {
				grow(id)
				stamp[id] = mark
				if before[id] > prefix {
					prefix, last = before[id], began[id]
				}
			})
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, h.Errorf(i, "op %d reads %s: expected a collection of values", h.Index(i), h.Value(i))
			}
			e := Reversal{Read: i, Expected: int(prefix), missing: -1, seen: int(last)}
			for k, id := range done[:prefix] {
				if stamp[id] != mark {
					if e.missing < 0 {
						e.missing = int(doneAt[k])
					}
					e.Missing = append(e.Missing, vals.Value(id))
				}
			}
			if len(e.Missing) > 0 {
				r.Errors = append(r.Errors, e)
			}
		}
	}
	r.Summary = result.Count(r.Writes, "write") + ", " + result.Count(r.Reads, "read")
	r.Valid = verdict.Valid
	if len(r.Errors) > 0 {
		r.Valid = verdict.Invalid
		r.RestsOnOrder()
	}
	return r, nil
}

// Fields has Jepsen's keys.
func (r *ReverseResult) Fields() result.Fields {
	errs := []any{}
	for i := range r.Errors {
		errs = append(errs, r.tree(&r.Errors[i]))
	}
	return result.Fields{{"errors", errs}}
}

// tree is the op that read, without its value, and with what it misses.
func (r *ReverseResult) tree(e *Reversal) result.Fields {
	out := result.Fields{}
	s := r.History.Text(e.Read).Scanner()
	s.Next()
	for s.Datum() != edn.Close {
		name := string(s.Name())
		s.Datum()
		v := s.Value()
		switch name {
		case "value":
			continue
		case "type", "f", "process":
			if text, ok := v.Name(); ok {
				out = append(out, [2]any{name, edn.Kw(text)})
				continue
			}
		}
		out = append(out, [2]any{name, v})
	}
	missing := edn.Bag{}
	for _, v := range e.Missing {
		missing = append(missing, v)
	}
	return append(out, [2]any{"missing", missing}, [2]any{"expected-count", e.Expected})
}

// Findings shows the first read that misses something.
func (r *ReverseResult) Findings() []result.Finding {
	if len(r.Errors) == 0 {
		return nil
	}
	e := r.Errors[0]
	return []result.Finding{{
		Type: "reversed", Count: len(r.Errors), Ops: []int{e.missing, e.seen, e.Read},
		Msg: fmt.Sprintf("a read sees a write, but misses what had completed before that write was invoked: %s", result.List(len(e.Missing), func(i int) string { return e.Missing[i].String() })),
	}}
}
