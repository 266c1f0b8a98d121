package diagram

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/svg"
	"github.com/seed-c33ae711/jcheck/result"
)

// SVG draws a scene. It never fails, whatever the scene holds, and the same scene is
// always the same bytes.
func SVG(s *result.Scene, opt Options) []byte {
	l := newLayout(s)
	p := &pen{l: l, s: s}
	p.wide = max(l.w, 620)
	head := p.head()
	foot := p.foot()
	top := head.height + 30
	high := top + l.h + 26 + foot.height
	w := &p.w
	w.Start(p.wide, high, title(s), strings.Join(says(s), " "), opt.Embedded)
	head.write(w, 0)
	if len(l.boxes) > 0 {
		w.Open("g", "transform", "translate(0 "+svg.Num(top)+")")
		w.Newline()
		p.columns()
		for _, b := range l.boxes {
			p.box(b)
		}
		for _, r := range l.edges {
			p.edge(r)
		}
		for _, r := range l.edges {
			p.label(r)
		}
		w.Close()
		w.Newline()
	}
	foot.write(w, top+l.h+26)
	return append(w.Bytes(), '\n')
}

// A pen draws a layout.
type pen struct {
	w    svg.Writer
	l    *layout
	s    *result.Scene
	wide float64
}

func title(s *result.Scene) string {
	kind := result.Clip(s.Kind, 60)
	if s.Of > 1 {
		kind += fmt.Sprintf(" #%d of %s", s.Number+1, thousands(s.Of))
	}
	if s.Title == "" {
		return kind
	}
	return kind + ": " + result.Clip(s.Title, 200)
}

func says(s *result.Scene) []string { return s.Says[:min(len(s.Says), 8)] }

// columns names the processes, and says where time runs.
func (p *pen) columns() {
	for _, c := range p.l.cols {
		x := c.x + c.w/2
		if c.named {
			p.w.Label(x, -12, "mid muted", svg.Fit(svg.Sans, 12, c.w, "process "+c.process))
		}
		p.w.Line(x, -6, x, p.l.h+6, "lane")
	}
	p.w.Newline()
}

// times tells when an op ran.
func times(n *result.Node) string {
	switch {
	case n.Start >= 0 && n.End >= 0 && n.Type != history.Info:
		return seconds(n.Start) + " + " + duration(n.End-n.Start)
	case n.Start >= 0:
		return "from " + seconds(n.Start)
	case n.End >= 0:
		return "at " + seconds(n.End)
	}
	return ""
}

func seconds(ns int64) string {
	if ns < 1e9 {
		return duration(ns)
	}
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(float64(ns)/1e9, 'f', 3, 64), "0"), ".") + " s"
}

func duration(ns int64) string {
	for _, u := range []struct {
		ns   float64
		name string
	}{{1e9, " s"}, {1e6, " ms"}, {1e3, " µs"}} {
		if float64(ns) >= u.ns {
			return strconv.FormatFloat(float64(ns)/u.ns, 'g', 3, 64) + u.name
		}
	}
	return strconv.FormatInt(ns, 10) + " ns"
}

// box draws an op.
func (p *pen) box(b *box) {
	w := &p.w
	w.Open("g", "class", "op", "data-op", strconv.Itoa(b.n.Op))
	w.Elem("title", b.n.Name+" = "+b.n.Full)
	if b.open {
		y := b.bottom() - tornHigh
		w.Empty("path", "class", "box", "d", "M"+svg.Num(b.x)+" "+svg.Num(y)+"V"+svg.Num(b.y)+"H"+svg.Num(b.right())+"V"+svg.Num(y))
		w.Empty("path", "class", "torn", "d", "M"+svg.Num(b.x)+" "+svg.Num(y)+"v"+svg.Num(tornHigh)+"M"+svg.Num(b.right())+" "+svg.Num(y)+"v"+svg.Num(tornHigh)+torn(b, y))
	} else {
		w.Rect(b.x, b.y, b.w, b.h, 4, "box")
	}
	w.Rect(b.x+1, b.y+1, b.w-2, headHigh-1, 3, "head")
	if b.n.Op >= 0 {
		w.Sign(b.x+13, b.y+headHigh/2, signOf(b.n.Type))
	}
	w.Label(b.x+23, b.y+16.5, "b", svg.Fit(svg.Bold, 12, b.w-28, b.n.Name))
	if b.times != "" {
		w.Label(b.right()-7, b.y+16.5, "end small muted", b.times)
	}
	w.Newline()
	for i := range b.n.Parts {
		p.cell(b, i)
	}
	w.Close()
	w.Newline()
}

func signOf(t history.Type) string {
	if t == history.Invoke {
		return "info"
	}
	return t.String()
}

