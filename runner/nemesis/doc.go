// Package nemesis breaks things: it cuts networks, kills and pauses databases, and heals all of
// it again.
//
// A nemesis knows some operations, such as start-partition and stop-partition; Compose makes one
// of several. New makes a Package, a nemesis with a generator that uses it, for tests that want
// faults of some kinds and do not care which exactly.
package nemesis
