package plot

import (
	"image/color"
	"slices"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed-c33ae711/jcheck/perf"
)

// maxPanels is how many operations have quantiles of their own in a picture.
const maxPanels = 3

// panels returns the operations that get panels: those with the most completions, in order of their names.
func panelsOf(s *perf.Summary) (fs []int) {
	for f := range s.ByF {
		if s.ByF[f].Latency.All.N > 0 {
			fs = append(fs, f)
		}
	}
	slices.SortStableFunc(fs, func(a, b int) int { return s.ByF[b].Latency.All.N - s.ByF[a].Latency.All.N })
	fs = fs[:min(len(fs), maxPanels)]
	slices.Sort(fs)
	return fs
}

// drawQuantiles draws latency-quantiles: for each operation the latencies of those that were ok, in bands from the median
// to the maximum, and the median of the others.
func drawQuantiles(c draw.Canvas, s *perf.Summary, opt *Options) {
	f := newFrame(c, s, opt, "latency quantiles")
	fs := panelsOf(s)
	lo, hi := int64(0), int64(0)
	for _, i := range fs {
		for _, l := range s.Quantiles.ByF[i] {
			for _, q := range []perf.Quantile{l.OK, l.NotOK} {
				if q.N > 0 && q.P50 > 0 && (lo == 0 || q.P50 < lo) {
					lo = q.P50
				}
				hi = max(hi, q.Max)
			}
		}
	}
	y := logarithmic(float64(lo), float64(hi))
	blue, other := f.p.of(perf.OK), f.p.of(perf.Fail)
	for i, k := range fs {
		p := f.panel(i, len(fs), y, func(a *axis) []tick { return a.logTicks(duration) })
		windows := s.Quantiles.ByF[k]
		p.band(windows, func(q *perf.Quantile) (int64, int64) { return q.P99, q.Max }, mix(white, blue, 0.22))
		p.band(windows, func(q *perf.Quantile) (int64, int64) { return q.P95, q.P99 }, mix(white, blue, 0.5))
		p.band(windows, func(q *perf.Quantile) (int64, int64) { return q.P50, q.P95 }, mix(white, blue, 0.85))
		p.line(windows, func(l *perf.Latency) perf.Quantile { return l.OK }, draw.LineStyle{Color: rgb(0x0B2C4D), Width: 1.5})
		p.points(windows, other)
		name := style(10, black, draw.XLeft, draw.YTop)
		name.Font.Weight = stdfont.WeightBold
		text := fit(clean(s.Fs[k]), name, (f.x.to-f.x.from)/2)
		x, y := f.x.to-5-name.Width(text), p.y.to-2
		f.c.FillPolygon(alpha(white, 0.75), rect(x-3, y-13, f.x.to, y)) // in front of what it covers
		f.c.FillText(name, vg.Point{X: x, Y: y}, text)
	}
	f.yLabel("latency")
	f.entry(box(mix(white, blue, 0.22)), "p99 to max, ok")
	f.entry(box(mix(white, blue, 0.5)), "p95 to p99, ok")
	f.entry(box(mix(white, blue, 0.85)), "p50 to p95, ok")
	f.entry(stroke(draw.LineStyle{Color: rgb(0x0B2C4D), Width: 1.5}), "p50, ok")
	if s.Total.Latency.NotOK.N > 0 {
		f.entry(func(c *draw.Canvas, x, y vg.Length) { diamond(c, other, x, y, 3) }, "p50, info or fail")
	}
	f.remark("in windows of " + duration(float64(s.Quantiles.Width)))
	if n := len(s.Fs) - len(fs); n > 0 {
		f.remark("without " + thousands(n) + " other operations")
	}
}

// edges returns the places of a window.
func (p *panel) edges(w *perf.Windows, k int) (vg.Length, vg.Length) {
	from, to := w.Span(k)
	return p.x.at(float64(from)), p.x.at(float64(to))
}

// band fills from one quantile to another, window by window. Where there is no data there is nothing.
func (p *panel) band(windows []perf.Latency, of func(q *perf.Quantile) (int64, int64), col color.NRGBA) {
	var r ribbon
	for k := range windows {
		if q := &windows[k].OK; q.N > 0 {
			lo, hi := of(q)
			x0, x1 := p.edges(&p.s.Quantiles.Windows, k)
			y0, y1 := p.y.at(float64(lo)), p.y.at(float64(hi))
			if y1 > y0 {
				r.add(x0, y0, x1, y1)
			}
		}
	}
	r.fill(p.c, col)
}

// line draws a median in steps.
func (p *panel) line(windows []perf.Latency, of func(l *perf.Latency) perf.Quantile, sty draw.LineStyle) {
	var path vg.Path
	down := false
	for k := range windows {
		q := of(&windows[k])
		if q.N == 0 {
			down = false
			continue
		}
		x0, x1 := p.edges(&p.s.Quantiles.Windows, k)
		y := p.y.at(float64(q.P50))
		if !down {
			path.Move(vg.Point{X: x0, Y: y})
		} else {
			path.Line(vg.Point{X: x0, Y: y})
		}
		path.Line(vg.Point{X: x1, Y: y})
		down = true
	}
	p.c.SetLineStyle(sty)
	p.c.Stroke(path)
}

