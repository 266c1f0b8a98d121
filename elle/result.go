package elle

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
)

// A Result is what a check found. Ops are named by their positions in the
// history.
type Result struct {
	result.Common
	// Models are the checked consistency models, by the names given.
	Models []string
	// Ignored are anomalies that neither make the verdict invalid nor rule models out.
	Ignored []string
	// Keys are the orders in time that each list also had to keep: sequential-keys,
	// linearizable-keys.
	Keys []string
	// Workload is the kind of transactions, as given or detected.
	Workload Workload
	// Anomalies are those that the models (or Options.Anomalies) prohibit, and those
	// that make the verdict unknown, sorted by type.
	Anomalies []Anomalies
	// Tolerated are those that were found but are not prohibited, sorted by type.
	Tolerated []Anomalies
	// Not are the weakest models that the history violates, checked or not, and AlsoNot
	// the models that imply one of them, as far as the anomalies searched for show. By
	// friendly name, sorted.
	Not, AlsoNot []string
	Inference    *Inference // of registers
	Ladder       *Ladder    // if it was asked for
	Stats        Stats
}

// Unknown withdraws the verdict, and with it the verdicts on models.
func (r *Result) Unknown(reason string) {
	r.Common.Unknown(reason)
	r.Not, r.AlsoNot, r.Ladder = nil, nil, nil
}

// Anomalies are the cases of one type.
type Anomalies struct {
	Type  Anomaly
	Count int    // how many cases there are
	Cases []Case // the first of them, in the order of the history; at most Options.MaxCases
}

// A Case is one occurrence of an anomaly. Which fields are set depends on its type:
//
//	cycles              Steps
//	G1a, G1b            Op, Mop, Key, Writer, Element (of registers, the value)
//	internal            Op, Mop, Key, Expected
//	future-read         Op, Mop, Key, Element
//	garbage-read        Op, Mop, Key, Element, Count (reads of the element)
//	duplicate-elements  Op, Mop, Key, Duplicates
//	incompatible-order  Key, Values (two lists), Ops (who read them)
//	dirty-update        Key, Values (elements), Ops (aborted writer, committed writer)
//	lost-update         Key, Value (the version read), Ops (who updated it)
//	cyclic-versions     Key, Values (each older than each other), Sources, Order (a cycle)
//	predicate-read-miss Op, Mop, Key, Values (the versions that it may have seen), PredicateRead if it was one
//
// PredicateRead is also set if it was such a micro-op that contradicts itself
// (internal): Element is the value that it returned, Expected what its transaction knew
// before. If neither is wrong by itself, its predicate does not match Element.
type Case struct {
	Type       Anomaly
	Op         int // the op concerned; of a cycle the first
	Mop        int // the place in Op's transaction of the micro-op concerned
	Writer     int // the op that wrote Element
	Key        edn.Value
	Element    edn.Value
	Value      edn.Value
	Expected   edn.Value
	Values     []edn.Value
	Ops        []int
	Duplicates []Duplicate
	Count      int
	Steps      []Step
	Around     result.Component // of a cycle: the strongly connected component that it is in, order in time not counted
	Because    []Step           // of CyclicHB and PRAM-violation: steps that the paths of Steps, and of those after them, rest on
	Sources    []string         // what the order of versions was inferred from
	Order      []VersionStep
	// PredicateRead is the micro-op, if it is a read by predicate.
	PredicateRead edn.Value
}

// A Duplicate is an element that a list has more than once.
type Duplicate struct {
	Element edn.Value
	Times   int
}

