// Package history holds what a test recorded of a concurrent system: a
// sequence of ops, each of which is the invocation or the completion of an operation
// by a process.
//
// An invocation (invoke) says that a process began an operation. The next op of the
// same process is its completion: ok, it happened; fail, it did not happen; info, the
// outcome is unknown, and the operation may take effect at any later time. A process
// runs one operation at a time. Processes with a number are clients; all others, such
// as the nemesis, are context. The order of events is the order of the
// sequence; times are for display.
//
// A [History] keeps one column for each field, 39 bytes per op. Of a value it keeps
// only the position of its text. A [Builder] is the only way to make one.
//
// The model is Jepsen's (https://github.com/jepsen-io/history).
package history
