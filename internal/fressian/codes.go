// Package fressian turns Fressian, the binary encoding that Jepsen stores its
// runs in, into EDN text, and EDN into Fressian.
//
// Fressian is a code of one byte, followed by what the code requires. A struct has a
// name when it is first written and a number afterwards. A value that the writer wants
// cached is a number when it occurs again. Both numberings belong to one session, which
// is a block of a file. The decoder builds no values: it appends text as it goes, so a
// history is columns over a text whatever file it came from. Hostile bytes do no harm:
// lengths and counts are checked against the rest of the input, nesting against
// [edn.MaxDepth], and the expansion of cached values against the length of the input.
package fressian

// Codes of one byte. Ranges are named by their first.
const (
	cInt13       = 0x40
	cInt20       = 0x60
	cInt26       = 0x70
	cInt34       = 0x74
	cInt42       = 0x78
	cInt50       = 0x7c
	cCached      = 0x80 // to 0x9f
	cStruct      = 0xa0 // to 0xaf, a type that is known by now
	cLongs       = 0xb0 // arrays: to 0xb5
	cObjects     = 0xb5
	cMap         = 0xc0
	cSet         = 0xc1
	cUUID        = 0xc3
	cRegex       = 0xc4
	cURI         = 0xc5
	cBigInt      = 0xc6
	cDecimal     = 0xc7
	cInstant     = 0xc8
	cSymbol      = 0xc9
	cKeyword     = 0xca
	cGetCached   = 0xcc
	cPutCached   = 0xcd
	cFooter      = 0xcf
	cBytes       = 0xd0 // to 0xd7, of that length
	cBytesChunk  = 0xd8
	cBytesEnd    = 0xd9
	cString      = 0xda // to 0xe1, of that length
	cStringChunk = 0xe2
	cStringEnd   = 0xe3
	cList        = 0xe4 // to 0xeb, of that length
	cListN       = 0xec
	cListClosed  = 0xed
	cListOpen    = 0xee
	cDefine      = 0xef
	cStructN     = 0xf0
	cTrue        = 0xf5
	cFalse       = 0xf6
	cNull        = 0xf7
	cInt64       = 0xf8
	cFloat       = 0xf9
	cDouble      = 0xfa
	cZero        = 0xfb
	cOne         = 0xfc
	cEnd         = 0xfd
	cReset       = 0xfe
	cMinusOne    = 0xff
)

// maxSlots is how many structs and how many values a session may number.
const maxSlots = 1 << 20

// Names of structs, as Jepsen writes them.
const (
	tagHashSet   = "persistent-hash-set"
	tagSortedSet = "persistent-sorted-set"
	tagPair      = "map-entry"
	tagVec       = "vec"
	tagMultiset  = "multiset"
	tagAtom      = "atom"
	tagDateTime  = "date-time"
	tagInstant   = "instant"
	tagThrowable = "throwable"
	tagByte      = "byte"
	tagChar      = "char"
	tagRatio     = "ratio"
	tagRecord    = "record"
	tagOp        = "jepsen.history.Op"
	tagRef       = "block-ref"
	tagTagged    = "jcheck/tagged" // ours: a tagged datum whose tag is one of the names above
)

// maxCopies is how many bytes the copies in the multisets of a session may come to, as EDN
// beside the first of each. It does not depend on the length of the input, or else
// a multiset could be read that is written too short to be read again.
const maxCopies = 1 << 19

// How structs and values that EDN has no notation for are spelled.
const (
	ednRef      = "jepsen/block-ref"
	ednPair     = "jepsen/map-entry" // if asked for, else a vector of two
	ednDateTime = "clj-time/date-time"
	ednError    = "error"
	ednURI      = "uri"
	ednBytes    = "bytes"
	ednKeyword  = "keyword" // one that EDN cannot spell, with a space in it
	ednSymbol   = "symbol"
	ednRegex    = "regex"
	ednChar     = "char"
	ednDecimal  = "decimal"
)
