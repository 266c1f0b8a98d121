// Package perf measures how a test went: how many operations succeeded, how fast, how often, and under
// which fault. It gives no verdict and draws nothing.
//
// [Measure] returns a [Summary]: a table by operation, quantiles of latency and rates in time windows,
// a grid of latencies from which plots of any size and zoom are made, intervals of faults, offsets of
// clocks, and breakdowns by node and by key. Everything is aggregated in passes over the history's columns,
// so its size does not grow with the history: there is never one point per op.
//
// An operation is a client's invocation with its completion. Its latency is the completion's time
// minus the invocation's. Times are nanoseconds since the start of the test. Quantiles and windows are those of
// Jepsen's plots (jepsen.checker.perf) where a field says Jepsen, and finer ones elsewhere. Jepsen counts
// failed and indeterminate operations in its quantiles. Those then show how long clients waited before they gave up,
// not how fast the database is. So each quantile exists three times: for all operations, for ok, and for the others.
//
// An op without a time counts but is in no series. The cost is one pass over n ops, plus a sort of the
// latencies if there are fewer than a million of them, or a sketch otherwise.
package perf
