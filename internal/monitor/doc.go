// Package monitor decides whether a history of one object is linearizable, for objects
// and histories where that takes little longer than sorting. Its monitors are the rungs
// of a ladder that ends in a search.
//
// In general the question is NP-complete, even for a register. The reason is that it is
// unknown which write a read saw. If values are distinct, or do not matter, as for a
// lock, the question is easy.
//
// # Definitions
//
// Each op has an interval, from its invocation to its return. The history is
// linearizable if each op can be given a point in its interval such that the ops,
// in the order of their points, are a run of the object alone. A pending op may
// have a point anywhere after its invocation, or none (Herlihy & Wing 1990).
//
// A rung answers exactly if its precondition holds, and says so if not, see
// [Answer]. It finds an order, or, mostly, a few ops that can have none.
//
//	rung        object                                    precondition                               time
//	Register    read, write, compare-and-set              what was seen was written once             n log n
//	Queue       first in, first out; empty dequeues       what was taken was put in once             n log n
//	Stack       last in, first out; empty pops            what was taken was put in once (1)         n log n
//	Bag         in, out, in any order                     nobody found it empty                      n
//	Set         add, read of all                          no set that was read has an element twice  n log n
//	Members     add, remove, contains                     each element added, removed at most once   n
//	List        append, read of all in order              no element is appended twice               n log n
//	Mutex       lock that anyone may release              none                                       n log n
//	Semaphore   the same with several permits             one permit at a time                       n log n
//	OwnerMutex  lock that its holder may release          owners do one thing at a time              n log n
//	Reentrant   the same, which it may acquire again      the same                                   n log n
//	FencedMutex the same, with tokens that grow           the same, and each has its token           n log n
//	Counter     add, read                                 all add 1; others it can only refute       n log n
//	Priority    put in, the lowest out; empty takes       what was taken was put in once (1)         n log n
//
// Where their preconditions do not hold, QueueOfValues, StackOfValues and
// CounterOfAmounts decide queues, stacks and counters by a [Search], which may take long.
//
// (1) Some histories with pending takes remain undecided.
//
// If a column sorts small numbers or nearly sorted values, such as returns when few ops
// are concurrent, time is n rather than n log n.
//
// # Compatibility
//
// In Knossos, a read of nil shows nothing, and a dequeue that did not return has no
// effect. A caller that follows Knossos does not pass such ops.
//
// # How it is done
//
// All rungs go over the ops by Inv, and keep their data in columns, by op, value or
// element. There is a fixed number of allocations. Ties break by Inv, so the same ops
// have the same answer.
//
// Each rung uses one of four ideas. Clusters of ops that must be adjacent are put in
// order (zone): Register, OwnerMutex, ReentrantMutex. The reads show the order of the
// ops: List, FencedMutex. Ops take effect as late or as early as they can: Bag, Set,
// Members, Semaphore, Counter, PriorityQueue. Elements are taken away from the front or
// the bottom: Queue, Stack.
//
// # Sources
//
// Abdulla, Grahn, Jonsson, Krishna & Mishra: Efficient Linearizability Monitoring,
// PLDI 2025. Bouajjani, Emmi, Enea & Hamza: On Reducing Linearizability to State
// Reachability, ICALP 2015. Gibbons & Korach: Testing Shared Memories, SIAM
// Journal on Computing 26(4), 1997. Henzinger, Sezgin & Vafeiadis: Aspect-Oriented
// Linearizability Proofs, CONCUR 2013. Herlihy & Wing: Linearizability, TOPLAS
// 12(3), 1990. Lee & Mathur: Efficient Decrease-and-Conquer Linearizability
// Monitoring, OOPSLA 2025.
package monitor
