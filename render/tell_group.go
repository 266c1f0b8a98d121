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

// gist says how many checks found something.
func (t groupTeller) gist() string {
	g := t.r
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
			text = tell(m.Result).summary() + text
		}
		word := p.word(m.Result.Verdict()) + strings.Repeat(" ", 7-len(verdictWord(m.Result.Verdict())))
		p.f("%s\n", strings.TrimRight(fmt.Sprintf("  %s  %s  %s", pad(m.Name, wide), word, text), " "))
	}
	for _, m := range g.Members {
		_, isReport := m.Result.(result.Report)
		asked := p.opt.Verbose || tell(m.Result).asked()
		if v := m.Result.Verdict(); v == verdict.Invalid || v == verdict.Unknown && !isReport || asked {
			p.f("\n%s: %s\n", p.file, p.headline(m.Name, m.Result))
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
