// Package elle decides whether a history of transactions keeps a consistency
// model, from what the transactions read and wrote, and shows a witness if not.
//
// # What is checked
//
// Clients run transactions of micro-ops, of one of these workloads:
//
//	list-append       [:append k v] adds an element to list k, [:r k vs] reads it
//	rw-register       [:w k v] writes register k, [:r k v] reads it
//	closed-predicate  inserts, writes, deletes and reads of rows, and reads of all
//	                  rows that match a predicate
//
// :read and :write are other names of :r and :w.
//
// Since every element is appended and every value is written once, a read tells
// who wrote what it saw, and a list also in which order its elements came. So the
// dependencies that Adya ("Weak Consistency", 1999) defines can be inferred
// (Kingsbury and Alvaro, "Elle", VLDB 2020):
//
//	ww   b overwrote the version that a wrote
//	wr   b read the version that a wrote
//	rw   b overwrote the version that a read
//
// With a model that needs it, the graph also has the order of a process's own
// transactions, or realtime: a completed before b was invoked.
//
// A cycle means that no order of the transactions explains the history. Which
// edges it needs tells how bad it is: [G0], [G1c], [GSingle], [GNonadjacent], [G2],
// each also with process or realtime edges. Other anomalies show without a
// graph: [G1a], [G1b], [Internal], [FutureRead], [DuplicateElements],
// [IncompatibleOrder], [DirtyUpdate], [LostUpdate], [CyclicVersions],
// [GarbageRead]. A lattice of models and anomalies ([Models]) turns them into a
// verdict, and into the models that the history violates besides. It is Elle's,
// with some additions, which are marked.
//
// Weak models, from monotonic atomic view to causal convergence, and the session
// guarantees are decided exactly, by whether any order of the writes explains
// what was read ([OTV] and the anomalies beside it; package internal/weak has the
// definitions). [Options].Ladder judges a history under every model at once.
//
// Lists can be asked to keep an order in time by themselves ([Options].SequentialKeys
// and LinearizableKeys): then transactions that touched the same list come in the
// order of their process or of realtime, and no cycle that the models forbid may need
// that. The cycle has the suffix of the order, and names the list.
//
// # Invocations and completions
//
// What a transaction did is told by its completion, as far as that tells it:
//
//   - A completion without a value (nil counts as none) means the micro-ops of the
//     invocation. What its reads returned is then not known, even if it is ok.
//   - An :info or :fail whose value is no transaction, such as :timeout, means the
//     invocation's micro-ops, too. So does one with other micro-ops, keys or written
//     values than the invocation (warning completion-differs). An :ok whose value is no
//     transaction is an error.
//   - An :ok that repeats the micro-ops, but has other values written, such as a
//     server's reply, tells what was read; written was what the invocation says
//     (other-values-written). A value that only the completion has, counts.
//   - An :ok with other micro-ops tells what happened, as in Elle
//     (other-micro-ops). What it leaves out may have happened or not: if somebody read
//     it, the verdict is Unknown unless something else is violated.
//   - An invocation without a value, or with an empty one, tells nothing.
//
// A value may be written again after the write of it failed: it is the later
// write's.
//
// # The order of a register's versions
//
// Reads of a list tell the order of its versions, reads of a register do not. It
// comes from these sources, and what they leave unordered cannot show a violation;
// [Inference] says how much that is:
//
//   - The initial version is the oldest.
//   - Options may assume something of each key. If that contradicts itself, the key
//     has [CyclicVersions], and the assumption is not used for it.
//   - What the models that are checked imply: under strict serializability,
//     versions come in the order of realtime. What rests on that is only said to
//     violate models with realtime, and the same of processes.
//   - What would be a cycle otherwise. If the writer of a version reaches a reader
//     of another, it wrote an older one; new orders are new dependencies, and so
//     on. This is done for up to 8,192 transactions; of more, the check of causal
//     convergence finds what reads and processes alone force.
//
// To decide serializability of registers completely is NP-hard (Papadimitriou
// 1979). What is reported is sound: each order has a reason, which is shown.
//
// # How far to trust it
//
// Invalid comes with a witness, each step of which was shown again from the ops
// before it is reported. Under the assumptions below there is no false alarm.
// Valid means that no violation was found: transactions whose effects nobody
// read cannot be judged. If every append to a list was read by a committed
// transaction, serializable and snapshot isolation and their session and realtime
// variants are decided completely; brute force over all tiny histories says so too.
// Unknown is left for what cannot be known: nothing depends on anything, or the
// check was cancelled.
//
// Assumptions and limits:
//
//   - Two committed transactions do not append the same element to a key: that is an
//     error. So is a value that two of them wrote to a register and another read. If
//     nobody read it, each write is a version of its own, which follows the initial
//     one and whatever else is known to be older. What an indeterminate transaction
//     wrote like another, and somebody read, may be of either, and shows neither.
//   - Lists begin empty; nil and [] are both the empty list, but different answers
//     to internal and lost-update (Q6, Q7). Registers begin as nil, which cannot be
//     written.
//   - An indeterminate transaction counts as soon as anything that it wrote was
//     read. Its own reads of registers are not used; a list that it reports is used
//     like any other, as Elle does. If such a transaction did not commit, and the
//     database promises nothing to transactions that will not, an anomaly may rest
//     on it.
//   - If the history also shows aborted state (G1a, dirty-update), or reads that
//     contradict each other (incompatible-order), version orders rest on what was
//     never committed, and a cycle may be a consequence of that.
//   - The order in which one transaction's own appends arrive in a list is not
//     compared with the order in which it made them.
//   - Cursor stability, monotonic view, monotonic snapshot read, forward consistent
//     view, update serializability, prefix, parallel snapshot isolation and update
//     atomic are checked as far as the anomalies above and what they imply go.
//   - A history that does not tell realtime order, or processes, cannot be valid
//     under a model that speaks of it: the verdict is then Unknown, or Invalid.
//
// # How it works
//
// A workload (files list_*, register_*, predicate_*) decodes micro-ops into
// columns, groups them by key, and infers dependencies and what shows without a
// graph from one pass over each key, in parallel. Of a list the longest read is
// the order of versions; almost every other read is a prefix of it, which
// comparing bytes shows, and is then a length. Edges lead forward in the order of
// completions, but for a few; where none leads back, the graph falls apart
// (components). What is left is searched for each kind of cycle, worst first, by
// components, reachability and a product graph (search), exactly and in
// polynomial time, so nothing depends on a clock. Realtime order is a chain of
// barriers, one edge a transaction instead of one for each concurrent one
// (order). In the number of transactions n and micro-ops m the cost is O(n + m)
// and the length of the longest lists, plus the text; a component of c
// transactions and e edges may cost O(c*e/64) once. Orders of a register's
// versions in realtime cost the number of its micro-ops times how many are
// concurrent on it, and what is forced, of at most 8,192 transactions, a row of
// bits for each.
//
// A witness is the shortest of its kind in its component, unless the component
// is so large that looking at all candidates would take more than a few million
// steps; then it is the shortest of those looked at.
//
// # Elle's quirks
//
// QUIRKS.md lists what Elle does oddly or lacks, and what became of each here;
// DIFFERENCES.md lists every difference from what Elle answered on a corpus of
// 292 histories.
package elle
