package render

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// elleTeller tells a result on transactions.
type elleTeller struct {
	plainTeller
	r *elle.Result
}

func newElleTeller(r *elle.Result) teller { return elleTeller{plainTeller{r}, r} }

// gist names the anomalies.
func (t elleTeller) gist() string {
	if t.r.Valid == verdict.Unknown {
		return t.r.Reason
	}
	var types []string
	for _, a := range t.r.Types() {
		if a != elle.EmptyGraph || len(t.r.Anomalies) == 1 { // which is no anomaly of the database
			types = append(types, string(a))
		}
	}
	return strings.TrimPrefix(strings.Join(types, ", ")+ignoring(t.r), ", ")
}

func (t elleTeller) summary() string {
	return fmt.Sprintf("%s, %s", strings.Join(t.r.Models, ", "), plural(t.r.Stats.Txns, "transaction"))
}

func (t elleTeller) broken() string {
	if t.r.Valid != verdict.Invalid || len(t.r.Not) == 0 {
		return ""
	}
	return "not " + strings.Join(t.r.Not, ", not ")
}

func (t elleTeller) first(p *reportProse, _ string) string {
	return p.word(t.r.Valid) + "  " + elleVerdict(t.r)
}

// asked reports whether the ladder of models is to be told.
func (t elleTeller) asked() bool { return t.r.Ladder != nil }

func (t elleTeller) line(p *reportProse, _ string) string {
	switch t.r.Valid {
	case verdict.Valid:
		return p.word(t.r.Valid) + strings.Replace(ignoring(t.r), ", ", "  ", 1)
	case verdict.Unknown:
		return p.word(t.r.Valid) + "  " + t.r.Reason
	}
	var parts []string
	for _, a := range t.r.Anomalies {
		if a.Type == elle.EmptyGraph && len(t.r.Anomalies) > 1 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %s", a.Type, thousands(a.Count)))
	}
	return fmt.Sprintf("%s  %s: %s%s", p.word(t.r.Valid), t.broken(), strings.Join(parts, ", "), ignoring(t.r))
}

func (t elleTeller) body(p *reportProse, _ string) {
	e := newProse(t.r, p.opt)
	e.body()
	p.b.WriteString(e.b.String())
}

func (t elleTeller) edn() fields { return elleEDN(t.r) }

func (t elleTeller) json() fields { return elleJSON(t.r) }

func (t elleTeller) cases(c Case) []Case {
	for i := range t.r.Anomalies {
		a := &t.r.Anomalies[i]
		f := Found{Type: string(a.Type), Msg: fmt.Sprintf("%s: %s", plural(a.Count, "case"), a.Gloss())}
		if len(a.Cases) > 0 {
			if ops := a.Cases[0].Witnesses(); len(ops) > 0 {
				f.Line = lineOf(t.r.History, ops)
			}
		}
		c.Found = append(c.Found, f)
	}
	return []Case{c}
}

// files are the cases of each anomaly in words.
func (t elleTeller) files(dir string) ([]File, error) {
	files, err := CaseFiles(t.r)
	for i := range files {
		files[i].Name = dir + "elle/" + files[i].Name
	}
	return files, err
}
