package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// reportTeller tells a result by what it says itself.
type reportTeller struct {
	plainTeller
	r result.Report
}

func newReportTeller(r result.Report) teller { return reportTeller{plainTeller{r}, r} }

// gist counts what was found.
func (t reportTeller) gist() string {
	if t.r.Verdict() == verdict.Unknown {
		return t.r.About().Reason
	}
	var parts []string
	if t.r.Verdict() == verdict.Invalid {
		for _, f := range t.r.Findings() {
			parts = append(parts, fmt.Sprintf("%d %s", f.Count, f.Type))
		}
	}
	return strings.Join(parts, ", ")
}

func (t reportTeller) body(p *reportProse, _ string) {
	c := t.r.About()
	if c.Summary != "" {
		p.f("  %s\n", c.Summary)
	}
	p.h = c.History
	for _, f := range t.r.Findings() {
		p.f("\n%s  %d\n  %s\n", p.color(bold, f.Type), f.Count, f.Msg)
		for _, op := range f.Ops {
			p.f("    %s\n", p.opLine(c.History, op))
		}
	}
	p.warned(c.Warnings)
}

// edn has Jepsen's keys, and if a verdict is unknown why, as Jepsen says it.
func (t reportTeller) edn() fields {
	out := t.fields()
	if reason := t.r.About().Reason; reason != "" && !slices.ContainsFunc(out, func(f field) bool { return f.name == "error" }) {
		out = append(out, field{"error", reason})
	}
	return out
}

func (t reportTeller) fields() fields {
	out := t.plainTeller.edn()
	for _, f := range t.r.Fields() {
		out = append(out, field{f[0].(string), f[1]})
	}
	return out
}

func (t reportTeller) json() fields {
	out, c := t.fields(), t.r.About()
	if c.Reason != "" {
		out = append(out, field{"reason", c.Reason})
	}
	return append(out, field{"findings", findings(t.r)}, t.warnings())
}

func findings(r result.Report) list {
	out := list{}
	h := r.About().History
	for _, f := range r.Findings() {
		indexes, lines := list{}, list{}
		for _, op := range f.Ops {
			indexes = append(indexes, h.Index(op))
			lines = append(lines, h.Line(op))
		}
		out = append(out, fields{{"type", f.Type}, {"count", f.Count}, {"message", f.Msg}, {"ops", indexes}, {"lines", lines}})
	}
	return out
}

func (t reportTeller) cases(c Case) []Case {
	for _, f := range t.r.Findings() {
		c.Found = append(c.Found, Found{f.Type, f.Msg, lineOf(t.r.About().History, f.Ops)})
	}
	return []Case{c}
}
