package plot

import (
	"image/color"

	"github.com/seed-c33ae711/jcheck/perf"
)

// A Palette is the colors of outcomes.
type Palette struct {
	Name     string
	outcomes [3]color.NRGBA
	open     color.NRGBA
}

// The palettes. Default is told apart by color-blind people, too; Jepsen's is for comparison with its plots.
var (
	Default = Palette{"default", [3]color.NRGBA{rgb(0x2F86DD), rgb(0xE69F00), rgb(0x8B0A50)}, rgb(0x444444)}
	Jepsen  = Palette{"jepsen", [3]color.NRGBA{rgb(0x81BFFC), rgb(0xFFA400), rgb(0xFF1E90)}, rgb(0x444444)}
)

// Palettes lists the palettes.
var Palettes = []Palette{Default, Jepsen}

// PaletteNamed returns a palette by its name.
func PaletteNamed(name string) (Palette, bool) {
	for _, p := range Palettes {
		if p.Name == name {
			return p, true
		}
	}
	return Palette{}, false
}

func (p *Palette) of(o perf.Outcome) color.NRGBA { return p.outcomes[o] }

var (
	black = rgb(0x222222)
	grey  = rgb(0x666666)
	light = rgb(0xE4E4E4)
	white = rgb(0xFFFFFF)
)

// lines are the colors of lines that are told apart by their dashes, too (Okabe and Ito 2008).
var lines = []color.NRGBA{rgb(0x0072B2), rgb(0xD55E00), rgb(0x009E73), rgb(0xCC79A7), rgb(0xB8860B), rgb(0x56B4E9), rgb(0x333333)}

func rgb(x uint32) color.NRGBA { return color.NRGBA{uint8(x >> 16), uint8(x >> 8), uint8(x), 255} }

func alpha(c color.NRGBA, a float64) color.NRGBA {
	c.A = uint8(a * 255)
	return c
}

// mix goes from a to b.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	at := func(x, y uint8) uint8 { return uint8(float64(x) + t*(float64(y)-float64(x))) }
	return color.NRGBA{at(a.R, b.R), at(a.G, b.G), at(a.B, b.B), 255}
}

// hex reads #rrggbb, which package perf has checked.
func hex(s string) color.NRGBA {
	var x uint32
	for _, c := range []byte(s) {
		switch {
		case '0' <= c && c <= '9':
			x = x<<4 | uint32(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			x = x<<4 | uint32(c|0x20-'a'+10)
		}
	}
	return rgb(x)
}
