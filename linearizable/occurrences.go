package linearizable

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
)

// NotLinearizable is the type of the one anomaly that a Result has.
const NotLinearizable = "not-linearizable"

// Occurrences lists the objects that fail, in the order of their first ops.
func (r *Result) Occurrences() (out []result.Occurrence) {
	for _, p := range r.Failures() {
		o := result.Occurrence{Type: NotLinearizable, Shape: p.shape(r)}
		if op := p.Unexplained(); op >= 0 {
			o.Ops = append(o.Ops, op)
		}
		if p.Law != nil {
			if p.Law.Other >= 0 {
				o.Context = append(o.Context, p.Law.Other)
			}
			o.Writers = p.Law.Writers
		}
		if r.Keyed {
			o.Keys = []edn.Value{p.Key}
		}
		out = append(out, o)
	}
	return out
}

// Findings is one, of the first object that fails.
func (r *Result) Findings() []result.Finding {
	failing := r.Failures()
	if len(failing) == 0 {
		return nil
	}
	f := result.Finding{Type: NotLinearizable, Count: len(failing), Objects: len(r.Parts), Msg: "no order of the operations explains what they returned"}
	for _, p := range failing {
		if op := p.Unexplained(); op >= 0 { // which takes too many steps to find in some
			f.Msg, f.Ops = r.unexplained(p, op), []int{op}
			break
		}
	}
	return []result.Finding{f}
}

func (r *Result) unexplained(p *Part, op int) string {
	h := r.History
	what := h.F(op)
	if v := h.Value(op); !v.IsNil() {
		what += " " + result.Clip(result.Text(v), 80)
	}
	where := ""
	if r.Keyed {
		where = ", key " + result.Clip(result.Text(p.Key), 60)
	}
	return fmt.Sprintf("no order of the operations explains %s by process %s (op %d%s)", what, h.ProcessName(h.Process(op)), h.Index(op), where)
}

// Unexplained returns the operation that a person should look at: the one that breaks a law, or
// else Culprit, which is -1 if there is none.
func (p *Part) Unexplained() int {
	if p.Law != nil {
		return p.Law.Op
	}
	return p.Culprit
}

// shapes say in a few words what breaks a rule.
var shapes = map[Rule]string{
	Overwritten: "a stale value",
	Absent:      "a value that nobody had written",
	Held:        "an acquire of a lock that was held",
	Free:        "a release of a lock that was free",
	TakenAgain:  "an element taken more often than it was put there",
	Overtaken:   "an element that overtook another",
	Covered:     "an element from below the top",
	Smaller:     "an element that was not the smallest",
	NotEmpty:    "an empty answer while there was an element",
	Missing:     "a read without an element that was there",
	OutOfBounds: "a count out of bounds",
}

// shape names the law that was broken, or the operation that does not fit.
func (p *Part) shape(r *Result) string {
	switch {
	case p.Law != nil:
		return shapes[p.Law.Rule]
	case p.Culprit >= 0:
		return "an unexplained " + r.History.F(p.Culprit)
	}
	return ""
}

// Cause knows of none.
func (r *Result) Cause(string) string { return "" }
