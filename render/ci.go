package render

import (
	"fmt"
	"path/filepath"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Case is one check of one history, or of one of its keys, for systems of
// continuous integration.
type Case struct {
	File    string
	Within  string // the file in it that the lines are those of, if File is the directory of a run
	Name    string // of the check, with the key if there is one
	Verdict verdict.Verdict
	Reason  string // why it is unknown
	Found   []Found
	Seconds float64 // that the check took; 0 if nobody knows
	Text    string  // the whole argument, as prose, unless the verdict is valid
}

// Found is a fault, and where in the file it shows.
type Found struct {
	Type, Msg string
	Line      int // 0 if it has no place
}

// Cases takes a result apart: several checks, and the keys that are not valid.
func Cases(file, name string, r result.Result) []Case {
	c := Case{File: file, Name: name, Verdict: r.Verdict()}
	switch r := r.(type) {
	case *result.Group:
		var out []Case
		for _, m := range r.Members {
			member := Cases(file, m.Name, m.Result)
			if len(member) > 0 {
				member[0].Seconds = m.Elapsed.Seconds()
			}
			out = append(out, member...)
		}
		if r.Reason != "" {
			c.Reason = r.Reason
			out = append(out, c)
		}
		return out
	case *result.Keyed:
		var out []Case
		for _, k := range r.Keys {
			if k.Result.Verdict() != verdict.Valid {
				out = append(out, Cases(file, name+" key "+valueText(k.Key), k.Result)...)
			}
		}
		if len(out) > 0 {
			return out
		}
		c.Reason = r.Reason
	case *elle.Result:
		c.Reason = r.Reason
		c.within(r.History)
		for i := range r.Anomalies {
			a := &r.Anomalies[i]
			f := Found{Type: string(a.Type), Msg: fmt.Sprintf("%s: %s", plural(a.Count, "case"), a.Gloss())}
			if len(a.Cases) > 0 {
				if ops := a.Cases[0].Witnesses(); len(ops) > 0 {
					f.Line = lineOf(r.History, ops)
				}
			}
			c.Found = append(c.Found, f)
		}
	case *linearizable.Result:
		c.Reason = r.Reason
		c.within(r.History)
		for _, p := range byKey(r.Failures()) {
			c.Found = append(c.Found, Found{
				Type: "not-linearizable", Line: r.History.Line(p.Culprit),
				Msg: fmt.Sprintf("not linearizable as %s: no order of the operations explains op %d", withArticle(r.Model), r.History.Index(p.Culprit)),
			})
		}
	case result.Report:
		c.Reason = r.About().Reason
		c.within(r.About().History)
		for _, f := range r.Findings() {
			c.Found = append(c.Found, Found{f.Type, f.Msg, lineOf(r.About().History, f.Ops)})
		}
	}
	if c.Verdict != verdict.Invalid {
		c.Found = nil
	}
	if c.Verdict != verdict.Valid {
		c.Text = Prose(file, name, r, ProseOptions{})
	}
	return []Case{c}
}

// within notes which file of a run's directory a history was taken from.
func (c *Case) within(h *history.History) {
	if h == nil {
		return
	}
	if name := h.Source().Name; filepath.Dir(name) == filepath.Clean(c.File) {
		c.Within = name
	}
}

// lineOf is the line of the last op, the one in which a fault shows.
func lineOf(h *history.History, ops []int) int {
	last := -1
	for _, op := range ops {
		last = max(last, op)
	}
	if h == nil || last < 0 {
		return 0
	}
	return h.Line(last)
}
