package result

import "github.com/seed-c33ae711/jcheck/edn"

// An Occurrence is one case of what is wrong, as far as it takes to tell cases with
// the same cause from others.
type Occurrence struct {
	Type    string      // of the anomaly, such as G1a
	Shape   string      // which variant of the type it is, such as "rw wr"; empty if there are none
	Ops     []int       // the ops that show it, by position, at most a few
	Writers []int       // those of which others saw something that they should not, or missed it; by position
	Keys    []edn.Value // that it is about
}

// Occurring is a result that knows its cases one by one, so that they can be grouped.
type Occurring interface {
	Result
	// Occurrences lists the cases that are kept, by type, those of a type in the order
	// of the history.
	Occurrences() []Occurrence
	// Cause says in a sentence what explains all cases of a type, such as that failed
	// transactions are not rolled back. It is empty if nothing is known to.
	Cause(typ string) string
}
