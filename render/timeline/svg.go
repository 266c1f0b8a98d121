package timeline

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/svg"
)

// The measures of a picture, in pixels.
const (
	laneHigh  = 30.0
	barHigh   = 21.0
	faultHigh = 18.0
	margin    = 16.0
	perEvent  = 19.0
	narrowest = 760.0
	widest    = 12000.0
)

// A plan is a timeline with places.
type plan struct {
	h         *history.History
	opt       Options
	lanes     []*lane
	bars      []*bar
	faults    []fault
	events    []int // positions of what is drawn, in order
	lo, hi    int
	timed     bool
	t0, t1    int64
	cuts      []cut
	shown     float64 // ns, without the cuts
	left, top float64
	wide      float64 // of the lanes
}

// SVG draws the operations around a fault.
func SVG(h *history.History, opt Options) []byte {
	p := &plan{h: h, opt: opt}
	p.bars, p.lo, p.hi = window(h, opt)
	p.lanes = lanes(h, p.bars)
	p.faults = faults(h, p.lo, p.hi)
	p.scale()
	var w svg.Writer
	title := cmp.Or(opt.Title, "Operations around the fault")
	lines := svg.Wrap(svg.Bold, 15, narrowest-2*margin, 3, title)
	p.top = 10 + 20*float64(len(lines)) + 12 + faultHigh*float64(len(p.faults))
	foot := p.top + laneHigh*float64(len(p.lanes))
	w.Start(p.left+p.wide+margin, foot+52, title, "", opt.Embedded)
	for i, line := range lines {
		w.Label(margin, 26+20*float64(i), "title", line)
	}
	w.Newline()
	if len(p.bars) == 0 {
		w.Label(margin, foot+14, "muted", "There is nothing to draw.")
		return append(w.Bytes(), '\n')
	}
	p.drawFaults(&w)
	p.axis(&w, foot)
	for i, l := range p.lanes {
		y := p.top + laneHigh*float64(i)
		w.Label(p.left-8, y+laneHigh/2+4, "end muted", svg.Fit(svg.Sans, 12, p.left-margin-8, l.name))
		w.Line(p.left, y+laneHigh/2, p.left+p.wide, y+laneHigh/2, "lane")
		w.Newline()
		for j, b := range l.bars {
			next := p.left + p.wide
			if j+1 < len(l.bars) {
				next = l.bars[j+1].x1
			}
			p.bar(&w, b, y+(laneHigh-barHigh)/2, next)
		}
	}
	p.legend(&w, foot+42)
	return append(w.Bytes(), '\n')
}

// scale gives events their places.
func (p *plan) scale() {
	h := p.h
	p.left = margin + 50
	for _, l := range p.lanes {
		p.left = max(p.left, margin+min(svg.Width(svg.Sans, 12, l.name)+14, 160))
	}
	for _, f := range p.faults {
		p.left = max(p.left, margin+min(svg.Width(svg.Sans, 12, f.name)+14, 160))
	}
	p.timed = !p.opt.EventOrder
	p.t0, p.t1 = math.MaxInt64, math.MinInt64
	last := int64(-1)
	for _, b := range p.bars {
		for _, e := range []int{b.invoked, b.completed} {
			if e >= 0 {
				p.events = append(p.events, e)
			}
		}
	}
	slices.Sort(p.events)
	p.events = slices.Compact(p.events)
	for _, e := range p.events {
		t := h.Time(e)
		p.timed = p.timed && t >= 0 && t >= last // else it would lead back
		last = t
		p.t0, p.t1 = min(p.t0, t), max(p.t1, t)
	}
	p.timed = p.timed && p.t1 > p.t0
	if p.timed {
		p.findCuts()
	}
	p.wide = min(max(perEvent*float64(len(p.events)), narrowest-p.left-margin), widest)
	for _, b := range p.bars {
		b.x1 = p.x(b.first())
		b.x2 = p.x(b.last())
		if b.open {
			b.x2 = p.left + p.wide
		}
		b.x2 = max(b.x2, b.x1+3)
	}
}

