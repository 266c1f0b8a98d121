// Package logorder draws what ops showed of the order of a log, as Jepsen's orders/<key>.svg does: a row for each op, a column for each
// offset, and in the cells what was sent and polled there.
//
// Where an offset holds several values, cells have a color and a hatching for each of them, so that one sees at a glance who saw what.
// A message that stands at several offsets has a red frame. Values are text, whatever they hold, and cut where they are long.
package logorder

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/svg"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/result"
)

// Measures, in pixels.
const (
	margin   = 14.0
	rowHigh  = 16.0
	cellLow  = 24.0 // Jepsen's
	cellMost = 90.0
	labels   = 150.0 // of rows
	above    = 92.0  // title and legend
	size     = 10.0  // of the font in cells
)

// hatches is how many there are.
const hatches = 4

// FileName returns the name of a key's picture: its number with three digits at least, as in Jepsen, or its text, made harmless.
func FileName(key edn.Value) string {
	if n, ok := key.Int(); ok {
		return fmt.Sprintf("%03d.svg", n)
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, brief(key, 60))
	if name == "" {
		name = "key"
	}
	return name + ".svg"
}

// SVG draws a part of the log of a key.
func SVG(h *history.History, o *kafka.Order) []byte {
	p := &picture{h: h, o: o, col: map[int64]int{}, wide: cellLow}
	for i, offset := range o.Offsets {
		p.col[offset] = i
	}
	for _, row := range o.Rows {
		for _, c := range row.Cells {
			p.wide = min(max(p.wide, svg.Width(svg.Sans, size, label(&c))+3), cellMost)
		}
	}
	for _, offset := range o.Offsets {
		p.head = max(p.head, svg.Width(svg.Sans, size, strconv.FormatInt(offset, 10)))
	}
	p.top = above + p.head + 6
	width := max(720, margin+labels+p.wide*float64(len(o.Offsets))+margin)
	p.w.Start(width, p.top+rowHigh*float64(len(o.Rows))+margin, "Log of key "+p.key(), "", false)
	p.words(width)
	p.columns()
	for i := range o.Rows {
		p.row(i)
	}
	return append(p.w.Bytes(), '\n')
}

type picture struct {
	w         svg.Writer
	h         *history.History
	o         *kafka.Order
	col       map[int64]int // columns of offsets
	wide      float64       // of a column
	head, top float64       // how high the offsets are, and where the rows begin
}

func (p *picture) key() string { return svg.Fit(svg.Sans, 15, 300, brief(p.o.Key, 100)) }

// label is what a cell says.
func label(c *kafka.OrderCell) string {
	if c.Send {
		return "w" + brief(c.Value, 40)
	}
	return "r" + brief(c.Value, 40)
}

// brief returns at most n bytes of a value's text, which may be long.
func brief(v edn.Value, n int) string {
	text := v.Bytes()
	if len(text) <= n {
		return v.String()
	}
	return strings.ToValidUTF8(string(text[:n-3]), "") + "..."
}

// words writes the title, what was left out, and the legend.
func (p *picture) words(width float64) {
	w, o := &p.w, p.o
	w.Open("defs")
	for i, d := range [hatches]string{"M0 6L6 0", "M0 0L6 6", "M0 3H6", "M3 0V6"} {
		w.Open("pattern", "id", "hatch"+strconv.Itoa(i), "width", "6", "height", "6", "patternUnits", "userSpaceOnUse")
		w.Empty("path", "d", d, "class", "rule")
		w.Close()
	}
	w.Close()
	w.Newline()
	w.Label(margin, 24, "title", "Log of key "+p.key()+": who saw what at which offset")
	what := result.Count(len(o.Rows), "op") + ", " + result.Count(len(o.Offsets), "offset")
	if len(o.Rows) < o.AllRows || len(o.Offsets) < o.AllOffsets {
		what = fmt.Sprintf("The part around what is wrong: %d of %s, %d of %s", len(o.Rows), result.Count(o.AllRows, "op"), len(o.Offsets), result.Count(o.AllOffsets, "offset"))
	}
	at := fmt.Sprintf("offset %d, first at op %d", o.Offset, p.h.Index(o.Op))
	switch o.Why {
	case kafka.Conflicting:
		what += ". Several values: " + at
	case kafka.Duplicated:
		what += ". A message at several offsets: " + at
	case kafka.Named:
		what += fmt.Sprintf(". Named by an error: op %d, offset %d", p.h.Index(o.Op), o.Offset)
	}
	w.Label(margin, 42, "muted", what)
	w.Newline()
	x := margin
	say := func(text string) {
		w.Label(x, 64, "small", text)
		x += svg.Width(svg.Sans, 11, text) + 16
	}
	say("w: sent, r: polled")
	p.hatched(x, 54, 18, 0)
	p.hatched(x+18, 54, 18, 1)
	x += 42
	say("the offset holds several values")
	w.Rect(x, 54, 22, 13, 0, "e")
	x += 28
	say("the message has several offsets")
	w.Label(x, 64, "small red", "named by an error")
	w.Newline()
	x = margin
	for _, t := range []struct{ typ, what string }{{"ok", "ok"}, {"info", "indeterminate"}, {"fail", "failed"}} {
		w.Rect(x, 73, 22, 13, 2, class(t.typ))
		x += 28
		w.Label(x, 83, "small", t.what)
		x += svg.Width(svg.Sans, 11, t.what) + 16
	}
	w.Newline()
}

