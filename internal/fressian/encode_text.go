package fressian

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxPart is how long a part of a long string or byte array is in Java's writer.
const (
	maxStringPart = 1 << 16
	maxBytesPart  = 1<<16 - 1
)

func appendBytes(dst, b []byte) []byte {
	if len(b) < 8 {
		return append(append(dst, byte(cBytes+len(b))), b...)
	}
	for len(b) > maxBytesPart {
		dst = append(AppendInt(append(dst, cBytesChunk), maxBytesPart), b[:maxBytesPart]...)
		b = b[maxBytesPart:]
	}
	return append(AppendInt(append(dst, cBytesEnd), int64(len(b))), b...)
}

// appendString appends a string in CESU-8. A long one goes in parts, none of
// which ends within a character.
func appendString(dst, b []byte) []byte {
	for len(b) > maxStringPart {
		n := maxStringPart
		for b[n]&0xc0 == 0x80 {
			n--
		}
		dst = append(AppendInt(append(dst, cStringChunk), int64(n)), b[:n]...)
		b = b[n:]
	}
	if len(b) < 8 {
		return append(append(dst, byte(cString+len(b))), b...)
	}
	return append(AppendInt(append(dst, cStringEnd), int64(len(b))), b...)
}

// appendContent appends what the text between the quotes of a string means, in
// CESU-8. A surrogate that stands alone in an escape stays one.
func appendContent(dst, text []byte) []byte {
	if i := bytes.IndexByte(text, '\\'); i < 0 {
		return appendJava(dst, text)
	}
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			n := 1
			for i+n < len(text) && text[i+n] != '\\' {
				n++
			}
			dst = appendJava(dst, text[i:i+n])
			i += n
			continue
		}
		c := text[i+1]
		i += 2
		switch c {
		case 'n':
			c = '\n'
		case 't':
			c = '\t'
		case 'r':
			c = '\r'
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'u':
			if i+4 <= len(text) {
				n, _ := strconv.ParseUint(string(text[i:i+4]), 16, 16)
				dst = appendUTF16(dst, uint16(n))
				i += 4
				continue
			}
		case '0', '1', '2', '3', '4', '5', '6', '7':
			n, size := 0, 0
			for i--; size < 3 && i < len(text) && text[i] >= '0' && text[i] <= '7'; size++ {
				n = n*8 + int(text[i]-'0')
				i++
			}
			dst = appendUTF16(dst, uint16(n))
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// appendJava appends UTF-8 with characters beyond the basic plane as pairs of
// surrogates.
func appendJava(dst, text []byte) []byte {
	from := 0
	for i := 0; i < len(text); {
		if text[i] < 0x80 {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if r > math.MaxUint16 || r == utf8.RuneError && n == 1 {
			dst = append(dst, text[from:i]...)
			from = i + n
			if r > math.MaxUint16 {
				hi, lo := utf16.EncodeRune(r)
				dst = appendUTF16(appendUTF16(dst, uint16(hi)), uint16(lo))
			} else {
				dst = utf8.AppendRune(dst, r)
			}
		}
		i += n
	}
	return append(dst, text[from:]...)
}

// appendUTF16 appends a unit of UTF-16 as UTF-8 would be, surrogate or not.
func appendUTF16(dst []byte, u uint16) []byte {
	switch {
	case u < 0x80:
		return append(dst, byte(u))
	case u < 0x800:
		return append(dst, 0xc0|byte(u>>6), 0x80|byte(u&0x3f))
	}
	return append(dst, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
}
