package render

import (
	"github.com/seed-c33ae711/jcheck/elle"
)

// assumption says on what order of versions of items the verdict rests.
func (p *prose) assumption() {
	if p.r.Workload == elle.ClosedPredicate {
		p.f("  versions are assumed to come in the order in which their writers completed\n")
	}
}

// predicateFields are the keys of a step by a read by predicate.
func predicateFields(s *elle.Step) fields {
	out := fields{{"key", s.Key}, {"value", s.Value}}
	if s.Rel == "rwp" {
		out = append(out, field{"value'", s.Next}, field{"predicate?", true})
	}
	return append(out, field{"predicate-read", mopValue(s.PredicateRead)})
}
