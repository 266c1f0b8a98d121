// Package simulate runs simulated databases of known isolation and records
// what their clients see as histories, to test a checker, to measure one, and
// to show what an anomaly looks like.
//
// A [Config] names a database of the table [Databases] and a [Workload], which
// is generated as in Elle: transactions of writes and reads over a small pool of
// keys, of which some are much more popular than others. A value is written
// to a key only once, so it shows who wrote it. The keys of list-append are
// lists, and a write appends to one, so a list shows its own history. The keys
// of rw-register hold one value, nil at first, and a write replaces it: which
// value followed which has to be inferred.
//
// A single goroutine plays all parts. At each step it draws a client at random
// and lets it advance: invoke, take a snapshot, read, commit, complete.
// All randomness comes from one seeded generator, and time is counted in
// steps, so a Config gives the same history on every machine.
//
// The databases are deliberately small. They keep every version of each key,
// number the commits, and differ in a handful of decisions: which version a
// read sees, what may stop a commit, and how a commit is installed. The workload
// matters to them only where a write meets the previous version. The idea of testing a
// checker this way is that of jepsen.history.sim
// (https://github.com/jepsen-io/history).
//
// An [Object] names a [Kind] of single objects instead, such as a register, a queue
// or a lock, for checks of linearizability: each operation takes effect at one
// step of the schedule, or goes wrong at a chosen rate. A [Test] does the same
// for Jepsen's other checks, such as a bank.
//
// A [Log] is a set of Kafka-like logs that clients send messages to and poll.
package simulate
