// Package simulate runs simulated databases of known isolation and records
// what their clients see, as list-append histories: to test a checker, to
// measure one, and to show what an anomaly looks like.
//
// A [Config] names a database of the table [Databases] and a workload, which
// is that of Elle's generator: transactions of appends and reads over a small
// pool of keys, in which some keys are much more popular than others. Each
// element is appended to a key only once, so that a list tells its own history.
//
// A single goroutine plays all parts. At each step it draws a client at random
// and lets it advance: invoke, take a snapshot, read, commit, complete.
// Whatever is random comes from one seeded generator, and time is counted in
// steps, so a Config gives the same history on every machine.
//
// The databases are deliberately small. They keep every version of each list,
// number the commits, and differ in a handful of decisions: which version a
// read sees, what may stop a commit, and how a commit is installed. The idea of
// testing a checker this way is that of jepsen.history.sim
// (https://github.com/jepsen-io/history).
package simulate
