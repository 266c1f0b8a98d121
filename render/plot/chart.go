package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed-c33ae711/jcheck/perf"
)

// drawChart draws what an object was like over time: bands first, then steps and dots, and what is wrong last.
func drawChart(c draw.Canvas, s *perf.Summary, opt *Options, chart *perf.Chart) {
	f := newFrame(c, s, opt, chart.Title)
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, x := range chart.Series {
		for _, p := range x.Points {
			lo, hi = min(lo, p.Low), max(hi, p.High)
		}
	}
	if lo == hi {
		lo, hi = lo-1, hi+1
	}
	p := f.panel(0, 1, linear(lo, hi), func(a *axis) []tick {
		if chart.Real {
			return a.ticks(6, decimal)
		}
		return a.ticks(min(6, max(1, int(a.hi-a.lo))), decimal)
	})
	f.yLabel(chart.Y)
	for _, last := range []bool{false, true} {
		for i := range chart.Series {
			x := &chart.Series[i]
			if x.Wrong != last || len(x.Points) == 0 {
				continue
			}
			col := lines[i%len(lines)]
			if x.Wrong {
				col = f.p.of(perf.Fail)
			}
			if x.Kind == perf.Spans && i == 0 { // what is usual stays behind
				col = alpha(col, 0.4)
			}
			var dashes []vg.Length
			if i >= len(lines) { // the colors begin again
				dashes = []vg.Length{5, 2}
			}
			p.series(x, col, dashes)
		}
	}
}

// series draws a series and its line of the legend.
func (p *panel) series(x *perf.Series, col color.NRGBA, dashes []vg.Length) {
	name := clean(x.Name)
	switch {
	case x.Kind == perf.Band:
		p.area(x.Points, alpha(col, 0.45))
		p.entry(box(alpha(col, 0.45)), name)
	case x.Kind == perf.Steps:
		sty := draw.LineStyle{Color: col, Width: 1.2, Dashes: dashes}
		p.c.SetLineStyle(sty)
		p.c.Stroke(p.stairs(x.Points))
		p.entry(stroke(sty), name)
	case x.Kind == perf.Spans:
		sty := draw.LineStyle{Color: col, Width: min(max(0.6*(p.y.at(1)-p.y.at(0)), 0.7), 4)}
		if x.Wrong { // it stands out
			sty.Width = max(sty.Width, 1.6)
		}
		p.c.SetLineStyle(sty)
		p.c.Stroke(p.spans(x.Points))
		p.entry(stroke(sty), name+" "+thousands(x.Count))
	default:
		shape := perf.OK
		if x.Wrong {
			shape = perf.Fail
		}
		var path vg.Path
		for _, pt := range x.Points {
			glyph(&path, shape, vg.Point{X: p.x.at(float64(pt.Time)), Y: p.y.at(pt.Low)}, 3)
		}
		paint(p.c, &path, shape, col)
		p.entry(func(c *draw.Canvas, x, y vg.Length) {
			var path vg.Path
			glyph(&path, shape, vg.Point{X: x, Y: y}, 3)
			paint(*c, &path, shape, col)
		}, name+" "+thousands(x.Count))
	}
}

// spans are lines from Time to To, of a pixel at least.
func (p *panel) spans(points []perf.Point) (path vg.Path) {
	for _, pt := range points {
		x0, x1, y := p.x.at(float64(pt.Time)), p.x.at(float64(pt.To)), p.y.at(pt.Low)
		path.Move(vg.Point{X: x0, Y: y})
		path.Line(vg.Point{X: max(x1, x0+1), Y: y})
	}
	return path
}

// stairs goes from point to point, and to the end of the test.
func (p *panel) stairs(points []perf.Point) (path vg.Path) {
	for i, pt := range points {
		at := vg.Point{X: p.x.at(float64(pt.Time)), Y: p.y.at(pt.Low)}
		if i == 0 {
			path.Move(at)
		} else {
			path.Line(vg.Point{X: at.X, Y: p.y.at(points[i-1].Low)})
			path.Line(at)
		}
	}
	path.Line(vg.Point{X: p.x.at(float64(p.s.To)), Y: p.y.at(points[len(points)-1].Low)})
	return path
}

// area fills from Low to High of each point until the next.
func (p *panel) area(points []perf.Point, col color.NRGBA) {
	var r ribbon
	for i, pt := range points {
		to := float64(p.s.To)
		if i+1 < len(points) {
			to = float64(points[i+1].Time)
		}
		x0, x1 := p.x.at(float64(pt.Time)), p.x.at(to)
		if x1 > x0 {
			r.add(x0, p.y.at(pt.Low)-0.5, x1, p.y.at(pt.High)+0.5)
		}
	}
	r.fill(p.c, col)
}
