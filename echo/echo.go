// Package echo checks that a server answers with what it was sent, as Maelstrom's
// echo workload does.
//
// The cost is linear in the size of the input.
package echo

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Result lists the answers that differ.
type Result struct {
	result.Common
	Echoes int
	Errors []int // the ok ops with a different answer
}

// Check looks at the ok completions of ops with :f :echo, whose value is that of their
// invocation, or a message whose :echo is. The verdict is unknown if there is
// none with an invocation.
func Check(ctx context.Context, h *history.History) (*Result, error) {
	r := &Result{}
	r.History = h
	echo, known := h.SymbolOf("echo")
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		inv := h.Invoked(i)
		if !known || h.Symbol(i) != echo || h.Type(i) != history.OK || inv == i {
			continue
		}
		r.Echoes++
		got := h.Value(i)
		if answer, ok := got.Get("echo"); ok {
			got = answer
		}
		if !edn.Equal(got, h.Value(inv)) {
			r.Errors = append(r.Errors, i)
		}
	}
	r.Summary = result.Count(r.Echoes, "answer")
	switch {
	case len(r.Errors) > 0:
		r.Valid = verdict.Invalid
	case r.Echoes == 0:
		r.Nothing("no echo was answered")
	default:
		r.Valid = verdict.Valid
	}
	return r, nil
}

// Fields lists the answers that differ.
func (r *Result) Fields() result.Fields {
	return result.Fields{{"count", r.Echoes}, {"error-count", len(r.Errors)}, {"errors", result.Ops(r.History, r.Errors)}}
}

// Findings shows the first of them.
func (r *Result) Findings() []result.Finding {
	if len(r.Errors) == 0 {
		return nil
	}
	op := r.Errors[0]
	inv := r.History.Invoked(op)
	return []result.Finding{{
		Type: "wrong-echo", Count: len(r.Errors), Ops: []int{inv, op},
		Msg: fmt.Sprintf("%s was sent, and the answer was %s", r.History.Value(inv), r.History.Value(op)),
	}}
}

// Definite reports whether an invalid verdict stands even if ops are missing from
// the history: it does, since an op and its invocation are enough.
func (r *Result) Definite() bool { return r.Valid == verdict.Invalid }
