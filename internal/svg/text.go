package svg

import (
	"strings"
	"unicode"
)

// A Font knows how wide text is. Nothing can measure text here, so widths are those of
// Helvetica, or of any monospaced font, with some room for what a reader has instead.
type Font uint8

const (
	Sans Font = iota
	Mono
	Bold
)

// helvetica are the widths of ' ' to '~', in thousandths of the font's size (Adobe's
// metrics of the core fonts).
var helvetica = [...]uint16{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

// room is what a reader's fonts may be wider than these: DejaVu Sans is the widest that
// is common.
const room = 1.04

// Width estimates how wide a text is, in pixels, in a font of a size.
func Width(f Font, size float64, s string) float64 {
	sum := 0.0
	for _, r := range s {
		sum += f.width(r)
	}
	return sum * size * room / 1000
}

func (f Font) width(r rune) float64 {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case unprintable(r) || r < ' ':
		return 6 * 600 // it is written as a number
	case r > 0x1100 && (unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || r >= 0x1f000):
		return 1250
	case f == Mono:
		return 600
	case r >= ' ' && int(r-' ') < len(helvetica):
		w := float64(helvetica[r-' ']) * 1.12
		if f == Bold {
			w *= 1.13
		}
		return w
	}
	return 650
}

// Fit cuts a text so that it is at most so wide.
func Fit(f Font, size, most float64, s string) string {
	most = most * 1000 / size / room
	sum, cut := 0.0, -1
	for i, r := range s {
		if cut < 0 && sum+f.width(r)+f.width('.')*3 > most {
			cut = i
		}
		if sum += f.width(r); sum > most {
			return strings.TrimRight(s[:max(cut, 0)], " ") + "..."
		}
	}
	return s
}

// Wrap breaks a text into lines of at most a width, at most n of them: the last one is
// cut if there is more. A word that is wider than a line is broken.
func Wrap(f Font, size, most float64, n int, s string) (lines []string) {
	for s = strings.TrimSpace(s); s != "" && len(lines) < n; s = strings.TrimLeft(s, " ") {
		if len(lines) == n-1 {
			return append(lines, Fit(f, size, most, s))
		}
		at := breakAt(f, most*1000/size/room, s)
		lines = append(lines, strings.TrimRight(s[:at], " "))
		s = s[at:]
	}
	return lines
}

// breakAt is how many bytes of a text make a line.
func breakAt(f Font, most float64, s string) int {
	sum, space := 0.0, 0
	for i, r := range s {
		if sum += f.width(r); sum > most && i > 0 {
			if space > 0 {
				return space
			}
			return i
		}
		if r == ' ' {
			space = i + 1
		}
	}
	return len(s)
}
