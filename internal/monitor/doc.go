// Package monitor decides whether a history of one object is linearizable, for
// objects and histories where that takes little more than sorting: the rungs of
// a ladder that ends in a search.
//
// In general the question is NP-complete, even for a register. What makes it so
// is not to know which write a read saw. Where values are distinct, or do not
// matter, as with a lock, it goes away.
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
// Where a column sorts what is nearly sorted, as returns are if few ops are
// concurrent, or small numbers, time is n rather than n log n.
//
// # Compatibility
//
// To Knossos, a read of nil says nothing, and a dequeue that did not return has no
// effect. A caller who wants it so does not pass such ops.
//
// # How it is done
//
// All rungs go over the ops by Inv, and keep what they know in columns, by op,
// value or element. There is a fixed number of allocations. The order of what is
// not ordered is that of Inv, so the same ops have the same answer.
//
// Rungs have one of four ideas. Clusters of ops that must stand together are put
// in order (zone): Register, OwnerMutex, ReentrantMutex. What was read says in which
// order ops come: List, FencedMutex. Ops take effect as late or as early as they
// can: Bag, Set, Members, Semaphore, Counter, PriorityQueue. Elements are taken
// away from the front or the bottom: Queue, Stack.
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
