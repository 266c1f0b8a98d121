// Package elle decides whether a history of transactions satisfies a consistency
// model, from what the transactions read and wrote. If not, it shows a witness.
//
// # What is checked
//
// Clients run transactions of micro-ops, in one of these workloads:
//
//	list-append       [:append k v] adds an element to list k, [:r k vs] reads it
//	rw-register       [:w k v] writes register k, [:r k v] reads it
//	closed-predicate  inserts, writes, deletes and reads of rows, and reads of all
//	                  rows that match a predicate
//
// :read and :write are other names for :r and :w.
//
// Every element is appended once and every value is written once. So a read shows
// who wrote what it saw, and a list also shows the order of its elements. From that,
// the dependencies that Adya ("Weak Consistency", 1999) defines can be inferred
// (Kingsbury and Alvaro, "Elle", VLDB 2020):
//
//	ww   b overwrote the version that a wrote
//	wr   b read the version that a wrote
//	rw   b overwrote the version that a read
//
// For models that need it, the graph also has the order of each process's
// transactions, or realtime order: a completed before b was invoked.
//
// A cycle means that no order of the transactions explains the history. Its edges
// determine how bad it is: [G0], [G1c], [GSingle], [GNonadjacent], [G2], each also
// with process or realtime edges. Other anomalies show without a graph: [G1a],
// [G1b], [Internal], [FutureRead], [DuplicateElements], [IncompatibleOrder],
// [DirtyUpdate], [LostUpdate], [CyclicVersions], [GarbageRead]. A lattice of models
// and anomalies ([Models]) turns them into a verdict, and into the other models that
// the history violates. It is Elle's lattice with some additions, which are marked.
//
// Weak models, from monotonic atomic view to causal convergence, and the session
// guarantees are decided exactly: by whether any order of the writes explains the
// reads ([OTV] and the anomalies beside it; package internal/weak has the
// definitions). [Options].Ladder checks a history against every model at once.
//
// Options can demand that each list keeps an order in time ([Options].SequentialKeys
// and LinearizableKeys). Transactions that touched the same list are then ordered by
// their process or by realtime, and no cycle that the models forbid may need such an
// edge. The name of the cycle has the suffix of the order, and the case names the list.
//
// # Invocations and completions
//
// What a transaction did follows from its completion, as far as possible:
//
//   - A completion without a value (nil counts as none) has the micro-ops of the
//     invocation. The results of its reads are then unknown, even if it is ok.
//   - An :info or :fail whose value is not a transaction, such as :timeout, also has the
//     invocation's micro-ops. So does one with other micro-ops, keys or written
//     values than the invocation (warning completion-differs). An :ok whose value is not
//     a transaction is an error.
//   - An :ok with the same micro-ops but other written values, such as a server's
//     reply, shows what was read; the invocation's written values count
//     (other-values-written). A value that only the completion has counts.
//   - An :ok with other micro-ops shows what happened, as in Elle (other-micro-ops).
//     Micro-ops that it leaves out may or may not have happened: if one of them was
//     read, the verdict is Unknown unless something else is violated.
//   - An invocation without a value, or with an empty one, shows nothing.
//
// A value may be written again after a write of it failed. It then belongs to the
// later write.
//
// # The order of a register's versions
//
// Reads of a list show the order of its versions; reads of a register do not. The
// order comes from these sources. Versions that remain unordered cannot show a
// violation; [Inference] says how many there are.
//
//   - The initial version is the oldest.
//   - Options may assume an order for each key. If the assumption contradicts itself,
//     the key has [CyclicVersions], and the assumption is not used for it.
//   - The checked models imply an order: under strict serializability, versions are
//     in realtime order. Anomalies that rest on this only violate models with
//     realtime order. The same holds for processes.
//   - Everything else would be a cycle. If the writer of a version reaches a reader
//     of another one, it wrote an older version. New orders are new dependencies, and
//     so on. This is done for up to 8,192 transactions. For more, the check of causal
//     convergence finds what reads and processes alone force.
//
// Deciding serializability of registers completely is NP-hard (Papadimitriou 1979).
// Reported anomalies are sound: each order has a reason, which is shown.
//
// # How far to trust it
//
// Invalid comes with a witness, and each of its steps was verified against the ops.
// Under the assumptions below there are no false alarms. Valid means that no
// violation was found: transactions whose effects nobody read cannot be judged. If
// every append to a list was read by a committed transaction, serializability,
// snapshot isolation and their session and realtime variants are decided completely;
// brute force over all tiny histories agrees. Unknown means that nothing can be known:
// no transaction depends on another, or the check was cancelled.
//
// Assumptions and limits:
//
//   - Two committed transactions must not append the same element to a key: that is an
//     error. So is a value that two of them wrote to a register and another one read. If
//     nobody read it, each write is a separate version, which follows the initial
//     one and every other version that is known to be older. If an indeterminate
//     transaction wrote the same value as another one and the value was read, the read
//     may have seen either write and shows neither.
//   - Lists start empty. nil and [] are both the empty list, but different answers
//     for internal and lost-update (Q6, Q7). Registers start as nil, which cannot be
//     written.
//   - An indeterminate transaction counts as soon as one of its writes was
//     read. Its own reads of registers are not used; a list that it reports is used
//     like any other, as in Elle. If such a transaction did not commit, and the
//     database promises nothing to transactions that do not, an anomaly may rest
//     on it.
//   - If the history also shows aborted state (G1a, dirty-update), or reads that
//     contradict each other (incompatible-order), version orders rest on uncommitted
//     state, and a cycle may be a consequence of that.
//   - The order in which one transaction's own appends arrive in a list is not
//     compared with the order in which it made them.
//   - Cursor stability, monotonic view, monotonic snapshot read, forward consistent
//     view, update serializability, prefix, parallel snapshot isolation and update
//     atomic are checked only as far as the anomalies above and the models that they
//     imply go.
//   - A history without realtime order, or without processes, cannot be valid
//     under a model that needs them: the verdict is Unknown or Invalid.
//
// # How it works
//
// A workload (files list_*, register_*, predicate_*) decodes micro-ops into
// columns and groups them by key. One pass over each key, in parallel, infers
// dependencies and the anomalies that need no graph. The longest read of a list is
// the order of its versions. Almost every other read is a prefix of it; comparing
// bytes shows that, and the read is then stored as a length. Nearly all edges lead
// forward in the order of completions; where none leads back, the graph falls apart
// (components). The remaining components are searched for each kind of cycle, worst
// first, with components, reachability and a product graph (search). The search is
// exact and takes polynomial time, so nothing depends on a clock. Realtime order is a
// chain of barriers, with one edge per transaction instead of one per concurrent
// transaction (order). For n transactions and m micro-ops, the cost is O(n + m)
// plus the length of the longest lists and of the text. A component of c
// transactions and e edges may cost O(c*e/64) once. Realtime orders of a register's
// versions cost the number of its micro-ops times the number of concurrent ones;
// forced orders, of at most 8,192 transactions, cost a row of bits each.
//
// A witness is the shortest of its kind in its component, unless the component
// is so large that looking at all candidates would take more than a few million
// steps. Then it is the shortest of those that were examined.
//
// # Elle's quirks
//
// QUIRKS.md lists Elle's oddities and gaps and what became of each here.
// DIFFERENCES.md lists every difference from Elle's answers on a corpus of
// 292 histories.
package elle
