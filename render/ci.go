package render

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"

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
			out = append(out, Cases(file, m.Name, m.Result)...)
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
			f := Found{Type: string(a.Type), Msg: fmt.Sprintf("%s: %s", plural(a.Count, "case"), gloss(a.Type))}
			if len(a.Cases) > 0 {
				if ops := caseOps(r, &a.Cases[0]); len(ops) > 0 {
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

// mostAnnotations is how many GitHub shows of a kind in one step.
const mostAnnotations = 10

// GitHub writes annotations for GitHub's workflows: an error for each fault, a
// warning for each verdict that is unknown.
func GitHub(cases []Case) string {
	var b strings.Builder
	n := 0
	annotate := func(kind string, c *Case, line int, title, msg string) {
		if n++; n > mostAnnotations {
			return
		}
		place := "file=" + property(cmp.Or(c.Within, c.File))
		if line > 0 {
			place += fmt.Sprintf(",line=%d", line)
		}
		fmt.Fprintf(&b, "::%s %s,title=%s::%s\n", kind, place, property(title), message(msg))
	}
	for i := range cases {
		c := &cases[i]
		switch c.Verdict {
		case verdict.Unknown:
			annotate("warning", c, 0, c.Name+": unknown", c.Reason)
		case verdict.Invalid:
			for _, f := range c.Found {
				annotate("error", c, f.Line, c.Name+": "+f.Type, f.Msg)
			}
		}
	}
	return b.String()
}

// message and property escape as workflow commands want it.
func message(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

type (
	junitSuites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Suites   []junitSuite
	}
	junitSuite struct {
		XMLName  xml.Name `xml:"testsuite"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Cases    []junitCase
	}
	junitCase struct {
		XMLName xml.Name   `xml:"testcase"`
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		Failure *junitText `xml:"failure"`
		Error   *junitText `xml:"error"`
	}
	junitText struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes a report in the format of JUnit: a suite for each history, in it a
// case for each check. An invalid verdict is a failure, an unknown one an error.
func JUnit(cases []Case) ([]byte, error) {
	all := junitSuites{}
	for _, c := range cases {
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != c.File {
			all.Suites = append(all.Suites, junitSuite{Name: c.File})
		}
		s := &all.Suites[len(all.Suites)-1]
		jc := junitCase{Class: c.File, Name: c.Name}
		switch c.Verdict {
		case verdict.Unknown:
			jc.Error = &junitText{Message: "unknown: " + c.Reason}
			s.Errors++
			all.Errors++
		case verdict.Invalid:
			var types, text []string
			for _, f := range c.Found {
				types = append(types, f.Type)
				text = append(text, fmt.Sprintf("%s:%d: %s: %s", cmp.Or(c.Within, c.File), f.Line, f.Type, f.Msg))
			}
			jc.Failure = &junitText{Message: "invalid: " + strings.Join(types, ", "), Text: strings.Join(text, "\n")}
			s.Failures++
			all.Failures++
		}
		s.Cases = append(s.Cases, jc)
		s.Tests++
		all.Tests++
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	return append([]byte(xml.Header), append(text, '\n')...), err
}
