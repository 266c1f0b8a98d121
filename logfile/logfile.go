// Package logfile searches the logs of a database's nodes for lines, such as panics or
// failed assertions, as Jepsen's checker log-file-pattern does. The verdict is
// invalid if any line matches. Patterns are those of Go's package regexp: no
// look-around and no back references, but linear time.
package logfile

import (
	"bytes"
	"context"
	"regexp"

	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Log is the text of one node's log.
type Log struct {
	Node string
	Text []byte
}

// A Result lists the lines that match, node by node.
type Result struct {
	result.Common
	Matches []Match
}

// A Match is a whole line.
type Match struct {
	Node   string
	Number int // of the line, from 1
	Line   string
}

// Check looks for a pattern in each line of the logs. Without any log, the verdict is
// unknown.
func Check(ctx context.Context, logs []Log, pattern *regexp.Regexp) (*Result, error) {
	r := &Result{}
	lines := 0
	for _, log := range logs {
		n := 0
		for line := range bytes.Lines(log.Text) {
			if n++; n&0xfff == 0 && ctx.Err() != nil {
				r.Unknown("interrupted")
				return r, nil
			}
			line = bytes.TrimRight(line, "\r\n")
			if pattern.Match(line) {
				r.Matches = append(r.Matches, Match{log.Node, n, string(line)})
			}
		}
		lines += n
	}
	r.Summary = result.Count(len(logs), "log") + ", " + result.Count(lines, "line")
	if len(logs) == 0 {
		r.Unknown("there is no log to search")
		return r, nil
	}
	r.Valid = verdict.Valid
	if len(r.Matches) > 0 {
		r.Valid = verdict.Invalid
	}
	return r, nil
}

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	matches := []any{}
	for _, m := range r.Matches {
		matches = append(matches, result.Fields{{"node", m.Node}, {"line", m.Line}})
	}
	return result.Fields{{"count", len(r.Matches)}, {"matches", matches}}
}

// Findings shows the first line that matches.
func (r *Result) Findings() []result.Finding {
	if len(r.Matches) == 0 {
		return nil
	}
	m := r.Matches[0]
	return []result.Finding{{Type: "match", Count: len(r.Matches), Msg: m.Node + ": " + m.Line}}
}
