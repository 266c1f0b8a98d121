package plot

import (
	"image/color"
	"math"
	"time"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed-c33ae711/jcheck/perf"
)

// A frame is a picture on its way: a title, a strip of lanes, panels below each other that share the axis of time, and a
// legend at the right.
type frame struct {
	c      draw.Canvas
	s      *perf.Summary
	p      *Palette
	x      axis // ns
	bottom vg.Length
	top    vg.Length // of the data
	legend vg.Length // where its next entry goes
	side   vg.Length // where the legend begins
	start  time.Time // of the test, zero if unknown
}

// Parts of a frame, in units of 1/72 inch, of which a PNG has one for a pixel.
const (
	left      = 66
	right     = 138
	titleHigh = 26
	axisHigh  = 36
	clockHigh = 11
	laneHigh  = 14
)

// newFrame draws what all pictures have. It shows the time of the test from its beginning.
func newFrame(c draw.Canvas, s *perf.Summary, opt *Options, what string) *frame {
	w, h := c.Max.X, c.Max.Y
	f := &frame{c: c, s: s, p: &opt.Palette, bottom: axisHigh, side: w - right + 12, start: opt.Start}
	if !f.start.IsZero() {
		f.bottom += clockHigh
	}
	c.FillPolygon(white, rect(0, 0, w, h))
	f.x = linear(float64(min(s.From, max(0, s.From-(s.To-s.From)))), float64(s.To))
	if s.From >= 0 && s.From <= s.To-s.From {
		f.x = linear(0, float64(s.To))
	}
	if opt.Palette.Name == Jepsen.Name { // to be laid over Jepsen's pictures
		lo, hi := broadened(float64(s.From)/1e9, float64(s.To)/1e9)
		f.x = axis{lo: lo * 1e9, hi: hi * 1e9}
	}
	f.x.from, f.x.to = left, w-right
	f.top = h - titleHigh
	sty := style(13, black, draw.XLeft, draw.YCenter)
	sty.Font.Weight = stdfont.WeightBold
	title := what
	if opt.Title != "" {
		title = clean(opt.Title) + ": " + what
	}
	c.FillText(sty, vg.Point{X: left, Y: h - titleHigh/2 - 1}, fit(title, sty, w-left-10))
	f.strip()
	f.legend = f.top - 6
	return f
}

func rect(x0, y0, x1, y1 vg.Length) []vg.Point {
	return []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}}
}

// strip draws the lanes of nemeses below the title, and makes room for them.
func (f *frame) strip() {
	n := len(f.s.Lanes)
	if n == 0 {
		return
	}
	high := min(vg.Length(laneHigh), (f.top-f.bottom)*0.35/vg.Length(n))
	for i := range f.s.Lanes {
		f.lane(&f.s.Lanes[i], f.top-high*vg.Length(i), high)
	}
	f.top -= high*vg.Length(n) + 5
}

// lane draws what one nemesis did, from a place down.
func (f *frame) lane(l *perf.Lane, top, high vg.Length) {
	c, col := f.c, hex(l.Color)
	y0, y1 := top-high+1, top-1
	c.FillPolygon(rgb(0xF7F7F7), rect(f.x.from, y0, f.x.to, y1))
	dark := mix(col, black, 0.35)
	var marks vg.Path
	last := vg.Length(-1)
	for _, m := range l.Marks {
		x := f.x.at(float64(m.Time))
		if x-last < 1 {
			continue
		}
		last = x
		marks.Move(vg.Point{X: x, Y: y0})
		marks.Line(vg.Point{X: x, Y: y0 + (y1-y0)*0.35})
	}
	faults := f.merged(l)
	for _, v := range faults {
		f.bar(&v, col, y0, y1)
	}
	c.SetLineStyle(draw.LineStyle{Color: dark, Width: 0.7})
	c.Stroke(marks)
	if high < 7 {
		return
	}
	small := style(min(9, float64(high)-3), grey, draw.XRight, draw.YCenter)
	y := (y0 + y1) / 2
	c.FillText(small, vg.Point{X: left - 5, Y: y}, fit(clean(l.Name), small, left-8))
	inside := style(min(9, float64(high)-3), rgb(0x111111), draw.XCenter, draw.YCenter)
	for _, v := range faults {
		a, b := f.x.at(float64(v.From)), f.x.at(float64(v.To))
		text := duration(float64(v.To - v.From))
		if v.Open {
			text = "never ended"
		}
		if with := clean(l.Name) + " " + text; inside.Width(with)+6 < b-a {
			text = with
		}
		if inside.Width(text)+4 < b-a {
			c.FillText(inside, vg.Point{X: (a + b) / 2, Y: y}, text)
		}
	}
}

