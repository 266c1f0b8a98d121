// Package shrink finds the smallest history that still shows an anomaly.
//
// A smaller history proves something only if it is still a possible record: if an append
// is left out, an element that a read shows would come from nowhere. So what may
// be left out depends on the operations (see [Rule]). The rest is
// written as a history, and the check itself judges it again. Every answer rests on
// that check alone.
//
// The result is minimal in that nothing more can be left out by itself (delta
// debugging, Zeller & Hildebrandt 2002). The search begins with the ops that a witness
// names, so its cost depends on their number, not on the length of the history.
package shrink
