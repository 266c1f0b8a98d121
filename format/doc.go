// Package format turns bytes into histories and back.
//
// A history file is EDN or JSON: op maps one after another, one to a line or
// not (history.edn, JSON Lines), or all in one vector, list or array. Any of
// them may be compressed with gzip, zstd, s2, bzip2 or xz. The format of a file is detected
// from its content, never from its name. Ops whose fields have other names than Jepsen's, as a
// key beside the value, are written as Jepsen would first; a [Mapping] names more of them.
//
// What other checkers read is imported. Transactions on registers may be in one
// of these formats.
//
//   - plume: w(key,value,session,txn) or r(...), one to a line (Plume, PolySI,
//     IsoVista, AWDIT); txn -1 is an aborted one
//   - awdit: w key value or r key value, one to a line, with lines of - between
//     transactions and lines of = between sessions
//   - dbcop: bincode (DBCop of 2019, PolySI, VeriStrong), in a file, or a directory
//     with history.bincode or hist-00000/history.bincode
//   - dbcop-json, dbcop-hist: JSON, and [x:=1 y==2] (DBCop of 2026)
//   - cobra: a directory of binary T<N>.log, one for each session, with times or
//     without
//   - viper: a directory of J<N>.log of JSON, one for each session, or one that has it
//     as json. Inserts and deletes are writes, a delete one of its tombstone; a
//     range reads the rows that it lists, and what it does not list says nothing.
//     Initial values are nil, unless nil is read as well: then the initial
//     transaction stays, in a session of its own
//
// And on lists, in one.
//
//   - veristrong: the number of operations, and session txn A key element or
//     session txn R key n e1 ... en, mostly one to a line
//
// They have no times but an order in each session. So each transaction becomes
// one completion, in a process that has the number of its session, and
// [history.History.CompletionsOnly] reports that realtime order is unknown. It is
// ok with micro-ops [:w k v] and [:r k v], or [:append k v] and [:r k [v1 v2]], or
// fail with the writes of what was aborted; info, in a log of Cobra that breaks off. Transactions stand in the
// order of the file, those of Cobra and Viper session by session. The version before any
// write is nil. Where the format calls it 0 (plume, dbcop), a read of 0 is one of
// nil if no committed transaction wrote 0 to the key.
//
// Other formats have invocations, in the order in which they happened, so that
// realtime order is known.
//
//   - jepsen-log: the lines of a jepsen.log, or of Jepsen's console, with a process, a
//     type, an operation, a value and perhaps an error, and tabs between them, whatever
//     stands before. Other lines are left out, and so are times and indices. Logs in
//     which each line is JSON are not read
//   - etcd: the same of the first years, as in Jepsen's test of etcd, of lines with
//     jepsen.util - 3 :invoke :cas [2 4]; a value of :timed-out becomes nil,
//     with :error :timed-out
//   - history-txt: the same without anything before it, as Jepsen writes history.txt;
//     every line is an operation, or goes on with an error
//   - kv: op maps with a :key, as Porcupine's; the value becomes an independent tuple
//     [key value]
//   - knossos: vectors [81 :invoke :read nil], as the first histories of Knossos
//   - etcd-robustness: what the clients of etcd's robustness tests asked for, in the
//     order of the times: operations.json, or a directory of client-*/operations.json.
//     Every request is a transaction on registers. Conditions are left out, and
//     revisions no more than fields; a delete writes {:deleted n}, and what may have
//     been deleted, or gone with its lease, is never read as nil. An error means
//     info, but a write that was found in the log later is ok, at the end of the
//     history. watch.json is not read
//
// An imported history is a view of EDN that was made of the file. There an op
// begins on the same line as in the file, so that messages name lines of the
// file; what is binary, of many files, or in another order has no such lines, and
// op n is on line n+1.
//
// [Export] is the way back: to any of these formats but reports of robustness tests, and
// to tipocket, EDN of list-append transactions with words for keys, which TiPocket
// reads. It refuses what a format cannot say and a checker would miss: a
// transaction that may have happened (all but cobra, EDN, JSON and logs), one that
// was aborted (awdit, viper, veristrong), reads of nil (awdit), 0 beside nil (plume,
// dbcop), keys and values that are no integers (dbcop-hist and tipocket have words
// for keys). What else is lost, such as times, it tells. JSON has no sets, tags,
// ratios and other values that EDN has; they are spelled {"#set": [1, 2]} and
// {"#tag": "inst", "value": "2020"}, as package edn has it, and become what they
// were when they are written as EDN again. That is ours: other programs see
// objects, and so do the checks. Keywords and symbols become strings.
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
