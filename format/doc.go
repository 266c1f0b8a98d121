// Package format turns bytes into histories and back.
//
// A history file is EDN or JSON: op maps one after another, one to a line or
// not (history.edn, JSON Lines), or all in one vector, list or array. Any of
// them may be compressed with gzip, zstd or s2. What a file is, is told from
// its content, never from its name.
//
// What other checkers read is imported. Transactions on registers may be in one
// of these formats.
//
//   - plume: w(key,value,session,txn) or r(...), one to a line (Plume, PolySI,
//     IsoVista, AWDIT); txn -1 is an aborted one
//   - awdit: w key value or r key value, one to a line, with lines of - between
//     transactions and lines of = between sessions
//   - dbcop: bincode (DBCop of 2019, PolySI, VeriStrong)
//   - dbcop-json, dbcop-hist: JSON, and [x:=1 y==2] (DBCop of 2026)
//   - cobra: a directory of binary T<N>.log, one for each session
//
// They have no times but an order in each session. So each transaction becomes
// one completion, in a process that has the number of its session, and
// [history.History.CompletionsOnly] reports that realtime order is unknown. It is
// ok with micro-ops [:w k v] and [:r k v], or fail with the writes of what was
// aborted; info, in a log of Cobra that breaks off. Transactions stand in the
// order of the file, those of Cobra session by session. The version before any
// write is nil. Where the format calls it 0 (plume, dbcop), a read of 0 is one of
// nil if no committed transaction wrote 0 to the key.
//
// Operations on single objects come with their invocations, in the order in
// which they happened, so that realtime order is known.
//
//   - etcd: a console log of Jepsen's test of etcd, with operations on one register
//     among its lines (jepsen.util - 3 :invoke :cas [2 4]); a value of :timed-out
//     becomes nil, with :error :timed-out
//   - kv: op maps of EDN with a :key and :get, :put or :append of a string
//     (Porcupine), each on a line of its own; the value becomes an independent tuple
//     [key value]
//
// An imported history is a view of EDN that was made of the file. There an op
// begins on the same line as in the file, so that messages name lines of the
// file; what is binary has no lines, and op n is on line n+1.
//
// Plain files are mapped, not read: a history is a view of the file, and a
// value is decoded when a checker walks it. The text is split at places that
// look like the start of an op, and the pieces are decoded in parallel; a piece
// counts only if the one before it ended exactly where it begins, otherwise it
// is decoded again from there. So the outcome does not depend on the split.
//
// Reading is strict: the first op that is not one is an error with its line and
// column, since leaving out an op can turn an invalid history into a valid one.
package format
