// Package shrink makes the smallest history that still shows an anomaly.
//
// A smaller history proves something only if the database could have done no less: an
// element that a read has is not left alone when its append is left out. So what may
// be left out depends on what the operations are (see [Rule]), what is left is
// written as a history, and the check itself judges it again. No answer rests on
// anything but that check.
//
// What is left is minimal in that nothing more can be left out by itself (delta
// debugging, Zeller & Hildebrandt 2002). The search begins with the ops that a witness
// names, so that it takes as long as these are many, however long the history is.
package shrink
