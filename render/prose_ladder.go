package render

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
)

// ladder tells which models hold and which do not, and with Verbose shows an
// example of what violates others than those that were asked for.
func (p *prose) ladder() {
	l := p.r.Ladder
	if l == nil {
		return
	}
	if len(l.Holds)+len(l.Partly)+len(l.Violated) == 0 {
		p.f("\n  no model could be judged\n")
		return
	}
	p.f("\n  among all models%s\n", ignoring(p.r))
	if len(l.Holds) > 0 {
		p.f("    the strongest that hold:          %s\n", p.color(bold, strings.Join(l.Holds, ", ")))
	}
	for i, v := range l.Violated {
		head := "the weakest that are violated:    "
		if i > 0 {
			head = strings.Repeat(" ", len(head))
		}
		p.f("    %s%s  (%s)\n", head, p.color(bold, v.Model), strings.Join(keywordStrings(v.By), ", "))
	}
	if len(l.Partly) > 0 {
		p.f("    not violated, but partly checked: %s\n", strings.Join(l.Partly, ", "))
	}
	if len(l.Unknown) > 0 {
		p.f("    could not be judged:              %s\n", strings.Join(l.Unknown, ", "))
	}
	if !p.opt.Verbose {
		return
	}
	for i := range l.Evidence {
		if a := &l.Evidence[i]; !p.shown(a.Type) {
			p.cases(a, 1)
		}
	}
}

// shown reports whether cases of a type are told already.
func (p *prose) shown(a elle.Anomaly) bool {
	for i := range p.r.Anomalies {
		if p.r.Anomalies[i].Type == a {
			return true
		}
	}
	return false
}

func keywordStrings[T ~string](names []T) (out []string) {
	for _, n := range names {
		out = append(out, fmt.Sprint(n))
	}
	return out
}

// ladderTree is the ladder for programs.
func ladderTree(l *elle.Ladder) tree {
	violated, evidence := list{}, list{}
	for _, v := range l.Violated {
		violated = append(violated, fields{{"model", keyword(v.Model)}, {"by", list(keywords(v.By))}})
	}
	for _, a := range l.Evidence {
		evidence = append(evidence, keyword(a.Type))
	}
	return fields{{"holds", list(keywords(l.Holds))}, {"violated", violated}, {"partly", list(keywords(l.Partly))}, {"unknown", list(keywords(l.Unknown))}, {"anomaly-types", evidence}}
}
