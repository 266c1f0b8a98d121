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
//   - format: history files, read in parallel and written
//   - simulate: histories from simulated databases of known isolation
//   - elle: transactions against consistency models
//   - lint: what makes the verdicts on a history weak or wrong
//   - render: results as prose, JSON and EDN
//   - cmd/jcheck: the command
//
// A program that holds a history calls [github.com/seed-c33ae711/jcheck/elle.Check];
// the example below goes the whole way.
//
// The ideas are those of Jepsen, Elle, Knossos and Porcupine; README.md says
// what is owed to whom.
package jcheck
