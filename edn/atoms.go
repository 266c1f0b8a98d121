package edn

import (
	"bytes"
	"math"
	"math/big"
	"strconv"
	"unicode/utf8"
)

// What the walker's current token, an atom, means.

// finish ends the walk over a text of one datum, of which ok says whether it
// was well formed.
func (w *walker) finish(ok bool) error {
	if ok && w.next() == EOF {
		return nil
	}
	switch err := w.s.Err(); {
	case err != nil:
		return err
	case ok:
		return w.s.Errorf(w.s.Start, "expected one value, found a second")
	}
	return w.s.Errorf(w.s.Start, "expected a value, found %s", w.kind)
}

// rune returns the character that the current token names.
func (w *walker) rune() rune {
	r, _ := charValue(w.text[1:])
	return r
}

// appendPattern appends what is between the quotes of a regular expression. A
// line break in it becomes an escape that matches the same.
func (w *walker) appendPattern(dst []byte) []byte {
	pattern := appendValid(nil, w.text[2:len(w.text)-1])
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		if c == '\\' && i+1 < len(pattern) {
			i++
			if c = pattern[i]; c != '\n' && c != '\r' {
				dst = append(dst, '\\', c)
				continue
			}
		}
		switch c {
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// appendString appends the current string as EDN.
func (w *walker) appendString(dst []byte) []byte {
	for _, c := range w.text {
		if class[c]&(isQuote|isControl) != 0 || c >= 0x80 {
			return AppendString(dst, string(w.appendContent(nil)))
		}
	}
	return append(append(append(dst, '"'), w.text...), '"')
}

// string returns the content of the current string.
func (w *walker) string() string { return string(w.appendContent(nil)) }

// appendNumber appends the current number's canonical text.
func (w *walker) appendNumber(dst []byte) []byte {
	switch w.kind {
	case Int:
		return strconv.AppendInt(dst, w.s.Int, 10)
	case BigInt:
		digits, base, neg, ok := w.splitInt()
		if ok && base == 10 {
			if neg { // no conversion: that of millions of digits takes seconds
				dst = append(dst, '-')
			}
			return append(dst, digits...)
		}
		return w.bigInt().Append(dst, 10)
	case Ratio:
		return append(dst, w.ratio().String()...)
	case Decimal:
		return appendDecimal(dst, w.text)
	}
	return w.appendFloat(dst)
}

// appendFloat appends the current float's canonical text: of one that is too large
// or too small for 64 bits its digits, so that different ones differ.
func (w *walker) appendFloat(dst []byte) []byte {
	f := w.float()
	if symbolic := w.text[0] == '#'; !symbolic && (math.IsInf(f, 0) || f == 0) {
		p, ok := splitFloat(w.text)
		switch {
		case !ok:
			return appendHuge(dst, w.text)
		case !p.isZero():
			return p.appendScientific(dst)
		}
		f = 0 // not -0.0, which is equal to it
	}
	return appendFloat(dst, f, 64)
}

// appendHuge appends a float whose exponent is out of all bounds: its digits as they are, but
// such that JSON can have them, too.
func appendHuge(dst, text []byte) []byte {
	neg, text := cutSign(text)
	if neg {
		dst = append(dst, '-')
	}
	e := bytes.IndexAny(text, "eE")
	whole, fraction, _ := bytes.Cut(text[:e], []byte{'.'})
	if whole = trimZeros(whole); len(whole) == 0 {
		dst = append(dst, '0')
	}
	dst = append(dst, whole...)
	if fraction = bytes.TrimRight(fraction, "0"); len(fraction) > 0 {
		dst = append(append(dst, '.'), fraction...)
	}
	dst = append(dst, 'E')
	down, exponent := cutSign(text[e+1:])
	if down {
		dst = append(dst, '-')
	}
	return append(dst, trimZeros(exponent)...)
}

// splitInt splits the current integer, which must not be a ratio.
func (w *walker) splitInt() (digits []byte, base uint64, neg, ok bool) {
	if w.s.json && isFraction(w.text) {
		p, _ := splitFloat(w.text)
		return p.appendInt(nil), 10, p.neg, true
	}
	return splitInt(w.text)
}

func (w *walker) bigInt() *big.Int {
	if digits, base, neg, ok := w.splitInt(); ok {
		return toBig(digits, base, neg)
	}
	return w.ratio().Num() // 36893488147419103232/2
}

func (w *walker) ratio() *big.Rat {
	num, den, neg, _ := splitRatio(w.text)
	return new(big.Rat).SetFrac(toBig(num, 10, neg), toBig(den, 10, false))
}

// float returns the current float. What overflows is infinite, as for Java.
func (w *walker) float() float64 {
	f, _ := strconv.ParseFloat(string(bytes.TrimPrefix(w.text, []byte("##"))), 64)
	return f
}

// appendDecimal appends a decimal as its digits times a power of ten, without
// zeros at the end of the digits, so that 1.50M and 15e-1M are 15E-1M.
func appendDecimal(dst, text []byte) []byte {
	p, _ := splitFloat(text[:len(text)-1])
	return append(p.appendScientific(dst), 'M')
}

// appendChar appends a character by its name if it has one.
func appendChar(dst []byte, r rune) []byte {
	for _, c := range charNames {
		if c.r == r {
			return append(append(dst, '\\'), c.name...)
		}
	}
	if r < 0x20 || r == 0x7f {
		return appendUnicode(dst, r)
	}
	return utf8.AppendRune(append(dst, '\\'), r)
}

// appendValid appends a name or the like. Invalid UTF-8 becomes U+FFFD.
func appendValid(dst, b []byte) []byte {
	if utf8.Valid(b) {
		return append(dst, b...)
	}
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		dst = utf8.AppendRune(dst, r)
		b = b[size:]
	}
	return dst
}
