// Package svg writes SVG: elements that are always closed, text that is always
// well-formed XML whatever it holds, and as much of it as there is room for.
//
// Pictures have classes, no style attributes and no scripts, so that they can stand in
// a page with a strict Content-Security-Policy. A picture that stands alone has the
// stylesheet in it (Sheet), one in a page uses the page's (PageSheet).
package svg

import (
	"fmt"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// A Writer writes one picture. Its zero value is ready to use.
type Writer struct {
	buf  []byte
	open []string
}

// Open begins an element. Attributes are names and values by turns.
func (w *Writer) Open(name string, attrs ...string) {
	w.begin(name, attrs)
	w.buf = append(w.buf, '>')
	w.open = append(w.open, name)
}

// Close ends the element that was begun last.
func (w *Writer) Close() {
	name := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	w.buf = append(w.buf, "</"...)
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '>')
}

// Empty writes an element without content.
func (w *Writer) Empty(name string, attrs ...string) {
	w.begin(name, attrs)
	w.buf = append(w.buf, "/>"...)
}

// Text writes text.
func (w *Writer) Text(s string) { w.buf = AppendEscaped(w.buf, s) }

// Elem writes an element that holds only text.
func (w *Writer) Elem(name, text string, attrs ...string) {
	w.Open(name, attrs...)
	w.Text(text)
	w.Close()
}

// Newline breaks the line, so that pictures can be compared line by line.
func (w *Writer) Newline() { w.buf = append(w.buf, '\n') }

// Raw writes what is XML already, such as another picture.
func (w *Writer) Raw(b []byte) { w.buf = append(w.buf, b...) }

// Bytes returns what was written, once all elements are closed.
func (w *Writer) Bytes() []byte {
	for len(w.open) > 0 {
		w.Close()
	}
	return w.buf
}

func (w *Writer) begin(name string, attrs []string) {
	w.buf = append(append(w.buf, '<'), name...)
	for i := 0; i+1 < len(attrs); i += 2 {
		w.buf = append(append(append(w.buf, ' '), attrs[i]...), '=', '"')
		w.buf = append(AppendEscaped(w.buf, attrs[i+1]), '"')
	}
}

// Num writes a coordinate, to a tenth of a pixel.
func Num(x float64) string {
	return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
}

// AppendEscaped appends text as XML. What XML cannot hold, and what would change the
// direction of the text around it, is written as its number.
func AppendEscaped(dst []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < utf8.RuneSelf && c != '<' && c != '>' && c != '&' && c != '"' && c != 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= 0xa0 && !(r == utf8.RuneError && n == 1) && !unprintable(r) {
			i += n
			continue
		}
		dst = append(dst, s[from:i]...)
		switch {
		case r == '<':
			dst = append(dst, "&lt;"...)
		case r == '>':
			dst = append(dst, "&gt;"...)
		case r == '&':
			dst = append(dst, "&amp;"...)
		case r == '"':
			dst = append(dst, "&quot;"...)
		case r == '\n':
			dst = append(dst, "&#10;"...)
		case r == '\t':
			dst = append(dst, ' ')
		case r == utf8.RuneError && n == 1:
			dst = fmt.Appendf(dst, `\x%02x`, s[i])
		default:
			dst = fmt.Appendf(dst, `\u%04x`, r)
		}
		i += n
		from = i
	}
	return append(dst, s[from:]...)
}

// Printable returns a text without what has no look of its own and without what would
// change the direction of the text around it: that is written as its number, as
// AppendEscaped does. Newlines and tabs stay. It escapes nothing else.
func Printable(s string) string {
	var dst []byte
	from := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		odd := r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && unprintable(r)
		broken := r == utf8.RuneError && n == 1
		if odd || broken {
			dst = append(dst, s[from:i]...)
			if broken {
				dst = fmt.Appendf(dst, `\x%02x`, s[i])
			} else {
				dst = fmt.Appendf(dst, `\u%04x`, r)
			}
			from = i + n
		}
		i += n
	}
	if from == 0 {
		return s
	}
	return string(append(dst, s[from:]...))
}

// unprintable reports whether a character above ASCII has no look of its own, or one that
// reaches beyond its place.
func unprintable(r rune) bool {
	switch {
	case r == 0xfffe, r == 0xffff, unicode.Is(unicode.Cc, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	case r == 0x200d: // joins emoji
		return false
	}
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r)
}
