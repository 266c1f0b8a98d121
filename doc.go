// Package jcheck is the root of a checker for recorded histories of concurrent
// systems. It holds no code, only this map of the module and the test that
// keeps it true.
//
// A history is a sequence of ops that clients of a database recorded. jcheck
// decides whether a database that keeps its promises could have produced it. If
// not, it shows why, in a form that a person can verify by hand. Everything
// but the runner works offline, from a file or from ops in memory:
//
//	bytes -> ops -> history -> checker -> result -> prose, JSON, EDN, exit status
//	format   edn    history    elle       verdict   render, cmd
//
// The packages, from the ground up. Each imports only packages of floors below
// its own; ARCHITECTURE.md has the floors:
//
//   - verdict: valid, invalid or unknown, and how verdicts merge
//   - edn: values as text, for EDN and JSON
//   - history: ops in columns, with invocations and completions paired
//   - result: what the results of all checks have in common
//   - query: expressions over ops
//   - format: reads history files in parallel, and writes them
//   - simulate: histories of simulated databases of known isolation
//   - elle: transactions against consistency models
//   - linearizable: single objects against models, including Porcupine's
//   - adya, bank, causal, counter, echo, kafka, logfile, longfork, queue, sequential,
//     set, stats, uniqueids: Jepsen's other checkers
//   - independent: runs the check of one key on many
//   - lint: finds what makes the verdicts on a history weak or wrong
//   - perf: latencies, rates and faults over time
//   - triage: groups the cases of an anomaly by what they share
//   - checker: the checks by name, and several of them on one history
//   - shrink: finds the smallest history that shows an anomaly
//   - perf/states: the states of banks, counters, sets, queues and logs over time
//   - render: results as prose, JSON and EDN
//   - render/diagram, render/linear, render/logorder, render/plot, render/timeline: results as pictures
//   - linearizable/lintest: a recorder of operations for Go tests
//   - elle/txntest: a recorder of transactions for Go tests
//   - render/page: results as one HTML file
//   - store: a directory of recorded runs, as Jepsen keeps them
//   - runner/control: commands on the nodes of a test, by SSH or here
//   - runner/gen: generators, which decide what a test does next
//   - runner/lab: nodes with a network and OpenSSH, all on one machine
//   - runner/gen/gentest: carries out generators without a database
//   - runner: makes histories: runs a test of a database, and stores it
//   - runner/nemesis: breaks things: networks and processes
//   - runner/cli, runner/runnertest: the command line of a test program; tests inside of go test
//   - cmd/jcheck, cmd/jcheck-graphviz: the commands
//
// A program that holds a history calls [github.com/seed-c33ae711/jcheck/elle.Check].
// The example below shows the whole way.
//
// The ideas are those of Jepsen, Elle, Knossos and Porcupine; README.md gives
// the credits.
package jcheck
