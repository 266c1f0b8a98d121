// Package jcheck is the root of a checker for recorded histories of concurrent
// systems. It holds no code, only this map of the module and the test that
// keeps it true.
//
// A history is a sequence of ops that clients of a database recorded. jcheck
// tells whether a database that keeps its promises could have produced it, and
// if not, shows why in a form that a person can verify by hand. Everything
// happens offline, from a file or from ops in memory:
//
//	bytes -> ops -> history -> checker -> result -> prose, JSON, EDN, exit status
//	format   edn    history    elle       verdict   render, cmd
//
// The packages, from the ground up; each imports only those below it:
//
//   - verdict: valid, invalid or unknown, and how verdicts merge
//   - edn: values as text, EDN and JSON alike
//   - history: ops in columns, invocations paired with completions
//   - result: what the results of all checks have in common
//   - query: expressions over ops
//   - format: history files, read in parallel and written
//   - simulate: histories from simulated databases of known isolation
//   - elle: transactions against consistency models
//   - linearizable: single objects against models, also Porcupine's
//   - adya, bank, causal, counter, echo, kafka, logfile, longfork, queue, sequential,
//     set, stats, uniqueids: Jepsen's other checkers
//   - independent: a check of one key, lifted to many
//   - lint: what makes the verdicts on a history weak or wrong
//   - perf: latencies, rates and faults over time
//   - triage: cases of an anomaly in groups, by what they share
//   - elle/txntest, linearizable/lintest: recorders for tests in Go
//   - checker: the checks by name, and many over one history
//   - shrink: the smallest history that shows an anomaly
//   - perf/states: faults that are told apart by their states
//   - render: results as prose, JSON and EDN
//   - render/diagram, render/linear, render/logorder, render/plot, render/timeline: results as pictures
//   - render/page: results as one HTML file
//   - store: a directory of recorded runs, as Jepsen keeps them
//   - cmd/jcheck, cmd/jcheck-graphviz: the commands
//
// A program that holds a history calls [github.com/seed-c33ae711/jcheck/elle.Check];
// the example below goes the whole way.
//
// The ideas are those of Jepsen, Elle, Knossos and Porcupine; README.md says
// what is owed to whom.
package jcheck
