package diagram

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/internal/svg"
	"github.com/seed-c33ae711/jcheck/result"
)

// A page is lines of text above or beneath the picture itself.
type page struct {
	draw   []func(w *svg.Writer, y float64)
	height float64
}

func (p *page) line(high float64, draw func(w *svg.Writer, y float64)) {
	at := p.height + high
	p.draw = append(p.draw, func(w *svg.Writer, y float64) { draw(w, y+at-5) })
	p.height = at
}

func (p *page) text(class string, font svg.Font, size, wide float64, lines int, s string) {
	for _, line := range svg.Wrap(font, size, wide, lines, s) {
		p.line(size+5, func(w *svg.Writer, y float64) { w.Label(margin, y, class, line); w.Newline() })
	}
}

func (p *page) write(w *svg.Writer, y float64) {
	for _, draw := range p.draw {
		draw(w, y)
	}
}

// head is what is wrong, and the argument as far as no edge tells it.
func (p *pen) head() *page {
	var g page
	wide := p.wide - 2*margin
	g.height = 12
	g.text("title", svg.Bold, 15, wide, 3, title(p.s))
	for _, s := range says(p.s) {
		g.text("", svg.Sans, 12, wide, 4, s)
	}
	if c := &p.s.Around; c.Ops > len(p.s.Nodes) {
		g.text("muted", svg.Sans, 12, wide, 2, aroundText(c))
	}
	return &g
}

func aroundText(c *result.Component) string {
	var parts []string
	for _, t := range c.Edges {
		parts = append(parts, t.Rel+" "+thousands(t.Count))
	}
	s := fmt.Sprintf("Component of %s transactions, %s edges", thousands(c.Ops), thousands(c.Total()))
	if len(parts) > 0 {
		s += " (" + strings.Join(parts, ", ") + ")"
	}
	return s + "; showing the shortest cycle found."
}

// foot is each relation with its reason, and the legend.
func (p *pen) foot() *page {
	var g page
	wide := p.wide - 2*margin
	seen := map[string]bool{}
	for _, r := range p.l.edges {
		for _, rel := range r.e.Relations {
			if rel.Why == "" || seen[rel.Why] || strings.Join(p.s.Says, " ") == rel.Why {
				continue
			}
			seen[rel.Why] = true
			p.reason(&g, r, rel, wide)
		}
	}
	p.legend(&g, wide)
	g.height += 12
	return &g
}

// reason tells a relation: its ops, its name in its colour, and why.
func (p *pen) reason(g *page, r *route, rel result.Relation, wide float64) {
	names := svg.Fit(svg.Bold, 12, 180, r.from.n.Name+" < "+r.to.n.Name)
	class := "label r-" + look(rel.Rel).class
	if r.e.Heavy {
		class += " heavy"
	}
	namesWide := max(svg.Width(svg.Bold, 12, names), 56) + 8
	relWide := max(svg.Width(svg.Bold, 12, rel.Rel), 22) + 12
	for i, line := range svg.Wrap(svg.Sans, 12, wide-namesWide-relWide, 4, rel.Why) {
		g.line(17, func(w *svg.Writer, y float64) {
			if i == 0 {
				w.Label(margin, y, "b", names)
				w.Open("g", "class", class)
				w.Label(margin+namesWide, y, "l", rel.Rel)
				w.Close()
			}
			w.Label(margin+namesWide+relWide, y, "", line)
			w.Newline()
		})
	}
}

// legend explains the relations that occur, and signs.
func (p *pen) legend(g *page, wide float64) {
	var entries []entryOf
	for _, rel := range order {
		used := slices.ContainsFunc(p.l.edges, func(r *route) bool {
			return slices.ContainsFunc(r.e.Relations, func(x result.Relation) bool { return x.Rel == rel })
		})
		if used {
			text := rel + ": " + look(rel).meaning
			if look(rel).meaning == rel {
				text = rel
			}
			entries = append(entries, entryOf{rel: rel, text: text})
		}
	}
	for _, sign := range []struct{ typ, text string }{{"ok", "ok"}, {"info", "it may or may not have taken effect"}, {"fail", "failed"}} {
		if slices.ContainsFunc(p.l.boxes, func(b *box) bool { return b.n.Op >= 0 && signOf(b.n.Type) == sign.typ }) {
			entries = append(entries, entryOf{sign: sign.typ, text: sign.text})
		}
	}
	if len(p.l.boxes) > 1 {
		entries = append(entries, entryOf{sign: "time", text: "time runs down"})
	}
	g.height += 8
	for len(entries) > 0 {
		x, n := 0.0, 0
		for n < len(entries) && (n == 0 || x+entries[n].wide() <= wide) {
			x += entries[n].wide()
			n++
		}
		row := entries[:n]
		entries = entries[n:]
		g.line(17, func(w *svg.Writer, y float64) {
			x := margin
			for _, e := range row {
				e.write(w, x, y)
				x += e.wide()
			}
			w.Newline()
		})
	}
}

// entryOf is an entry of a legend: of a relation, or of a sign.
type entryOf struct{ rel, sign, text string }

func (e *entryOf) wide() float64 {
	mark := 44.0
	if e.sign != "" {
		mark = 14
	}
	return mark + svg.Width(svg.Sans, 11, e.text) + 16
}

func (e *entryOf) write(w *svg.Writer, x, y float64) {
	if e.sign == "time" {
		w.Label(x+2, y, "small muted", "↓")
		w.Label(x+14, y, "small muted", e.text)
		return
	}
	if e.sign != "" {
		w.Sign(x+5, y-4, e.sign)
		w.Label(x+14, y, "small muted", e.text)
		return
	}
	w.Open("g", "class", "edge r-"+look(e.rel).class)
	w.Line(x, y-4, x+38, y-4, "e")
	w.Close()
	w.Label(x+44, y, "small muted", e.text)
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
