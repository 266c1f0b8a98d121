// Package store reads and writes runs as Jepsen keeps them: a directory for each
// run of a test, with test.jepsen, a file that holds the test, its history and
// the results of the analysis.
//
// A .jepsen file is a sequence of blocks with checksums. An index says where the
// blocks are, and eight bytes at the beginning of the file say where the index is. Writing appends
// blocks and a new index, and then updates those bytes. A block holds
// Fressian, which is converted to EDN text when it is read, so a history from
// a file is columns over a text like any other. The history is a vector in chunks
// of one block each, which are decoded in parallel, or one by one if only some ops are
// needed.
//
// A run that dies leaves a file without its last blocks, and a disk may damage
// any block. The undamaged parts of such a file are read, and the others are a [Loss]: it
// says where, what and why, and how many ops are lost. A block is verified whenever
// it is read, so damage never passes for a history.
//
// Files of versions 0 and 1 are read, and version 1 is written. Older runs have a
// test.fressian instead, and of some only texts are left. [OpenRun] opens all of
// them. [Record] writes a run, and [SaveAnalysis] replaces the results of one.
package store
