// Package format turns bytes into histories and back.
//
// A history file is EDN or JSON: op maps one after another, one to a line or
// not (history.edn, JSON Lines), or all in one vector, list or array. Any of
// them may be compressed with gzip, zstd, s2, bzip2 or xz. The format of a file is detected
// from its content, never from its name. If ops have other fields than Jepsen's, such as a
// key beside the value, they are first rewritten in Jepsen's form; a [Mapping] names further fields.
//
// Formats of other checkers are imported. Transactions on registers may be in one
// of these:
//
//   - plume: w(key,value,session,txn) or r(...), one to a line (Plume, PolySI,
//     IsoVista, AWDIT); txn -1 is an aborted one
//   - awdit: w key value or r key value, one to a line, with lines of - between
//     transactions and lines of = between sessions
//   - dbcop: bincode (DBCop of 2019, PolySI, VeriStrong), in a file, or a directory
//     with history.bincode or hist-00000/history.bincode
//   - dbcop-json, dbcop-hist: JSON, and [x:=1 y==2] (DBCop of 2026)
//   - cobra: a directory of binary T<N>.log, one for each session, with or without
//     times
//   - viper: a directory of J<N>.log of JSON, one for each session, or a directory that
//     has it as json. Inserts and deletes are writes; a delete writes its tombstone. A
//     range reads the rows that it lists and shows nothing about others.
//     Initial values are nil, unless nil is also read: then the initial
//     transaction remains, in a session of its own
//
// Transactions on lists may be in this one:
//
//   - veristrong: the number of operations, and session txn A key element or
//     session txn R key n e1 ... en, usually one to a line
//
// These formats have no times, only an order in each session. So each transaction becomes
// one completion, in a process with the number of its session, and
// [history.History.CompletionsOnly] reports that realtime order is unknown. The completion is
// ok with micro-ops [:w k v] and [:r k v], or [:append k v] and [:r k [v1 v2]]; fail with the
// writes of an aborted transaction; or info, if a Cobra log breaks off. Transactions are in the
// order of the file; those of Cobra and Viper are session by session. The version before any
// write is nil. In formats that write it as 0 (plume, dbcop), a read of 0 is a read of nil
// if no committed transaction wrote 0 to the key.
//
// Other formats have invocations, in the order in which they happened, so
// realtime order is known:
//
//   - jepsen-log: the lines of a jepsen.log, or of Jepsen's console, that have a process, a
//     type, an operation, a value and perhaps an error, separated by tabs, after any
//     prefix. Other lines are ignored, and times and indices are lost. Logs in
//     which each line is JSON are not supported
//   - etcd: the same from the first years, as in Jepsen's test of etcd: lines with
//     jepsen.util - 3 :invoke :cas [2 4]; a value of :timed-out becomes nil,
//     with :error :timed-out
//   - history-txt: the same without a prefix, as Jepsen writes history.txt;
//     every line is an operation, or continues with an error
//   - kv: op maps with a :key, as Porcupine's; the value becomes an independent tuple
//     [key value]
//   - knossos: vectors [81 :invoke :read nil], as the first histories of Knossos
//   - etcd-robustness: the requests of the clients of etcd's robustness tests, in the
//     order of their times: operations.json, or a directory of client-*/operations.json.
//     Every request is a transaction on registers. Conditions are dropped, and
//     revisions are only fields. A delete writes {:deleted n}, and a key that may have
//     been deleted, or removed with its lease, is never read as nil. An error means
//     info, but a write that was later found in the log is ok, at the end of the
//     history. watch.json is not read
//
// An imported history is a view of EDN that was generated from the file. In it, an op
// begins on the same line as in the file, so messages name lines of the
// file. Binary files, directories of several files, and files in another order have no such lines;
// there, op n is on line n+1.
//
// [Export] writes histories in any of these formats except reports of robustness tests, and
// in tipocket, EDN of list-append transactions with words as keys, which TiPocket
// reads. It refuses what a format cannot express and a checker would miss: a
// transaction that may have happened (all but cobra, EDN, JSON and logs), an aborted
// one (awdit, viper, veristrong), reads of nil (awdit), 0 beside nil (plume,
// dbcop), keys and values that are not integers (dbcop-hist and tipocket have words
// as keys). It reports other losses, such as times. JSON has no sets, tags,
// ratios and other values of EDN. They are spelled {"#set": [1, 2]} and
// {"#tag": "inst", "value": "2020"}, as in package edn, and become the original
// values when they are written as EDN again. This is jcheck's convention: other programs,
// and the checks, see objects. Keywords and symbols become strings.
//
// Plain files are mapped, not read: a history is a view of the file, and a
// value is decoded when a checker walks it. The text is split at places that
// look like the start of an op, and the pieces are decoded in parallel. A piece
// counts only if the one before it ended exactly where it begins; otherwise it
// is decoded again from there. So the outcome does not depend on the split.
//
// Reading is strict: the first op that is malformed is an error with its line and
// column, because skipping an op can turn an invalid history into a valid one.
package format