// merged returns the faults of a lane, those as one between which there would be less than a pixel.
func (f *frame) merged(l *perf.Lane) (out []perf.Interval) {
	for _, v := range l.Intervals {
		if n := len(out); n > 0 && f.x.at(float64(v.From))-f.x.at(float64(out[n-1].To)) < 1 {
			last := &out[n-1]
			last.To, last.Ending, last.Open = max(last.To, v.To), max(last.Ending, v.Ending), last.Open || v.Open
			continue
		}
		out = append(out, v)
	}
	return out
}

// bar draws a fault: lighter while it begins and ends, and fading out if nothing ended it.
func (f *frame) bar(v *perf.Interval, col color.NRGBA, y0, y1 vg.Length) {
	a, b, d := f.x.at(float64(v.From)), f.x.at(float64(v.To)), vg.Length(1)
	begun, ending := f.x.at(float64(v.Begun)), f.x.at(float64(v.Ending))
	f.c.FillPolygon(alpha(col, 0.5), rect(a, y0, max(b, a+d), y1))
	if ending > begun {
		f.c.FillPolygon(col, rect(begun, y0, ending, y1))
	}
	if v.Open {
		for k := range 4 {
			x := b + vg.Length(k)*2
			f.c.FillPolygon(alpha(col, 0.8-0.2*float64(k)), rect(x, y0, x+2, y1))
		}
		m := (y0 + y1) / 2
		f.c.FillPolygon(mix(col, black, 0.4), []vg.Point{{X: b + 3, Y: m + 3}, {X: b + 8, Y: m}, {X: b + 3, Y: m - 3}})
	}
}

// A panel is a part of a frame with an axis of its own.
type panel struct {
	*frame
	y axis
}

// panel draws panel i of n: shades of the faults, lines at the ticks, and the axes. ticks are of y.
func (f *frame) panel(i, n int, y axis, ticks func(a *axis) []tick) *panel {
	gap := vg.Length(8)
	high := (f.top - f.bottom - gap*vg.Length(n-1)) / vg.Length(n)
	y.to = f.top - (high+gap)*vg.Length(i)
	y.from = y.to - high
	p := &panel{f, y}
	c := f.c
	for _, l := range f.s.Lanes {
		for _, v := range f.merged(&l) {
			a, b := f.x.at(float64(v.From)), f.x.at(float64(v.To))
			if v.Open {
				b = f.x.to
			}
			strength := 0.22
			if b-a > 0.35*(f.x.to-f.x.from) { // what is there most of the time explains little
				strength = 0.08
			}
			c.FillPolygon(alpha(hex(l.Color), strength), rect(a, y.from, max(b, a+0.5), y.to))
		}
	}
	name, unit := unitOf(f.x.hi - f.x.lo)
	scaled := axis{lo: f.x.lo / unit, hi: f.x.hi / unit}
	axisLine := draw.LineStyle{Color: grey, Width: 0.8}
	faint := draw.LineStyle{Color: light, Width: 0.5}
	label := style(10, black, draw.XCenter, draw.YTop)
	for _, t := range scaled.ticks(8, decimal) {
		x := f.x.at(t.v * unit)
		c.StrokeLine2(faint, x, y.from, x, y.to)
		if i == n-1 {
			c.StrokeLine2(axisLine, x, y.from, x, y.from-4)
			c.FillText(label, vg.Point{X: x, Y: y.from - 6}, t.label)
			f.clock(x, y.from-18, t.v*unit)
		}
	}
	if i == n-1 {
		c.FillText(style(10, grey, draw.XCenter, draw.YBottom), vg.Point{X: (f.x.from + f.x.to) / 2, Y: 4}, f.since(name))
	}
	label = style(10, black, draw.XRight, draw.YCenter)
	last := vg.Length(-100)
	for _, t := range ticks(&p.y) {
		at := p.y.at(t.v)
		length := vg.Length(2)
		if t.label != "" {
			length = 4
			c.StrokeLine2(faint, f.x.from, at, f.x.to, at)
			beside := i < n-1 && at-y.from < 6 // the label at the top of the next panel
			if at-last > 11 && !beside {
				c.FillText(label, vg.Point{X: f.x.from - 6, Y: at}, t.label)
				last = at
			}
		}
		c.StrokeLine2(axisLine, f.x.from-length, at, f.x.from, at)
	}
	c.StrokeLines(axisLine, []vg.Point{{X: f.x.from, Y: y.to}, {X: f.x.from, Y: y.from}, {X: f.x.to, Y: y.from}})
	return p
}

