// Package weak decides whether a history of transactions satisfies weak isolation
// levels, which demand less than a serial order of the transactions. The decision is
// exact and takes about linear time. If a level is violated, it shows a cycle.
//
// # Definitions
//
// For each read, a history says which transaction wrote the version that was read: wr
// leads from that transaction to the reader. Session order, so, leads from each
// transaction of a session to the later ones; hb, happens before, is (so ∪ wr)+. If a
// transaction writes a key several times, others see only the last write. Only reads
// before any write of the same key in their transaction count, and reads of lists after
// it, which show the list before the transaction's own appends; WritesFollowReads
// leaves these out.
//
// All levels have the same form. Let a transaction t3 read key x from t1, and let
// another transaction t2 also write x and be visible to that read. Then t2's version is
// older than t1's: an edge from t2 to t1 is forced. Nothing visible can be older than
// the initial version. The levels differ in what is visible, and in the edges with
// which forced edges must not form a cycle (Biswas & Enea 2019):
//
//   - MonotonicAtomicView: what an earlier op of t3 read from. (There it is called
//     read committed.)
//   - ReadAtomic: what any op of t3 read from, and what so leads to t3 from.
//   - CausalConvergence: what hb leads to t3 from. (There, causal consistency.)
//
// These three demand one order of all transactions that contains so, wr, the known
// orders of versions and the forced edges. The caller may leave out so.
//
//   - CausalPlus: as CausalConvergence, but each key has its own order, which contains
//     the forced edges and known orders of that key, and hb between its writers. hb
//     must be acyclic. (Causal+ of Lloyd et al. 2011: a convergent order for each key.)
//   - WeakCausal: hb is acyclic, and no t1 hb t2 hb t3 where t3 reads x from t1 and
//     t2 writes x; the initial version is before everything. There need be no
//     order at all, so known orders do not matter (Bouajjani et al. 2017, CC).
//
// Two demand an order of all transactions for each session, in which each of the
// session's own reads is of the last version before it (see view):
//
//   - Causal: it contains hb (causal memory: Ahamad et al. 1995; CM of Bouajjani et al.
//     2017).
//   - PRAM: it contains so (Lipton & Sandberg 1988).
//
// Of the known orders, it contains the edges that lead to a version that the session
// read, and after such a version those to known later ones: a list that was read shows
// what came before, and that nothing else did.
//
// The rest are about transactions rather than single ops, unlike their originals,
// and ask for an order of the versions of each key, the initial one first, with
// known orders, forced edges, and, as given, direct ones between its writers. hb
// may be cyclic (Terry et al. 1994):
//
//   - ReadYourWrites: visible is what so leads to t3 from.
//   - MonotonicReads: to a read of x, the version of x that an earlier op of t3, or
//     a transaction that so leads to t3 from, read.
//   - MonotonicWrites: what so leads to some t5 from, where an earlier op of t3 read
//     from t5. Direct: so.
//   - WritesFollowReads: to a read of x, the version of x that was read before some
//     write of t5, by t5 or a transaction that so leads to t5 from, where an
//     earlier op of t3 read from t5. Direct: from such a version to t5's own.
//   - PRAMPlus: what so leads to t3 from; and where t3, or one that so leads to t3 from,
//     read from t5, t5 and what so leads to t5 from. Direct: so.
//
// CausalConvergence implies ReadAtomic and that MonotonicAtomicView; also CausalPlus,
// and that WeakCausal, PRAMPlus and WritesFollowReads; PRAMPlus implies the other
// three. Causal implies PRAM and WeakCausal. A level with session order implies the
// same level without.
//
// # How it is done
//
// The first step is a linear extension of hb, which is usually the order of the
// transactions' numbers. If no forced edge leads backward in it, it is the order that
// the level demands, also for each key. An edge can only lead backward if its writer is
// between the version that was read and the reader, and most reads read the last
// version before them. So few cases need a closer look, and most of those show in a few
// steps back from the reader. Backward edges split the history into blocks that no
// cycle leaves, usually of a few transactions. In these, all edges are found, and a
// shortest cycle is searched for among the strongly connected components. If the blocks
// are large, because many transactions are concurrent, linear extensions in which the
// edges found so far lead forward are tried first.
//
// With n ops and k sessions: monotonic atomic view and read atomic take O(n^1.5) at the
// worst, and close to n where transactions are small, as Møldrup & Pavlogiannis (2025),
// who show that it cannot be better in general. Levels with hb take O(n) for all that
// is visible nearby, however many sessions there are, and at most O(n*k) for the rest;
// see lateEdges and causalEdges. Without sessions nothing bounds the former, and a
// history with old reads everywhere may take O(n^2) time, though not memory. Session
// guarantees take O(n log n), and time for each version of the key between the one read
// and the reader. Causal and PRAM take O(n log n) for all sessions whose reads are of
// the last versions, as far as the extension shows, and O(n log n) for each other one,
// as often as what it must have seen grows.
//
// # Sources
//
// Ahamad et al.: Causal Memory, Definitions, Implementation and Programming,
// Distributed Computing 9(1), 1995. Biswas & Enea: On the Complexity of Checking Transactional Consistency, OOPSLA
// 2019. Bouajjani, Enea, Guerraoui & Hamza: On Verifying Causal Consistency, POPL
// 2017. Lipton & Sandberg: PRAM, A Scalable Shared Memory, Princeton 1988. Lloyd et
// al.: Don't Settle for Eventual, SOSP 2011. Liu et al.: Plume, Efficient and Complete Black-Box Checking of Weak Isolation Levels,
// OOPSLA 2024. Mattern: Virtual Time and Global States of Distributed Systems,
// 1989. Møldrup & Pavlogiannis: AWDIT, An Optimal Weak Database Isolation Tester,
// PLDI 2025. Terry et al.: Session Guarantees for Weakly Consistent Replicated
// Data, PDIS 1994.
package weak
