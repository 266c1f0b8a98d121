package fressian

import (
	"encoding/hex"
	"math"
	"math/big"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/seed-c33ae711/jcheck/edn"
)

type tagKind uint8

const (
	unknownKind tagKind = iota
	opKind
	setKind
	pairKind
	sameKind // what its one component is
	multisetKind
	dateTimeKind
	instantKind
	errorKind
	charKind
	ratioKind
	recordKind
	refKind
	taggedKind
)

// kinds are the structs that are known, with how many components each has.
var kinds = map[string]struct {
	kind tagKind
	n    int
}{
	tagOp: {opKind, 7}, tagHashSet: {setKind, 1}, tagSortedSet: {setKind, 1}, tagPair: {pairKind, 2}, tagVec: {sameKind, 1},
	tagMultiset: {multisetKind, 1}, tagAtom: {sameKind, 1}, tagDateTime: {dateTimeKind, 1}, tagInstant: {instantKind, 1},
	tagThrowable: {errorKind, 1}, tagByte: {sameKind, 1}, tagChar: {charKind, 1}, tagRatio: {ratioKind, 2},
	tagRecord: {recordKind, 2}, tagRef: {refKind, 1}, tagTagged: {taggedKind, 2},
}

// definition reads a struct's name and number of components, and gives it the
// next slot.
func (d *Decoder) definition(at int) (tagKind, bool) {
	name, ok := d.str()
	if !ok {
		return 0, false
	}
	where := d.pos
	n, ok := d.int()
	if !ok {
		return 0, false
	}
	if n < 0 || n > int64(d.left()) {
		return 0, d.fail(where, "expected at most %d components in what is left, found a count of %d", d.left(), n)
	}
	if len(d.defs) >= maxSlots {
		return 0, d.fail(at, "expected at most %d kinds of structs", maxSlots)
	}
	known := kinds[string(name)]
	if known.kind != unknownKind && known.kind != setKind && int(n) != known.n {
		return 0, d.fail(where, "expected %d components of %s, found a count of %d", known.n, name, n)
	}
	if known.kind == unknownKind && len(d.unknown) < 100 && !slices.Contains(d.unknown, string(name)) {
		d.unknown = append(d.unknown, string(name))
	}
	d.defs = append(d.defs, def{kind: known.kind, name: name, n: int(n)})
	return known.kind, true
}

func (d *Decoder) define(at int) bool {
	_, ok := d.definition(at)
	return ok && d.structAt(at, len(d.defs)-1)
}

// structAt appends the components of a struct whose definition has the given
// slot.
func (d *Decoder) structAt(at, slot int) bool {
	if slot < 0 || slot >= len(d.defs) {
		return d.fail(at, "expected one of %d kinds of structs, found number %d", len(d.defs), slot)
	}
	def := d.defs[slot]
	if def.kind == opKind {
		return d.op(at, nil)
	}
	if !d.down(at) {
		return false
	}
	if def.old {
		return d.fail(at, "expected a set that says how many elements it has, found one of before May 2019 whose number is that of another set")
	}
	if !d.components(at, slot, def) {
		return false
	}
	d.depth--
	return d.fits(at)
}

func (d *Decoder) components(at, slot int, def def) bool {
	switch def.kind {
	case setKind:
		if c := d.peek(); def.n == 1 && (c == cNull || isList(c) || c == cPutCached || c >= cCached && c < cStruct || c == cGetCached) {
			return d.set(at)
		}
		// Before May 2019 the elements were the components. The first set of a session says how
		// many those are, but another with other elements does not.
		d.defs[slot].old = true
		d.out = append(d.out, '#')
		return d.fixed(def.n, '{', '}')
	case pairKind:
		if d.tuples = true; d.pairs {
			d.out = append(d.out, "#"+ednPair+" "...)
		}
		return d.fixed(2, '[', ']')
	case sameKind:
		return d.value()
	case multisetKind:
		return d.multiset(at)
	case dateTimeKind:
		return d.dateTime(at)
	case instantKind:
		return d.tagged("inst")
	case errorKind:
		return d.tagged(ednError)
	case refKind:
		return d.tagged(ednRef)
	case charKind:
		return d.char()
	case ratioKind:
		return d.ratio(at)
	case recordKind:
		return d.record(at)
	case taggedKind:
		name, ok := d.str()
		return ok && d.tag(at, name) && d.value()
	}
	if !d.tag(at, def.name) {
		return false
	}
	if def.n == 1 {
		return d.value()
	}
	return d.fixed(def.n, '[', ']')
}

func (d *Decoder) peek() byte {
	if d.pos < len(d.in) {
		return d.in[d.pos]
	}
	return 0
}

func (d *Decoder) tagged(tag string) bool {
	d.out = append(append(append(d.out, '#'), tag...), ' ')
	return d.value()
}

