package format

import (
	"bytes"
	"math"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
)

// What the importers of texts have in common: numbers, and ends of lines.

// scanNumber reads the decimal integer that begins at text[i], which may have a
// minus sign, and returns where it ends: at i if there is none, before i if it
// does not fit 64 bits.
func scanNumber(text []byte, i int) (n number, end int) {
	if i < len(text) && text[i] == '-' {
		abs, end := scanDigits(text, i+1)
		if end == i+1 {
			return n, i
		}
		return number{abs, abs != 0}, end
	}
	n.abs, end = scanDigits(text, i)
	return n, end
}

// scanDigits is scanNumber without a sign.
func scanDigits(text []byte, i int) (n uint64, end int) {
	for end = i; end < len(text); end++ {
		d := uint64(text[end]) - '0'
		if d > 9 {
			break
		}
		if n >= math.MaxUint64/10 && (n > math.MaxUint64/10 || d > math.MaxUint64%10) {
			return 0, -1
		}
		n = 10*n + d
	}
	return n, end
}

// noNumber says why scanNumber found none at i, where it answered end, and what
// should have been there.
func noNumber(src *edn.Source, i, end int, what string) error {
	if end < i {
		return src.Errorf(i, "expected %s of at most 64 bits, found %q", what, preview(src.Text[i:]))
	}
	return src.Errorf(i, "expected %s, found %s", what, found(src.Text, i))
}

func isDigit(text []byte, i int) bool { return i < len(text) && text[i]-'0' <= 9 }

// found describes what stands at text[i].
func found(text []byte, i int) string {
	switch {
	case i >= len(text):
		return "the end of the text"
	case endOfLine(text, i) > i:
		return "the end of the line"
	}
	return strconv.Quote(preview(text[i:]))
}

// endOfLine returns where the line behind the line break at text[i] begins, or i
// if there is no line break. The end of the text is one.
func endOfLine(text []byte, i int) int {
	switch {
	case i < len(text) && text[i] == '\n':
		return i + 1
	case i < len(text) && text[i] == '\r' && (i+1 == len(text) || text[i+1] == '\n'):
		return min(i+2, len(text))
	}
	return i
}

// skipMark passes over a byte order mark.
func skipMark(text []byte) int { return len(text) - len(bytes.TrimPrefix(text, []byte("\ufeff"))) }

func (n number) String() string { return string(appendNumber(nil, n.abs, n.neg)) }
