package svg

import (
	"strings"
	"sync"
)

// A shade is a colour on a light and on a dark ground.
type shade struct{ name, light, dark string }

// shades are the colors of all pictures. Those of types and relations can be told apart
// under any colour blindness: no two are nearer than 38 (CIE76, Machado 2009).
var shades = []shade{
	{"paper", "#ffffff", "#14171c"},
	{"ink", "#1b1f24", "#e8eaed"},
	{"muted", "#59626d", "#a4adb8"},
	{"line", "#8b949e", "#6e7681"},
	{"faint", "#d9dee3", "#30363d"},
	{"cell", "#f6f8fa", "#1f242b"},
	{"bad", "#c1121f", "#ff6b6b"},
	{"badcell", "#ffe3e0", "#4a1f22"},
	{"ok", "#2f86dd", "#4c8dff"},
	{"info", "#e69f00", "#ffd24d"},
	{"fail", "#8b0a50", "#ff5c8d"},
	{"okcell", "#dcebfa", "#1d3350"},
	{"infocell", "#fdf0d0", "#4a3d12"},
	{"failcell", "#f3dbe7", "#4d1f33"},
	{"ww", "#331100", "#ee4411"},
	{"wr", "#aa33cc", "#cc66aa"},
	{"rw", "#001155", "#8866ff"},
	{"rt", "#007777", "#44ffaa"},
	{"p", "#777700", "#ffff00"},
	{"k0", "#1f77b4", "#6cb4ee"}, {"k1", "#e07b00", "#ffb066"}, {"k2", "#2a8f2a", "#6fd66f"}, {"k3", "#d62728", "#ff8080"},
	{"k4", "#7a4fb5", "#c4a0f5"}, {"k5", "#8c564b", "#d0a090"}, {"k6", "#d957ab", "#ff9ad5"}, {"k7", "#6b6b6b", "#c0c0c0"},
	{"k8", "#9a9a00", "#dede55"}, {"k9", "#0b9aa8", "#66e0ee"}, {"k10", "#3b3fb6", "#9fa3ff"}, {"k11", "#55701c", "#b4d47a"},
}

// KeyColors is how many classes there are for the colours of keys: k0 and so on.
const KeyColors = 12

