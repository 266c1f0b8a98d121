package plot

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed-c33ae711/jcheck/perf"
)

// A spot is a cell of the picture: operations of about the same time and latency.
type spot struct {
	column int
	row    int // two bins of latency; -1 for no latency at all
	count  [3]uint32
	single []single // while there are no more than two operations
}

// A single operation is drawn where it is, not in the middle of its cell.
type single struct {
	time, latency int64
	outcome       perf.Outcome
}

// total returns how many operations there are.
func (s *spot) total() uint32 { return s.count[0] + s.count[1] + s.count[2] }

// spotsOf merges the cells of a grid: all operations, 2^by bins of time, and two of latency.
func spotsOf(g *perf.Grid, by int) (out []spot) {
	at := map[[2]int]int{}
	for i := range g.Cells {
		c := &g.Cells[i]
		key := [2]int{int(c.Time) >> by, -1}
		if c.Latency > 0 {
			key[1] = int(c.Latency-1) / 2
		}
		k, seen := at[key]
		if !seen {
			k = len(out)
			at[key] = k
			out = append(out, spot{column: key[0], row: key[1]})
		}
		s := &out[k]
		if s.count[c.Outcome] += c.Count; s.total() > 2 {
			s.single = nil
			continue
		}
		from, to := g.Time(c.Time)
		s.single = append(s.single, single{(from + to) / 2, c.Min, c.Outcome})
		if c.Count == 2 {
			s.single = append(s.single, single{(from + to) / 2, c.Max, c.Outcome})
		}
	}
	return out
}

// A look is how a spot is drawn: every outcome that is there is seen, and the rare ones of the test most of all.
type look struct {
	glyphs  []single       // of few operations; then there is nothing else
	fill    perf.Outcome   // the most frequent, as a filled cell
	shade   int            // of the filling, from 0 to shades-1
	outline []perf.Outcome // the rarest of the test, if it is there and is rare
	dots    []perf.Outcome // others
}

const shades = 5

// lookOf decides how a spot is drawn. rare orders the outcomes, the rarest of the test first; seldom tells whether that is a few
// percent at most: a picture in which every cell has an outline says nothing.
func lookOf(s *spot, rare []perf.Outcome, seldom bool, most uint32) (l look) {
	if s.total() <= 2 {
		l.glyphs = s.single
		return l
	}
	for _, o := range rare {
		if s.count[o] >= s.count[l.fill] {
			l.fill = o
		}
	}
	l.shade = min(shades-1, int(shades*math.Log(float64(s.total()))/math.Log(float64(max(most, 2))+1)))
	for i, o := range rare {
		switch {
		case s.count[o] == 0 || o == l.fill:
		case i == 0 && seldom:
			l.outline = append(l.outline, o)
		default:
			l.dots = append(l.dots, o)
		}
	}
	return l
}

// rarest orders the outcomes that there are by how many operations ended so.
func rarest(s *perf.Summary) []perf.Outcome {
	out := slices.DeleteFunc(slices.Clone(perf.Outcomes[:]), func(o perf.Outcome) bool { return s.Total.Done[o] == 0 })
	slices.SortStableFunc(out, func(a, b perf.Outcome) int { return s.Total.Done[a] - s.Total.Done[b] })
	return out
}

// drawLatency draws latency-raw: every operation, by when it began and how long it took.
func drawLatency(c draw.Canvas, s *perf.Summary, opt *Options) {
	f := newFrame(c, s, opt, "latency")
	by := 0
	for s.Grid.Bins>>by > int(f.x.to-f.x.from)/5 {
		by++
	}
	lo, hi := math.Inf(1), 0.0
	none := false
	for i := range s.Grid.Cells {
		if c := &s.Grid.Cells[i]; c.Latency > 0 {
			lo, hi = min(lo, float64(c.Min)), max(hi, float64(c.Max))
		} else {
			none = true
		}
	}
	y := logarithmic(lo, hi)
	if none { // room at the bottom for those that took no time
		y.lo /= math.Pow(y.hi/y.lo, 0.05)
	}
	p := f.panel(0, 1, y, func(a *axis) []tick { return a.logTicks(duration) })
	p.spots(spotsOf(s.Grid, by), by)
	p.opens()
	f.yLabel("latency")
	f.outcomes(true)
	if none {
		f.remark("at the bottom: no time at all")
	}
}

