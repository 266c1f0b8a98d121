package render

import (
	"path/filepath"

	"github.com/seed-c33ae711/jcheck/history"
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
	Seconds float64 // that the check took; 0 if unknown
	Text    string  // the whole argument, as prose, unless the verdict is valid
}

// Found is a fault, and where in the file it shows.
type Found struct {
	Type, Msg string
	Line      int // 0 if it has no place
}

// Cases takes a result apart: several checks, and the keys that are not valid.
func Cases(file, name string, r result.Result) []Case {
	about := r.About()
	c := Case{File: file, Name: name, Verdict: r.Verdict(), Reason: about.Reason}
	c.within(about.History)
	cases := tell(r).cases(c)
	if len(cases) == 1 && cases[0].Name == name && c.Verdict != verdict.Valid { // of several each has its own
		cases[0].Text = Prose(file, name, r, ProseOptions{})
	}
	for i := range cases {
		if cases[i].Verdict != verdict.Invalid {
			cases[i].Found = nil
		}
	}
	return cases
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
