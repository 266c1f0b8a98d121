package linearizable

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
)

// NotLinearizable is the type of the one anomaly that a Result has.
const NotLinearizable = "not-linearizable"

// Occurrences lists the objects that fail, in the order of their first ops.
func (r *Result) Occurrences() (out []result.Occurrence) {
	for _, p := range r.Failures() {
		o := result.Occurrence{Type: NotLinearizable, Shape: p.shape(r)}
		if p.Culprit >= 0 {
			o.Ops = append(o.Ops, p.Culprit)
		}
		if p.Law != nil {
			if p.Law.Overwriter >= 0 {
				o.Ops = append(o.Ops, p.Law.Overwriter)
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

// shape names the law that was broken, or the operation that does not fit.
func (p *Part) shape(r *Result) string {
	switch {
	case p.Law != nil && p.Law.Overwriter < 0:
		return "a value that nobody had written"
	case p.Law != nil:
		return "a stale value"
	case p.Culprit >= 0:
		return "a " + r.History.F(p.Culprit) + " that nothing explains"
	}
	return ""
}

// Cause knows of none.
func (r *Result) Cause(string) string { return "" }
