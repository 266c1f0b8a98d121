package render

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// linTeller tells a result on single objects.
type linTeller struct {
	plainTeller
	r *linearizable.Result
}

func newLinTeller(r *linearizable.Result) teller { return linTeller{plainTeller{r}, r} }

func (t linTeller) gist() string {
	if t.r.Valid == verdict.Unknown {
		return t.r.Reason
	}
	return t.broken()
}

func (t linTeller) broken() string {
	if t.r.Valid != verdict.Invalid {
		return ""
	}
	return "not linearizable as " + withArticle(t.r.Model)
}

func (t linTeller) summary() string {
	return fmt.Sprintf("as %s, %s", withArticle(t.r.Model), plural(t.r.Ops, "operation"))
}

func (t linTeller) first(p *reportProse, _ string) string {
	return p.word(t.r.Valid) + "  " + newLinProse(t.r, p.opt).verdict()
}

func (t linTeller) line(p *reportProse, _ string) string {
	return p.word(t.r.Valid) + newLinProse(t.r, p.opt).line()
}

func (t linTeller) body(p *reportProse, _ string) {
	l := newLinProse(t.r, p.opt)
	l.body()
	p.b.WriteString(l.b.String())
}

func (t linTeller) edn() fields { return linearizableEDN(t.r) }

func (t linTeller) json() fields { return linearizableJSON(t.r) }

func (t linTeller) cases(c Case) []Case {
	for _, p := range byKey(t.r.Failures()) {
		f := Found{Type: linearizable.NotLinearizable, Msg: t.broken()}
		if op := p.Unexplained(); op >= 0 { // which takes too many steps to find in some
			f.Line = t.r.History.Line(op)
			f.Msg += fmt.Sprintf(": no order of the operations explains op %d", t.r.History.Index(op))
		}
		if law := newLinProse(t.r, ProseOptions{}); p.Law != nil {
			law.law(p)
			f.Msg += "; " + strings.Join(strings.Fields(law.b.String()), " ")
		}
		c.Found = append(c.Found, f)
	}
	return []Case{c}
}