// tag appends a tag, or a stand-in if EDN cannot spell it.
func (d *Decoder) tag(at int, name []byte) bool {
	if isTag(name) {
		d.out = append(append(append(d.out, '#'), name...), ' ')
	} else {
		d.out = append(hex.AppendEncode(append(d.out, "#fressian/x"...), name), ' ')
	}
	return d.fits(at)
}

// isTag reports whether name can be spelled as a tag of EDN. Behind #_ would be
// what a reader passes over.
func isTag(name []byte) bool {
	if !isPlainName(name) {
		return false
	}
	c := name[0]
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '$'
}

// fixed appends so many values.
func (d *Decoder) fixed(n int, open, closer byte) bool {
	d.out = append(d.out, open)
	for i := range n {
		if i > 0 {
			d.out = append(d.out, ' ')
		}
		if !d.value() {
			return false
		}
	}
	d.out = append(d.out, closer)
	return true
}

// multiset appends a map of elements to how many there are as a set with
// duplicates, as Jepsen prints it.
func (d *Decoder) multiset(at int) bool {
	mark := len(d.out)
	if !d.value() {
		return false
	}
	text := slices.Clone(d.out[mark:])
	d.out = d.out[:mark]
	s := edn.NewScanner(edn.NewSource("", text, edn.EDN), 0, len(text))
	if s.Next() != edn.Map {
		return d.fail(at, "expected a map of elements to their numbers in a multiset")
	}
	d.out = append(d.out, "#{"...)
	for first := true; s.Datum() != edn.Close; first = false {
		if s.Kind == edn.Invalid {
			return d.fail(at, "%v", s.Err())
		}
		element := s.Text()
		if s.Datum() != edn.Int || s.Int < 0 {
			return d.fail(at, "expected the number of an element in a multiset")
		}
		for n := range s.Int {
			if !first {
				d.out = append(d.out, ' ')
			}
			if n > 0 {
				if d.copies += len(element) + 1; d.copies > maxCopies {
					return d.fail(at, "expected at most %d bytes of copies in multisets", maxCopies)
				}
			}
			first = false
			d.out = append(d.out, element...)
			if !d.fits(at) {
				return false
			}
		}
	}
	d.out = append(d.out, '}')
	return true
}

const (
	runTime  = "20060102T150405.000Z0700"      // of a directory, and of date-times in blocks
	jodaTime = "2006-01-02T15:04:05.000Z07:00" // as it is printed
	instTime = "2006-01-02T15:04:05.000-00:00" // as Clojure prints an instant, which is UTC
)

func (d *Decoder) dateTime(at int) bool {
	raw, ok := d.str()
	if !ok {
		return false
	}
	d.out = append(d.out, "#"+ednDateTime+" "...)
	if t, err := time.Parse(runTime, string(raw)); err == nil {
		d.out = append(t.AppendFormat(append(d.out, '"'), jodaTime), '"')
		return true
	}
	return d.quote(at, raw)
}

// char appends a character, which is a unit of UTF-16.
func (d *Decoder) char() bool {
	at := d.pos
	n, ok := d.int()
	if !ok {
		return false
	}
	if n < 0 || n > math.MaxUint16 {
		return d.fail(at, "expected a unit of UTF-16, found %d", n)
	}
	for _, c := range charNames {
		if int64(c.r) == n {
			d.out = append(d.out, c.name...)
			return true
		}
	}
	switch {
	case n > ' ' && n < 0x7f:
		d.out = append(d.out, '\\', byte(n))
	case utf16.IsSurrogate(rune(n)):
		d.out = strconv.AppendInt(append(d.out, "#"+ednChar+" "...), n, 10)
	default:
		d.out = appendUnit(d.out, uint16(n))
	}
	return true
}

var charNames = []struct {
	name string
	r    rune
}{{`\newline`, '\n'}, {`\return`, '\r'}, {`\space`, ' '}, {`\tab`, '\t'}, {`\backspace`, '\b'}, {`\formfeed`, '\f'}}

func (d *Decoder) ratio(at int) bool {
	mark := len(d.out)
	for i := range 2 {
		if i > 0 {
			d.out = append(d.out, '/')
		}
		lo := len(d.out)
		if !d.value() {
			return false
		}
		if n := len(d.out); d.out[n-1] == 'N' {
			d.out = d.out[:n-1]
		}
		for j, c := range d.out[lo:] {
			if c-'0' > 9 && !(j == 0 && i == 0 && c == '-') {
				return d.fail(at, "expected two integers in a ratio, the second above 0")
			}
		}
	}
	if v := edn.NewSource("", d.out[mark:], edn.EDN).Value(0, len(d.out)-mark); v.Kind() != edn.Ratio && v.Kind() != edn.Int && v.Kind() != edn.BigInt {
		return d.fail(at, "expected two integers in a ratio, the second above 0")
	}
	return true
}

