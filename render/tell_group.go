package render

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// groupTeller tells the results of several checks.
type groupTeller struct {
	plainTeller
	r *result.Group
}

func newGroupTeller(r *result.Group) teller { return groupTeller{plainTeller{r}, r} }

// gist names the checks that decide the verdict.
func (t groupTeller) gist() string {
	g, v := t.r, t.r.Verdict()
	if v != verdict.Invalid && g.Reason != "" {
		return g.Reason
	}
	if v == verdict.Valid {
		return passed(len(g.Members))
	}
	var names []string
	var last result.Member
	for _, m := range g.Members {
		if m.Result.Verdict() == v {
			last, names = m, append(names, m.Name)
		}
	}
	switch {
	case len(names) == 1:
		return last.Name + after(": ", tell(last.Result).gist())
	case v == verdict.Invalid:
		return and(names) + " found violations"
	}
	return and(names) + " could not decide"
}

func passed(n int) string {
	switch n {
	case 0:
		return "no check ran"
	case 1:
		return "the check passed"
	case 2:
		return "both checks passed"
	}
	return fmt.Sprintf("all %d checks passed", n)
}

// and lists names as a sentence does.
func and(names []string) string {
	n := len(names)
	if n < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
}

func (t groupTeller) first(p *reportProse, _ string) string {
	return p.word(t.r.Verdict()) + after("  ", t.gist())
}

func (t groupTeller) line(p *reportProse, name string) string { return t.first(p, name) }

// summary is said by gist.
func (t groupTeller) summary() string { return "" }

// body is a table of all checks, and then what those say that did not pass.
func (t groupTeller) body(p *reportProse, _ string) {
	g := t.r
	wide := 0
	for _, m := range g.Members {
		wide = max(wide, len(m.Name))
	}
	for _, m := range g.Members {
		text := tell(m.Result).gist()
		if m.Result.Verdict() == verdict.Valid {
			text = strings.Trim(tell(m.Result).summary()+", "+text, ", ")
		}
		word := p.word(m.Result.Verdict()) + strings.Repeat(" ", 7-len(verdictWord(m.Result.Verdict())))
		p.f("%s\n", strings.TrimRight(fmt.Sprintf("  %s  %s  %s", pad(m.Name, wide), word, text), " "))
	}
	for _, m := range g.Members {
		_, isReport := m.Result.(result.Report)
		asked := p.opt.Verbose || tell(m.Result).asked()
		if v := m.Result.Verdict(); v == verdict.Invalid || v == verdict.Unknown && !isReport || asked {
			p.f("\n%s\n", p.color(bold, m.Name))
			tell(m.Result).body(p, m.Name)
		} else {
			p.warned(m.Result.About().Warnings)
		}
	}
	p.warned(g.Warnings)
}

func (t groupTeller) edn() fields {
	out := t.plainTeller.edn()
	for _, m := range t.r.Members {
		out = append(out, field{m.Name, m.Result})
	}
	if t.r.Reason != "" {
		out = append(out, field{"error", t.r.Reason})
	}
	return out
}

func (t groupTeller) json() fields {
	out, members := t.plainTeller.edn(), fields{}
	for _, m := range t.r.Members {
		members = append(members, field{m.Name, m.Result})
	}
	if t.r.Reason != "" {
		out = append(out, field{"reason", t.r.Reason})
	}
	return append(out, field{"results", members}, t.warnings())
}

func (t groupTeller) cases(c Case) (out []Case) {
	for _, m := range t.r.Members {
		member := Cases(c.File, m.Name, m.Result)
		if len(member) > 0 {
			member[0].Seconds = m.Elapsed.Seconds()
		}
		out = append(out, member...)
	}
	if t.r.Reason != "" {
		out = append(out, c)
	}
	return out
}

func (t groupTeller) files(dir string) (files []File, err error) {
	for _, m := range t.r.Members {
		more, err := tell(m.Result).files(dir)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return files, nil
}
