package render

import (
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/lint"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// LintProse tells what lint found: what is wrong, the ops that show it, why it
// matters, and what to do.
func LintProse(file string, r *lint.Result, opt ProseOptions) string {
	p := &reportProse{prose: prose{opt: opt}, file: file}
	gist := "nothing found"
	if n := len(r.Problems); n > 0 {
		gist = plural(n, "problem")
	}
	if r.Reason != "" {
		gist = r.Reason
	}
	p.f("%s: %s  lint: %s\n", file, p.word(r.Valid), gist)
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
