// Package lint finds mistakes in a history that make verdicts weak or wrong, whatever
// the workload: a client that records timeouts as failures, values that are
// written twice, writes that no read could have seen, faults without effect.
//
// A checker believes its history. If the history says that a write failed, a
// read of it is a bug of the database; if nothing was read, nothing is wrong.
// Such verdicts are correct and worthless. The reason is in the history, and
// lint finds it before anyone argues about the verdict. [Rules] lists the rules.
//
// The verdict is [verdict.Invalid] if there is a problem of severity [Error]:
// one that makes verdicts wrong whatever the database did. It is
// [verdict.Unknown] if the history is vacuous, so that no check of it proves
// anything: no clients, no successful operation, only reads, only writes, or
// no read of anything that was written. Otherwise it is [verdict.Valid], whatever the
// warnings: they weaken a verdict, or have an innocent explanation.
//
// # How
//
// One pass over the columns looks at types, processes, times and the nemesis. It
// costs a few nanoseconds per op, and [Quick] is that pass. It decodes only
// the errors of failed operations.
//
// [Check] also decodes values. The meaning of an op follows from its :f and from the
// shape of its value: a transaction is a vector of micro-ops; a tuple [key value]
// belongs to one of several independent objects if all values are tuples.
//
//  1. Chunks of ops are decoded in parallel into touches: a key was written or
//     read. A value remains text. The writes of an invocation count, and the reads of
//     an ok completion.
//  2. Touches are sorted by key, by counting.
//  3. Keys are judged in parallel. Each value of a key gets a dense id, and the
//     attempts to write it are counted. A list that begins with the longest one
//     read so far is compared as text, and only the rest of it is looked up.
//
// All of this is linear in the text. The answer does not depend on the number of
// cores.
//
// # Limits
//
// The effect of an op with an unknown :f, or of a micro-op with an unknown name, is
// unknown: if it succeeded, no value counts as unwritten, and no history as vacuous. The
// initial value of an object is unknown: a read of a failed write is not an error if the
// value was read earlier, or is a usual initial value of registers. For predicates, only
// writes are examined, and for bank accounts, only whether they are read. Values are
// compared within a key.
package lint
