// Package set checks sets to which elements are only ever added, as Jepsen's
// checkers set and set-full do.
//
// [Check] looks at the last read alone: what was acknowledged must be in it, and
// nothing that nobody tried to add. It cannot see what was missing for a while,
// and says nothing if nobody read after the last add.
//
// [CheckFull] follows every element through every read. An element is known once
// its add was acknowledged or a read showed it. A read that began after that must
// show it. If the last read that could tell lacks it, it is lost; if an earlier
// one did, it was stale, which a linearizable set forbids. Reads are ordered by
// their invocations, as Jepsen orders them: where two overlap, a read that began
// earlier and returned later counts as the earlier one, so that an element may be
// called lost that a linearization explains. Staleness is counted in whole
// milliseconds.
//
// Both need every element to be added once. They cost the size of the input.
package set
