package fressian

import (
	"bytes"
	"encoding/hex"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/edn"
)

// int reads an integer, in any of its forms.
func (d *Decoder) int() (int64, bool) {
	at := d.pos
	if at >= len(d.in) {
		return 0, d.short()
	}
	c := d.in[at]
	d.pos++
	n := 0 // bytes behind the code
	high := int64(0)
	switch {
	case c < cInt13:
		return int64(c), true
	case c < cInt20:
		n, high = 1, int64(c)-0x50
	case c < cInt26:
		n, high = 2, int64(c)-0x68
	case c < cInt34:
		n, high = 3, int64(c)-0x72
	case c < cInt42:
		n, high = 4, int64(c)-0x76
	case c < cInt50:
		n, high = 5, int64(c)-0x7a
	case c < cCached:
		n, high = 6, int64(c)-0x7e
	case c == cMinusOne:
		return -1, true
	case c == cInt64:
		n = 8
	default:
		d.pos = at
		return d.oddInt()
	}
	if len(d.in)-d.pos < n {
		return 0, d.short()
	}
	for _, b := range d.in[d.pos : d.pos+n] {
		high = high<<8 | int64(b)
	}
	d.pos += n
	return high, true
}

// oddInt reads an integer that is cached, or behind a reset.
func (d *Decoder) oddInt() (int64, bool) {
	at, mark := d.pos, len(d.out)
	if !d.value2(at) {
		return 0, false
	}
	n, err := strconv.ParseInt(string(d.out[mark:]), 10, 64)
	d.out = d.out[:mark]
	if err != nil {
		return 0, d.fail(at, "expected an integer, found code %#02x", d.in[at])
	}
	return n, true
}

// length reads the length of what follows byte by byte.
func (d *Decoder) length() (int, bool) {
	at := d.pos
	n, ok := d.int()
	if !ok {
		return 0, false
	}
	if n < 0 || n > int64(d.left()) {
		if d.fail(at, "expected at most %d bytes in what is left, found a length of %d", d.left(), n); n > 0 {
			d.err.Short = true
		}
		return 0, false
	}
	return int(n), true
}

// str reads a string and returns its bytes as they stand: in the input, or in
// memory of their own if it comes in parts.
func (d *Decoder) str() ([]byte, bool) {
	at := d.pos
	if at >= len(d.in) {
		return nil, d.short()
	}
	switch c := d.in[at]; {
	case c >= cString && c < cStringChunk:
		n := int(c - cString)
		if d.left() <= n {
			return nil, d.short()
		}
		d.pos += 1 + n
		return d.in[at+1 : d.pos], true
	case c == cStringEnd:
		d.pos++
		n, ok := d.length()
		d.pos += n
		return d.in[d.pos-n : d.pos], ok
	case c == cStringChunk:
		return d.chunked()
	case c >= cCached && c < cStruct:
		d.pos++
		return d.cachedString(at, int(c-cCached))
	case c == cGetCached:
		d.pos++
		n, ok := d.int()
		if !ok {
			return nil, false
		}
		return d.cachedString(at, int(min(max(n, -1), math.MaxInt32)))
	case c == cPutCached:
		return d.putString(at)
	default:
		return nil, d.fail(at, "expected a string, found code %#02x", c)
	}
}

func (d *Decoder) cachedString(at, slot int) ([]byte, bool) {
	e, ok := d.cached(at, slot)
	if ok && e.kind == textEntry {
		ok = d.fail(at, "expected a string, found another cached value")
	}
	if !ok {
		return nil, false
	}
	return e.raw, true
}

func (d *Decoder) putString(at int) ([]byte, bool) {
	slot, session := len(d.cache), d.session
	if slot >= maxSlots {
		return nil, d.fail(at, "expected at most %d cached values", maxSlots)
	}
	d.cache = append(d.cache, entry{})
	d.pos++
	if d.pos < len(d.in) && (d.in[d.pos] < cString || d.in[d.pos] > cStringEnd) {
		return nil, d.fail(d.pos, "expected a string, found code %#02x", d.in[d.pos])
	}
	return d.cachedAs(slot, session)
}

