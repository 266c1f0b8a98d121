// Package causal checks causal consistency, as Jepsen's workloads causal and
// causal-reverse do.
//
// [Check] runs a register through one chain of causally related operations: a
// read of the initial value, then writes of 1, 2, ..., with reads between
// them, each linked to the position of the previous one. It checks one key at a
// time.
//
// [CheckReverse] looks for reads that see a write but miss one that completed
// before that write was invoked: T1 < T2, but T2 is visible without T1. Strict
// serializability forbids this. Each value is written once. Reads are compared as
// sets even if they are vectors, where Jepsen's checker is wrong.
//
// Both cost the size of the input; the second also costs the number of values that reads miss.
package causal

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Result has the final value of the register, or the op that the register does not
// explain.
type Result struct {
	result.Common
	Value   edn.Value // absent while it is the initial 0
	Counter int64     // writes so far
	Last    edn.Value // the position of the last op
	Culprit int       // -1 if there is none
	Error   string    // in Jepsen's words

	says string // the same, for a finding
}

// Check runs the ok ops through the register: :read-init, :read and :write, each
// with a :position and a :link to the position before. It returns an error for
// any other op. The verdict is unknown if no read returned a value.
func Check(ctx context.Context, h *history.History) (*Result, error) {
	r := &Result{Culprit: -1}
	r.History = h
	n, reads := 0, 0
	for i := 0; i < h.Len() && r.Culprit < 0; i++ {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		if h.Type(i) != history.OK {
			continue
		}
		n++
		if f := h.F(i); (f == "read" || f == "read-init") && !h.Value(i).IsNil() {
			reads++
		}
		msg, err := r.step(i)
		if err != nil {
			return nil, err
		}
		if msg != "" {
			r.Culprit, r.Error = i, msg
		}
	}
	r.Summary = result.Count(n, "ok op")
	switch {
	case r.Culprit >= 0:
		r.Valid = verdict.Invalid
	case reads == 0:
		r.Nothing("no read succeeded")
	default:
		r.Valid = verdict.Valid
	}
	return r, nil
}

var zero = edn.MustParse("0")

// value is what the register holds.
func (r *Result) value() edn.Value {
	if r.Value.IsZero() {
		return zero
	}
	return r.Value
}

// step lets an op take effect, or says why it cannot.
func (r *Result) step(i int) (msg string, err error) {
	h := r.History
	text, v := h.Text(i), h.Value(i)
	link, _ := text.Get("link")
	position, _ := text.Get("position")
	if name, ok := link.Name(); !(ok && name == "init") && !edn.Equal(link, r.Last) {
		r.says = fmt.Sprintf("an op links to position %s, but the one before it has position %s", link, r.Last)
		if r.Last.IsZero() {
			r.says = fmt.Sprintf("an op links to position %s, but no op before it has a position", link)
		}
		return fmt.Sprintf("Cannot link %s to last-seen position %s", link, r.Last), nil
	}
	switch h.F(i) {
	case "write":
		if n, ok := v.Int(); !ok || n != r.Counter+1 {
			r.says = fmt.Sprintf("write number %d of the register is of %s, expected %d", r.Counter+1, v, r.Counter+1)
			return fmt.Sprintf("expected value %d attempting to write %s instead", r.Counter+1, v), nil
		}
		r.Value = v
		r.Counter++
	case "read-init":
		if r.Counter == 0 && !edn.Equal(v, zero) {
			r.says = fmt.Sprintf("the initial read returned %s, expected 0", v)
			return fmt.Sprintf("expected init value 0, read %s", v), nil
		}
		fallthrough
	case "read":
		if !v.IsNil() && !edn.Equal(v, r.value()) {
			r.says = fmt.Sprintf("a read returned %s, but the register held %s", v, r.value())
			return fmt.Sprintf("can't read %s from register %s", v, r.value()), nil
		}
	default:
		return "", h.Errorf(i, "op %d is %q: expected read-init, read or write", h.Index(i), h.F(i))
	}
	r.Last = position
	return "", nil
}

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	switch r.Valid {
	case verdict.Invalid:
		return result.Fields{{"error", r.Error}}
	case verdict.Unknown:
		return result.Fields{{"error", r.Reason}}
	}
	return result.Fields{{"model", edn.Tagged{Tag: "jepsen.tests.causal.CausalRegister", Value: result.Fields{
		{"value", r.value()}, {"counter", r.Counter}, {"last-pos", r.Last},
	}}}}
}

// Findings shows the impossible op.
func (r *Result) Findings() []result.Finding {
	if r.Culprit < 0 {
		return nil
	}
	return []result.Finding{{Type: "not-causal", Count: 1, Msg: r.says, Ops: []int{r.Culprit}}}
}
