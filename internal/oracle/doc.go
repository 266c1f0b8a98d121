// Package oracle decides by brute force, straight from the definitions, whether
// a tiny list-append history satisfies a consistency model. It exists to judge
// the real checkers, so it shares no idea with them: it knows no dependency, no
// version order and no cycle. It tries the ways in which the transactions may
// have committed until one explains what was read.
//
// All models speak of a commit order: a sequence of all transactions that are
// known to have happened (ok) and of some of those that may have (info, or
// never completed). A transaction installs its appends at its place in that
// order, all together. The state after the first s transactions is state s.
// What a transaction at place c may have read depends on the model:
//
//   - serializable: from state c. (Papadimitriou 1979, view serializability.)
//   - snapshot isolation: everything from one state s <= c, the snapshot, such
//     that no transaction from place s to c appended to a key that this one
//     appends to. (Berenson et al. 1995.)
//   - prefix: the same without the condition on appends. (Burckhardt et al.
//     2015, consistent prefix.)
//   - read committed: each read from a state s <= c of its own. (Adya 1999,
//     PL-2: no cycle of write and read dependencies is to say that there is
//     such an order.)
//
// A read that follows the transaction's own appends to the key finds them at the
// end. Where the model lets others append between s and c, such a read has
// promised a position in the list, which must hold at the commit: nobody may
// have appended to that key.
//
// The stronger kin of a model add an order that must be kept. Session: what a
// process completed comes before what it invokes later. Strict or strong: what
// completed comes before what is invoked later by anyone. For snapshots this
// means that the snapshot includes it. Only an ok completion says that a
// transaction is over; an info one may take effect at any later time.
//
// An info transaction that is taken into the order must have read what it says
// it read, if it says so; one that is left out may have read anything.
//
// The cost is factorial in the number of transactions. Seven are no trouble.
package oracle
