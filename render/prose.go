package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// ProseOptions say how much prose there should be.
type ProseOptions struct {
	Color   bool // with ANSI colours
	Limit   int  // cases told of each type; 1 if 0
	Verbose bool // tell what was found but not prohibited, and statistics
}

// body tells what was looked at, which models are ruled out, and each type of anomaly
// with its count and its best witnesses.
func (p *prose) body() {
	r := p.r
	p.statistics()
	p.models()
	if len(r.Anomalies) > 0 && r.Valid == verdict.Invalid {
		p.table()
	}
	groups := groupsOf(r)
	for _, a := range elle.WorstFirst(r.Anomalies) {
		p.cases(a, max(p.opt.Limit, 1))
		p.groups(r, string(a.Type), a.Count, groups)
	}
	p.tolerated()
	p.ladder()
	p.warnings()
}

// ElleCases tells every kept case of one type, as a file of its own.
func ElleCases(r *elle.Result, a *elle.Anomalies) string {
	p := newProse(r, ProseOptions{})
	p.cases(a, len(a.Cases))
	return strings.TrimLeft(p.b.String(), "\n")
}

type prose struct {
	r   *elle.Result
	opt ProseOptions
	b   strings.Builder
	h   *history.History
}

func newProse(r *elle.Result, opt ProseOptions) *prose {
	return &prose{r: r, opt: opt, h: r.History}
}

func (p *prose) f(format string, args ...any) { fmt.Fprintf(&p.b, format, args...) }

// The colours of a verdict; everything else is told by words as well.
const (
	red    = "31;1"
	green  = "32;1"
	yellow = "33;1"
	bold   = "1"
	dim    = "2"
)

