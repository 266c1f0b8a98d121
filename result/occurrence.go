package result

import "github.com/seed-c33ae711/jcheck/edn"

// An Occurrence is one case of a fault, with the details that show whether cases have
// the same cause.
type Occurrence struct {
	Type    string      // of the anomaly, such as G1a
	Shape   string      // which variant of the type it is, such as "rw wr"; empty if there are none
	Ops     []int       // the ops that show it, by position, at most a few
	Context []int       // others without which one does not see that they are wrong; by position
	Writers []int       // those whose effects others saw wrongly, or missed; by position
	Keys    []edn.Value // that it is about
}

// Occurring is a result that lists its cases one by one, so they can be grouped.
type Occurring interface {
	Result
	// Occurrences lists the kept cases, by type, those of a type in the order of the
	// history.
	Occurrences() []Occurrence
	// Cause says in a sentence what explains all cases of a type, such as that failed
	// transactions are not rolled back. It is empty if no such cause is known.
	Cause(typ string) string
}
