// Package history holds what a test recorded of a concurrent system: a
// sequence of ops, each the invocation or the completion of an operation by a
// process.
//
// An invocation (invoke) says that a process began an operation. Its
// completion is the next op of the same process: ok, it happened; fail, it did
// not; info, nobody knows, and it may take effect at any later time. A process
// runs one operation at a time. Processes with a number are clients, everything
// else (the nemesis) is context. The order of events is the order of the
// sequence; times are for people.
//
// A [History] keeps one column for each field, and of a value no more than
// where its text stands: 39 bytes an op. A [Builder] is the one way in.
//
// The model is Jepsen's (https://github.com/jepsen-io/history).
package history
