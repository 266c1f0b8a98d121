// Package format turns bytes into histories and back.
//
// A history file is EDN or JSON: op maps one after another, one to a line or
// not (history.edn, JSON Lines), or all in one vector, list or array. Any of
// them may be compressed with gzip, zstd or s2. What a file is, is told from
// its content, never from its name.
//
// Plain files are mapped, not read: a history is a view of the file, and a
// value is decoded when a checker walks it. The text is split at places that
// look like the start of an op, and the pieces are decoded in parallel; a piece
// counts only if the one before it ended exactly where it begins, otherwise it
// is decoded again from there. So the outcome does not depend on the split.
//
// Reading is strict: the first op that is not one is an error with its line and
// column, since leaving out an op can turn an invalid history into a valid one.
package format