// points draws the median of operations that were not ok.
func (p *panel) points(windows []perf.Latency, col color.NRGBA) {
	for k := range windows {
		if q := &windows[k].NotOK; q.N > 0 {
			x0, x1 := p.edges(&p.s.Quantiles.Windows, k)
			diamond(&p.c, col, (x0+x1)/2, p.y.at(float64(q.P50)), 2)
		}
	}
}

// A ribbon is columns beside each other, of which those that touch become one shape: to a rasterizer, and in an SVG, sides of
// columns that are next to each other cost much and show nothing.
type ribbon struct {
	path   vg.Path
	run    []vg.Rectangle
	corner []vg.Point
}

func (r *ribbon) add(x0, y0, x1, y1 vg.Length) {
	if n := len(r.run); n > 0 && (x0-r.run[n-1].Max.X > 0.01 || y0 > r.run[n-1].Max.Y || y1 < r.run[n-1].Min.Y) {
		r.end()
	}
	r.run = append(r.run, vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}})
}

// end closes the shape: along the tops, and back along the bottoms.
func (r *ribbon) end() {
	if len(r.run) == 0 {
		return
	}
	r.corner = r.corner[:0]
	for _, c := range r.run {
		r.corner = append(r.corner, vg.Point{X: c.Min.X, Y: c.Max.Y}, c.Max)
	}
	for _, c := range slices.Backward(r.run) {
		r.corner = append(r.corner, vg.Point{X: c.Max.X, Y: c.Min.Y}, c.Min)
	}
	polygon(&r.path, r.corner...)
	r.run = r.run[:0]
}

func (r *ribbon) fill(c draw.Canvas, col color.NRGBA) {
	r.end()
	c.SetColor(col)
	c.Fill(r.path)
}

func diamond(c *draw.Canvas, col color.NRGBA, x, y, r vg.Length) {
	c.FillPolygon(col, []vg.Point{{X: x - r, Y: y}, {X: x, Y: y + r}, {X: x + r, Y: y}, {X: x, Y: y - r}})
}

// drawRate draws rate: completions a second, those of each outcome on top of each other, and ok ones of each
// operation as lines.
func drawRate(c draw.Canvas, s *perf.Summary, opt *Options) {
	f := newFrame(c, s, opt, "throughput")
	r := s.Rates
	most := 0.0
	invoked := r.AllInvoked()
	var done [3][]uint32
	for _, o := range perf.Outcomes {
		done[o] = r.All(o)
	}
	n := r.Rated()
	for k := range n {
		most = max(most, r.Hz(k, done[0][k]+done[1][k]+done[2][k]), r.Hz(k, invoked[k]))
	}
	y := linear(0, most)
	y.lo = 0
	p := f.panel(0, 1, y, func(a *axis) []tick { return a.ticks(6, decimal) })
	under := make([]uint32, r.N)
	for _, o := range []perf.Outcome{perf.Info, perf.Fail, perf.OK} { // what goes wrong stands at the bottom, where it is compared best
		col := f.p.of(o)
		if o == perf.OK {
			col = mix(white, col, 0.45)
		}
		p.stack(r, under, done[o][:n], col)
	}
	fs := busiest(s)
	dashes := [][]vg.Length{nil, {5, 2}, {2, 2}, {7, 2, 2, 2}}
	f.yLabel("operations per second")
	f.outcomes(false)
	for i, k := range fs {
		sty := draw.LineStyle{Color: mix(f.p.of(perf.OK), black, 0.55), Width: 1.2, Dashes: dashes[i%len(dashes)]}
		p.rates(r, r.Done[k][perf.OK][:n], sty)
		f.entry(stroke(sty), clean(s.Fs[k])+" ok")
	}
	if s.Invoked {
		sty := draw.LineStyle{Color: rgb(0x999999), Width: 0.8}
		p.rates(r, invoked[:n], sty)
		f.entry(stroke(sty), "invocations")
	}
	f.remark("in windows of " + duration(float64(r.Width)))
	if from, to := r.Span(r.N - 1); n < r.N {
		f.remark("no rate for the last " + duration(float64(to-from)))
	}
	if n := len(s.Fs) - len(fs); n > 0 && len(fs) > 0 {
		f.remark("lines without " + thousands(n) + " other operations")
	}
}

// busiest returns the operations that get a line, none if one is all there is.
func busiest(s *perf.Summary) (fs []int) {
	if len(s.Fs) == 1 {
		return nil
	}
	for f := range s.ByF {
		if s.ByF[f].Done[perf.OK] > 0 {
			fs = append(fs, f)
		}
	}
	slices.SortStableFunc(fs, func(a, b int) int { return s.ByF[b].Done[perf.OK] - s.ByF[a].Done[perf.OK] })
	fs = fs[:min(len(fs), 4)]
	return fs
}

