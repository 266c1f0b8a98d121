// Package linearizable decides whether operations that clients ran concurrently on an
// object could have taken effect one at a time, each at some moment between its
// invocation and its completion (Herlihy & Wing, "Linearizability", TOPLAS 1990).
// If not, it shows where.
//
// # What is checked
//
// A [Model] is a sequential object, chosen by name: registers, with and without
// compare-and-set, several kinds of locks, semaphores, several registers with
// transactions, sets, lists, queues with or without priorities, stacks, counters,
// and texts by key. [Detect] chooses the model that fits the operations. If values are
// tuples of a key and a value, as Jepsen's independent generators make them, each key
// is a separate object. Objects are judged in parallel, and a history is linearizable if
// each object is. Programs define objects of their own as an [Object]; Porcupine's
// models run unchanged.
//
// Operations that failed did not happen. Operations that are indeterminate or never
// completed may take effect at any time after their invocation, or not at all.
//
// # The ladder
//
// The first of these methods that can decide an object does; [Part].Rung says which
// one it was:
//
//	empty     nothing is judged: no successful operation shows the object's state
//	a monitor the history allows an answer in little more than the time of sorting:
//	          registers whose values were written once, queues and stacks whose
//	          values were put in once, sets, lists, locks, bags, counters that add 1
//	search    everything else
//
// Queues and stacks whose values were put in more than once, and counters that only
// grow, have their own searches. The search for queues orders enqueues and dequeues
// pair by pair. The one for stacks shares elements below the top between all stacks that
// have them. The one for counters takes reads in the order of their values.
//
// The search (search.go) goes through the completions in order, and through the
// operations that may have taken effect before each (Wing & Gong 1993, Lowe 2017). For
// each moment it remembers the state, which running operations have taken effect, and
// how many pending ones of each kind have. If two such memories differ only in the
// latter, the one that used fewer of each kind can do everything that the other can.
// Pending operations that nothing needs are left out, reads take effect as soon as
// they are possible, and writes that nobody saw need no position of their own. The search
// goes straight on, and jumps far back if that fails. If pending operations are
// scarce, it alternates with an order that wastes the fewest of them.
// In general the question is NP-complete (Gibbons & Korach 1997), so the search
// may exceed its [Budget]. Then the answer is Unknown, and the result says how far the
// search got.
//
// # What a verdict means
//
// Valid and Invalid are exact: there is an order, which Options.Witness shows, or
// there is none. If an object is invalid, [Part].Culprit is the first completion up to
// which nothing explains the history, as in Knossos, and [Part].Final is what the
// object may have been just before.
//
// As in Knossos, a register's read of nil shows nothing, because a read that learned
// nothing also returns nil. In the model etcd, nil is a value, and a failed compare
// is an observation. In Knossos, a pending dequeue never takes effect, which is a false
// alarm if it did, and an ok dequeue of nil took a value; Options.Knossos asks for
// that. If several operations may have taken effect last before a failure, Knossos
// names the one that it met first, in no documented order; here it is the latest.
package linearizable
