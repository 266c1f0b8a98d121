package plot

import (
	"slices"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed-c33ae711/jcheck/perf"
)

// Small multiples: how many there are at most, and in a row.
const (
	mostSmall  = 12
	smallInRow = 4
)

// hasSmall reports whether there is something to compare.
func hasSmall(s *perf.Summary, rows []perf.Row) bool {
	return s.Small != nil && len(rows) > 1 && s.Total.Operations() > 0
}

// drawSmall draws by-node and by-key: for each the completions a second, by outcome, and the longest latency of what was
// ok, all to the same scales. Those with the most operations are there, in their order.
func drawSmall(c draw.Canvas, s *perf.Summary, opt *Options, what string, rows []perf.Row, of int) {
	f := newFrame(c, s, opt, what)
	picked := make([]int, len(rows))
	for i := range picked {
		picked[i] = i
	}
	slices.SortStableFunc(picked, func(a, b int) int { return rows[b].Operations() - rows[a].Operations() })
	picked = picked[:min(len(picked), mostSmall)]
	slices.Sort(picked)
	most, longest := uint32(1), int64(1)
	for _, i := range picked {
		for _, w := range rows[i].Small {
			most, longest = max(most, w.Done[0]+w.Done[1]+w.Done[2]), max(longest, w.Max)
		}
	}
	down := (len(picked) + smallInRow - 1) / smallInRow
	across := (len(picked) + down - 1) / down
	const gap = 10
	wide := (f.x.to - f.x.from - gap*vg.Length(across-1)) / vg.Length(across)
	high := (f.top - 12 - gap*vg.Length(down-1)) / vg.Length(down)
	for n, i := range picked {
		x := f.x.from + (wide+gap)*vg.Length(n%across)
		y := f.top - (high+gap)*vg.Length(n/across)
		f.small(&rows[i], x, x+wide, y-high, y, most, longest)
	}
	f.outcomes(false)
	f.entry(stroke(draw.LineStyle{Color: black, Width: 1}), "longest ok")
	f.remark("up to " + decimal(float64(most)*1e9/float64(s.Small.Width), 1) + " a second")
	f.remark("and up to " + duration(float64(longest)))
	f.remark("in windows of " + duration(float64(s.Small.Width)))
	f.remark("each from 0 to " + duration(float64(s.To)))
	if n := of - len(picked); n > 0 {
		f.remark("without " + thousands(n) + " others")
	}
}

// small draws one of them into a rectangle.
func (f *frame) small(r *perf.Row, x0, x1, y0, y1 vg.Length, most uint32, longest int64) {
	c, name := f.c, style(9, black, draw.XLeft, draw.YTop)
	name.Font.Weight = stdfont.WeightBold
	c.FillText(name, vg.Point{X: x0, Y: y1}, fit(clean(r.Name)+" "+thousands(r.Operations()), name, x1-x0))
	y1 -= 13
	x := axis{lo: f.x.lo, hi: f.x.hi, from: x0, to: x1}
	for _, l := range f.s.Lanes {
		for _, v := range l.Intervals {
			to := x.at(float64(v.To))
			if v.Open {
				to = x1
			}
			c.FillPolygon(alpha(hex(l.Color), 0.15), rect(x.at(float64(v.From)), y0, max(to, x.at(float64(v.From))+0.5), y1))
		}
	}
	var path vg.Path
	down := false
	for k, w := range r.Small {
		from, to := f.s.Small.Span(k)
		a, b, y := x.at(float64(from)), x.at(float64(to)), y0
		for _, o := range []perf.Outcome{perf.Info, perf.Fail, perf.OK} {
			top := y + vg.Length(float64(w.Done[o])/float64(most))*(y1-y0)
			col := f.p.of(o)
			if o == perf.OK {
				col = mix(white, col, 0.45)
			}
			if top > y {
				c.FillPolygon(col, rect(a, y, b, top))
			}
			y = top
		}
		if w.Done[perf.OK] == 0 {
			down = false
			continue
		}
		at := vg.Point{X: (a + b) / 2, Y: y0 + vg.Length(float64(w.Max)/float64(longest))*(y1-y0)}
		if !down {
			path.Move(vg.Point{X: a, Y: at.Y})
		}
		path.Line(at)
		down = true
	}
	c.SetLineStyle(draw.LineStyle{Color: black, Width: 0.9})
	c.Stroke(path)
	c.StrokeLines(draw.LineStyle{Color: grey, Width: 0.7}, []vg.Point{{X: x0, Y: y1}, {X: x0, Y: y0}, {X: x1, Y: y0}})
}
