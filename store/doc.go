// Package store reads and writes runs as Jepsen keeps them: a directory for each
// run of a test, and in it test.jepsen, a file with the test, its history and
// what the analysis found.
//
// A .jepsen file is a sequence of blocks with checksums. An index says where the
// blocks are, and eight bytes at the beginning where the index is; writing appends
// blocks and a new index, and then moves those bytes on. What a block holds
// is Fressian, which is turned into EDN text when it is read: so a history from
// a file is columns over a text like any other. The history is a vector in chunks
// of a block each, which are decoded in parallel, or one by one if only some ops are
// asked for.
//
// A run that dies leaves a file without its last blocks, and a disk may damage
// any. What can be read of such a file is read, and what cannot is a [Loss]: it
// says where, what, why, and how many ops it costs. A block is verified whenever
// it is read, so that damage is never taken for a history.
//
// Files of versions 0 and 1 are read, and version 1 is written. Older runs have a
// test.fressian instead, and of some nothing is left but texts: [OpenRun] opens a run
// whatever it is kept in. [Record] writes one, and [SaveAnalysis] replaces the results of one.
package store
