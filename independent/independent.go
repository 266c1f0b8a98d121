// Package independent runs a check on each key, as Jepsen's independent checker
// does. If the values of operations are tuples [key value], each key is
// checked separately. An op whose value is not a tuple, such as one of the nemesis,
// belongs to every key.
//
// In text, a tuple looks like any vector of two items, so the caller must
// know that these are tuples. Keys are checked in parallel.
package independent

import (
	"cmp"
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Check judges the history of one key.
type Check func(ctx context.Context, h *history.History) (result.Result, error)

// tuples are the ops of a history by key.
type tuples struct {
	h     *history.History
	keys  values.Table
	ops   [][]int32      // by key
	inner []history.Span // by op: its value without the key
	rest  []int32        // the ops without one
}

// Lift runs check on each key of h. If the check of a key fails or panics, its result
// is unknown and those of other keys stand. Without tuples the result is unknown.
func Lift(ctx context.Context, h *history.History, check Check) (*result.Keyed, error) {
	t, err := split(h)
	if err != nil {
		return nil, err
	}
	r := &result.Keyed{Keys: make([]result.Key, len(t.ops))}
	r.History = h
	order := make([]int32, len(t.ops))
	for i := range order {
		order[i] = int32(i)
	}
	t.keys.Sort(order)
	err = par.Do(ctx, len(order), func(i int) error {
		r.Keys[i] = result.Key{Key: t.keys.Value(order[i]), Result: result.Isolate(func() (result.Result, error) { return check(ctx, t.sub(order[i])) })}
		return nil
	})
	if ctx.Err() != nil {
		r.Keys = nil
		r.Common.Unknown("interrupted") // what was judged stays
		return r, nil
	} else if err != nil {
		return nil, err
	}
	r.Summary = result.Count(len(r.Keys), "key")
	merge(r)
	return r, nil
}

// merge merges the verdicts of the keys. A key of which nothing was judged, since none
// of its operations succeeded, say, leaves the verdict to the others.
func merge(r *result.Keyed) {
	var judged []verdict.Verdict
	missing := ""
	for _, k := range r.Keys {
		if report, ok := k.Result.(result.Report); ok && report.About().Vacuous {
			missing = cmp.Or(missing, report.About().Reason)
			continue
		}
		judged = append(judged, k.Result.Verdict())
	}
	r.Valid = verdict.Merge(judged...)
	switch n := len(r.Keys) - len(judged); {
	case len(r.Keys) == 0:
		r.Nothing("no op has a value of the form [key value]")
	case len(judged) == 0:
		r.Nothing(missing)
	case n > 0:
		r.Warnings = append(r.Warnings, verdict.Warning{Code: "vacuous-keys", Count: n, Msg: fmt.Sprintf("nothing was judged for %d of %d keys: %s", n, len(r.Keys), missing)})
	}
}

// Looks reports whether the values of a history look like tuples: those of all ops of
// clients are vectors of two, and an operation, such as a read, was invoked with a key
// and nil. Only the author of the history knows for certain.
func Looks(h *history.History) bool {
	asked := false
	for i := range h.Len() {
		if !h.Process(i).IsClient() {
			continue
		}
		key, value, ok := tuple(h.Value(i))
		if !ok || key.Kind() == edn.Vector {
			return false
		}
		asked = asked || value.IsNil() && h.Begins(i)
	}
	return asked
}

// Unwrapped returns the whole history with values in place of tuples.
func Unwrapped(h *history.History) (*history.History, error) {
	t, err := split(h)
	if err != nil {
		return nil, err
	}
	ops := make([]int32, h.Len())
	for i := range ops {
		ops[i] = int32(i)
	}
	return h.Sub(ops, t.inner), nil
}

func split(h *history.History) (*tuples, error) {
	t := &tuples{h: h, inner: make([]history.Span, h.Len())}
	for i := range h.Len() {
		lo, hi := h.ValueSpan(i)
		t.inner[i] = history.Span{Lo: lo, Hi: hi}
		key, value, ok := tuple(h.Value(i))
		if p := h.Process(i); !ok || p != history.NoProcess && !p.IsClient() { // a nemesis' ["n1" "n2"] is none
			t.rest = append(t.rest, int32(i))
			continue
		}
		id, err := t.keys.ID(key)
		if err != nil {
			return nil, h.Errorf(i, "op %d: %v", h.Index(i), err)
		}
		if int(id) == len(t.ops) {
			t.ops = append(t.ops, nil)
		}
		t.ops[id] = append(t.ops[id], int32(i))
		lo, hi = value.Span()
		t.inner[i] = history.Span{Lo: lo, Hi: hi}
	}
	if n := len(t.ops); n > 0 && int64(n)*int64(len(t.rest)) > 1<<32 {
		return nil, &edn.SyntaxError{File: h.Source().Name, Msg: fmt.Sprintf("%d ops without a key belong to each of %d keys, which is too many", len(t.rest), n)}
	}
	return t, nil
}

// tuple takes a vector of two items apart.
func tuple(v edn.Value) (key, value edn.Value, ok bool) {
	s := v.Scanner()
	if s.Next() != edn.Vector {
		return key, value, false
	}
	var items [2]edn.Value
	for i := range items {
		if k := s.Datum(); k == edn.Close || k == edn.EOF || k == edn.Invalid {
			return key, value, false
		}
		items[i] = s.Value()
	}
	return items[0], items[1], s.Datum() == edn.Close
}

// sub is the history of one key.
func (t *tuples) sub(key int32) *history.History {
	mine, rest := t.ops[key], t.rest
	ops := make([]int32, 0, len(mine)+len(rest))
	for len(mine) > 0 || len(rest) > 0 {
		if len(rest) == 0 || len(mine) > 0 && mine[0] < rest[0] {
			ops, mine = append(ops, mine[0]), mine[1:]
		} else {
			ops, rest = append(ops, rest[0]), rest[1:]
		}
	}
	spans := make([]history.Span, len(ops))
	for i, op := range ops {
		spans[i] = t.inner[op]
	}
	return t.h.Sub(ops, spans)
}
