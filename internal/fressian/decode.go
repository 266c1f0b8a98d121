package fressian

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
)

// An Error says where bytes are not the Fressian that was expected.
type Error struct {
	Offset int64 // of the byte, from the base that the decoder was given
	Msg    string
	Short  bool // the input ended inside a value
}

func (e *Error) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Msg) }

// A Decoder reads the values of one session.
type Decoder struct {
	in      []byte
	pos     int
	base    int64
	out     []byte
	defs    []def
	cache   []entry
	copies  int    // bytes of copies in multisets
	session int    // how often the caches were cleared
	arena   []byte // the text of cached values
	depth   int
	peak    int // the deepest that was written since somebody asked
	spent   int // bytes written by earlier calls
	from    int // where this call began to write
	err     *Error
	tuples  bool
	keyed   bool
	pairs   bool  // spell pairs so that they differ from vectors
	inside  []seq // the lists that Enter stepped into, each in the one before
	unknown []string
	oddKey  bool // a further field of an op may be one of its own, or is none
}

// A def is a struct's definition.
type def struct {
	kind tagKind
	name []byte
	n    int
	old  bool // it was that of a set whose elements are its components
}

// An entry is a cached value.
type entry struct {
	kind  entryKind
	raw   []byte // of a string its bytes, else the text
	depth int
}

type entryKind uint8

const (
	pending    entryKind = iota // still being read
	textEntry                   // any value but a string
	strEntry                    // a string
	plainEntry                  // a string of characters that a name may have
)

// NewDecoder returns a decoder of a session in memory, whose first byte stands
// at the given offset for those who read errors.
func NewDecoder(in []byte, base int64) *Decoder {
	d := &Decoder{}
	d.Reset(in, base)
	return d
}

// Reset begins another session, in memory that is kept.
func (d *Decoder) Reset(in []byte, base int64) {
	clear(d.cache)
	clear(d.defs)
	*d = Decoder{in: in, base: base, pairs: d.pairs, defs: d.defs[:0], cache: d.cache[:0], arena: d.arena[:0], inside: d.inside[:0]}
}

// Pos returns the offset of the next value, counted from the session's first
// byte.
func (d *Decoder) Pos() int { return d.pos }

// Tuples reports whether a pair was seen that EDN spells as a vector: the value
// of an op on one of several independent keys.
func (d *Decoder) Tuples() bool { return d.tuples }

// Keyed reports whether an op had a further field :key.
func (d *Decoder) Keyed() bool { return d.keyed }

// SpellPairs makes pairs #jepsen/map-entry [key value], which an encoder makes
// pairs of again, in this session and those that follow.
func (d *Decoder) SpellPairs() { d.pairs = true }

// Unknown returns the names of structs that were kept as tagged values since
// nothing is known of them, in order of appearance.
func (d *Decoder) Unknown() []string { return d.unknown }

// More reports whether another value follows, or an error: in the list that was
// entered, or before the end of the input.
func (d *Decoder) More() bool {
	if d.err != nil {
		return true // Append will say so
	}
	if n := len(d.inside); n > 0 {
		return d.more(&d.inside[n-1])
	}
	for d.pos < len(d.in) && d.in[d.pos] == cFooter {
		if !d.footer() {
			return true
		}
	}
	return d.pos < len(d.in)
}

// Enter steps into the list that comes next, so that More and Append see its
// elements, and reports whether it is a list.
func (d *Decoder) Enter() bool {
	if d.pos >= len(d.in) || !isList(d.in[d.pos]) {
		return false
	}
	d.pos++
	d.inside = append(d.inside, d.begin(d.in[d.pos-1]))
	return true
}

// EnterMap is Enter for a map, of which More and Append see keys and values in turn.
func (d *Decoder) EnterMap() bool {
	if d.left() < 2 || d.in[d.pos] != cMap || !isList(d.in[d.pos+1]) {
		return false
	}
	d.pos++
	return d.Enter()
}

// Leave steps out of what was entered last, after More has said that it is at its end.
func (d *Decoder) Leave() { d.inside = d.inside[:len(d.inside)-1] }

// EnterLen is Enter, and returns how many elements the list has if it says so
// itself.
func (d *Decoder) EnterLen() (int, bool) {
	if !d.Enter() || d.err != nil {
		return 0, false
	}
	s := d.inside[len(d.inside)-1]
	return s.n, !s.closed
}

// Append appends the next value as EDN. After an error the decoder stays where
// it is.
func (d *Decoder) Append(dst []byte) ([]byte, error) { return d.append(dst, nil) }

// AppendOp is Append for what may be an op; if it is one whose fields are plain, op
// says where they stand.
func (d *Decoder) AppendOp(dst []byte, op *Op) ([]byte, error) {
	*op = Op{Start: len(dst)}
	return d.append(dst, op)
}

func (d *Decoder) append(dst []byte, op *Op) ([]byte, error) {
	if d.err != nil {
		return dst, d.err
	}
	start := len(dst)
	d.out, d.from, d.depth, d.peak, d.oddKey = dst, start, 0, 0, false
	ok := false
	if op != nil {
		ok = d.topOp(op)
	} else {
		ok = d.value()
	}
	dst, d.out = d.out, nil
	d.spent += len(dst) - start
	if !ok {
		return dst[:start], d.err
	}
	return dst, nil
}