// record appends a record as Clojure prints it: tagged with its class.
func (d *Decoder) record(at int) bool {
	mark := len(d.out)
	if !d.value() {
		return false
	}
	class := slices.Clone(d.out[mark:])
	d.out = d.out[:mark]
	if !isTag(class) {
		return d.fail(at, "expected the name of a class in a record, found %.40q", class)
	}
	if !d.tag(at, class) {
		return false
	}
	from := len(d.out)
	if !d.value() {
		return false
	}
	if d.out[from] != '{' {
		return d.fail(at, "expected the fields of a record as a map")
	}
	return true
}

// rare appends values that hardly occur.
func (d *Decoder) rare(at int, c byte) bool {
	switch c {
	case cUUID:
		b, ok := d.bytes()
		if ok && len(b) != 16 {
			ok = d.fail(at, "expected 16 bytes of a UUID, found %d", len(b))
		}
		if !ok {
			return false
		}
		d.out = append(d.out, `#uuid "`...)
		for i := range b {
			if i == 4 || i == 6 || i == 8 || i == 10 {
				d.out = append(d.out, '-')
			}
			d.out = hex.AppendEncode(d.out, b[i:i+1])
		}
		d.out = append(d.out, '"')
	case cRegex:
		raw, ok := d.str()
		return ok && d.regex(at, raw) && d.fits(at)
	case cURI:
		raw, ok := d.str()
		d.out = append(d.out, "#"+ednURI+" "...)
		return ok && d.quote(at, raw) && d.fits(at)
	case cBigInt:
		b, ok := d.bytes()
		if ok {
			d.out = append(appendBig(d.out, b), 'N')
		}
		return ok
	case cDecimal:
		return d.decimal(at)
	case cInstant:
		ms, ok := d.int()
		if !ok {
			return false
		}
		t := time.UnixMilli(ms).UTC()
		if t.Year() < 0 || t.Year() > 9999 {
			return d.fail(at, "expected an instant in the years 0 to 9999, found %d ms", ms)
		}
		d.out = t.AppendFormat(append(d.out, `#inst "`...), instTime)
		d.out = append(d.out, '"')
	case cEnd:
		return d.fail(at, "expected a value, found the end of a list")
	default:
		return d.fail(at, "expected a value, found the unknown code %#02x", c)
	}
	return true
}

// bigHex is from how many bytes an integer is written in base 16, as the
// decimal conversion of long ones takes more than linear time.
const bigHex = 4096

// appendBig writes an integer in two's complement.
func appendBig(dst, b []byte) []byte {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	if len(b) <= bigHex {
		return n.Append(dst, 10)
	}
	if n.Sign() < 0 {
		dst = append(dst, '-')
	}
	return n.Abs(n).Append(append(dst, "0x"...), 16)
}

func (d *Decoder) decimal(at int) bool {
	b, ok := d.bytes()
	if !ok {
		return false
	}
	scale, ok := d.int()
	if !ok {
		return false
	}
	if len(b) > bigHex || scale > 999_999_999 || scale < -999_999_999 {
		return d.fail(at, "expected a decimal of at most %d bytes and a scale below 10^9", bigHex)
	}
	digits := appendBig(nil, b)
	if digits[0] == '-' {
		d.out, digits = append(d.out, '-'), digits[1:]
	}
	switch {
	case scale == 0:
		d.out = append(d.out, digits...)
	case scale > 0 && scale < int64(len(digits)):
		point := len(digits) - int(scale)
		d.out = append(append(append(d.out, digits[:point]...), '.'), digits[point:]...)
	case scale > 0 && scale <= 6+int64(len(digits)):
		d.out = append(d.out, "0."...)
		for range int(scale) - len(digits) {
			d.out = append(d.out, '0')
		}
		d.out = append(d.out, digits...)
	default:
		d.out = strconv.AppendInt(append(append(d.out, digits...), 'E'), -scale, 10)
	}
	d.out = append(d.out, 'M')
	return true
}

// regex appends a pattern, whose backslashes stay as they are.
func (d *Decoder) regex(at int, raw []byte) bool {
	mark := len(d.out)
	d.out = append(d.out, `#"`...)
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\' && i+1 < len(raw) && raw[i+1] >= 0x20 && raw[i+1] < 0x7f:
			i++
			d.out = append(d.out, c, raw[i])
		case c == '"':
			d.out = append(d.out, '\\', c)
		case c < 0x20 || c == 0x7f || c == '\\' || c >= 0x80:
			d.out = append(d.out[:mark], "#"+ednRegex+" "...)
			return d.quote(at, raw)
		default:
			d.out = append(d.out, c)
		}
	}
	d.out = append(d.out, '"')
	return true
}
