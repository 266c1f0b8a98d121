package elle

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/verdict"
)

// Definite reports whether an invalid verdict stands even if ops are missing from the
// history. A value that nobody seems to have written may come from a lost transaction,
// and the versions of rows with predicates are known only as a whole. Any other anomaly
// shows in the transactions that were read.
func (r *Result) Definite() bool {
	return r.Valid == verdict.Invalid && r.Workload != ClosedPredicate &&
		slices.ContainsFunc(r.Types(), func(a Anomaly) bool { return a != GarbageRead })
}
