package render

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Prose tells any result to a person: the verdict first, then what is wrong,
// each with the ops that show it. Name is that of the checker.
func Prose(file, name string, r result.Result, opt ProseOptions) string {
	switch r := r.(type) {
	case *elle.Result:
		return elleProse(file, r, opt)
	case *linearizable.Result:
		return linearizableProse(file, r, opt)
	}
	p := &reportProse{prose: prose{opt: opt}, file: file}
	p.f("%s: %s\n", file, p.headline(name, r))
	p.body(name, r)
	return p.b.String()
}

// Line tells any result in one line, for when there are many.
func Line(file, name string, r result.Result, color bool) string {
	switch r := r.(type) {
	case *elle.Result:
		return elleLine(file, r, color)
	case *linearizable.Result:
		return linearizableLine(file, r, color)
	}
	p := &reportProse{prose: prose{opt: ProseOptions{Color: color}}}
	return file + ": " + p.headline(name, r) + "\n"
}

// reportProse writes prose on any result; of prose it uses the pen only.
type reportProse struct {
	prose
	file string
	told map[string]bool // warnings that were given already
}

// headline is a verdict in one line.
func (p *reportProse) headline(name string, r result.Result) string {
	return p.word(r.Verdict()) + "  " + name + after(": ", gist(r))
}

func (p *reportProse) word(v verdict.Verdict) string {
	switch v {
	case verdict.Valid:
		return p.color(green, "VALID")
	case verdict.Invalid:
		return p.color(red, "INVALID")
	}
	return p.color(yellow, "UNKNOWN")
}

// after puts sep before what there is, if there is anything.
func after(sep, s string) string {
	if s == "" {
		return ""
	}
	return sep + s
}

// gist says in a few words why a result is not valid.
func gist(r result.Result) string {
	switch r := r.(type) {
	case *result.Group:
		return groupGist(r)
	case *result.Keyed:
		return keyedGist(r)
	case result.Report:
		if r.Verdict() == verdict.Unknown {
			return r.About().Reason
		}
		var parts []string
		if r.Verdict() == verdict.Invalid {
			for _, f := range r.Findings() {
				parts = append(parts, fmt.Sprintf("%d %s", f.Count, f.Type))
			}
		}
		return strings.Join(parts, ", ")
	case *elle.Result:
		if r.Valid == verdict.Unknown {
			return r.Reason
		}
		var types []string
		for _, t := range r.Types() {
			types = append(types, string(t))
		}
		return strings.TrimPrefix(strings.Join(types, ", ")+ignoring(r), ", ")
	case *linearizable.Result:
		switch r.Valid {
		case verdict.Valid:
			return ""
		case verdict.Unknown:
			return r.Reason
		}
		return "not linearizable as " + withArticle(r.Model)
	}
	return ""
}

func groupGist(g *result.Group) string {
	n, bad := len(g.Members), 0
	for _, m := range g.Members {
		if m.Result.Verdict() == verdict.Invalid {
			bad++
		}
	}
	if bad == 0 && g.Reason != "" {
		return g.Reason
	}
	if bad == 0 {
		return plural(n, "check")
	}
	return fmt.Sprintf("%d of %s found something", bad, plural(n, "check"))
}

func keyedGist(k *result.Keyed) string {
	switch k.Verdict() {
	case verdict.Invalid:
		return fmt.Sprintf("%d of %s", len(k.Failures()), plural(len(k.Keys), "key"))
	case verdict.Unknown:
		if k.Reason != "" {
			return k.Reason
		}
		n := 0
		for _, key := range k.Keys {
			if key.Result.Verdict() == verdict.Unknown {
				n++
			}
		}
		return fmt.Sprintf("%d of %s could not be judged", n, plural(len(k.Keys), "key"))
	}
	return plural(len(k.Keys), "key")
}

