package plot

import (
	"image/color"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	stdfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// handler draws text. The fonts are parsed when the first picture is drawn, since a program that draws none
// should not wait for that.
var handler = sync.OnceValue(func() text.Plain {
	var all font.Collection
	for _, f := range []struct {
		ttf    []byte
		weight stdfont.Weight
	}{{liberationsansregular.TTF, stdfont.WeightNormal}, {liberationsansbold.TTF, stdfont.WeightBold}} {
		face, err := opentype.Parse(f.ttf)
		if err != nil {
			panic(err) // they are part of the program
		}
		all = append(all, font.Face{Font: font.Font{Typeface: "Liberation", Variant: "Sans", Weight: f.weight}, Face: face})
	}
	return text.Plain{Fonts: font.NewCache(all)}
})

// style returns how text is drawn: a size of 10 units is that of labels.
func style(size float64, c color.Color, x text.XAlignment, y text.YAlignment) text.Style {
	return text.Style{
		Color: c, Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(size)},
		XAlign: x, YAlign: y, Handler: handler(),
	}
}

// clean makes a name from a history fit for a picture: what is not printed, or changes the direction of
// what is, becomes U+FFFD.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			return r
		}
		return '\uFFFD'
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// fit cuts a text that would be wider than w.
func fit(s string, sty text.Style, w vg.Length) string {
	runes := []rune(s)
	if len(runes) > 200 {
		runes = runes[:200]
		s = string(runes) + "…"
	}
	for len(runes) > 0 && sty.Width(s) > w {
		runes = runes[:len(runes)-1]
		s = string(runes) + "…"
	}
	return s
}