// paths gathers shapes of the same color, which are drawn as one: that keeps an SVG small.
type paths struct {
	keys []color.NRGBA
	of   map[color.NRGBA]*vg.Path
}

func (p *paths) in(c color.NRGBA) *vg.Path {
	if p.of == nil {
		p.of = map[color.NRGBA]*vg.Path{}
	}
	if p.of[c] == nil {
		p.of[c] = &vg.Path{}
		p.keys = append(p.keys, c)
	}
	return p.of[c]
}

func (p *paths) fill(c draw.Canvas) {
	for _, k := range p.keys {
		c.SetColor(k)
		c.Fill(*p.of[k])
	}
}

func (p *paths) stroke(c draw.Canvas, width vg.Length) {
	for _, k := range p.keys {
		c.SetLineStyle(draw.LineStyle{Color: k, Width: width})
		c.Stroke(*p.of[k])
	}
}

func polygon(path *vg.Path, pts ...vg.Point) {
	path.Move(pts[0])
	for _, pt := range pts[1:] {
		path.Line(pt)
	}
	path.Close()
}

// spots draws the cells: fillings first, then outlines, then what is single, the rarest last.
func (p *panel) spots(spots []spot, by int) {
	most := uint32(0)
	for i := range spots {
		most = max(most, spots[i].total())
	}
	rare := rarest(p.s)
	seldom := p.s.Total.Share(rare[0]) < 0.03
	var fills, outlines, dots paths
	var singles glyphs
	for i := range spots {
		s := &spots[i]
		from, _ := p.s.Grid.Time(uint16(s.column << by))
		x0, x1 := pixels(p.x.at(float64(from)), p.x.at(float64(from+p.s.Grid.Width<<by)))
		y0 := p.y.from
		y1 := y0 + 4
		if s.row >= 0 {
			a, _ := perf.LatencyBounds(uint16(1 + 2*s.row))
			_, b := perf.LatencyBounds(uint16(2 + 2*s.row))
			y0, y1 = pixels(p.y.at(a), p.y.at(b))
		}
		l := lookOf(s, rare, seldom, most)
		if l.glyphs != nil {
			for _, g := range l.glyphs {
				y := p.y.at(float64(g.latency))
				if s.row < 0 {
					y = p.y.from + 3
				}
				singles.add(g.outcome, vg.Point{X: p.x.at(float64(g.time)), Y: y})
			}
			continue
		}
		polygon(fills.in(shade(p.p.of(l.fill), l.shade)), rect(x0, y0, x1, y1)...)
		for _, o := range l.outline {
			polygon(outlines.in(p.p.of(o)), rect(x0+0.5, y0+0.5, x1-0.5, y1-0.5)...)
		}
		for k, o := range l.dots { // as large as their share, but never gone
			side := max(0.85, 0.35*(x1-x0)*vg.Length(math.Sqrt(float64(s.count[o])/float64(s.total()))))
			mx, my := (x0+x1)/2+vg.Length(k)*2*side, (y0+y1)/2
			polygon(dots.in(p.p.of(o)), rect(mx-side, my-side, mx+side, my+side)...)
		}
	}
	fills.fill(p.c)
	outlines.stroke(p.c, 1)
	dots.fill(p.c)
	singles.draw(p.c, p.p, rare)
}

// pixels moves the sides of a cell to where pixels end, so that cells have no seams and outlines are sharp.
func pixels(a, b vg.Length) (vg.Length, vg.Length) {
	lo := vg.Length(math.Round(float64(a)))
	return lo, max(lo+2, vg.Length(math.Round(float64(b))))
}

