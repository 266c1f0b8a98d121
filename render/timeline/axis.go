package timeline

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/seed-c33ae711/jcheck/internal/svg"
)

// A cut is a stretch of time in which nothing begins or ends, so long beside the rest
// that it would leave no room for that. It is drawn as a gap.
type cut struct{ from, to int64 }

// The width of a gap, how many there are at most, and by how much it is longer than
// other stretches are on average.
const (
	cutWide    = 64.0
	mostCuts   = 8
	cutsLonger = 12.0
)

// findCuts finds the gaps, the longest first, given that times of events grow.
func (p *plan) findCuts() {
	var gaps []cut
	rest := between(p.t0, p.t1)
	for i := 1; i < len(p.events); i++ {
		gaps = append(gaps, cut{p.h.Time(p.events[i-1]), p.h.Time(p.events[i])})
	}
	slices.SortStableFunc(gaps, func(a, b cut) int { return cmp.Compare(between(b.from, b.to), between(a.from, a.to)) })
	for i, g := range gaps {
		others := len(gaps) - i - 1
		long := between(g.from, g.to)
		if others < 4 || i == mostCuts || long <= cutsLonger*(rest-long)/float64(others) {
			break
		}
		rest -= long
		p.cuts = append(p.cuts, g)
	}
	slices.SortFunc(p.cuts, func(a, b cut) int { return cmp.Compare(a.from, b.from) })
	p.shown = max(rest, 1)
}

// at is the place of a time.
func (p *plan) at(t int64) float64 {
	shown, gaps := between(p.t0, t), 0.0
	for _, c := range p.cuts {
		switch long := between(c.from, c.to); {
		case t >= c.to:
			shown -= long
			gaps++
		case t > c.from:
			shown -= between(c.from, t)
			gaps += between(c.from, t) / long
		}
	}
	return p.left + 6 + shown/p.shown*(p.wide-40-cutWide*float64(len(p.cuts))) + cutWide*gaps
}

// axis draws ticks of time, or of ops.
func (p *plan) axis(w *svg.Writer, y float64) {
	w.Line(p.left, y, p.left+p.wide, y, "rule")
	last := p.left - 40
	say := func(x float64, s string) { // unless it would stand on another
		if half := svg.Width(svg.Sans, 11, s) / 2; x-half > last+4 {
			w.Label(x, y+16, "mid small muted", s)
			last = x + half
		}
		w.Newline()
	}
	mark := func(x float64, s string) {
		w.Line(x, y, x, y+4, "rule")
		say(x, s)
	}
	if !p.timed {
		step := max(len(p.events)/int(max(p.wide/90, 1)), 1)
		for i := 0; i < len(p.events); i += step {
			mark(p.x(p.events[i]), "op "+strconv.FormatInt(p.h.Index(p.events[i]), 10))
		}
		return
	}
	room := max(p.wide-40-cutWide*float64(len(p.cuts)), 110)
	step := math.Pow(10, math.Floor(math.Log10(p.shown/(room/110))))
	for _, k := range []float64{1, 2, 5, 10} {
		if p.shown/(step*k) <= room/110 {
			step *= k
			break
		}
	}
	whole := int64(min(max(step, 1), math.MaxInt64/2))
	from, ticks := p.t0, 0
	for i := 0; i <= len(p.cuts); i++ {
		to := p.t1
		if i < len(p.cuts) {
			to = p.cuts[i].from
		}
		t := from + (whole-from%whole)%whole
		if t > to && i > 0 { // a stretch between gaps says at least when it begins
			mark(p.at(from), p.clock(from, max(int64(between(from, to)), 1)))
		}
		for ; ticks < maxTicks && t >= from && t <= to; ticks, t = ticks+1, t+whole {
			mark(p.at(t), p.clock(t, whole))
		}
		if i < len(p.cuts) {
			p.drawCut(w, p.cuts[i], y, say)
			from = p.cuts[i].to
		}
	}
}

// clock writes a time with as many digits as a step calls for.
func (p *plan) clock(t, step int64) string {
	far := max(p.t1, -p.t0)
	unit, name := 1e9, " s"
	switch {
	case far < 1000:
		unit, name = 1, " ns"
	case far < 1_000_000:
		unit, name = 1e3, " µs"
	case far < 10_000_000_000:
		unit, name = 1e6, " ms"
	}
	digits := max(0, int(math.Ceil(math.Log10(unit/float64(step))-1e-9)))
	return strconv.FormatFloat(float64(t)/unit, 'f', digits, 64) + name
}

// drawCut says how long a gap is.
func (p *plan) drawCut(w *svg.Writer, c cut, y float64, say func(x float64, s string)) {
	x := (p.at(c.from) + p.at(c.to)) / 2
	for _, dx := range []float64{-3, 3} {
		w.Empty("path", "class", "lane", "stroke-dasharray", "4 4", "d", "M"+svg.Num(x+dx)+" "+svg.Num(p.top)+"V"+svg.Num(y-4))
		w.Empty("path", "class", "rule", "d", "M"+svg.Num(x+dx-2)+" "+svg.Num(y+4)+"l4 -8")
	}
	say(x, "+"+duration(int64(min(between(c.from, c.to), math.MaxInt64/2))))
}

// maxTicks bounds the ticks of an axis, which are some ten.
const maxTicks = 100

// between is how long it is from one time to a later one. Far from 0 floats cannot tell
// neighbouring times apart, so they are subtracted before.
func between(from, to int64) float64 { return float64(uint64(to - from)) }
