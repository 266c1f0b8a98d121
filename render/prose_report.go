package render

import (
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Prose tells any result to a person: the verdict first, then what is wrong,
// each with the ops that show it. Name is that of the checker.
func Prose(file, name string, r result.Result, opt ProseOptions) string {
	p := &reportProse{prose: prose{opt: opt}, file: file}
	p.f("%s: %s\n", file, tell(r).first(p, name))
	tell(r).body(p, name)
	return p.b.String()
}

// Line tells any result in one line, for when there are many.
func Line(file, name string, r result.Result, color bool) string {
	p := &reportProse{prose: prose{opt: ProseOptions{Color: color}}}
	return file + ": " + tell(r).line(p, name) + "\n"
}

// reportProse writes prose on any result; of prose it uses the pen only.
type reportProse struct {
	prose
	file string
	told map[string]bool // warnings that were given already
}

// headline is a verdict in one line, with the name of the check.
func (p *reportProse) headline(name string, r result.Result) string {
	return p.word(r.Verdict()) + "  " + name + after(": ", tell(r).gist())
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

func verdictWord(v verdict.Verdict) string {
	switch v {
	case verdict.Valid:
		return "VALID"
	case verdict.Invalid:
		return "INVALID"
	}
	return "UNKNOWN"
}