// A Step of a cycle says why one op precedes another.
type Step struct {
	Rel      string // ww, wr, rw, wrp, rwp, process or realtime; of registers and weak models also visible, direct and update; in a Path also older, of Case.Because
	From, To int    // ops; of weak models -1 for the initial state
	// For ww, wr and rw: the key, and the values that the relation rests on. Value is
	// the element that From appended (ww, wr) or read last (rw; absent if it read the
	// empty list), Next the element that To appended (ww, rw). For process and
	// realtime, Key is the list that both touched, if each list had to keep the order
	// by itself.
	Key, Value, Next edn.Value
	// For wrp, PredicateRead is the micro-op by which To saw Value. For rwp, it is the
	// one by which From saw Value before To wrote Next; exactly one of Value and Next
	// matches. For items, Value and Next may be :elle/unborn or :elle/dead. For wr and
	// rw, it is the micro-op that returned the item, if that was a read by predicate.
	PredicateRead edn.Value
	// OrLater, for wrp and rwp, says that Value is the earliest version that can have
	// been seen. A later one that PredicateRead does not match either may have been
	// seen instead.
	OrLater bool
	// Unread says that nobody read Next, so it must have come after the last version
	// that was read.
	Unread bool
	// Disputed says that Unread is true only of the longest read of the list, whose
	// order is used. Another read, which contradicts it, has Next.
	Disputed bool
	// Order, for registers, says why the version Value is older than Next, if Value is
	// not the initial one.
	Order []VersionStep
	// For visible: Reader read To's version of Key although From's was visible to it by
	// Path, so From's is older. For direct: From's write of Key precedes To's by Path.
	// For rw with a Path: it leads from the writer of the version that From read to To.
	// For update: From overwrote the version that it had read, Reader's (-1 for the
	// initial one), which by Path precedes To's; so From's also precedes To's.
	Reader int
	Path   []Step
	// Why is the caller's explanation of a step that it added.
	Why string
	// Also are the other relations by which From precedes To. They are set for cycles
	// that are likely to be drawn: the first of each type, if short.
	Also []Step
	// FromMop and ToMop are the positions of the micro-ops that show it.
	FromMop, ToMop int
}

// A VersionStep says why one version of a register is older than another.
type VersionStep struct {
	Source      string // which inference says so
	From, To    int    // the ops that show it; -1 if none is needed
	Value, Next edn.Value
}

// Inference says what the order of register versions was inferred from, and how
// complete it is. Versions without an order cannot show a violation.
type Inference struct {
	Sources      []SourceUse
	Pairs        int64 // of versions of the same key that were written by transactions that took effect
	Unordered    int64 // of these, the pairs whose order is unknown
	Uncounted    int   // keys with too many concurrent versions for their pairs to be counted in either
	NotInTime    int   // keys with too many concurrent versions to be ordered by realtime: then no verdict is valid
	Forced       int   // forced steps between transactions: the opposite order would be a forbidden cycle
	Skipped      bool  // there were too many transactions to search for forced steps beyond the sources
	WrittenTwice int   // values that several transactions wrote to a key, so it is unknown which write a read saw
}

// SourceUse is how far one source of version orders went.
type SourceUse struct {
	Name    string // as Elle calls it
	Orders  int    // how many pairs of versions it ordered directly, not counting pairs with the initial version
	Dropped int    // keys for which it contradicted itself or earlier sources, and was not used
}

// CycleOps returns the ops of a cycle in order, each once.
func (c *Case) CycleOps() []int {
	ops := make([]int, len(c.Steps))
	for i, s := range c.Steps {
		ops[i] = s.From
	}
	return ops
}

// Stats say how large the history was for the checker.
type Stats struct {
	Ops           int // of the history
	Txns          int // of clients
	OK            int
	Failed        int
	Indeterminate int
	MicroOps      int
	Keys          int
	Edges         int // between transactions, from values; without process and realtime order, and without edges that hubs stand for
	Components    int // strongly connected components of at least two transactions
	LargestSCC    int // transactions in the largest
}

// Types returns the types of the anomalies that decided the verdict, sorted.
func (r *Result) Types() []Anomaly {
	out := make([]Anomaly, len(r.Anomalies))
	for i, a := range r.Anomalies {
		out[i] = a.Type
	}
	return out
}

// Case returns the first case of a type, and whether there is one.
func (r *Result) Case(a Anomaly) (*Case, bool) {
	for i := range r.Anomalies {
		if r.Anomalies[i].Type == a && len(r.Anomalies[i].Cases) > 0 {
			return &r.Anomalies[i].Cases[0], true
		}
	}
	return nil, false
}