// class is how the row of an op looks; ok ones are many, and show nothing.
func class(typ string) string {
	if typ == "ok" {
		return "cell"
	}
	return "t-" + typ
}

// hatched marks a cell with one of several values.
func (p *picture) hatched(x, y, width float64, rank int) {
	attrs := []string{"x", svg.Num(x), "y", svg.Num(y), "width", svg.Num(width), "height", svg.Num(rowHigh - 3)}
	p.w.Empty("rect", append(attrs, "fill-opacity", "0.4", "class", "k"+strconv.Itoa(rank%svg.KeyColors))...)
	p.w.Empty("rect", append(attrs, "fill", "url(#hatch"+strconv.Itoa(rank%hatches)+")")...)
}

func (p *picture) x(col int) float64 { return margin + labels + p.wide*float64(col) }

// columns writes the offsets, and a line where one is missing before.
func (p *picture) columns() {
	bottom := p.top + rowHigh*float64(len(p.o.Rows))
	for i, offset := range p.o.Offsets {
		x, y := p.x(i)+p.wide/2+3.5, p.top-5
		class := "muted o"
		if offset == p.o.Offset && p.o.Why != kafka.Nothing {
			class = "red b o"
			p.w.Line(p.x(i)+p.wide/2, p.top, p.x(i)+p.wide/2, bottom, "lane")
		}
		p.w.Elem("text", strconv.FormatInt(offset, 10), "class", class, "transform", "translate("+svg.Num(x)+" "+svg.Num(y)+") rotate(-90)")
		if i > 0 && offset-1 != p.o.Offsets[i-1] {
			p.w.Line(p.x(i), p.top, p.x(i), bottom, "torn")
		}
	}
	p.w.Newline()
}

// row draws what one op showed.
func (p *picture) row(i int) {
	row, w := &p.o.Rows[i], &p.w
	y := p.top + rowHigh*float64(i)
	typ := p.h.Type(row.Op).String()
	w.Open("g", "data-op", strconv.Itoa(row.Op))
	w.Elem("title", p.tells(row))
	name := fmt.Sprintf("%d %s", p.h.Index(row.Op), p.h.F(row.Op))
	if process := p.h.ProcessName(p.h.Process(row.Op)); process != "" {
		name += " by " + process
	}
	style := "end o muted"
	if len(row.Wrong) > 0 {
		style = "end o red"
	}
	w.Label(margin+labels-8, y+12, style, svg.Fit(svg.Sans, size, labels-12, name))
	first, last := len(p.col), 0
	for _, c := range row.Cells {
		first, last = min(first, p.col[c.Offset]), max(last, p.col[c.Offset])
	}
	w.Rect(p.x(first)+0.5, y+1, p.x(last+1)-p.x(first)-1, rowHigh-2, 2, class(typ))
	taken := map[int64]string{}
	for _, c := range row.Cells { // an op may show an offset several times
		if c.Conflict >= 0 && taken[c.Offset] == "" {
			p.hatched(p.x(p.col[c.Offset])+1, y+1.5, p.wide-2, c.Conflict)
		}
		if c.Duplicate {
			w.Rect(p.x(p.col[c.Offset])+1, y+1.5, p.wide-2, rowHigh-3, 0, "e")
		}
		text := label(&c)
		if was := taken[c.Offset]; was != "" && was != text {
			text = was + " " + text
		}
		taken[c.Offset] = text
	}
	for _, c := range row.Cells {
		if text := taken[c.Offset]; text != "" {
			w.Label(p.x(p.col[c.Offset])+p.wide/2, y+12, "mid o", svg.Fit(svg.Sans, size, p.wide-2, text))
			delete(taken, c.Offset)
		}
	}
	w.Close()
	w.Newline()
}

// tells says all of an op.
func (p *picture) tells(row *kafka.OrderRow) string {
	h := p.h
	s := fmt.Sprintf("op %d: %s %s by process %s", h.Index(row.Op), h.Type(row.Op), h.F(row.Op), h.ProcessName(h.Process(row.Op)))
	if t := h.Time(row.Op); t != history.NoTime {
		s += fmt.Sprintf(" at %.3f s", float64(t)/1e9)
	}
	if len(row.Wrong) > 0 {
		s += "\nnamed by " + strings.Join(row.Wrong, ", ")
	}
	return s + "\n" + brief(h.Value(row.Op), 400)
}
