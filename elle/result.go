package elle

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
)

// A Result is what a check found. Ops are named by their positions in the
// history.
type Result struct {
	result.Common
	// Models are the consistency models that were asked for, by the names given.
	Models []string
	// Ignored are anomalies that were not to make the verdict invalid, nor to rule
	// models out.
	Ignored []string
	// Keys are the orders in time that each list was to keep besides:
	// sequential-keys, linearizable-keys.
	Keys []string
	// Workload is what the transactions did, as asked for or detected.
	Workload Workload
	// Anomalies are those that the models (or Options.Anomalies) prohibit, and what
	// makes the verdict unknown, sorted by type.
	Anomalies []Anomalies
	// Tolerated are those that were found, but not prohibited, sorted by type.
	Tolerated []Anomalies
	// Not are the weakest models that the history violates, whether or not they
	// were asked for, and AlsoNot those that are violated since they imply one of
	// them; as far as the anomalies looked for can tell. By friendly name, sorted.
	Not, AlsoNot []string
	Inference    *Inference // of registers
	Ladder       *Ladder    // if it was asked for
	Stats        Stats
}

// Unknown takes the verdict back, and with it what else would be one.
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

// A Case is one occurrence of an anomaly. Which fields mean something depends
// on its type:
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
// (internal): Element is the value that it returned, Expected what its transaction
// knew before; if neither is wrong by itself, its predicate does not match Element.
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
	// Of ww, wr and rw: the key, and what the relation rests on. Value is the
	// element that From appended (ww, wr) or read last (rw; absent if it read the
	// empty list), Next the element that To appended (ww, rw).
	// Of process and realtime, Key is the list that both touched, if the order was asked
	// for of each list alone.
	Key, Value, Next edn.Value
	// PredicateRead is of wrp the micro-op by which To saw Value, of rwp that by
	// which From did before To wrote Next, which matches where Value does not, or the
	// other way round. Of items, Value and Next may be :elle/unborn or :elle/dead.
	// Of wr and rw it is the micro-op that returned the item, if that was one.
	PredicateRead edn.Value
	// OrLater says of wrp and rwp that Value is the earliest that can have been seen,
	// and a later one may have been, which PredicateRead does not match either.
	OrLater bool
	// Unread says that nobody read Next, so that it can only have come after the
	// last version that was read.
	Unread bool
	// Disputed says that Unread is true of the longest read of the list alone, whose
	// order is taken: another read, which contradicts it, has Next.
	Disputed bool
	// Order says of registers why the version Value is older than Next, if Value is
	// not the initial one.
	Order []VersionStep
	// Of visible: Reader read To's version of Key although From's was visible to it by
	// Path, so From's is older. Of direct: From's write of Key precedes To's by Path.
	// Of rw with a Path: it leads from the writer of what From read to To. Of update:
	// From overwrote the version that it had read, that of Reader (-1 for the initial
	// one), which by Path precedes To's; so From's precedes To's as well.
	Reader int
	Path   []Step
	// Why is what the caller said of a step that it knows of.
	Why string
	// Also are the other relations by which From precedes To, of steps of the cycles that
	// are likely to be drawn: the first of each type, if they are short.
	Also []Step
	// FromMop and ToMop are the places of the micro-ops that show it.
	FromMop, ToMop int
}

// A VersionStep says why one version of a register is older than another.
type VersionStep struct {
	Source      string // which inference says so
	From, To    int    // the ops that show it; -1 if none is needed
	Value, Next edn.Value
}

// Inference tells what the order of the versions of registers was inferred
// from, and how far that went. What is not ordered cannot show a violation.
type Inference struct {
	Sources      []SourceUse
	Pairs        int64 // of versions of the same key that were written by transactions that took effect
	Unordered    int64 // of these, the pairs of which nothing says which is older
	Uncounted    int   // keys with too many versions, written by too many at a time, for their pairs to be counted in either
	NotInTime    int   // keys with too many versions written at a time for realtime to order them: then no verdict is valid
	Forced       int   // steps between transactions that are forced: without them there would be a cycle that is forbidden
	Skipped      bool  // there were too many transactions to look for such steps beyond what the sources tell
	WrittenTwice int   // values that several transactions wrote to a key: nobody can tell which write a read saw
}

// SourceUse is how far one source of version orders went.
type SourceUse struct {
	Name    string // as Elle calls it
	Orders  int    // how many pairs of versions it ordered directly; of the initial version, none are counted
	Dropped int    // keys for which it contradicts itself or the sources before it, and was not used
}

// CycleOps returns the ops of a cycle in order, each once.
func (c *Case) CycleOps() []int {
	ops := make([]int, len(c.Steps))
	for i, s := range c.Steps {
		ops[i] = s.From
	}
	return ops
}

// Stats tell how large the history was for the checker.
type Stats struct {
	Ops           int // of the history
	Txns          int // of clients
	OK            int
	Failed        int
	Indeterminate int
	MicroOps      int
	Keys          int
	Edges         int // between transactions, from values; order in time not counted, nor what hubs stand for
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
