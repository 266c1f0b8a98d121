package linearizable

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/verdict"
)

// shows reports whether an operation that completed says something about the state
// of the object before it, so that a history with it may contradict the object.
func (t *transition) shows() bool {
	switch t.f {
	case opWrite, opAdd, opEnqueue, opPush, opInc, opPut, opAppend, opReadAny:
		return false
	case opTxn:
		ids := idsOf(t.list)
		for i := 0; i < len(ids); i += 2 {
			if ids[i]&1 == 0 && ids[i+1] != anyValue {
				return true
			}
		}
		return false
	}
	return true
}

// unjudged says why nothing is judged of an object, or "" if something is: without an
// operation that shows a state, any history would pass.
func (o *object) unjudged() string {
	completed := false
	for _, c := range o.calls {
		if c.ret == never {
			continue
		}
		if o.ts[c.t].shows() {
			return ""
		}
		completed = true
	}
	if completed {
		return "no successful operation shows the state of the object, so any history would pass"
	}
	return "no operation that could show the state of the object succeeded"
}

// merge merges the verdicts of the objects. One of which nothing was judged leaves
// the verdict to the others.
func (r *Result) merge() {
	var judged []verdict.Verdict
	missing := "there are no client operations"
	for i := range r.Parts {
		p := &r.Parts[i]
		r.Ops += p.Ops
		if p.Vacuous {
			missing = p.Reason
			continue
		}
		judged = append(judged, p.Valid)
		if p.Valid == verdict.Unknown && r.Reason == "" {
			r.Reason = p.Reason
		}
	}
	r.Valid = verdict.Merge(judged...)
	switch n := len(r.Parts) - len(judged); {
	case len(judged) == 0:
		r.Reason = missing
	case n > 0:
		r.Warnings = append(r.Warnings, verdict.Warning{Code: "vacuous-keys", Count: n, Msg: fmt.Sprintf("nothing was judged for %d of %d keys: %s", n, len(r.Parts), missing)})
	}
}
