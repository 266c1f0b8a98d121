// Package linearizable decides whether operations on an object that clients ran
// concurrently could have taken effect one at a time, each at some moment between
// its invocation and its completion (Herlihy & Wing, "Linearizability", TOPLAS
// 1990), and shows where not.
//
// # What is checked
//
// A [Model] is a sequential object, chosen by name: registers, with and without
// compare-and-set, locks of several kinds, semaphores, several registers with
// transactions, sets, lists, queues, with priorities or without, stacks, counters,
// and texts by key. [Detect] tells it from the operations. If values are tuples of a
// key and a value, as Jepsen's independent generators make them, each key is an
// object of its own, and they are judged in parallel: a history is linearizable if
// it is so for each object. A program's own object is an [Object]; models of
// Porcupine run as they are.
//
// Operations that failed did not happen. Of those that are indeterminate, or never
// completed, nobody knows: they may take effect at any time after their
// invocation, or not at all.
//
// # The ladder
//
// The first rung that can decides an object, and [Part].Rung says which it was:
//
//	empty     nothing is judged: no operation that succeeded says what the object was
//	a monitor the history allows an answer in little more than the time of sorting:
//	          registers whose values were written once, queues and stacks whose
//	          values were put in once, sets, lists, locks, bags, counters that add 1
//	search    everything else
//
// Queues and stacks whose values were put in more than once, and counters that only
// grow, have searches of their own: the first puts enqueues and dequeues in order pair by
// pair, the second shares what is below the top between all stacks that have it, the
// third takes reads in the order of what they found.
//
// The search (search.go) goes through the completions in their order, and through
// what else may have taken effect before each (Wing & Gong 1993, Lowe 2017). What
// it remembers of a moment is the state, which of the running operations have
// taken effect, and how many pending ones of each kind: of two memories that differ in
// the latter only, the one that used fewer of each can do all that the other can.
// Pending operations that nobody needs are left out; reads take effect as soon as
// they are possible; writes that nobody saw need no place of their own. The search goes
// straight on, and back far where that leads no further; if pending operations are
// scarce, an order that wastes the fewest of them takes turns with it.
// In general the question is NP-complete (Gibbons & Korach 1997), so the search
// may exceed its [Budget]: then the answer is Unknown, and how far it got is told.
//
// # What a verdict means
//
// Valid and Invalid are exact: there is an order, which Options.Witness shows, or
// there is none. Of what is invalid, [Part].Culprit is the completion up to which
// nothing explains the history, as in Knossos, and [Part].Final tells what the
// object may have been just before.
//
// As in Knossos, a register's read of nil says nothing, since a read that learned
// nothing also returns nil. The model etcd takes nil for a value, and a compare
// that failed for an observation. In Knossos a pending dequeue never takes effect,
// which is a false alarm if it did, and one that is ok and took nil took a value;
// Options.Knossos asks for that. Of several operations that may have taken effect
// last before a failure, Knossos names one that it met first, in no order that is
// told; here it is the latest.
package linearizable