// chunked reads a string in parts. A character may lie across two of them.
func (d *Decoder) chunked() ([]byte, bool) {
	var raw []byte // its own memory, since it may be cached
	for d.pos < len(d.in) && d.in[d.pos] == cStringChunk {
		d.pos++
		n, ok := d.length()
		if !ok {
			return nil, false
		}
		raw = append(raw, d.in[d.pos:d.pos+n]...)
		d.pos += n
	}
	if d.pos >= len(d.in) {
		return nil, d.short()
	}
	if c := d.in[d.pos]; c < cString || c > cStringEnd {
		return nil, d.fail(d.pos, "expected the next part of a string, found code %#02x", c)
	}
	last, ok := d.str()
	return append(raw, last...), ok
}

// bytes reads a byte array.
func (d *Decoder) bytes() ([]byte, bool) {
	var all []byte // what came in parts, not nil then
	for {
		at := d.pos
		if at >= len(d.in) {
			return nil, d.short()
		}
		c := d.in[at]
		d.pos++
		n, ok := 0, true
		switch {
		case c >= cBytes && c < cBytesChunk && all == nil:
			n = int(c - cBytes)
			if n > d.left() {
				return nil, d.short()
			}
		case c == cBytesChunk, c == cBytesEnd:
			n, ok = d.length()
		default:
			return nil, d.fail(at, "expected bytes, found code %#02x", c)
		}
		if !ok {
			return nil, false
		}
		part := d.in[d.pos : d.pos+n]
		d.pos += n
		if c == cBytesEnd && all != nil {
			return append(all, part...), true
		}
		if c != cBytesChunk {
			return part, true
		}
		if all == nil {
			all = []byte{}
		}
		all = append(all, part...)
	}
}

func (d *Decoder) hexBytes() bool {
	b, ok := d.bytes()
	if ok {
		d.out = append(d.out, "#"+ednBytes+` "`...)
		d.out = hex.AppendEncode(d.out, b)
		d.out = append(d.out, '"')
	}
	return ok
}

// quote appends a string as EDN.
func (d *Decoder) quote(at int, raw []byte) bool {
	d.out = append(d.out, '"')
	from := 0
	for i := 0; i < len(raw); {
		c := raw[i]
		if c >= 0x20 && c < 0x80 && c != '"' && c != '\\' {
			i++
			continue
		}
		d.out = append(d.out, raw[from:i]...)
		n := 1
		if c < 0x80 {
			d.out = edn.AppendEscape(d.out, c)
		} else {
			var ok bool
			if d.out, n, ok = appendChar(d.out, raw[i:]); !ok {
				return d.fail(at, "expected a string in CESU-8 or UTF-8, found % x", raw[i:min(i+4, len(raw))])
			}
		}
		i += n
		from = i
	}
	d.out = append(append(d.out, raw[from:]...), '"')
	return true
}

// appendUnit writes a unit of UTF-16 as an escape.
func appendUnit(dst []byte, u uint16) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[u>>12], digits[u>>8&15], digits[u>>4&15], digits[u&15])
}