// clock writes which time of day a tick was, if that is known.
func (f *frame) clock(x, y vg.Length, ns float64) {
	if f.start.IsZero() || math.Abs(ns) > math.MaxInt64/2 {
		return
	}
	layout := "15:04:05"
	if f.x.hi-f.x.lo < 20e9 {
		layout = "15:04:05.000"
	}
	at := f.start.Add(time.Duration(ns)).UTC().Format(layout)
	f.c.FillText(style(8.5, grey, draw.XCenter, draw.YTop), vg.Point{X: x, Y: y}, at)
}

// since names the axis of time.
func (f *frame) since(unit string) string {
	if f.start.IsZero() {
		return "time (" + unit + ")"
	}
	return "time (" + unit + ") since " + f.start.UTC().Format("2006-01-02 15:04:05") + " UTC"
}

// yLabel names the axis.
func (f *frame) yLabel(text string) {
	sty := style(10, grey, draw.XCenter, draw.YTop)
	sty.Rotation = 1.5707963267948966
	f.c.FillText(sty, vg.Point{X: 4, Y: (f.bottom + f.top) / 2}, text)
}

// entry draws a line of the legend: a mark, and what it means.
func (f *frame) entry(mark func(c *draw.Canvas, x, y vg.Length), text string) {
	if f.legend < 10 {
		return
	}
	f.legend -= 8
	mark(&f.c, f.side+8, f.legend)
	sty := style(10, black, draw.XLeft, draw.YCenter)
	f.c.FillText(sty, vg.Point{X: f.side + 22, Y: f.legend}, fit(text, sty, f.c.Max.X-f.side-24))
	f.legend -= 8
}

// remark draws a small line of the legend.
func (f *frame) remark(text string) {
	if f.legend < 10 {
		return
	}
	f.legend -= 6
	sty := style(8.5, grey, draw.XLeft, draw.YCenter)
	f.c.FillText(sty, vg.Point{X: f.side, Y: f.legend}, fit(text, sty, f.c.Max.X-f.side-2))
	f.legend -= 6
}

func box(col color.NRGBA) func(c *draw.Canvas, x, y vg.Length) {
	return func(c *draw.Canvas, x, y vg.Length) { c.FillPolygon(col, rect(x-7, y-4, x+7, y+4)) }
}

func stroke(sty draw.LineStyle) func(c *draw.Canvas, x, y vg.Length) {
	return func(c *draw.Canvas, x, y vg.Length) { c.StrokeLine2(sty, x-9, y, x+9, y) }
}
