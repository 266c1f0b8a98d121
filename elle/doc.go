// Package elle decides whether a history of transactions keeps a consistency
// model, from what the transactions read and wrote, and shows a witness if not.
//
// # What is checked
//
// Clients run transactions of micro-ops on lists: [:append k v] adds an element
// to the list named k, [:r k vs] reads it whole. Since every element is appended
// once, a list tells who wrote it and in which order, so the dependencies that
// Adya ("Weak Consistency", 1999) defines can be inferred from reads alone
// (Kingsbury and Alvaro, "Elle", VLDB 2020):
//
//	ww   a appended to a key, b appended right behind it
//	wr   a read ends with the element that a appended
//	rw   a read ends where b appended: a did not see b
//
// With a model that needs it, the graph also has the order of a process's own
// transactions, or realtime: a completed before b was invoked.
//
// A cycle means that no order of the transactions explains the history. Which
// edges it needs tells how bad it is: [G0], [G1c], [GSingle], [GNonadjacent], [G2],
// each also with process or realtime edges. Other anomalies show without a
// graph: [G1a], [G1b], [Internal], [FutureRead], [DuplicateElements],
// [IncompatibleOrder], [DirtyUpdate], [LostUpdate], [GarbageRead]. A lattice of
// models and anomalies ([Models]) turns them into a verdict, and into the models
// that the history violates besides. It is Elle's, with garbage-read added.
//
// # How far to trust it
//
// Invalid comes with a witness, each step of which was shown again from the ops
// before it is reported. Under the assumptions below there is no false alarm.
// Valid means that no violation was found: transactions whose effects nobody
// read cannot be judged. If every append was read by a committed transaction,
// serializable and snapshot isolation and their session and realtime variants
// are decided completely; brute force over all tiny histories says so too.
// Unknown is left for what cannot be known: nothing depends on anything, or the
// check was cancelled.
//
// Assumptions and limits:
//
//   - An element is appended to a key once. Twice is an error.
//   - Lists begin empty; nil and [] are both the empty list, but within a
//     transaction that committed they are different answers (Q7).
//   - A read that an indeterminate transaction reports is used like any other, as
//     Elle does. If such a transaction did not commit, and the database promises
//     nothing to transactions that will not, an anomaly may rest on it.
//   - If the history also shows aborted state (G1a, dirty-update), or reads that
//     contradict each other (incompatible-order), version orders rest on what was
//     never committed, and a cycle may be a consequence of that.
//   - The order in which one transaction's own appends arrive in a list is not
//     compared with the order in which it made them.
//   - Levels below snapshot isolation are checked as far as the anomalies above
//     go. Models that no anomaly here violates (causal, session guarantees) are
//     accepted, but the verdict on them alone is Unknown.
//
// # How it works
//
// Micro-ops become columns (decode), grouped by key (group). For each key the
// longest read is the version order; almost every other read is a prefix of it,
// which comparing bytes shows, and is then a length (versions). Scans and edges
// come from one pass over a key (scan, edges), in parallel. Edges lead forward in
// the order of completions, but for a few; where none leads back, the graph falls
// apart (components). What is left is searched for each kind of cycle, worst
// first, by components, reachability and a product graph (search), exactly and
// in polynomial time, so nothing depends on a clock. Realtime order is a chain of
// barriers, one edge a transaction instead of one for each concurrent one
// (order). In the number of transactions n and micro-ops m the cost is O(n + m)
// and the length of the longest lists, plus the text; a component of c
// transactions and e edges may cost O(c*e/64) once.
//
// A witness is the shortest of its kind in its component, unless the component
// is so large that looking at all candidates would take more than a few million
// steps; then it is the shortest of those looked at.
//
// # Elle's quirks
//
// The specification of Elle's behaviour that this package follows counts its
// oddities. What was decided for each that concerns list-append:
//
//	Q2   fixed     A cycle may be told by any relation that its edges carry, so a
//	               G0-realtime is found even if one edge is also wr. Elle files it
//	               under G1c and leaves a cycle-exists entry. Only a step that is also
//	               ww or wr never counts as rw: told by those, the cycle is worse.
//	               P1{+x2 +y1} ; P0{+x1 ?y[1]} ; P2{?x[1 2]}
//	Q3   fixed     An element that nobody appended is garbage-read, which violates
//	               read-uncommitted; an append that never completed is info. Elle
//	               crashes on either.  P0{+x1} | P1{?x[1 9]}
//	Q5   followed  lost-update counts a read that follows an own append, if another
//	               append follows.  P0{+x1 ?x[1] +x2} | P1{?x[1] +x3}
//	Q6   fixed     For lost-update, nil and [] are the same version.
//	               P0{?x_ +x1} | P1{?x[] +x2}
//	Q7   followed  Reading nil and then [] in one transaction is internal.
//	               P0{?x_ ?x[]}
//	Q8   followed  A version that an aborted transaction wrote cuts the chain of ww
//	               edges: what lies beyond rests on aborted state.
//	               P0{+x1 +y1} ; P1{+x2}! ; P2{+x3 ?y_} ; P3{?x[1 2 3]}
//	Q12  fixed     There is no fallback cycle, since no search gives up.
//	Q15  fixed     A step is explained by the relation that it was found by.
//	Q16  changed   Eleven models prohibit nothing. Asked for alone they give Unknown
//	               with a warning, where Elle says valid.
//	Q17  followed  Not and AlsoNot come from all that was found, asked for or not.
//	Q18  changed   A valid result lists what it tolerated; its EDN form does not.
//	Q19  fixed     Of equally long longest reads the first is the version order, and
//	               all output is in the order of the history.
//	Q20  fixed     There are no timeouts; the same history gives the same bytes.
//	Q21  followed  Without any dependency the verdict is Unknown.
//
// Q1, Q4, Q9 to Q11 concern registers, Q13 and Q14 predicates, Q22 pictures.
// *-cycle-exists appears only if it was prohibited by name without the cycle
// itself, since otherwise the witness is there.
//
// DIFFERENCES.md lists every difference from what Elle answered on a corpus of
// 146 histories.
package elle
