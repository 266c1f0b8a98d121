// Package oracle decides by brute force, straight from the definitions, whether
// a tiny history of list-append or rw-register satisfies a consistency model. It
// exists to judge the real checkers, so it shares no idea with them: the judges
// of [Models] know no dependency, no version order and no cycle. They try the
// ways in which the transactions may have committed until one explains what was
// read.
//
// A register is judged as a list of at most one element, which an append
// replaces. "Append" below stands for its writes too.
//
// # Models
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
// have appended to that key. Of a register it finds what the transaction wrote
// last, whatever was there before, and promises nothing.
//
// The stronger kin of a model add an order that must be kept. Session: what a
// process completed comes before what it invokes later. Strict or strong: what
// completed comes before what is invoked later by anyone. For snapshots this
// means that the snapshot includes it. Only an ok completion says that a
// transaction is over; an info one may take effect at any later time.
//
// An info transaction that is taken into the order must have read what it says
// it read, if it says so; one that is left out may have read anything. Of
// registers only the reads of ok transactions count.
//
// # Assumptions on registers
//
// A register does not tell its history, so a check of a large one must assume
// something of each key by itself. [KeyOrders] takes Elle's assumptions one by
// one (Kingsbury and Alvaro 2020, section 4.3) and orders the versions of each
// key by all pairs that they give; [Dependencies] says which transactions depend
// on which, given these orders; [CycleKinds] walks along all cycles of the
// result. None of them reduces anything: they compare all with all.
//
// A transaction touches the versions that it read from others, before it wrote the
// key itself, and the one that it left to others, by its last write to it. An
// info transaction happened if an ok one read what nobody else can have left;
// until then what it wrote orders nothing. A value that two transactions may
// have left is two versions. Each was written when its transaction wrote it, but
// which of them was read, nobody can tell.
//
// The cost is factorial in the number of transactions. Seven are no trouble.
package oracle
