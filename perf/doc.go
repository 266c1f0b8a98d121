// Package perf measures how a test went: how many operations succeeded, how fast, how often, and under
// which fault. It judges nothing and draws nothing.
//
// [Measure] answers a [Summary]: a table by operation, quantiles of latency and rates in windows of time,
// a grid of latencies that plots of any size and any zoom are made of, intervals of faults, offsets of
// clocks, and breakdowns by node and by key. All of it is aggregated in passes over the history's columns,
// so its size does not grow with the history: there is never a point an op.
//
// An operation is an invocation of a client with its completion. Its latency is the completion's time
// minus the invocation's. Times are nanoseconds since the start of the test. Quantiles and windows are those of
// Jepsen's plots (jepsen.checker.perf) where a field says Jepsen, and finer ones elsewhere. Jepsen counts
// failed and indeterminate operations in its quantiles, which says how long clients waited before they gave up,
// not how fast the database is; so each quantile is there three times: of all, of ok, and of the others.
//
// An op without a time counts, but is in no series. The cost is one pass over n ops, a sort of the
// latencies while there are fewer than a million of them, and a sketch after that.
package perf