// appendChar appends the character that b begins with, which is not ASCII: a pair of
// surrogates, which Java encodes one by one, or plain UTF-8. A surrogate alone
// stays one, as an escape.
func appendChar(dst, b []byte) (_ []byte, n int, ok bool) {
	if u, ok := surrogate(b); ok {
		if v, ok := surrogate(b[3:]); ok {
			if r := utf16.DecodeRune(rune(u), rune(v)); r != utf8.RuneError {
				return utf8.AppendRune(dst, r), 6, true
			}
		}
		return appendUnit(dst, u), 3, true
	}
	if len(b) >= 2 && b[0] == 0xc0 && b[1] == 0x80 { // how Java spells a zero elsewhere
		return appendUnit(dst, 0), 2, true
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n <= 1 {
		return dst, 0, false
	}
	return append(dst, b[:n]...), n, true
}

// surrogate reads a surrogate in three bytes.
func surrogate(b []byte) (uint16, bool) {
	if len(b) < 3 || b[0] != 0xed || b[1] < 0xa0 || b[1] > 0xbf || b[2]&0xc0 != 0x80 {
		return 0, false
	}
	return 0xd000 | uint16(b[1]&0x3f)<<6 | uint16(b[2]&0x3f), true
}

// nameChar has the bytes that may occur in a keyword or a symbol.
var nameChar = func() (t [256]bool) {
	for c := 0x21; c < 0x7f; c++ {
		t[c] = bytes.IndexByte([]byte(`,;"^()[]{}\`), byte(c)) < 0
	}
	return t
}()

// isPlainName reports whether raw can be spelled as a part of a name as it is.
// What is not ASCII is looked at again.
func isPlainName(raw []byte) bool {
	for _, c := range raw {
		if !nameChar[c] {
			return false
		}
	}
	return len(raw) > 0
}

// name reads a string that is a part of a name.
func (d *Decoder) name() (raw []byte, plain, ok bool) {
	if d.pos < len(d.in) {
		if c := d.in[d.pos]; c >= cCached && c < cStruct && int(c-cCached) < len(d.cache) {
			if e := &d.cache[c-cCached]; e.kind == plainEntry {
				d.pos++
				return e.raw, true, true
			}
		}
	}
	raw, ok = d.str()
	return raw, ok && isPlainName(raw), ok
}

// namespace reads a namespace, nil for none.
func (d *Decoder) namespace() (raw []byte, plain, ok bool) {
	if d.pos < len(d.in) && d.in[d.pos] == cNull {
		d.pos++
		return nil, true, true
	}
	return d.name()
}

func (d *Decoder) keyword(at int) bool {
	ns, nsPlain, ok := d.namespace()
	if !ok {
		return false
	}
	name, plain, ok := d.name()
	if !ok {
		return false
	}
	mark := len(d.out)
	d.out = append(d.out, ':')
	if nsPlain && plain {
		d.out = appendName(d.out, ns, name)
		if d.out[mark+1] != ':' {
			return d.fits(at)
		}
	}
	return d.oddName(at, mark, ':', ns, name, ednKeyword)
}

func appendName(dst, ns, name []byte) []byte {
	if ns != nil {
		dst = append(append(dst, ns...), '/')
	}
	return append(dst, name...)
}

// oddName appends a name with characters beyond ASCII, or as a tagged string if
// EDN cannot spell it.
func (d *Decoder) oddName(at, mark int, first byte, ns, name []byte, tag string) bool {
	d.out = d.out[:mark]
	full := appendName(nil, ns, name)
	d.out = append(d.out, '#')
	d.out = append(append(d.out, tag...), ' ')
	quoted := len(d.out)
	if !d.quote(at, full) {
		return false
	}
	text := bytes.Clone(d.out[quoted+1 : len(d.out)-1]) // an escape has a backslash, which no name has
	if isNameText(text) && (first == ':' || isSymbolText(text)) {
		d.out = d.out[:mark]
		if first == ':' {
			d.out = append(d.out, ':')
		}
		d.out = append(d.out, text...)
	}
	return d.fits(at)
}

func isNameText(b []byte) bool {
	for _, c := range b {
		if c < 0x80 && !nameChar[c] {
			return false
		}
	}
	return len(b) > 0 && b[0] != ':'
}

// isSymbolText reports whether a name is a symbol where it stands alone.
func isSymbolText(b []byte) bool {
	switch string(b) {
	case "nil", "true", "false":
		return false
	}
	digits := b
	if b[0] == '+' || b[0] == '-' {
		digits = b[1:]
	}
	return isNameText(b) && b[0] != '#' && (len(digits) == 0 || digits[0]-'0' > 9)
}

func (d *Decoder) symbol(at int) bool {
	ns, _, ok := d.namespace()
	if !ok {
		return false
	}
	name, _, ok := d.name()
	return ok && d.oddName(at, len(d.out), 0, ns, name, ednSymbol)
}

// appendFloat writes a number as Java does, so that texts agree.
func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "##NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "##Inf"...)
	case math.IsInf(f, -1):
		return append(dst, "##-Inf"...)
	}
	if a := math.Abs(f); a == 0 || a >= 1e-3 && a < 1e7 {
		from := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
		if bytes.IndexByte(dst[from:], '.') < 0 {
			dst = append(dst, ".0"...)
		}
		return dst
	}
	text := strconv.AppendFloat(nil, f, 'E', -1, bits)
	mantissa, exponent, _ := bytes.Cut(text, []byte{'E'})
	dst = append(dst, mantissa...)
	if bytes.IndexByte(mantissa, '.') < 0 {
		dst = append(dst, ".0"...)
	}
	n, _ := strconv.Atoi(string(exponent))
	return strconv.AppendInt(append(dst, 'E'), int64(n), 10)
}
