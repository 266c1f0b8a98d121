package weak

import (
	"context"
	"slices"
)

// Values of History.From that are not a transaction.
const (
	Initial int32 = -1 // a read of the initial version of the key
	Write   int32 = -2 // the op is a write
	Unknown int32 = -3 // a read of which nothing is known: ignored
)

// A History is the transactions that took effect, numbered from 0. It is only
// read. Reads of a transaction's own writes, and reads that follow a write of
// the same key in their transaction, are ignored: they say nothing about what
// was visible to it.
type History struct {
	Session  []int32 // per txn: its session, below Sessions, or -1 for one of its own; a session's txns are ordered by number
	Last     []bool  // per txn: session order leads to it but not on from it; nil if that is true of none
	Sessions int
	Off      []int32 // the ops of txn t, in program order, are Off[t] to Off[t+1]
	Key      []int32 // per op: the key, below Keys
	From     []int32 // per op: Write, Initial, Unknown, or the txn whose version was read, which must write the key
	Keys     int
	Order    []Before // orders of versions that are known already; may be nil

	// Written is From where it counts which of a transaction's ops on a key came first,
	// nil if that is From. A list that a transaction read after it had appended to it shows what it
	// was appended to: From has that read, and the write behind it.
	Written []int32
}

// of returns h as a level looks at it.
func (h *History) of(level Level) *History {
	if level != WritesFollowReads || h.Written == nil {
		return h
	}
	plain := *h
	plain.From = h.Written
	return &plain
}

// Before says that A's version of Key precedes B's. Both write it.
type Before struct{ Key, A, B int32 }

// A Level is a property of histories; the package comment defines each.
type Level uint8

// The levels. The first three are about one order of all transactions, causal and
// PRAM about one for each session, the others about an order for each key.
const (
	MonotonicAtomicView Level = iota
	ReadAtomic
	CausalConvergence
	CausalPlus
	Causal
	WeakCausal
	PRAM
	PRAMPlus
	MonotonicReads
	MonotonicWrites
	ReadYourWrites
	WritesFollowReads
)

var levelNames = [...]string{
	"monotonic atomic view", "read atomic", "causal convergence", "causal plus", "causal", "weak causal", "PRAM", "PRAM plus",
	"monotonic reads", "monotonic writes", "read your writes", "writes follow reads",
}

func (l Level) String() string { return levelNames[l] }

// global reports whether the level asks for one order of all transactions.
func (l Level) global() bool { return l <= CausalConvergence }

// happensBefore reports whether a write is visible by any path of session order
// and reads.
func (l Level) happensBefore() bool {
	return l == CausalConvergence || l == CausalPlus || l == WeakCausal
}

// views reports whether the level asks for an order of all transactions for each
// session.
func (l Level) views() bool { return l == Causal || l == PRAM }

// needsBase reports whether a cycle of session order and reads breaks the level.
func (l Level) needsBase() bool { return l <= WeakCausal }

// sessions reports whether session order counts at this level if the caller
// says so: only the first three mean anything without.
func (l Level) sessions(asked bool) bool { return asked || !l.global() }

// A Forced edge: Reader read To's version of Key although From, which also
// wrote Key, was visible to it, so From's version is older. If Reader is To,
// From's write of Key comes before To's own.
type Forced struct{ Key, From, To, Reader int32 }

// Check decides whether h satisfies the level. It returns nil if it does, else
// a short witness. Without sessions, session order is left out, which only the
// first three levels allow. An error is ctx's.
func Check(ctx context.Context, h *History, level Level, sessions bool) (*Witness, error) {
	x, err := newIndex(ctx, h.of(level), level.sessions(sessions))
	if err != nil {
		return nil, err
	}
	c := &checker{index: x, level: level}
	if x.cyclic && level.needsBase() {
		return c.baseCycle(ctx)
	}
	if level.views() {
		return c.checkViews(ctx)
	}
	return c.check(ctx)
}

// Infer returns orders between writers that the level forces, in ascending
// order and without repetition. Left out are those that follow from the others
// along with session order and reads, and, except at the first two levels and
// monotonic reads, those between versions far apart. If the history breaks the
// level, there may be fewer or none. Weak causal forces none, and causal and PRAM
// force none that all sessions agree on.
func Infer(ctx context.Context, h *History, level Level, sessions bool) ([]Forced, error) {
	x, err := newIndex(ctx, h.of(level), level.sessions(sessions))
	if err != nil || x.cyclic && level.needsBase() || level == WeakCausal || level.views() {
		return nil, err
	}
	c := &checker{index: x, level: level, scope: scope{want: wantAll}}
	edges, err := c.edges(ctx)
	if err != nil {
		return nil, err
	}
	edges = slices.DeleteFunc(edges, func(e Forced) bool { return e.To == Initial })
	slices.SortFunc(edges, compareForced)
	return slices.CompactFunc(edges, func(a, b Forced) bool {
		return a.Key == b.Key && a.From == b.From && a.To == b.To
	}), nil
}

// checker is one run of Check or Infer.
type checker struct {
	*index
	level Level
	scope scope
	w     *writers  // made when first needed
	past  [][]int32 // the linear extensions tried before, by their pos
	known []Forced  // edges that lead forward in this one, since it was made so
}

// check looks first for what leads backward in the linear extension. If nothing
// does, the extension itself is the order that the level asks for.
func (c *checker) check(ctx context.Context) (*Witness, error) {
	c.scope = scope{want: wantBack}
	back, err := c.edges(ctx)
	if err != nil {
		return nil, err
	}
	if e, ok := toInitial(back); ok {
		return c.initialWitness(e), nil
	}
	if c.level == WeakCausal {
		return c.hidden(ctx, back)
	}
	if c.level.global() {
		return c.checkOrder(ctx, back)
	}
	return c.checkKeys(ctx, back)
}

// edges returns the forced edges that the scope asks for.
func (c *checker) edges(ctx context.Context) ([]Forced, error) {
	switch c.level {
	case MonotonicAtomicView, ReadAtomic:
		return c.atomicEdges(ctx)
	case MonotonicReads:
		return c.monotonicReads(ctx)
	}
	if c.w == nil {
		var err error
		if c.w, err = newWriters(ctx, c.index); err != nil {
			return nil, err
		}
	}
	q, err := c.queries(ctx)
	if err != nil || q.len() == 0 {
		return nil, err
	}
	if c.level.happensBefore() && c.scope.want == wantBack {
		return c.lateEdges(ctx, q)
	}
	if c.level.happensBefore() {
		return c.causalEdges(ctx, q)
	}
	return c.sessionEdges(ctx, q)
}

// toInitial returns the first edge to the initial version: the reader with the
// smallest number, then the key, then the writer.
func toInitial(edges []Forced) (first Forced, ok bool) {
	for _, e := range edges {
		if e.To != Initial {
			continue
		}
		if !ok || e.Reader < first.Reader || e.Reader == first.Reader &&
			(e.Key < first.Key || e.Key == first.Key && e.From < first.From) {
			first, ok = e, true
		}
	}
	return first, ok
}

func compareForced(a, b Forced) int {
	for _, d := range [...]int32{a.Key - b.Key, a.From - b.From, a.To - b.To, a.Reader - b.Reader} {
		if d != 0 {
			return int(d)
		}
	}
	return 0
}