// stack fills counts on top of others, and adds them to those.
func (p *panel) stack(r *perf.Rates, under, counts []uint32, col color.NRGBA) {
	var area ribbon
	for k, n := range counts {
		if n == 0 {
			continue
		}
		x0, x1 := p.edges(&r.Windows, k)
		y0, y1 := p.y.at(r.Hz(k, under[k])), p.y.at(r.Hz(k, under[k]+n))
		area.add(x0, y0, x1, max(y1, y0+0.7)) // a single one is seen
		under[k] += n
	}
	area.fill(p.c, col)
}

// rates draws a line in steps.
func (p *panel) rates(r *perf.Rates, counts []uint32, sty draw.LineStyle) {
	var path vg.Path
	for k, n := range counts {
		x0, x1 := p.edges(&r.Windows, k)
		y := p.y.at(r.Hz(k, n))
		if k == 0 {
			path.Move(vg.Point{X: x0, Y: y})
		} else {
			path.Line(vg.Point{X: x0, Y: y})
		}
		path.Line(vg.Point{X: x1, Y: y})
	}
	p.c.SetLineStyle(sty)
	p.c.Stroke(path)
}

// drawPiles draws op-color-plot: how many operations were invoked, by what became of them.
func drawPiles(c draw.Canvas, s *perf.Summary, opt *Options) {
	f := newFrame(c, s, opt, "operations by outcome, at their invocation")
	g := s.Grid.Columns(512)
	count := make([][3]float64, g.Bins)
	for i := range g.Cells {
		count[g.Cells[i].Time][g.Cells[i].Outcome] += float64(g.Cells[i].Count)
	}
	most := 0.0
	for _, n := range count {
		most = max(most, n[0]+n[1]+n[2])
	}
	hz := 1e9 / float64(g.Width)
	y := linear(0, most*hz)
	y.lo = 0
	p := f.panel(0, 1, y, func(a *axis) []tick { return a.ticks(6, decimal) })
	under := make([]float64, g.Bins)
	for _, o := range []perf.Outcome{perf.Info, perf.Fail, perf.OK} {
		var r ribbon
		for k := range count {
			if n := count[k][o]; n > 0 {
				from, to := g.Time(uint16(k))
				y0 := p.y.at(under[k] * hz)
				r.add(p.x.at(float64(from)), y0, p.x.at(float64(to)), max(p.y.at((under[k]+n)*hz), y0+0.7))
				under[k] += n
			}
		}
		r.fill(p.c, f.p.of(o))
	}
	p.opens()
	f.yLabel("invocations per second")
	f.outcomes(false)
	f.remark("in windows of " + duration(float64(g.Width)))
}

// drawClocks draws clock-skew: how far the clock of each node was off.
func drawClocks(c draw.Canvas, s *perf.Summary, opt *Options) {
	f := newFrame(c, s, opt, "clock skew")
	lo, hi := 0.0, 0.0
	for _, k := range s.Clocks {
		for _, pt := range k.Points {
			lo, hi = min(lo, pt.Seconds), max(hi, pt.Seconds)
		}
	}
	unit, name := 1.0, "s"
	if m := max(hi, -lo); m < 1e-3 {
		unit, name = 1e6, "µs"
	} else if m < 1 {
		unit, name = 1e3, "ms"
	}
	var offsets []float64
	for _, k := range s.Clocks {
		for _, pt := range k.Points {
			offsets = append(offsets, pt.Seconds*unit)
		}
	}
	y := symmetric(lo*unit, hi*unit, offsets)
	p := f.panel(0, 1, y, func(a *axis) []tick {
		if a.sym > 0 {
			return a.symTicks()
		}
		return a.ticks(6, decimal)
	})
	if zero := p.y.at(0); zero > p.y.from {
		c.StrokeLine2(draw.LineStyle{Color: grey, Width: 0.6}, f.x.from, zero, f.x.to, zero)
	}
	dashes := [][]vg.Length{nil, {6, 2}, {2, 2}, {8, 2, 2, 2}, {4, 4}}
	for i, k := range s.Clocks {
		sty := draw.LineStyle{Color: lines[i%len(lines)], Width: 1.6, Dashes: dashes[i%len(dashes)]}
		var path vg.Path
		for j, pt := range k.Points {
			x, y := p.x.at(float64(pt.Time)), p.y.at(pt.Seconds*unit)
			if j == 0 {
				path.Move(vg.Point{X: x, Y: y})
			} else {
				path.Line(vg.Point{X: x, Y: p.y.at(k.Points[j-1].Seconds * unit)})
				path.Line(vg.Point{X: x, Y: y})
			}
		}
		path.Line(vg.Point{X: p.x.at(float64(s.To)), Y: p.y.at(k.Points[len(k.Points)-1].Seconds * unit)})
		c.SetLineStyle(sty)
		c.Stroke(path)
		f.entry(stroke(sty), clean(k.Node))
	}
	if y.sym > 0 {
		name += ", logarithmic"
	}
	f.yLabel("offset of the clock (" + name + ")")
}
