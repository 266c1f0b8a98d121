package diagram

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/internal/svg"
	"github.com/seed-c33ae711/jcheck/result"
)

// A route is an edge with its way: out of the side of a box, up or down in the gutter
// beside it, perhaps through a passage into another gutter, and into a box.
type route struct {
	e          *result.Edge
	from, to   *box
	outRight   bool // it leaves to the right
	inRight    bool // it enters from the right
	outY, inY  float64
	legs       []*leg // one, or two with a passage between
	passY      float64
	pts        [][2]float64 // its corners, from one box to the other
	label      string
	lx, ly, lw float64 // the middle of the label, and its width
}

// A leg is a stretch of a route up or down in a gutter.
type leg struct {
	r        *route
	gutter   int
	y1, y2   float64 // where it begins and ends, by the direction of the edge
	in1, in2 bool    // whether these sides are to the left
	x        float64
}

func (g *leg) lo() float64 { return min(g.y1, g.y2) }
func (g *leg) hi() float64 { return max(g.y1, g.y2) }

func (l *layout) route(edges []result.Edge) {
	for i := range edges {
		l.edges = append(l.edges, l.newRoute(&edges[i]))
	}
	l.ports()
	var taken []passed
	for _, r := range l.edges {
		taken = l.legsOf(r, taken)
	}
	l.gutters, l.widths = make([]float64, len(l.cols)+1), make([]float64, len(l.cols)+1)
	x := margin
	for g := range l.gutters {
		l.gutters[g] = x
		l.widths[g] = l.tracks(g)
		x += l.widths[g]
		if g < len(l.cols) {
			l.cols[g].x = x
			for _, b := range l.cols[g].boxes {
				b.x = x
			}
			x += l.cols[g].w
		}
	}
	l.w = x + margin
	for _, r := range l.edges {
		r.pts = r.points()
	}
	l.labels()
	for _, r := range l.edges {
		for _, g := range r.legs {
			l.h = max(l.h, g.hi())
		}
		l.h = max(l.h, r.ly+labelHigh/2)
	}
}

func (l *layout) newRoute(e *result.Edge) *route {
	r := &route{e: e, from: l.boxes[e.From.Node], to: l.boxes[e.To.Node]}
	var parts []string
	for _, rel := range e.Relations {
		if !slices.Contains(parts, rel.Rel) {
			parts = append(parts, rel.Rel)
		}
	}
	r.label = strings.Join(parts, " · ")
	font := svg.Sans
	if e.Heavy {
		font = svg.Bold
	}
	r.lw = svg.Width(font, 12, r.label) + 8
	switch a, b := r.from.col, r.to.col; {
	case a < b:
		r.outRight, r.inRight = true, false
	case a > b:
		r.outRight, r.inRight = false, true
	default: // down on the right, up on the left
		down := r.from.partY(e.From.Part) <= r.to.partY(e.To.Part)
		r.outRight, r.inRight = down, down
	}
	return r
}

// A port is an end of a route at a side of a part.
type port struct {
	y     *float64
	other float64 // where the other end is
}

// ports spreads the ends at each side of each part, in the order of their other ends.
func (l *layout) ports() {
	type side struct {
		b     *box
		part  int
		right bool
	}
	groups := map[side][]port{}
	var sides []side // in order
	add := func(s side, p port) {
		if groups[s] == nil {
			sides = append(sides, s)
		}
		groups[s] = append(groups[s], p)
	}
	for _, r := range l.edges {
		r.outY, r.inY = r.from.partY(r.e.From.Part), r.to.partY(r.e.To.Part)
		if r.e.From.Part < 0 { // it leaves where the op ends
			r.outY = r.from.bottom() - 8
		}
		out, in := r.outY, r.inY
		add(side{r.from, r.e.From.Part, r.outRight}, port{&r.outY, in})
		// What enters an op as a whole does so at its beginning.
		add(side{r.to, entry(r.e.To.Part), r.inRight}, port{&r.inY, out})
	}
	for _, s := range sides {
		list := groups[s]
		slices.SortStableFunc(list, func(a, b port) int { return cmp.Compare(a.other, b.other) })
		step := min(7, (cellHigh-8)/float64(len(list)))
		for i, p := range list {
			*p.y += (float64(i) - float64(len(list)-1)/2) * step
		}
	}
}

// entry tells the beginning of an op, where edges enter that mean it as a whole, from its
// end, where they leave.
func entry(part int) int {
	if part < 0 {
		return -2
	}
	return part
}

// legsOf finds the legs of a route: in which gutters it runs, from where to where.
func (l *layout) legsOf(r *route, taken []passed) []passed {
	out, in := r.from.col, r.to.col // gutters: that to the left of a column has its number
	if r.outRight {
		out++
	}
	if r.inRight {
		in++
	}
	if out == in {
		r.legs = []*leg{{r: r, gutter: out, y1: r.outY, y2: r.inY, in1: r.outRight, in2: r.inRight}}
		return taken
	}
	a, b := min(out, in), max(out, in)-1 // the columns between
	r.passY = l.passage(a, b, r.outY, r.inY, taken)
	right := in > out
	r.legs = []*leg{
		{r: r, gutter: out, y1: r.outY, y2: r.passY, in1: r.outRight, in2: !right},
		{r: r, gutter: in, y1: r.passY, y2: r.inY, in1: right, in2: r.inRight},
	}
	return append(taken, passed{r.passY, a, b})
}

