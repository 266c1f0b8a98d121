package diagram

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

// A drawn edge begins and ends at the sides of the cells that its scene names, and runs
// through no box.
func TestEdgesEndOnCells(t *testing.T) {
	each(t, func(name string, s *result.Scene) {
		l := newLayout(s)
		if len(l.edges) != len(s.Edges) {
			t.Errorf("%s: %d of %d edges are drawn", name, len(l.edges), len(s.Edges))
		}
		for i, r := range l.edges {
			from, to := l.boxes[s.Edges[i].From.Node], l.boxes[s.Edges[i].To.Node]
			pts := r.points()
			ends(t, name, from, s.Edges[i].From.Part, pts[0], true)
			ends(t, name, to, s.Edges[i].To.Part, pts[len(pts)-1], false)
			for j := 1; j < len(pts); j++ {
				a, b := pts[j-1], pts[j]
				if a[0] != b[0] && a[1] != b[1] {
					t.Errorf("%s: edge %d runs aslant", name, i)
				}
				for _, x := range l.boxes {
					if max(a[0], b[0]) > x.x+0.1 && min(a[0], b[0]) < x.right()-0.1 && max(a[1], b[1]) > x.y && min(a[1], b[1]) < x.bottom() {
						t.Errorf("%s: edge %d runs through %s", name, i, x.n.Name)
					}
				}
			}
		}
	})
}

func ends(t *testing.T, name string, b *box, part int, at [2]float64, leaves bool) {
	t.Helper()
	if at[0] != b.x && at[0] != b.right() {
		t.Errorf("%s: an edge ends at x %v, beside %s at %v to %v", name, at[0], b.n.Name, b.x, b.right())
	}
	lo, hi := b.y, b.y+headHigh
	switch {
	case part >= 0:
		lo, hi = b.partY(part)-cellHigh/2, b.partY(part)+cellHigh/2
	case leaves:
		lo, hi = b.bottom()-20, b.bottom()
	}
	if at[1] < lo || at[1] > hi {
		t.Errorf("%s: an edge ends at y %v, where part %d of %s is %v to %v", name, at[1], part, b.n.Name, lo, hi)
	}
}

// No label hides a box or another label.
func TestLabelsApart(t *testing.T) {
	each(t, func(name string, s *result.Scene) {
		l := newLayout(s)
		for i, r := range l.edges {
			x1, x2, y1, y2 := r.lx-r.lw/2, r.lx+r.lw/2, r.ly-labelHigh/2, r.ly+labelHigh/2
			for _, o := range l.edges[:i] {
				if math.Abs(o.lx-r.lx) < (o.lw+r.lw)/2 && math.Abs(o.ly-r.ly) < labelHigh {
					t.Errorf("%s: the labels %s and %s lie on each other", name, o.label, r.label)
				}
			}
			for _, b := range l.boxes {
				if b.x < x2 && b.right() > x1 && b.y < y2 && b.bottom() > y1 {
					t.Errorf("%s: the label %s lies on %s", name, r.label, b.n.Name)
				}
			}
		}
	})
}

// Every relation of an edge is in its title with its reason, and in its label.
func TestRelationsListed(t *testing.T) {
	each(t, func(name string, s *result.Scene) {
		text := string(SVG(s, Options{Embedded: true}))
		for _, e := range s.Edges {
			for _, r := range e.Relations {
				var b strings.Builder
				xml.EscapeText(&b, []byte(r.Why))
				why := strings.NewReplacer("&#34;", "&quot;", "&#39;", "'").Replace(b.String())
				if r.Why == "" || !strings.Contains(text, r.Rel+"  "+why) {
					t.Errorf("%s: no title has %s %q", name, r.Rel, why)
				}
			}
		}
	})
}

