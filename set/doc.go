// Package set checks sets to which elements are only ever added, as Jepsen's
// checkers set and set-full do.
//
// [Check] looks only at the last read: it must contain every acknowledged element, and
// no element that nobody tried to add. It cannot see elements that were missing for a
// while, and shows nothing about adds after the last read.
//
// [CheckFull] follows every element through every read. An element is known once
// its add was acknowledged or a read showed it. A read that began after that must
// show it. If the last read that could show it lacks it, it is lost; if an earlier
// read lacked it, it was stale, which a linearizable set forbids. Reads are ordered by
// their invocations, as in Jepsen: if two overlap, the read that began first
// counts as the earlier one even if it returned later, so an element may be
// called lost that a linearization explains. Staleness is counted in whole
// milliseconds.
//
// Both need every element to be added once. They cost the size of the input.
package set