// tracks gives the legs in a gutter places beside each other, with few crossings, and
// returns how wide the gutter is.
func (l *layout) tracks(gutter int) float64 {
	var legs []*leg
	for _, r := range l.edges {
		for _, g := range r.legs {
			if g.gutter == gutter {
				legs = append(legs, g)
			}
		}
	}
	if len(legs) == 0 {
		if gutter == 0 || gutter == len(l.cols) {
			return 0
		}
		return 26
	}
	arrange(legs)
	left, right := zones(legs)
	x, hi := l.gutters[gutter]+left, math.Inf(-1)
	for i, g := range legs {
		if i > 0 && g.lo() < hi { // else it can run in the same track
			x += trackMin
			hi = g.hi() + 4
		}
		hi = max(hi, g.hi()+4)
		g.x = x
	}
	return x - l.gutters[gutter] + right
}

// zones are how much room there is for labels on either side of the tracks of a
// gutter: labels stand beside the boxes that edges leave or enter.
func zones(legs []*leg) (left, right float64) {
	left, right = 20, 20
	for _, g := range legs {
		for _, end := range []struct{ box, left bool }{{g == g.r.legs[0], g.in1}, {g == g.r.legs[len(g.r.legs)-1], g.in2}} {
			switch {
			case !end.box:
			case end.left:
				left = max(left, g.r.lw+28)
			default:
				right = max(right, g.r.lw+28)
			}
		}
	}
	return left, right
}

// arrange sorts legs from left to right so that few cross: each is put where it crosses
// fewest, and neighbours change places as long as that helps.
func arrange(legs []*leg) {
	for i := 1; i < len(legs); i++ {
		best, at := math.MaxInt, i
		g := legs[i]
		for j := i; j >= 0; j-- {
			n := 0
			for k := range i {
				if k < j {
					n += crossings(legs[k], g)
				} else {
					n += crossings(g, legs[k])
				}
			}
			if n < best {
				best, at = n, j
			}
		}
		copy(legs[at+1:i+1], legs[at:i])
		legs[at] = g
	}
	for improved := true; improved; {
		improved = false
		for i := 1; i < len(legs); i++ {
			if crossings(legs[i], legs[i-1]) < crossings(legs[i-1], legs[i]) {
				legs[i], legs[i-1] = legs[i-1], legs[i]
				improved = true
			}
		}
	}
}

// crossings is how often two legs cross if the first is left of the second: where a
// way to the right side meets the second, or one to the left the first.
func crossings(a, b *leg) (n int) {
	in := func(y float64, g *leg) bool { return y > g.lo() && y < g.hi() }
	for _, end := range []struct {
		y    float64
		left bool
	}{{a.y1, a.in1}, {a.y2, a.in2}} {
		if !end.left && in(end.y, b) {
			n++
		}
	}
	for _, end := range []struct {
		y    float64
		left bool
	}{{b.y1, b.in1}, {b.y2, b.in2}} {
		if end.left && in(end.y, a) {
			n++
		}
	}
	return n
}

// labels places each label beside the box that its edge leaves, or if something else is
// there beside the one that it enters, or on its way.
func (l *layout) labels() {
	var placed []*route
	for _, r := range l.edges {
		first, last := r.legs[0], r.legs[len(r.legs)-1]
		out, in := r.from.x-6, r.to.x-12 // beside the arrow's head
		if r.outRight {
			out = r.from.right() + 6
		}
		if r.inRight {
			in = r.to.right() + 12
		}
		spots := [][2]float64{
			{out + sign(first.x-out)*r.lw/2, r.outY}, {in + sign(last.x-in)*r.lw/2, r.inY},
			{first.x, (first.y1 + first.y2) / 2}, {last.x, (last.y1 + last.y2) / 2},
			{first.x, (3*first.y1 + first.y2) / 4}, {last.x, (last.y1 + 3*last.y2) / 4},
		}
		for _, s := range spots[:2] { // above or beneath its edge, where another runs close by
			spots = append(spots, [2]float64{s[0], s[1] - labelHigh/2 - 1}, [2]float64{s[0], s[1] + labelHigh/2 + 1})
		}
		best := math.Inf(1)
		for i, s := range spots {
			cost := float64(i) + l.hidden(r, s)
			for _, o := range placed {
				if math.Abs(o.lx-s[0]) < (o.lw+r.lw)/2 && math.Abs(o.ly-s[1]) < labelHigh {
					cost += 100
				}
			}
			if cost < best {
				best, r.lx, r.ly = cost, s[0], s[1]
			}
		}
		placed = append(placed, r)
	}
}

func sign(x float64) float64 {
	if x < 0 {
		return -1
	}
	return 1
}

// hidden is what a label at a place would hide: of edges a stretch each, of boxes more.
func (l *layout) hidden(r *route, at [2]float64) (cost float64) {
	x1, x2, y1, y2 := at[0]-r.lw/2, at[0]+r.lw/2, at[1]-labelHigh/2, at[1]+labelHigh/2
	for _, o := range l.edges {
		if o == r {
			continue
		}
		for i := 1; i < len(o.pts); i++ {
			a, b := o.pts[i-1], o.pts[i]
			if max(a[0], b[0]) > x1 && min(a[0], b[0]) < x2 && max(a[1], b[1]) > y1-1 && min(a[1], b[1]) < y2+1 {
				cost += 10
			}
		}
	}
	for _, b := range l.boxes {
		if b.x < x2 && b.right() > x1 && b.y < y2 && b.bottom() > y1 {
			cost += 50
		}
	}
	return cost
}

// points are the corners of a route, from one box to the other.
func (r *route) points() [][2]float64 {
	pts := make([][2]float64, 0, 6)
	x1, x2 := r.from.x, r.to.x
	if r.outRight {
		x1 = r.from.right()
	}
	if r.inRight {
		x2 = r.to.right()
	}
	pts = append(pts, [2]float64{x1, r.outY})
	for _, g := range r.legs {
		pts = append(pts, [2]float64{g.x, g.y1}, [2]float64{g.x, g.y2})
	}
	return append(pts, [2]float64{x2, r.inY})
}
