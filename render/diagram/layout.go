package diagram

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/svg"
	"github.com/seed-c33ae711/jcheck/result"
)

// The measures of a picture, in pixels.
const (
	cellHigh  = 23.0
	headHigh  = 24.0
	cellPad   = 9.0
	gapEvents = 14.0 // between moments
	tornHigh  = 16.0 // what shows that an op never completed
	margin    = 18.0
	trackMin  = 16.0 // between edges that run side by side
	labelHigh = 16.0
	narrowest = 96.0
)

// A box is an op with its place.
type box struct {
	n          *result.Node
	col        int
	x, y, w, h float64
	open       bool // nobody knows whether or when it took effect
	times      string
}

func (b *box) right() float64  { return b.x + b.w }
func (b *box) bottom() float64 { return b.y + b.h }

// partY is the middle of a part; of the op as a whole, of where it begins.
func (b *box) partY(part int) float64 {
	if part < 0 {
		return b.y + headHigh/2
	}
	return b.y + headHigh + (float64(part)+0.5)*cellHigh
}

// A column is a process.
type column struct {
	process string
	named   bool
	boxes   []*box
	x, w    float64
}

// A layout is a scene with places.
type layout struct {
	boxes   []*box
	cols    []*column
	edges   []*route
	gutters []float64 // the left of each, one more than there are columns
	widths  []float64 // of the gutters
	w, h    float64
}

func newLayout(s *result.Scene) *layout {
	nodes, edges := bounded(s)
	l := &layout{}
	for i := range nodes {
		n := &nodes[i]
		n.Parts = n.Parts[:min(len(n.Parts), mostParts)]
		l.boxes = append(l.boxes, newBox(n))
	}
	l.columns(edges)
	l.fall()
	l.route(edges)
	return l
}

func newBox(n *result.Node) *box {
	b := &box{n: n, times: times(n)}
	b.open = n.Op >= 0 && n.Type == history.Info
	b.w = narrowest
	b.w = max(b.w, 34+svg.Width(svg.Bold, 12, n.Name)+svg.Width(svg.Sans, 11, b.times)+2*cellPad)
	for _, p := range n.Parts {
		b.w = max(b.w, svg.Width(svg.Mono, 12, p.Text)+2*cellPad+6)
	}
	b.h = headHigh + cellHigh*float64(len(n.Parts))
	if b.open {
		b.h += tornHigh
	}
	return b
}

// columns gives each process a column, in an order in which edges are short.
func (l *layout) columns(edges []result.Edge) {
	byName := map[string]int{}
	for _, b := range l.boxes {
		i, ok := byName[b.n.Process]
		if !ok || b.n.Process == "" {
			i = len(l.cols)
			l.cols = append(l.cols, &column{process: b.n.Process, named: b.n.Process != ""})
			byName[b.n.Process] = i
		}
		b.col = i
	}
	place := make([]int, len(l.cols)) // of each column, in the order of appearance
	for i := range place {
		place[i] = i
	}
	length := func() (sum int) {
		for _, e := range edges {
			d := place[l.boxes[e.From.Node].col] - place[l.boxes[e.To.Node].col]
			sum += d * d
		}
		return sum
	}
	best := length()
	for improved := true; improved; { // swap columns as long as that helps
		improved = false
		for i := range place {
			for j := range i {
				place[i], place[j] = place[j], place[i]
				if n := length(); n < best {
					best, improved = n, true
				} else {
					place[i], place[j] = place[j], place[i]
				}
			}
		}
	}
	cols := make([]*column, len(l.cols))
	for i, p := range place {
		cols[p] = l.cols[i]
	}
	for _, b := range l.boxes {
		b.col = place[b.col]
		cols[b.col].boxes = append(cols[b.col].boxes, b)
	}
	l.cols = cols
	for _, c := range l.cols {
		c.w = svg.Width(svg.Sans, 12, "process "+c.process)
		for _, b := range c.boxes {
			c.w = max(c.w, b.w)
		}
		for _, b := range c.boxes {
			b.w = c.w
		}
	}
}

// fall places the boxes from above: moments are in the order of the history, and a box
// reaches from its op's invocation to its completion.
func (l *layout) fall() {
	type moment struct {
		at    float64
		b     *box
		begin bool
	}
	var moments []moment
	for _, b := range l.boxes {
		begin, end := float64(b.n.Invoked), float64(b.n.Completed)
		if b.n.Invoked < 0 {
			begin = end - 0.5
		}
		moments = append(moments, moment{begin, b, true})
		if b.n.Completed >= 0 && !b.open {
			moments = append(moments, moment{end, b, false})
		}
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	y := 0.0
	floor := make([]float64, len(l.cols))
	for i, m := range moments {
		if m.begin {
			if i > 0 {
				y += gapEvents
			}
			y = max(y, floor[m.b.col])
			m.b.y = y
			floor[m.b.col] = m.b.bottom() + gapEvents
			continue
		}
		y = max(y+gapEvents/2, m.b.bottom())
		m.b.h = y - m.b.y
		floor[m.b.col] = y + gapEvents
	}
	for _, b := range l.boxes {
		l.h = max(l.h, b.bottom())
	}
}

// obstacles are the stretches of y in which a column from a to b has boxes, with room
// for edges to pass.
func (l *layout) obstacles(a, b int) (spans [][2]float64) {
	for c := a; c <= b; c++ {
		for _, x := range l.cols[c].boxes {
			spans = append(spans, [2]float64{x.y - 6, x.bottom() + 6})
		}
	}
	return spans
}

// passage finds a height at which an edge can pass some columns, near to where it comes
// from and leads to, and away from others that pass.
func (l *layout) passage(a, b int, from, to float64, taken []passed) float64 {
	spans := l.obstacles(a, b)
	candidates := []float64{from, to, (from + to) / 2, -12, l.h + 12}
	for _, s := range spans {
		candidates = append(candidates, s[0]-1, s[1]+1)
	}
	for _, t := range taken {
		candidates = append(candidates, t.y-7, t.y+7)
	}
	best, cost := l.h+12, math.Inf(1)
	for _, y := range candidates {
		if slices.ContainsFunc(spans, func(s [2]float64) bool { return y > s[0] && y < s[1] }) {
			continue
		}
		if slices.ContainsFunc(taken, func(t passed) bool { return math.Abs(t.y-y) < 6 && t.a <= b && a <= t.b }) {
			continue
		}
		if c := math.Abs(y-from) + math.Abs(y-to); c < cost {
			best, cost = y, c
		}
	}
	return best
}

// passed is a passage that is taken, through columns a to b.
type passed struct {
	y    float64
	a, b int
}
