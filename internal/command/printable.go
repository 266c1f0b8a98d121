package command

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A printableWriter writes text for people. Histories and file names may hold
// control characters, which a terminal obeys: they come out as escapes, such as
// \x1b. The colours of this program's own words pass if colored is set.
type printableWriter struct {
	w       io.Writer
	colored bool
	half    bool // the last write ended with the first byte of what may be a control character
	buf     []byte
}

// c1 is the first of the two bytes of U+0080 to U+009F, which some terminals
// obey like an escape sequence.
const c1 = 0xc2

func (p *printableWriter) Write(text []byte) (int, error) {
	n := len(text)
	p.buf = p.buf[:0]
	if p.half {
		p.buf = append(p.buf, c1)
		text, p.half = append(p.buf, text...), false
	}
	if k := len(text); k > 0 && text[k-1] == c1 {
		text, p.half = text[:k-1], true
	}
	if first := unprintable(text); first >= 0 {
		text = appendPrintable(nil, text, p.colored)
	}
	if _, err := p.w.Write(text); err != nil {
		return 0, err
	}
	return n, nil
}

// unprintable returns where the first control character stands that is neither a tab nor
// the end of a line, or -1.
func unprintable(text []byte) int {
	for i, c := range text {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c == c1 && i+1 < len(text) && text[i+1] >= 0x80 && text[i+1] < 0xa0 || c == 0xe2 && turns(text[i:]) {
			return i
		}
	}
	return -1
}

// turns reports whether a text begins with a character that changes the direction of
// what follows, U+202A to U+202E and U+2066 to U+2069: it may show other text than there is.
func turns(text []byte) bool {
	r, _ := utf8.DecodeRune(text)
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func appendPrintable(dst, text []byte, colored bool) []byte {
	for {
		i := unprintable(text)
		if i < 0 {
			return append(dst, text...)
		}
		dst, text = append(dst, text[:i]...), text[i:]
		if n := ownColor(text); colored && n > 0 {
			dst, text = append(dst, text[:n]...), text[n:]
			continue
		}
		r, n := utf8.DecodeRune(text)
		quoted := strconv.QuoteRune(r)
		dst, text = append(dst, quoted[1:len(quoted)-1]...), text[n:]
	}
}

// ownColor returns the length of the sequence at the beginning of a text if
// package render writes it.
func ownColor(text []byte) int {
	for _, code := range []string{"31;1", "32;1", "33;1", "1", "2", "0"} {
		if seq := "\x1b[" + code + "m"; strings.HasPrefix(string(text[:min(len(text), len(seq))]), seq) {
			return len(seq)
		}
	}
	return 0
}

// printableName returns a file's name as it is, or quoted where it would break
// a line or be obeyed by a terminal.
func printableName(name string) string {
	if strings.ContainsFunc(name, unicode.IsControl) {
		return strconv.Quote(name)
	}
	return name
}

// printableError returns an error's text, with the names of files that the
// arguments give quoted where that is necessary.
func (a *app) printableError(err error) string {
	text := string(cutWords([]byte(err.Error())))
	for _, name := range a.args {
		if quoted := printableName(name); quoted != name {
			text = strings.ReplaceAll(text, name, quoted)
		}
	}
	return text
}

// longWord is how many characters of a word, such as an :f of a megabyte, nobody reads to its end.
const longWord = 400

// cutWords shortens the long words of a text.
func cutWords(text []byte) []byte {
	var out []byte
	kept := 0 // up to where out has the text
	for at := 0; at < len(text); at++ {
		word := text[at:]
		if n := bytes.IndexAny(word, " \t\n\f\r"); n >= 0 {
			word = word[:n]
		}
		if len(word) >= longWord && utf8.RuneCount(word) >= longWord {
			n := 200
			for !utf8.RuneStart(word[n]) {
				n--
			}
			out = fmt.Appendf(append(out, text[kept:at]...), "%s..%d more bytes..", word[:n], len(word)-n)
			kept = at + len(word)
		}
		at += len(word)
	}
	if out == nil {
		return text
	}
	return append(out, text[kept:]...)
}

// writerOf returns where output goes: text for people, or data for programs.
func (a *app) writerOf(isText bool) io.Writer {
	if isText {
		return a.text
	}
	return a.data
}

func (a *app) writeResult(text []byte, isText bool) error {
	_, err := a.writerOf(isText).Write(text)
	return err
}
