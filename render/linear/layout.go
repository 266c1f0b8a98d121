package linear

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/svg"
	"github.com/seed-c33ae711/jcheck/result"
)

// The measures of a picture, in pixels.
const (
	rowHigh   = 54.0
	boxHigh   = 42.0
	pointDown = 11.0 // of points, below the middle of a box: labels stand above it
	margin    = 16.0
	gap       = 13.0 // between moments
	pointGap  = 24.0 // between points of a path
	labelMost = 190.0
)

// A moment is where a call begins or returns.
type moment struct {
	at     int
	c      *call
	begins bool
}

// moments returns all of them, in the order of time.
func (v *view) moments() (out []moment) {
	for _, c := range v.calls {
		out = append(out, moment{c.Invoked, c, true})
		if c.Returned >= 0 {
			out = append(out, moment{c.Returned, c, false})
		}
	}
	slices.SortStableFunc(out, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	return out
}

// lay places moments from left to right, each as far left as it can be: an operation has
// room for its label, and all points of paths that come before its return stand
// before it, in their order.
func (v *view) lay() {
	v.indent = margin + 60
	for _, p := range v.rows {
		v.indent = max(v.indent, margin+16+min(svg.Width(svg.Sans, 12, "process "+v.r.History.ProcessName(p)), 150))
	}
	x := v.indent + 8
	for _, m := range v.moments() {
		x += gap
		if m.begins {
			m.c.x1 = x
			continue
		}
		x = v.returnAt(m.c, x)
		m.c.x2 = x
	}
	for _, p := range v.paths {
		p.advance(len(p.ops))
		if n := len(p.xs); n > 0 {
			p.x = max(p.x, p.xs[n-1]+pointGap)
			x = max(x, p.x)
		}
	}
	for _, c := range v.calls {
		if c.Returned < 0 {
			x = max(x, c.x1+min(svg.Width(svg.Mono, 12, c.label)+14, labelMost))
		}
	}
	v.width = x + 30
	for _, c := range v.calls {
		if c.Returned < 0 {
			c.x2 = v.width
		}
	}
	v.height = rowHigh * float64(len(v.rows))
}

// returnAt returns where a call can return, at x or right of it, and places the
// points of paths that come before that.
func (v *view) returnAt(c *call, x float64) float64 {
	x = max(x, c.x1+min(svg.Width(svg.Mono, 12, c.label)+14, labelMost))
	for _, p := range v.paths {
		if i := slices.Index(p.ops, c); i >= 0 {
			p.advance(i + 1)
			x = max(x, p.xs[i]+10)
		}
	}
	if !c.culprit {
		return x
	}
	for _, p := range v.paths { // the tries come before its end
		p.advance(len(p.ops))
		p.x = c.x1 + 14
		if n := len(p.xs); n > 0 {
			p.x = max(p.x, p.xs[n-1]+pointGap)
		}
		x = max(x, p.x+14)
	}
	return x
}

// advance places the points of a path up to the nth.
func (p *path) advance(n int) {
	for i := len(p.xs); i < n; i++ {
		x := p.ops[i].x1 + 12
		if i > 0 {
			x = max(x, p.xs[i-1]+pointGap)
		}
		p.xs = append(p.xs, x)
	}
}

// y is the middle of a call's row.
func (v *view) y(c *call) float64 {
	return rowHigh * (float64(slices.Index(v.rows, v.r.History.Process(c.Op))) + 0.5)
}

// why are the reasons for which nothing can follow, each once, with the states that they
// speak of.
func (v *view) why() (out []string) {
	for i := range v.part.Final {
		if s := result.Clip(v.part.Final[i].Why, 300); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// spread moves the points of a further path a little off those of the first, so that both
// are seen.
func spread(i int) float64 { return []float64{0, -6, 6}[int(math.Min(float64(i), 2))] }
