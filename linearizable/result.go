package linearizable

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Result is what a check found. Ops are named by their positions in the
// history.
type Result struct {
	result.Common
	Model string
	// Keyed says that values are tuples of a key and a value, and that each key was
	// judged for itself.
	Keyed bool
	Parts []Part // one for each object, in the order of their first ops
	Ops   int    // operations of clients that may have taken effect

	knossos bool // see Options.Knossos
	model   Model
}

// Knossos reports whether Options.Knossos was set.
func (r *Result) Knossos() bool { return r.knossos }

// A Part is the result for one object.
type Part struct {
	Key     edn.Value // if Keyed
	Valid   verdict.Verdict
	Reason  string // why Valid is Unknown
	Vacuous bool   // it is unknown because nothing was judged; the other keys decide the verdict
	Rung    string // what decided: empty, search, or the name of a monitor
	Ops     int    // operations
	Pending int    // of these, those that may or may not have taken effect
	Steps   int64  // transitions that the search tried
	Reached int    // operations, in the order of their returns, that the longest linearizable prefix has

	// For a valid part, if requested: operations in an order in which they may have
	// taken effect, by their completions.
	Witness []int
	// Of an invalid part:
	Culprit    int   // the completion that no linearization reaches; the first one, unless finding it took too many steps
	PreviousOK int   // the completion before it, -1 if there is none
	LastOp     int   // with Options.Knossos: the operation that took effect last before it, as late as possible; -1 if none did
	Conflict   []int // a few operations that cannot be linearized by themselves, if a monitor found such
	Window     []int // the operations that ran when Culprit returned, by invocation
	Beside     []int // of histories, the operations that overlapped Culprit, itself among them, by invocation
	Law        *Law  // a law that Culprit breaks, or an operation of Conflict; nil if there is no simple one
	// Final is what the object may be when Culprit has to take effect, after any order
	// of the operations that returned before it, and why that is impossible. It has at
	// least a few of these states.
	Final []State
}

// A State is what an object may have been after a longest linearizable prefix.
type State struct {
	Value   string // as text
	Last    int    // the operation that took effect last, -1 if none
	Order   []int  // the operations that took effect, in order, by their completions
	Tail    []Step // the last few of Order, and what they made of the object
	Pending []int  // operations that ran and had not taken effect
	Why     string // why Culprit cannot take effect now
}

// A Step is an operation that took effect.
type Step struct {
	Op    int    // by its completion
	Value string // what the object was then, as text
}

// Failures returns the parts that are invalid.
func (r *Result) Failures() (parts []*Part) {
	for i := range r.Parts {
		if r.Parts[i].Valid == verdict.Invalid {
			parts = append(parts, &r.Parts[i])
		}
	}
	return parts
}
