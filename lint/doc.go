// Package lint finds what in a history makes verdicts weak or wrong, whatever
// the workload: a client that records timeouts as failures, values that are
// written twice, writes that nobody could have read, faults that nobody felt.
//
// A checker believes its history. If the history says that a write failed, a
// read of it is a bug of the database; if nothing was read, nothing is wrong.
// Such verdicts are correct and worthless, and the reason stands in the history,
// where it can be looked for before the verdict is argued about. [Rules] lists
// what is looked for.
//
// The verdict is [verdict.Invalid] if there is a problem of severity [Error]:
// something that makes verdicts wrong whatever the database did. It is
// [verdict.Unknown] if the history is vacuous, so that no check of it proves
// anything: no client, no operation that succeeded, only reads, only writes, or
// nothing read of what was written. Else it is [verdict.Valid], whatever the
// warnings: these make a verdict weaker, or have an innocent explanation.
//
// # How
//
// One pass over the columns looks at types, processes, times and the nemesis; it
// costs a few nanoseconds an op, and [Quick] is that pass. It decodes nothing but
// the error of an operation that failed.
//
// [Check] decodes values besides. What an op does is told from its :f and from the
// shape of its value: a transaction is a vector of micro-ops, a tuple [key value]
// belongs to one of several independent objects if all values are tuples.
//
//  1. Chunks of ops are decoded in parallel into touches: a key was written, or
//     read. A value stays text. Of an invocation the writes count, of a completion
//     that is ok the reads.
//  2. Touches are sorted by key, by counting.
//  3. Keys are judged in parallel. Each value of a key gets a dense id, of which
//     the attempts to write it are counted. A list that begins with the longest one
//     read so far is compared as text, and only what is behind it is looked up.
//
// All of it is linear in the text. The answer does not depend on the number of
// cores.
//
// # Limits
//
// What an op of an unknown :f or a micro-op of an unknown name does is not known: if
// it succeeded, no value counts as unwritten, and no history as vacuous. What an
// object begins with is not known: that a failed write of a value was read is less
// than an error if the value was read before, or is one that registers begin with.
// Of predicates only what writes is looked at, and of bank accounts nothing but
// whether they are read. Values are compared within a key.
package lint
