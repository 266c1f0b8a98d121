package render

import (
	"cmp"
	"fmt"
	"html"
	"strings"

	"github.com/seed-c33ae711/jcheck/verdict"
)

// mostAnnotations is how many GitHub shows of a kind in one step.
const mostAnnotations = 10

// GitHub writes annotations for GitHub's workflows: an error for each fault, and
// for each verdict that is unknown an error, or a warning where unknown passes.
func GitHub(cases []Case, unknownPasses bool) string {
	unknown := "error"
	if unknownPasses {
		unknown = "warning"
	}
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
			annotate(unknown, c, 0, c.Name+": unknown", c.Reason)
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

// mostSummary bounds a summary in bytes: GitHub refuses one of more than 1 MiB, for all
// steps of a job.
const mostSummary = 200_000

// Summary writes Markdown for the page of a job: a table of the checks, and below it
// the argument of each that is not valid.
func Summary(cases []Case) string {
	var b strings.Builder
	b.WriteString("### jcheck\n\n| file | check | verdict |\n|---|---|---|\n")
	for i := range cases {
		c := &cases[i]
		fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(c.File), cell(c.Name), summaryWord(c.Verdict))
	}
	for i := range cases {
		c := &cases[i]
		if c.Text == "" {
			continue
		}
		if b.Len()+len(c.Text) > mostSummary {
			b.WriteString("\nThe other arguments are in the log.\n")
			break
		}
		fence := "```"
		for strings.Contains(c.Text, fence) {
			fence += "`"
		}
		fmt.Fprintf(&b, "\n<details><summary>%s: %s</summary>\n\n%s\n%s\n%s\n\n</details>\n", html.EscapeString(c.File), html.EscapeString(c.Name), fence, strings.TrimRight(c.Text, "\n"), fence)
	}
	return b.String()
}

func summaryWord(v verdict.Verdict) string {
	switch v {
	case verdict.Valid:
		return "valid"
	case verdict.Invalid:
		return "**invalid**"
	}
	return "unknown"
}

// cell escapes what would end a cell of a table.
func cell(s string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(s)
}
