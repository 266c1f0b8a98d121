package edn

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

var charNames = [...]struct {
	name string
	r    rune
}{{"newline", '\n'}, {"return", '\r'}, {"space", ' '}, {"tab", '\t'}, {"backspace", '\b'}, {"formfeed", '\f'}}

// charValue returns the character that the text behind a backslash names.
func charValue(b []byte) (rune, bool) {
	if r, size := utf8.DecodeRune(b); size == len(b) && !(r == utf8.RuneError && size == 1) {
		return r, true
	}
	for _, c := range charNames {
		if string(b) == c.name {
			return c.r, true
		}
	}
	switch {
	case b[0] == 'u' && len(b) == 5:
		n, err := strconv.ParseUint(string(b[1:]), 16, 16)
		return rune(n), err == nil && !utf16.IsSurrogate(rune(n))
	case b[0] == 'o' && len(b) >= 2 && len(b) <= 4:
		n, err := strconv.ParseUint(string(b[1:]), 8, 16)
		return rune(n), err == nil && n <= 0377
	}
	return 0, false
}

// badEscape returns the offset of the first escape sequence of a string's
// content that the syntax does not know, -1 if there is none.
func badEscape(b []byte, json bool) int {
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		at := i
		i++
		if i == len(b) {
			return at
		}
		switch c := b[i]; c {
		case '"', '\\', 'b', 'f', 'n', 'r', 't':
		case '/':
			if !json {
				return at
			}
		case 'u':
			if _, ok := hex4(b[at:]); !ok {
				return at
			}
		case '0', '1', '2', '3', '4', '5', '6', '7':
			n, size := octalEscape(b[i:])
			if json || n > 0377 {
				return at
			}
			i += size - 1
		default:
			return at
		}
	}
	return -1
}

// unescape appends the content of a string to dst, whose escapes are sound. A
// surrogate that has no partner stays one, as UTF-8 would spell it if it were a
// character, so that different ones differ. Java cuts strings between the two of a
// pair.
func unescape(dst, b []byte, json bool) []byte {
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 == len(b) {
			dst = append(dst, b[i])
			continue
		}
		i++
		switch c := b[i]; {
		case c == 'n':
			dst = append(dst, '\n')
		case c == 't':
			dst = append(dst, '\t')
		case c == 'r':
			dst = append(dst, '\r')
		case c == 'b':
			dst = append(dst, '\b')
		case c == 'f':
			dst = append(dst, '\f')
		case c == 'u':
			r, n := unicodeEscape(b[i-1:])
			if n == 0 {
				dst = append(dst, '\\', 'u')
				continue
			}
			dst = appendRune(dst, r)
			i += n - 2
		case c >= '0' && c <= '7' && !json:
			n, size := octalEscape(b[i:])
			dst = utf8.AppendRune(dst, n)
			i += size - 1
		default: // a quote, a backslash, a slash
			dst = append(dst, c)
		}
	}
	return dst
}

// octalEscape decodes up to three octal digits.
func octalEscape(b []byte) (r rune, size int) {
	for size < len(b) && size < 3 && b[size] >= '0' && b[size] <= '7' {
		r = r*8 + rune(b[size]-'0')
		size++
	}
	return r, size
}

// unicodeEscape decodes the \uXXXX at the start of b, or the pair of them that
// stands for one character, and returns how long it is, 0 if it is none.
func unicodeEscape(b []byte) (rune, int) {
	hi, ok := hex4(b)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(hi) {
		if lo, ok := hex4(b[6:]); ok {
			if r := utf16.DecodeRune(hi, lo); r != utf8.RuneError {
				return r, 12
			}
		}
	}
	return hi, 6
}

// appendRune appends a character, or a surrogate alone.
func appendRune(dst []byte, r rune) []byte {
	if utf16.IsSurrogate(r) {
		return append(dst, 0xe0|byte(r>>12), 0x80|byte(r>>6&0x3f), 0x80|byte(r&0x3f))
	}
	return utf8.AppendRune(dst, r)
}

// loneSurrogate returns the surrogate that s begins with as appendRune spells it, 0 if it
// begins with none.
func loneSurrogate(s string) rune {
	if len(s) < 3 || s[0] != 0xed || s[1]&0xe0 != 0xa0 || s[2]&0xc0 != 0x80 {
		return 0
	}
	return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f)
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}