// Ops that overlap in time stand side by side, others below each other.
func TestTimeRunsDown(t *testing.T) {
	each(t, func(name string, s *result.Scene) {
		l := newLayout(s)
		for _, a := range l.boxes {
			for _, b := range l.boxes {
				if a.n.Completed >= 0 && !a.open && b.n.Invoked >= 0 && a.n.Completed < b.n.Invoked && a.bottom() > b.y {
					t.Errorf("%s: %s ended before %s began, and is not above it", name, a.n.Name, b.n.Name)
				}
				if a != b && a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom() {
					t.Errorf("%s: %s lies on %s", name, a.n.Name, b.n.Name)
				}
			}
		}
	})
}

// ring is a cycle of n ops of as many processes as there are.
func ring(n, processes int) *result.Scene {
	s := &result.Scene{Kind: "G1c", Of: 1, Title: "a ring"}
	for i := range n {
		s.Nodes = append(s.Nodes, result.Node{
			Op: 2*i + 1, Name: "T" + strconv.Itoa(i+1), Process: strconv.Itoa(i * 7 % processes), Type: history.OK,
			Invoked: 2 * i, Completed: 2*i + 1, Start: int64(i) * 1e6, End: int64(i)*1e6 + 5e5, Full: "all",
			Parts: []result.Part{{Mop: 0, Key: "x", Text: "append x 1", Full: "append x 1"}, {Mop: 1, Key: "y", Text: "r y [1 2 3]", Full: "r y [1 2 3]"}},
		})
		s.Edges = append(s.Edges, result.Edge{From: result.End{Node: i, Part: i % 2}, To: result.End{Node: (i + 1) % n, Part: 1},
			Relations: []result.Relation{{Rel: "wr", Why: "one saw another"}, {Rel: "rt", Why: "and was later"}}})
	}
	return s
}

func TestManyProcesses(t *testing.T) {
	for _, n := range []int{1, 2, 5, 12} {
		for _, processes := range []int{1, 3, 12} {
			s := ring(n, processes)
			l := newLayout(s)
			for i, r := range l.edges {
				for _, p := range r.points() {
					if p[0] < 0 || p[0] > l.w || p[1] > l.h+40 || math.IsNaN(p[0]+p[1]) {
						t.Errorf("%d ops of %d processes: edge %d leaves the picture at %v", n, processes, i, p)
					}
				}
			}
			wellFormed(t, "ring", SVG(s, Options{}))
		}
	}
}

// Whatever a scene holds, its picture is well-formed and of bounded size.
func FuzzSVG(f *testing.F) {
	f.Add("G1a", "<script>alert(1)</script>", "\x00\x1b[31m\u202e", `"'&\`, int8(1), int8(-1), int8(2))
	f.Add("", strings.Repeat("x", 5000), "\xff\xfe", "]]>", int8(0), int8(99), int8(-7))
	f.Fuzz(func(t *testing.T, kind, text, key, why string, from, to, part int8) {
		s := ring(3, 2)
		s.Kind, s.Title, s.Says = kind, text, []string{why, text}
		s.Nodes[0].Process, s.Nodes[1].Name, s.Nodes[2].Full = key, text, why
		s.Nodes[1].Invoked, s.Nodes[2].Completed = int(from), int(to)
		s.Nodes[1].Type = history.Type(part & 3)
		s.Nodes[0].Parts[0] = result.Part{Key: key, Text: text, Full: why, Bad: true}
		s.Edges = append(s.Edges, result.Edge{From: result.End{Node: int(from), Part: int(part)}, To: result.End{Node: int(to), Part: int(part)},
			Relations: []result.Relation{{Rel: key, Why: text}}})
		s.Edges[0].Relations[0] = result.Relation{Rel: kind, Why: why}
		for _, embedded := range []bool{false, true} {
			picture := SVG(s, Options{Embedded: embedded})
			wellFormed(t, kind, picture)
			if most := 40_000 + 60*(len(kind)+len(text)+len(key)+len(why)); len(picture) > most {
				t.Errorf("a picture of %d bytes", len(picture))
			}
		}
		DOT(s)
	})
}

// A cycle's picture takes less than a millisecond.
func BenchmarkSVG(b *testing.B) {
	for _, n := range []int{2, 4, 12} {
		s := ring(n, 5)
		b.Run("txns="+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				SVG(s, Options{})
			}
		})
	}
}
