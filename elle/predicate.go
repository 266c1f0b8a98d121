package elle

import (
	"context"
	"math/big"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
)

// predicates is the workload of items that are inserted, written, deleted and read by
// key or by predicate, in a closed universe: all versions of all items are known, and
// few of each. So what a read by predicate left out shows which version of it was
// selected, and who changes the answer (Adya 1999, predicate reads; the workload is
// Elle's closed-predicate).
//
// # Assumptions
//
//   - The versions of an item were installed in the order in which the
//     transactions that wrote them completed. Nothing in a history shows that this
//     is so: of a database that does not keep it, cycles may be false alarms.
//   - An :init that completed before any :txn was invoked made its items before
//     everything else: of them, unborn is no version that can be seen. Any other
//     :init is a transaction that inserts, and makes unborn the first version.
//   - A value is written to an item once, and an item is deleted once.
//
// Under these, what is reported has no serial explanation. What is not reported may
// have none either: if several versions of an item may have been left out of an answer,
// it shows only that it is not older than the first of them, and older than what
// follows the last; a read by predicate that leaves out what its own transaction wrote
// is not reported; and an indeterminate write that shows only by what a predicate left
// out is overwritten by nobody.
//
// # Answers are reads
//
// An item that a read by predicate returned was read, like one that was read by
// key: wr and rw tell who wrote it and who overwrote it, and lost updates,
// contradictions within a transaction and weak models take it into account. What
// was not returned did not match: wrp and rwp tell who wrote it so, and who changed
// that. For Elle either is a matter of predicates, which repeatable read allows
// to change, and only if the next version does not match any more.
//
// # Where Elle guesses
//
// Elle takes these for certain, and we do not, so that its cycle is no false
// alarm:
//
//   - Where an indeterminate write stands. It may take effect at any later time, so
//     of one that was seen, all that is known of its place is that it follows the
//     item's first state, and one that was not seen follows nothing. Elle puts it
//     where its completion stands.
//     {:x 1} ; [[:w :x 2]]~ ; [[:w :x 3]] ; [[:r :x 3]] ; [[:r :x 2]]
//   - What nil means. It may be unborn, and any of the deleted versions. For Elle it
//     is dead only if no version follows.
//     {:x 0} ; [[:delete :x]] ; [[:r :x nil]] ; [[:insert :x 5]]
//   - That an :init came first, even if it did not.
//     {:x 1} | [[:rp [:= 1] {}]]
//
// Elle leaves these out, and we do not:
//
//   - A write of a transaction's own explains what it reads afterwards, and not what
//     it read before.  {:x 1} ; [[:rp :true {}] [:delete :x]]
//   - A version that a transaction replaced itself was never installed, so no other
//     transaction's read by predicate selected it.
//   - Writes by :w have an order, too (Q13), and everything follows unborn, also
//     what an :init made (Q14).
//   - G1a, G1b, future-read, garbage-read, internal and lost-update of either kind of
//     read, and a read by predicate that returned what its own predicate does not match.
//   - A read by key that did not find an item which was there before everything and
//     which nobody deleted is a predicate-read-miss, too.
//
// A step is explained by the relation by which it was found (Q15), which the ops must
// show again. No step is by wwp: a write reads no predicate, so in Adya's definitions
// there is no such relation between two writes but ww.
//
// # Cost
//
// Of a history of size n, what reads returned counted, with d different
// predicates and v versions: O(n log v + d*v) time, and O(n log v) edges. What an
// item was seen as that an answer left out depends on the predicate alone, so
// each answer costs as many edges as it returned items, and not as there are
// items: the rest are ranges in a tree of barriers (fan).
type predicates struct {
	kept func(Anomaly) int // how many findings of a type are kept
	x    *txns
	src  *edn.Source

	// Micro-ops, in the order of transactions and then their own: those of
	// transaction t are mops[off[t]:off[t+1]]. An :init writes its items.
	off      []int32
	mops     []predicateMop
	init     []bool         // per transaction
	returned []returnedItem // by reads by predicate

	keys  []span              // where key k first stands in the source
	names map[int32]edn.Value // how a key is written instead
	vals  []span              // where value v does
	ints  []int64             // per value: itself, if it is an integer
	isInt []bool              // whether it is
	bigs  map[int32]*big.Int
	preds []predicate // the different ones

	versions []itemVersions        // per key
	wrote    map[itemValue]origins // who wrote what
	observed []bool                // per transaction: it is indeterminate, but what it wrote was read
}

// A predicateMop is a micro-op, or an item of an :init.
type predicateMop struct {
	kind predicateKind
	last bool  // of a write: the last of its transaction on the key
	key  int32 // of a read by predicate, which predicate
	val  int32 // of a read by predicate, where in returned its items begin
	end  int32 // of a read by predicate, where they end
}

type predicateKind uint8

const (
	itemRead predicateKind = iota
	itemWrite
	predicateRead
)

// Values that are none of the history. They match no predicate.
const (
	valueDead   = 0
	valueNil    = -1 // what a read of an unborn or dead item answers
	valueUnborn = -2
)

// A returnedItem is an item that a read by predicate returned.
type returnedItem struct{ key, val int32 }

func newPredicates(ctx context.Context, x *txns, kept func(Anomaly) int) (*predicates, error) {
	p := &predicates{x: x, src: x.h.Source(), kept: kept}
	if err := p.decode(ctx); err != nil {
		return nil, err
	}
	if err := p.findVersions(); err != nil {
		return nil, err
	}
	p.observe()
	return p, nil
}

func (p *predicates) size() (keys, mops int) { return len(p.keys), len(p.mops) }

func (p *predicates) anyRead() bool {
	for t := range int32(p.x.len()) {
		if p.x.readsCount(t) && slices.ContainsFunc(p.txn(t), func(m predicateMop) bool { return m.kind != itemWrite }) {
			return true
		}
	}
	return false
}

func (p *predicates) under([]source) workload { return p }

// txn returns the micro-ops of a transaction.
func (p *predicates) txn(t int32) []predicateMop { return p.mops[p.off[t]:p.off[t+1]] }

// items returns what a read by predicate returned.
func (p *predicates) items(m *predicateMop) []returnedItem { return p.returned[m.val:m.end] }

// place is where micro-op i of a transaction stands in its value: nowhere, in an
// :init, which has no micro-ops.
func (p *predicates) place(t int32, i int) int {
	if p.init[t] {
		return -1
	}
	return i
}

func (p *predicates) keyValue(k int32) edn.Value {
	if v, ok := p.names[k]; ok {
		return v
	}
	sp := p.keys[k]
	return p.src.Value(sp.lo, sp.lo+int(sp.len))
}

// The pseudo-versions, as Elle names them.
var (
	unborn = edn.MustParse(":elle/unborn")
	dead   = edn.MustParse(":elle/dead")
)

// value returns a value as it was written.
func (p *predicates) value(v int32) edn.Value {
	switch v {
	case valueUnborn:
		return unborn
	case valueDead:
		return dead
	case valueNil:
		return edn.Value{}
	}
	sp := p.vals[v]
	return p.src.Value(sp.lo, sp.lo+int(sp.len))
}

// mopValue returns a micro-op as it was written.
func (p *predicates) mopValue(t int32, i int) edn.Value {
	lo, hi := p.x.value(t)
	if mops, err := p.src.Value(lo, hi).Items(nil); err == nil && i < len(mops) {
		return mops[i]
	}
	return edn.Value{}
}