// body tells of a result what its headline does not.
func (p *reportProse) body(name string, r result.Result) {
	switch r := r.(type) {
	case *result.Group:
		p.group(r)
	case *result.Keyed:
		p.keyed(name, r)
	case result.Report:
		p.report(r)
	case *elle.Result, *linearizable.Result:
		_, rest, _ := strings.Cut(Prose(p.file, name, r, p.opt), "\n")
		p.b.WriteString(rest)
	}
}

func (p *reportProse) report(r result.Report) {
	c := r.About()
	if c.Summary != "" {
		p.f("  %s\n", c.Summary)
	}
	p.h = c.History
	for _, f := range r.Findings() {
		p.f("\n%s  %d\n  %s\n", p.color(bold, f.Type), f.Count, f.Msg)
		for _, op := range f.Ops {
			p.f("    %s\n", p.opLine(c.History, op))
		}
	}
	p.warned(c.Warnings)
}

// opLine is an op with who ran it, how it ended, and where it stands.
func (p *reportProse) opLine(h *history.History, op int) string {
	text := h.F(op)
	if v := h.Value(op); !v.IsZero() {
		text += " " + valueText(v)
	}
	who := ""
	if name := h.ProcessName(h.Process(op)); name != "" {
		who = "process " + name + ", "
	}
	return text + "  " + p.color(dim, who+h.Type(op).String()+", "+place(p.h, op))
}

func (p *reportProse) warned(ws []verdict.Warning) {
	first := true
	for _, w := range ws {
		if text := w.String(); !p.told[text] {
			if p.told == nil {
				p.told = map[string]bool{}
			}
			p.told[text] = true
			if first {
				p.f("\n")
			}
			first = false
			p.f("  %s %s\n", p.color(yellow, "warning:"), w)
		}
	}
}

// group is a table of all checks, and then what those say that did not pass.
func (p *reportProse) group(g *result.Group) {
	wide := 0
	for _, m := range g.Members {
		wide = max(wide, len(m.Name))
	}
	for _, m := range g.Members {
		text := gist(m.Result)
		if m.Result.Verdict() == verdict.Valid {
			text = summaryOf(m.Result) + text
		}
		word := p.word(m.Result.Verdict()) + strings.Repeat(" ", 7-len(verdictWord(m.Result.Verdict())))
		p.f("%s\n", strings.TrimRight(fmt.Sprintf("  %s  %s  %s", pad(m.Name, wide), word, text), " "))
	}
	for _, m := range g.Members {
		_, isReport := m.Result.(result.Report)
		e, _ := m.Result.(*elle.Result)
		asked := p.opt.Verbose || e != nil && e.Ladder != nil
		if v := m.Result.Verdict(); v == verdict.Invalid || v == verdict.Unknown && !isReport || asked {
			p.f("\n%s: %s\n", p.file, p.headline(m.Name, m.Result))
			p.body(m.Name, m.Result)
		} else {
			p.warned(m.Result.About().Warnings)
		}
	}
	p.warned(g.Warnings)
}

// summaryOf says what a valid result speaks of.
func summaryOf(r result.Result) string {
	switch r := r.(type) {
	case *elle.Result:
		return fmt.Sprintf("%s, %s", strings.Join(r.Models, ", "), plural(r.Stats.Txns, "transaction"))
	case *linearizable.Result:
		return fmt.Sprintf("as %s, %s", withArticle(r.Model), plural(r.Ops, "operation"))
	case result.Report:
		return r.About().Summary
	}
	return ""
}

func verdictWord(v verdict.Verdict) string {
	switch v {
	case verdict.Valid:
		return "VALID"
	case verdict.Invalid:
		return "INVALID"
	}
	return "UNKNOWN"
}

// keyed tells of the first keys that fail.
func (p *reportProse) keyed(name string, k *result.Keyed) {
	failing := k.Failures()
	for i, key := range failing {
		if i == max(p.opt.Limit, 1) {
			p.f("\n  and %s: --limit tells of more\n", failingKeys(len(failing)-i))
			break
		}
		p.f("\nkey %s: %s\n", valueText(key.Key), p.headline(name, key.Result))
		p.body(name, key.Result)
	}
	p.warned(k.Warnings)
}
