package render

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/verdict"
)

type (
	junitSuites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     seconds  `xml:"time,attr"`
		Suites   []junitSuite
	}
	junitSuite struct {
		XMLName  xml.Name `xml:"testsuite"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     seconds  `xml:"time,attr"`
		Cases    []junitCase
	}
	junitCase struct {
		XMLName xml.Name   `xml:"testcase"`
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		Time    seconds    `xml:"time,attr"`
		Failure *junitText `xml:"failure"`
		Error   *junitText `xml:"error"`
	}
	junitText struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// seconds is a time as JUnit writes it.
type seconds float64

// MarshalText writes milliseconds, behind a point.
func (s seconds) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%.3f", float64(s)), nil }

// JUnit writes a report in the format of JUnit: a suite for each history, in it a
// case for each check. An invalid verdict is a failure, an unknown one an error; the
// argument is its body, which is what Jenkins, GitLab and GitHub show.
func JUnit(cases []Case) ([]byte, error) {
	all := junitSuites{}
	for i := range cases {
		c := &cases[i]
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != c.File {
			all.Suites = append(all.Suites, junitSuite{Name: c.File})
		}
		s := &all.Suites[len(all.Suites)-1]
		jc := junitCase{Class: c.File, Name: c.Name, Time: seconds(c.Seconds)}
		switch c.Verdict {
		case verdict.Unknown:
			jc.Error = &junitText{Message: "unknown: " + c.Reason, Type: "unknown", Text: c.Text}
			s.Errors++
			all.Errors++
		case verdict.Invalid:
			types := make([]string, len(c.Found))
			for i, f := range c.Found {
				types[i] = f.Type
			}
			jc.Failure = &junitText{Message: "invalid: " + strings.Join(types, ", "), Type: "invalid", Text: c.Text}
			s.Failures++
			all.Failures++
		}
		s.Cases = append(s.Cases, jc)
		s.Tests++
		all.Tests++
		s.Time += jc.Time
		all.Time += jc.Time
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	return append([]byte(xml.Header), append(text, '\n')...), err
}
