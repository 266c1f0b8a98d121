// Package result holds what the results of all checks have in common: a verdict,
// warnings and assumptions, findings in words for people, and fields under Jepsen's
// names for programs. Package render writes them.
package result

import (
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Result is the result of a check.
type Result interface {
	Verdict() verdict.Verdict
	About() *Common
	Unknown(reason string) // withdraws the verdict
}

// A Finder is a result that lists what is wrong.
type Finder interface {
	Result
	Findings() []Finding // the worst first; nothing if the verdict is valid
}

// A Report is a result that can describe itself.
type Report interface {
	Finder
	Fields() Fields // the result map, with Jepsen's keys and in their order, without :valid?
}

// Common is what every report has. Checkers embed it.
type Common struct {
	History  *history.History
	Valid    verdict.Verdict
	Reason   string            // why the verdict is unknown
	Vacuous  bool              // it is unknown because nothing was judged
	Summary  string            // what was looked at, such as "400 adds, 20 reads"
	Warnings []verdict.Warning // what weakens the verdict
}

// Verdict returns the verdict.
func (c *Common) Verdict() verdict.Verdict { return c.Valid }

// About returns c.
func (c *Common) About() *Common { return c }

// Unknown says why there is no verdict.
func (c *Common) Unknown(reason string) {
	c.Valid, c.Reason = verdict.Unknown, reason
}

// Nothing records that nothing was judged, and what was missing: a check that could not
// have failed proves nothing.
func (c *Common) Nothing(missing string) {
	c.Unknown(missing)
	c.Vacuous = true
}

// RestsOnOrder is for checks whose faults depend on what happened before an operation
// began. If the history does not show that, because it has no invocations or no
// processes, operations that seem to follow each other may have overlapped. An invalid
// verdict then becomes unknown. A valid one stands, because the order of the file
// explains everything.
func (c *Common) RestsOnOrder() {
	if c.Valid == verdict.Invalid && (c.History.CompletionsOnly() || c.History.Unordered()) {
		missing := "no invocations were recorded"
		if c.History.Unordered() {
			missing = "no op has a :process"
		}
		c.Unknown(missing + ", so it is unknown when operations began, and those that seem to follow each other may have overlapped")
	}
}

// A Finding is one kind of fault, with its best witness.
type Finding struct {
	Type  string // stable and short, such as "lost" or "wrong-total"
	Count int    // how many there are
	Msg   string // one sentence about the witness, which names elements but not ops
	Ops   []int  // the ops that show it, by position, a few at most
	// Objects is how many objects were judged, each up to its first fault; 0 if a check
	// finds all faults.
	Objects int
}

// Fields is a map with an order. A string as a key is a keyword; any other key stands
// for itself. Values are those of a report: nil, bool, int, int64, float64, string,
// edn.Value, edn.Kw, edn.Bag (a set), edn.Entries, edn.Tagged, []any, Op, Fields, and
// any Report.
type Fields [][2]any

// Op is a whole op of a history, in a report.
type Op struct {
	History *history.History
	Pos     int
}

// Ops lists ops of a history.
func Ops[T int | int32](h *history.History, ops []T) []any {
	out := make([]any, len(ops))
	for i, op := range ops {
		out[i] = Op{h, int(op)}
	}
	return out
}

// OpOrNil is an op, or nil if pos is negative.
func OpOrNil(h *history.History, pos int) any {
	if pos < 0 {
		return nil
	}
	return Op{h, pos}
}