// torn is the zigzag that says that nobody knows how an op ended.
func torn(b *box, y float64) string {
	var d strings.Builder
	d.WriteString("M" + svg.Num(b.x) + " " + svg.Num(y+tornHigh))
	n := max(int(b.w/16), 1)
	step := b.w / float64(2*n)
	for range n {
		d.WriteString("l" + svg.Num(step) + " -5l" + svg.Num(step) + " 5")
	}
	return d.String()
}

func (p *pen) cell(b *box, i int) {
	w, part := &p.w, &b.n.Parts[i]
	y := b.y + headHigh + float64(i)*cellHigh
	class := "cell"
	switch {
	case part.Bad:
		class = "bad"
	case p.concerned(b, i):
		class = "hot"
	}
	w.Open("g", "class", "mop", "data-mop", strconv.Itoa(part.Mop))
	if part.Full != "" {
		w.Elem("title", part.Full)
	}
	w.Rect(b.x+1, y, b.w-2, cellHigh, 0, class)
	if part.Key != "" {
		w.Rect(b.x+1, y, 5, cellHigh, 0, KeyClass(part.Key))
	}
	text := "m"
	if class == "cell" {
		text = "m muted"
	}
	w.Label(b.x+cellPad+4, y+15.5, text, svg.Fit(svg.Mono, 12, b.w-2*cellPad, part.Text))
	w.Close()
	w.Newline()
}

// concerned reports whether an edge begins or ends at a part.
func (p *pen) concerned(b *box, part int) bool {
	return slices.ContainsFunc(p.l.edges, func(r *route) bool {
		return r.from == b && r.e.From.Part == part || r.to == b && r.e.To.Part == part
	})
}

// KeyClass is the class for the colour of a key, the same in all pictures.
func KeyClass(key string) string {
	f := fnv.New32a()
	f.Write([]byte(key))
	return "k" + strconv.Itoa(int(f.Sum32()%svg.KeyColors))
}

// class is what an edge looks like: as the first of its relations.
func (r *route) class(of string) string {
	c := of + " r-" + look(r.e.Relations[0].Rel).class
	if r.e.Heavy {
		c += " heavy"
	}
	return c
}

// tells says all that an edge stands for.
func (r *route) tells() string {
	var b strings.Builder
	for i, rel := range r.e.Relations {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s < %s  %s  %s", r.from.n.Name, r.to.n.Name, rel.Rel, rel.Why)
	}
	return b.String()
}

func endText(e result.End) string { return strconv.Itoa(e.Node) + "." + strconv.Itoa(e.Part) }

// edge draws the way of an edge.
func (p *pen) edge(r *route) {
	w := &p.w
	w.Open("g", "class", r.class("edge"), "data-from", endText(r.e.From), "data-to", endText(r.e.To))
	w.Elem("title", r.tells())
	d := rounded(r.pts)
	w.Empty("path", "class", "hit", "d", d)
	w.Empty("path", "class", "e", "d", d)
	x, dir, size := r.to.x, -1.0, 8.0
	if r.inRight {
		x, dir = r.to.right(), 1
	}
	if r.e.Heavy {
		size = 11
	}
	w.Empty("path", "class", "a", "d", "M"+svg.Num(x)+" "+svg.Num(r.inY)+"l"+svg.Num(dir*size)+" "+svg.Num(-size/2)+"v"+svg.Num(size)+"z")
	w.Close()
	w.Newline()
}

// rounded is a way with round corners.
func rounded(pts [][2]float64) string {
	var d []byte
	at := func(c byte, x, y float64) {
		d = append(append(append(append(d, c), svg.Num(x)...), ' '), svg.Num(y)...)
	}
	at('M', pts[0][0], pts[0][1])
	for i := 1; i < len(pts)-1; i++ {
		a, b, c := pts[i-1], pts[i], pts[i+1]
		la, lc := dist(a, b), dist(b, c)
		r := min(7, la/2, lc/2)
		if r < 0.5 {
			if la > 0 {
				at('L', b[0], b[1])
			}
			continue
		}
		at('L', b[0]+(a[0]-b[0])*r/la, b[1]+(a[1]-b[1])*r/la)
		at('Q', b[0], b[1])
		d = append(d, ' ')
		d = append(append(append(d, svg.Num(b[0]+(c[0]-b[0])*r/lc)...), ' '), svg.Num(b[1]+(c[1]-b[1])*r/lc)...)
	}
	last := pts[len(pts)-1]
	at('L', last[0], last[1])
	return string(d)
}

func dist(a, b [2]float64) float64 { return max(a[0]-b[0], b[0]-a[0]) + max(a[1]-b[1], b[1]-a[1]) }

func (p *pen) label(r *route) {
	w := &p.w
	w.Open("g", "class", r.class("label"))
	w.Elem("title", r.tells())
	w.Rect(r.lx-r.lw/2, r.ly-labelHigh/2, r.lw, labelHigh, 3, "tag")
	w.Label(r.lx, r.ly+4, "l mid", r.label)
	w.Close()
	w.Newline()
}
