package render

import (
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/lint"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// lintVerdict says what lint's verdict is about.
func lintVerdict(r *lint.Result) string {
	n := plural(len(r.Problems), "problem")
	switch {
	case r.Reason != "":
		return r.Reason
	case r.Valid == verdict.Invalid:
		return "verdicts on this history would be wrong: lint found " + n
	case len(r.Problems) == 0:
		return "lint found no problem"
	}
	return "lint found " + n + ", none of which makes a verdict wrong"
}

// LintProse tells what lint found: what is wrong, the ops that show it, why it
// matters, and what to do.
func LintProse(file string, r *lint.Result, opt ProseOptions) string {
	p := &reportProse{prose: prose{opt: opt}, file: file}
	p.f("%s: %s  %s\n", file, p.word(r.Valid), lintVerdict(r))
	if r.Summary != "" {
		p.f("  %s\n", r.Summary)
	}
	p.h = r.History
	for _, x := range r.Problems {
		count := ""
		if x.Count > 0 {
			count = fmt.Sprintf("  %d", x.Count)
		}
		p.f("\n%s: %s%s\n  %s\n", x.Severity, p.color(bold, x.Code), count, x.Msg)
		for _, op := range x.Ops {
			p.f("    %s\n", p.opLine(r.History, op))
		}
		p.f("  why: %s\n  fix: %s\n", x.Why, x.Fix)
	}
	p.warned(slices.DeleteFunc(slices.Clone(r.Warnings), func(w verdict.Warning) bool {
		return slices.ContainsFunc(r.Problems, func(x lint.Problem) bool { return x.Code == w.Code })
	}))
	return p.b.String()
}