// rules are the classes of all pictures. A $name is a shade.
const rules = `.jc text{font-family:Helvetica,Arial,"Liberation Sans",sans-serif;font-size:12px;fill:$ink}
.jc .paper{fill:$paper}
.jc text.title{font-size:15px;font-weight:bold}
.jc .b{font-weight:bold}
.jc text.m{font-family:"DejaVu Sans Mono","Liberation Mono",Menlo,Consolas,monospace;font-size:12px}
.jc .mid{text-anchor:middle}
.jc .end{text-anchor:end}
.jc text.small{font-size:11px}
.jc text.o{font-size:10px}
.jc .muted{fill:$muted}
.jc .red{fill:$bad}
.jc .box{fill:$paper;stroke:$line;stroke-width:1.2}
.jc .head{fill:$cell;stroke:none}
.jc .cell{fill:none;stroke:$faint}
.jc .hot{fill:$cell;stroke:$line}
.jc .bad{fill:$badcell;stroke:$bad;stroke-width:2}
.jc text.halo{paint-order:stroke;stroke:$okcell;stroke-width:3px;stroke-linejoin:round}
.jc .lane{stroke:$faint;fill:none}
.jc .torn{stroke:$info;fill:none;stroke-dasharray:4 3}
.jc .rule{stroke:$line;fill:none}
.jc .tag{fill:$paper;stroke:none}
.jc .e{fill:none;stroke:$bad;stroke-width:1.7}
.jc .hit{fill:none;stroke:transparent;stroke-width:11}
.jc .heavy .e{stroke-width:3.4}
.jc .heavy .l{font-weight:bold}
.jc .a{fill:$bad;stroke:none}
.jc .l{fill:$bad;font-size:12px}
.jc .r-ww .e{stroke:$ww}.jc .r-ww .a,.jc .r-ww .l{fill:$ww}
.jc .r-wr .e{stroke:$wr;stroke-dasharray:12 4}.jc .r-wr .a,.jc .r-wr .l{fill:$wr}
.jc .r-rw .e{stroke:$rw;stroke-dasharray:6 3}.jc .r-rw .a,.jc .r-rw .l{fill:$rw}
.jc .r-rt .e{stroke:$rt;stroke-dasharray:1.5 3}.jc .r-rt .a,.jc .r-rt .l{fill:$rt}
.jc .r-p .e{stroke:$p;stroke-dasharray:8 3 2 3}.jc .r-p .a,.jc .r-p .l{fill:$p}
.jc .r-more .e{stroke:$muted;stroke-dasharray:1 6}.jc .r-more .a,.jc .r-more .l{fill:$muted}
.jc .r-rt:not(.heavy) .e{stroke-width:1.4}
.jc .t-ok{fill:$okcell;stroke:$ok;stroke-width:1.2}.jc .t-info{fill:$infocell;stroke:$info;stroke-width:1.2;stroke-dasharray:5 3}.jc .t-fail{fill:$failcell;stroke:$fail;stroke-width:1.2}
.jc .s-ok{fill:$ok;stroke:none}.jc .s-info{fill:none;stroke:$info;stroke-width:2}.jc .s-fail{fill:none;stroke:$fail;stroke-width:2.2}
.jc .focus{stroke:$ink;stroke-width:2.6}
.jc .culprit{stroke:$bad;stroke-width:3}
.jc .fault{fill:$info;fill-opacity:0.3;stroke:$info}
.jc .path{fill:none;stroke:$ink;stroke-width:1.8}
.jc .path2{fill:none;stroke:$line;stroke-width:1.2;stroke-dasharray:4 3}
.jc .dot{fill:$ink;stroke:$paper;stroke-width:1}
.jc text.num{fill:$paper;font-size:10px;font-weight:bold;text-anchor:middle}
.jc .no{fill:none;stroke:$bad;stroke-width:2.4}
`

// Sheet is the stylesheet of a picture that stands alone, for a light ground and, if
// the reader prefers that, a dark one.
var Sheet = sync.OnceValue(func() string {
	light := expand(func(s shade) string { return s.light })
	dark := expand(func(s shade) string { return s.dark })
	return light + "@media (prefers-color-scheme:dark){" + dark + "}"
})

// PageSheet is the stylesheet for pictures in a page: its colours are variables such
// as --jc-ink, which Variables sets.
var PageSheet = sync.OnceValue(func() string {
	return expand(func(s shade) string { return "var(--jc-" + s.name + ")" })
})

// Variables sets the variables of PageSheet, for a light ground, or a dark one, as
// declarations for a rule of the page's.
func Variables(dark bool) string {
	var b strings.Builder
	for _, s := range shades {
		value := s.light
		if dark {
			value = s.dark
		}
		b.WriteString("--jc-" + s.name + ":" + value + ";")
	}
	return b.String()
}

// expand writes the rules with a value for each shade.
func expand(value func(shade) string) string {
	var pairs []string
	add := func(name, value string) { pairs = append(pairs, "$"+name, value) }
	for i := len(shades) - 1; i >= 0; i-- { // k10 before k1
		add(shades[i].name, value(shades[i]))
	}
	var keys strings.Builder
	for _, s := range shades {
		if s.name[0] == 'k' {
			keys.WriteString(".jc ." + s.name + "{fill:$" + s.name + "}")
		}
	}
	// The replacer takes the first that fits, and names begin with others: okcell with ok.
	sortLongest(pairs)
	return strings.NewReplacer(pairs...).Replace(rules + keys.String() + "\n")
}

func sortLongest(pairs []string) {
	for i := 2; i < len(pairs); i += 2 {
		for j := i; j > 0 && len(pairs[j]) > len(pairs[j-2]); j -= 2 {
			pairs[j], pairs[j-2] = pairs[j-2], pairs[j]
			pairs[j+1], pairs[j-1] = pairs[j-1], pairs[j+1]
		}
	}
}