func (p *prose) color(code, s string) string {
	if !p.opt.Color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// elleVerdict says what a verdict is about.
func elleVerdict(r *elle.Result) string {
	switch broken := violated(r); {
	case r.Valid == verdict.Valid && len(r.Models) == 0:
		return "no violation of what was asked for was found" + ignoring(r)
	case r.Valid == verdict.Valid:
		return "no violation of " + strings.Join(r.Models, ", ") + withKeys(r) + " was found" + ignoring(r)
	case r.Valid == verdict.Unknown:
		return r.Reason
	case len(broken) > 0:
		return "the history violates " + strings.Join(broken, ", ") + ignoring(r)
	case len(r.Keys) > 0:
		return "the history violates " + strings.Join(r.Models, ", ") + withKeys(r) + ignoring(r)
	}
	return "the history shows anomalies that were prohibited by name" + ignoring(r)
}

func (p *prose) statistics() {
	s := p.r.Stats
	if s == (elle.Stats{}) { // cancelled
		return
	}
	p.f("  %s, %s (%s ok, %s failed, %s indeterminate), %s\n",
		plural(s.Ops, "op"), plural(s.Txns, "transaction"), thousands(s.OK), thousands(s.Failed), thousands(s.Indeterminate), plural(s.Keys, "key"))
	p.inference()
	p.assumption()
	if p.opt.Verbose {
		p.f("  %s, %s, %s of mutually dependent transactions, the largest of %s\n",
			plural(s.MicroOps, "micro-op"), plural(s.Edges, "dependency edge"), plural(s.Components, "component"), thousands(s.LargestSCC))
	}
}

// withKeys names the orders in time that each list was to keep besides.
func withKeys(r *elle.Result) string {
	if len(r.Keys) == 0 {
		return ""
	}
	return " with " + strings.Join(r.Keys, " and ")
}

// ignoring names what was not to count, and how often it was found.
func ignoring(r *elle.Result) string {
	if len(r.Ignored) == 0 {
		return ""
	}
	var parts []string
	for _, name := range r.Ignored {
		i := slices.IndexFunc(r.Tolerated, func(a elle.Anomalies) bool { return string(a.Type) == name })
		if i >= 0 {
			name += fmt.Sprintf(" (%s)", thousands(r.Tolerated[i].Count))
		}
		parts = append(parts, name)
	}
	return ", ignoring " + strings.Join(parts, ", ")
}

// violated lists the models that were asked for and do not hold, by the names
// given.
func violated(r *elle.Result) (out []string) {
	for _, m := range elle.Models() {
		if !slices.Contains(r.Not, m.Name) && !slices.Contains(r.AlsoNot, m.Name) {
			continue
		}
		names := append([]string{m.Name, m.Canonical}, m.Aliases...)
		for _, asked := range r.Models {
			if slices.Contains(names, asked) {
				out = append(out, asked)
			}
		}
	}
	return out
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func (p *prose) models() {
	r := p.r
	if len(r.Not) == 0 {
		return
	}
	p.f("  not %s", p.color(bold, strings.Join(r.Not, ", not ")))
	switch n := len(r.AlsoNot); {
	case n > 4 && len(r.Not) == 1:
		p.f(", hence none of the %d models that imply it", n)
	case n > 4:
		p.f(", hence none of the %d models that imply one of them", n)
	case n > 0:
		p.f(", hence not %s", strings.Join(r.AlsoNot, ", "))
	}
	p.f("\n")
}

func (p *prose) table() {
	wide := 0
	for _, a := range p.r.Anomalies {
		wide = max(wide, len(a.Type))
	}
	p.f("\n")
	for _, a := range elle.WorstFirst(p.r.Anomalies) {
		p.f("  %s%s  %6s  %s\n", p.color(bold, string(a.Type)), strings.Repeat(" ", wide-len(a.Type)), thousands(a.Count), a.Gloss())
	}
}

func (p *prose) cases(a *elle.Anomalies, limit int) {
	for i := range a.Cases {
		if i == limit {
			break
		}
		p.oneCase(a, i)
	}
}

func (p *prose) oneCase(a *elle.Anomalies, i int) {
	p.f("\n%s", p.color(bold, string(a.Type)))
	if a.Count > 1 {
		p.f(" #%d of %s", i+1, thousands(a.Count))
	}
	p.f("\n")
	if c := &a.Cases[i]; len(c.Steps) > 0 {
		p.cycle(c)
	} else {
		p.scan(c)
	}
}

func (p *prose) tolerated() {
	r := p.r
	if len(r.Tolerated) == 0 || (r.Valid == verdict.Invalid && !p.opt.Verbose) {
		return
	}
	var parts []string
	for _, a := range r.Tolerated {
		if !slices.Contains(r.Ignored, string(a.Type)) { // the verdict has said it
			parts = append(parts, fmt.Sprintf("%s (%s)", a.Type, thousands(a.Count)))
		}
	}
	if len(parts) == 0 {
		return
	}
	p.f("\n  found, but not prohibited by what was asked for: %s\n", strings.Join(parts, ", "))
}

func (p *prose) warnings() {
	for i, w := range p.r.Warnings {
		if i == 0 {
			p.f("\n")
		}
		p.f("  %s %s\n", p.color(yellow, "warning:"), w)
	}
}

// op introduces an op: its place, who ran it, how it ended, and its transaction
// with the micro-ops that matter unabridged.
func (p *prose) op(name string, op int, marks map[int]bool) {
	h := p.r.History
	kind := h.Type(op).String()
	if kind == "invoke" {
		kind = "never completed"
	}
	who := ""
	if name := h.ProcessName(h.Process(op)); name != "" {
		who = "process " + name + ", "
	}
	p.f("    %s = %s  %s\n", p.color(bold, name), p.txn(op, marks), p.color(dim, who+kind+", "+place(p.h, op)))
}

// maxMops is how many micro-ops are shown of a transaction.
const maxMops = 8

// txn writes a transaction. Of a long one, the marked micro-ops and the first
// few others are shown.
func (p *prose) txn(op int, marks map[int]bool) string {
	if v := p.r.Txn(op); v.Kind() == edn.Map {
		return result.ItemsText(v)
	}
	mops, err := p.r.Txn(op).Items(nil)
	if err != nil {
		return p.r.Txn(op).String()
	}
	if len(mops) == 0 {
		return "[]"
	}
	var parts []string
	others, left := maxMops-len(marks), 0
	for i, m := range mops {
		if !marks[i] {
			others--
		}
		if len(mops) > maxMops && !marks[i] && others < 0 {
			left++
			continue
		}
		parts = append(result.AppendLeft(parts, left), result.MopText(m))
		left = 0
	}
	return strings.Join(result.AppendLeft(parts, left), " ")
}