func (d *Decoder) fail(at int, format string, args ...any) bool {
	if d.err == nil {
		d.err = &Error{Offset: d.base + int64(at), Msg: fmt.Sprintf(format, args...)}
	}
	return false
}

func (d *Decoder) short() bool {
	if d.fail(len(d.in), "expected the rest of a value, found the end"); d.err != nil {
		d.err.Short = true
	}
	return false
}

// left returns how many bytes are left.
func (d *Decoder) left() int { return len(d.in) - d.pos }

// fits checks the length of what was written against that of the input: cached
// values and names of structs can make a text longer without end.
func (d *Decoder) fits(at int) bool {
	if d.spent+len(d.out)-d.from+len(d.arena) > 1<<20+256*len(d.in) {
		return d.fail(at, "expected a text in proportion to the data, found cached values that expand to more than 256 times their length")
	}
	return true
}

func (d *Decoder) down(at int) bool {
	if d.depth++; d.depth > d.peak {
		d.peak = d.depth
	}
	if d.depth > edn.MaxDepth {
		return d.fail(at, "expected at most %d levels of nesting", edn.MaxDepth)
	}
	return true
}

// value appends the next value. Its recursion is as deep as values nest, which
// is at most MaxDepth: more would be an error.
func (d *Decoder) value() bool {
	if d.pos >= len(d.in) {
		return d.short()
	}
	at := d.pos
	c := d.in[at]
	d.pos++
	switch {
	case c < 10:
		d.out = append(d.out, '0'+c)
		return true
	case c < cCached:
		d.pos = at
		n, ok := d.int()
		d.out = strconv.AppendInt(d.out, n, 10)
		return ok
	case c < cStruct:
		return d.appendCached(at, int(c-cCached))
	case c < cLongs:
		return d.structAt(at, int(c-cStruct))
	case c >= cString && c <= cStringEnd:
		d.pos = at
		raw, ok := d.str()
		if !ok {
			return false
		}
		return d.quote(at, raw)
	case isList(c):
		return d.list(at, c, '[', ']')
	case c >= cBytes && c <= cBytesEnd:
		d.pos = at
		return d.hexBytes()
	}
	switch c {
	case cKeyword:
		return d.keyword(at)
	case cNull:
		d.out = append(d.out, "nil"...)
	case cTrue:
		d.out = append(d.out, "true"...)
	case cFalse:
		d.out = append(d.out, "false"...)
	case cMap:
		return d.mapValue(at, true)
	case cPutCached:
		return d.put(at)
	default:
		return d.seldom(at, c)
	}
	return true
}

// seldom appends what a history has little of.
func (d *Decoder) seldom(at int, c byte) bool {
	switch c {
	case cMinusOne:
		d.out = append(d.out, "-1"...)
	case cInt64:
		d.pos = at
		n, ok := d.int()
		d.out = strconv.AppendInt(d.out, n, 10)
		return ok
	case cGetCached:
		n, ok := d.int()
		return ok && d.appendCached(at, int(min(max(n, -1), math.MaxInt32)))
	case cDefine:
		return d.define(at)
	case cStructN:
		n, ok := d.int()
		return ok && d.structAt(at, int(min(max(n, -1), math.MaxInt32)))
	case cReset:
		return d.reset()
	case cFooter:
		d.pos = at
		return d.footer() && d.value2(at)
	case cSet:
		return d.set(at)
	case cSymbol:
		return d.symbol(at)
	case cLongs, cLongs + 1, cLongs + 2, cLongs + 3, cLongs + 4, cObjects:
		return d.list(at, cListN, '[', ']')
	case cZero:
		d.out = append(d.out, "0.0"...)
	case cOne:
		d.out = append(d.out, "1.0"...)
	case cDouble:
		if d.left() < 8 {
			return d.short()
		}
		d.out = appendFloat(d.out, math.Float64frombits(binary.BigEndian.Uint64(d.in[d.pos:])), 64)
		d.pos += 8
	case cFloat:
		if d.left() < 4 {
			return d.short()
		}
		d.out = appendFloat(d.out, float64(math.Float32frombits(binary.BigEndian.Uint32(d.in[d.pos:]))), 32)
		d.pos += 4
	default:
		return d.rare(at, c)
	}
	return true
}

// value2 is value behind a footer or a reset, of which a row must not become a
// recursion without end.
func (d *Decoder) value2(at int) bool {
	if !d.down(at) {
		return false
	}
	ok := d.value()
	d.depth--
	return ok
}

// reset clears both caches and reads the value behind.
func (d *Decoder) reset() bool {
	for d.clear(); d.pos < len(d.in) && d.in[d.pos] == cReset; d.pos++ {
	}
	return d.value()
}

func (d *Decoder) clear() {
	d.defs, d.cache = d.defs[:0], d.cache[:0]
	d.session++
}

// footer passes over a footer, whose checksum nobody checks: a block has its
// own.
func (d *Decoder) footer() bool {
	at := d.pos
	if d.left() < 12 {
		return d.short()
	}
	if !bytes.Equal(d.in[at:at+4], []byte{cFooter, cFooter, cFooter, cFooter}) {
		return d.fail(at, "expected a footer, found % x", d.in[at:at+4])
	}
	d.pos += 12
	d.clear()
	return true
}