// x is where an event stands, or where it would if it were drawn.
func (p *plan) x(event int) float64 {
	share := 0.0
	if p.timed {
		return p.at(min(max(p.h.Time(event), p.t0), p.t1))
	}
	if n := len(p.events); n > 1 {
		i, _ := slices.BinarySearch(p.events, event)
		share = float64(min(i, n-1)) / float64(n-1)
	}
	return p.left + 6 + share*(p.wide-40)
}

func (p *plan) drawFaults(w *svg.Writer) {
	for i, f := range p.faults {
		y := p.top - 8 - faultHigh*float64(len(p.faults)-i)
		x1, x2 := p.left, p.left+p.wide
		if f.begin > p.lo {
			x1 = p.x(f.begin)
		}
		if f.end >= 0 && f.end <= p.hi {
			x2 = p.x(f.end)
		}
		w.Open("g", "class", "nemesis", "data-op", strconv.Itoa(f.begin))
		end := "never ended"
		if f.end >= 0 {
			end = "to op " + strconv.FormatInt(p.h.Index(f.end), 10) + at(p.h, f.end)
		}
		w.Elem("title", f.name+", from op "+strconv.FormatInt(p.h.Index(f.begin), 10)+at(p.h, f.begin)+" "+end)
		w.Rect(x1, y, max(x2-x1, 2), faultHigh-3, 2, "fault")
		w.Label(p.left-8, y+12, "end small muted", svg.Fit(svg.Sans, 11, p.left-margin-8, f.name))
		w.Close()
		w.Newline()
	}
}

// bar draws an operation. Its label may reach to the next one in the lane.
func (p *plan) bar(w *svg.Writer, b *bar, y, next float64) {
	class := "t-" + sign(p.h.Type(b.op))
	if b.focus {
		class += " focus"
	}
	w.Open("g", "class", "op", "data-op", strconv.Itoa(b.op))
	w.Elem("title", tells(p.h, b))
	x2 := b.x2
	if b.open { // a next one may be in the same lane, of processes that are none
		x2 = max(min(b.x2, next-3), b.x1+6)
		w.Empty("path", "class", class, "d", "M"+svg.Num(x2)+" "+svg.Num(y)+"H"+svg.Num(b.x1)+"v"+svg.Num(barHigh)+"H"+svg.Num(x2)+tear(barHigh))
	} else {
		w.Rect(b.x1, y, x2-b.x1, barHigh, 3, class)
	}
	text, font := "small", svg.Sans
	if b.focus {
		text, font = "small b", svg.Bold
	}
	said := label(p.h, b)
	left, room := b.x1+5, x2-b.x1-8
	if wide := svg.Width(font, 11, said); wide > room && next-x2-6 > min(room, wide) { // there is more room beside it
		left, room = x2+4, next-x2-6
	}
	if room > 14 {
		w.Label(left, y+barHigh/2+4, text, svg.Fit(font, 11, room, said))
	}
	w.Close()
	w.Newline()
}

// tear is the right side of what has no end, upward.
func tear(high float64) string {
	var d strings.Builder
	for range 3 {
		d.WriteString("l5 " + svg.Num(-high/6) + "l-5 " + svg.Num(-high/6))
	}
	return d.String()
}

func sign(t history.Type) string {
	if t == history.Invoke {
		return "info"
	}
	return t.String()
}

func (p *plan) legend(w *svg.Writer, y float64) {
	x := margin
	for _, e := range []struct{ class, text string }{
		{"t-ok", "ok"}, {"t-info", "it may or may not have taken effect"}, {"t-fail", "failed"}, {"t-ok focus", "of the fault"},
	} {
		w.Rect(x, y-10, 22, 12, 2, e.class)
		w.Label(x+28, y, "small muted", e.text)
		x += 28 + svg.Width(svg.Sans, 11, e.text) + 18
	}
	if !p.timed {
		w.Label(x, y, "small muted", "by order of events, not in time")
	}
	w.Newline()
}

func sortBars(bars []*bar) {
	slices.SortFunc(bars, func(a, b *bar) int { return cmp.Compare(a.first(), b.first()) })
}