// shade is a color that is the stronger the more operations a cell has.
func shade(c color.NRGBA, k int) color.NRGBA {
	return mix(white, c, 0.35+0.65*float64(k)/(shades-1))
}

// glyphs are single operations: ok a disc, info a triangle, fail a cross.
type glyphs [3][]vg.Point

func (g *glyphs) add(o perf.Outcome, at vg.Point) { g[o] = append(g[o], at) }

// draw draws them, the rarest last.
func (g *glyphs) draw(c draw.Canvas, p *Palette, rare []perf.Outcome) {
	for i := len(rare) - 1; i >= 0; i-- {
		o := rare[i]
		var path vg.Path
		for _, at := range g[o] {
			glyph(&path, o, at, 2.4)
		}
		paint(c, &path, o, p.of(o))
	}
}

// glyph adds the shape of an outcome.
func glyph(path *vg.Path, o perf.Outcome, at vg.Point, r vg.Length) {
	switch o {
	case perf.OK:
		r *= 0.75
		path.Move(vg.Point{X: at.X + r, Y: at.Y})
		path.Arc(at, r, 0, 2*math.Pi)
		path.Close()
	case perf.Info:
		polygon(path, vg.Point{X: at.X, Y: at.Y + r*1.2}, vg.Point{X: at.X + r*1.1, Y: at.Y - r*0.8}, vg.Point{X: at.X - r*1.1, Y: at.Y - r*0.8})
	case perf.Fail:
		path.Move(vg.Point{X: at.X - r, Y: at.Y - r})
		path.Line(vg.Point{X: at.X + r, Y: at.Y + r})
		path.Move(vg.Point{X: at.X - r, Y: at.Y + r})
		path.Line(vg.Point{X: at.X + r, Y: at.Y - r})
	}
}

func paint(c draw.Canvas, path *vg.Path, o perf.Outcome, col color.NRGBA) {
	if len(*path) == 0 {
		return
	}
	if o == perf.Fail {
		c.SetLineStyle(draw.LineStyle{Color: col, Width: 1.1})
		c.Stroke(*path)
		return
	}
	c.SetColor(col)
	c.Fill(*path)
}

// outcomes draws the legend of outcomes and how many operations ended so.
func (f *frame) outcomes(shapes bool) {
	for _, o := range perf.Outcomes {
		n := f.s.Total.Done[o]
		if n == 0 {
			continue
		}
		col := f.p.of(o)
		f.entry(func(c *draw.Canvas, x, y vg.Length) {
			if !shapes {
				box(col)(c, x, y)
				return
			}
			c.FillPolygon(col, rect(x-9, y-3, x-3, y+3))
			var path vg.Path
			glyph(&path, o, vg.Point{X: x + 5, Y: y}, 3)
			paint(*c, &path, o, col)
		}, o.String()+" "+thousands(n))
	}
	if n := f.s.OpenCount; n > 0 {
		f.entry(func(c *draw.Canvas, x, y vg.Length) { arrow(c, f.p.open, x, y) }, "open "+thousands(n))
		f.remark("open: never completed")
	}
	if shapes {
		f.remark("darker: more operations")
		f.remark("outline, dot: others in the cell")
	}
}

// arrow is the mark of an operation that never completed, below a place.
func arrow(c *draw.Canvas, col color.NRGBA, x, y vg.Length) {
	c.StrokeLine2(draw.LineStyle{Color: col, Width: 1}, x, y-6, x, y+1)
	c.FillPolygon(col, []vg.Point{{X: x - 3, Y: y}, {X: x + 3, Y: y}, {X: x, Y: y + 5}})
}

// opens marks the operations that never completed at the upper edge: their latency is unknown, and still grows.
func (p *panel) opens() {
	last := vg.Length(-1)
	for i := range p.s.Open {
		if o := &p.s.Open[i]; o.Time >= p.s.From {
			if x := p.x.at(float64(o.Time)); x-last >= 1 {
				arrow(&p.c, p.p.open, x, p.y.to-5)
				last = x
			}
		}
	}
}
