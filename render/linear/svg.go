package linear

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/svg"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Draw is SVG of a result of any kind: nil if it is not about single objects.
func Draw(r result.Result, opt Options) ([]byte, error) {
	if r, ok := r.(*linearizable.Result); ok {
		return SVG(r, opt)
	}
	return nil, nil
}

// SVG draws the objects of a result that are not linearizable, the first failure first,
// at most opt.Limit of them. Of a result that is not invalid there is nothing to draw,
// which the picture says.
func SVG(r *linearizable.Result, opt Options) ([]byte, error) {
	parts := failures(r, opt.Limit)
	var views []*view
	wide, high := 640.0, 52.0
	var blocks []*block
	for _, part := range parts {
		v, err := newView(r, part)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
		wide = max(wide, v.width+margin)
	}
	for _, v := range views {
		b := v.words(wide)
		blocks = append(blocks, b)
		high += b.above + v.height + b.below + 20
	}
	title := "Not linearizable as " + r.Model
	if len(parts) == 0 {
		title = "No failure to draw: whether it is linearizable as " + r.Model + " is unknown"
		if r.Valid == verdict.Valid {
			title = "No failure to draw: linearizable as " + r.Model
		}
	}
	var w svg.Writer
	w.Start(wide, high, title, "", opt.Embedded)
	w.Label(margin, 26, "title", title)
	if n := len(r.Failures()) - len(parts); n > 0 {
		w.Label(wide-margin, 26, "end muted", result.Count(n, "further key")+" not linearizable")
	}
	w.Newline()
	y := 34.0
	for i, v := range views {
		blocks[i].head(&w, y)
		y += blocks[i].above
		w.Open("g", "class", "object", "transform", "translate(0 "+svg.Num(y)+")")
		w.Newline()
		v.draw(&w)
		w.Close()
		w.Newline()
		y += v.height
		blocks[i].foot(&w, y)
		y += blocks[i].below + 20
	}
	return append(w.Bytes(), '\n'), nil
}

// draw draws rows, operations, and paths over them.
func (v *view) draw(w *svg.Writer) {
	for i, p := range v.rows {
		y := rowHigh * (float64(i) + 0.5)
		w.Label(v.indent-8, y+4, "end muted", svg.Fit(svg.Sans, 12, v.indent-margin-8, "process "+v.r.History.ProcessName(p)))
		w.Line(v.indent, y, v.width, y, "lane")
	}
	w.Newline()
	for _, c := range v.calls {
		v.box(w, c)
	}
	for i := len(v.paths) - 1; i >= 0; i-- { // the longest above the others
		v.path(w, i)
	}
	for _, c := range v.calls { // above the paths, which would hide them
		w.Label(c.x1+6, v.y(c)-boxHigh/2+13, "m small halo", svg.Fit(svg.Mono, 12, c.x2-c.x1-8, c.label))
		w.Newline()
	}
}

func (v *view) box(w *svg.Writer, c *call) {
	y := v.y(c) - boxHigh/2
	class := "t-ok"
	if c.Returned < 0 {
		class = "t-info"
	}
	if c.culprit {
		class += " culprit"
	} else if c.concern {
		class += " focus"
	}
	w.Open("g", "class", "op", "data-op", strconv.Itoa(c.Op))
	w.Elem("title", v.tells(c))
	if c.Returned < 0 {
		w.Empty("path", "class", class, "d", "M"+svg.Num(c.x2)+" "+svg.Num(y)+"H"+svg.Num(c.x1)+"v"+svg.Num(boxHigh)+"H"+svg.Num(c.x2)+
			strings.Repeat("l5 "+svg.Num(-boxHigh/4)+"l-5 "+svg.Num(-boxHigh/4), 2))
	} else {
		w.Rect(c.x1, y, c.x2-c.x1, boxHigh, 4, class)
	}
	w.Close()
	w.Newline()
}

// tells says all of an operation.
func (v *view) tells(c *call) string {
	h := v.r.History
	s := fmt.Sprintf("process %s: %s\nfrom op %d%s", h.ProcessName(h.Process(c.Op)), c.label, h.Index(c.Invoked), at(h, c.Invoked))
	if c.Returned >= 0 {
		s += fmt.Sprintf(" to op %d%s", h.Index(c.Returned), at(h, c.Returned))
	} else {
		s += ", never completed"
	}
	if c.culprit {
		s += "\nno linearization reaches this"
	}
	return s + "\n" + result.Clip(result.Text(h.Value(c.Op)), result.MaxFull)
}

func at(h *history.History, i int) string {
	if t := h.Time(i); t >= 0 {
		return " at " + strconv.FormatFloat(float64(t)/1e9, 'f', -1, 64) + " s"
	}
	return ""
}

// path draws the ith linearization: its points in their order, and what cannot follow.
func (v *view) path(w *svg.Writer, i int) {
	p, first, off := v.paths[i], i == 0, spread(i)
	class := "path2"
	if first {
		class = "path"
	}
	w.Open("g", "class", "linearization")
	var d strings.Builder
	from := max(p.same-1, 0) // a further path begins where it leaves the longest
	for j, c := range p.ops[from:] {
		d.WriteString("ML"[min(j, 1):min(j, 1)+1] + svg.Num(p.xs[from+j]) + " " + svg.Num(v.y(c)+pointDown+off))
	}
	if d.Len() > 0 {
		w.Empty("path", "class", class, "d", d.String())
	}
	w.Newline()
	for j := from + 1; j < len(p.ops); j++ {
		if n := p.hidden(j); n > 0 && first {
			w.Label((p.xs[j-1]+p.xs[j])/2, (v.y(p.ops[j-1])+v.y(p.ops[j]))/2+pointDown+3, "mid b small halo", "… "+strconv.Itoa(n))
			w.Newline()
		}
	}
	for _, no := range p.refused {
		v.refused(w, p, no, off)
	}
	for j, c := range p.ops { // above all lines
		if j < p.same {
			continue
		}
		w.Open("g", "data-op", strconv.Itoa(c.Op))
		w.Elem("title", fmt.Sprintf("%d. %s\nthen it is %s", p.at[j], c.label, result.Clip(p.states[j], 500)))
		if first {
			n := strconv.Itoa(p.at[j])
			half := max(8, svg.Width(svg.Bold, 10, n)/2+3)
			w.Rect(p.xs[j]-half, v.y(c)+pointDown-8, 2*half, 16, 8, "dot")
			w.Label(p.xs[j], v.y(c)+pointDown+3.5, "num", n)
		} else {
			w.Empty("circle", "cx", svg.Num(p.xs[j]), "cy", svg.Num(v.y(c)+pointDown+off), "r", "3", "class", "dot")
		}
		w.Close()
		w.Newline()
	}
	w.Close()
	w.Newline()
}

// refused draws what cannot follow a path: a line from its last point, and a cross.
func (v *view) refused(w *svg.Writer, p *path, no linearizable.Refusal, off float64) {
	c := v.byOp[no.Op]
	if c == nil {
		return
	}
	x, y := max(p.x, c.x1+12), v.y(c)+pointDown+off
	if c.x2-10 > c.x1+4 {
		x = min(x, c.x2-8)
	}
	w.Open("g", "class", "illegal", "data-op", strconv.Itoa(no.Op))
	w.Elem("title", result.Clip(no.Why, 500))
	d := ""
	if n := len(p.ops); n > 0 {
		d = "M" + svg.Num(p.xs[n-1]) + " " + svg.Num(v.y(p.ops[n-1])+pointDown+off) + "L" + svg.Num(x) + " " + svg.Num(y)
	}
	w.Empty("path", "class", "no", "d", d+"M"+svg.Num(x-6)+" "+svg.Num(y-6)+"l12 12m0 -12l-12 12")
	w.Close()
	w.Newline()
}

// A block is the text above and beneath an object.
type block struct {
	v            *view
	above, below float64
	top, bottom  []text
}

type text struct{ class, s string }

// words finds what to say of an object.
func (v *view) words(wide float64) *block {
	b := &block{v: v}
	add := func(list *[]text, class string, lines int, s string) {
		for _, line := range svg.Wrap(svg.Sans, 12, wide-2*margin, lines, s) {
			*list = append(*list, text{class, line})
		}
	}
	head := ""
	if v.r.Keyed {
		head = "Key " + result.Clip(result.Text(v.part.Key), 60) + ": "
	}
	switch {
	case v.part.Culprit >= 0:
		c := operation(v.r, v.part.Culprit)
		add(&b.top, "b", 2, sentence(fmt.Sprintf("%sno linearization reaches %s (op %d)", head, c, v.r.History.Index(v.part.Culprit))))
	case len(v.part.Conflict) > 0:
		add(&b.top, "b", 2, sentence(head+"these operations cannot be linearized, whatever the others did"))
	}
	why := v.why()
	for i, s := range why {
		if i == maxWhy && len(why) > maxWhy+1 {
			add(&b.top, "red", 2, fmt.Sprintf("So it is in %d other states that it may have been in.", len(why)-i))
			break
		}
		add(&b.top, "red", 3, sentence(s))
	}
	if v.left > 0 {
		add(&b.top, "muted", 2, fmt.Sprintf("%d earlier operations are not drawn.", v.left))
	}
	if len(v.paths) > 0 {
		add(&b.bottom, "", 3, "The longest linearization: each point is where an operation takes effect; its number is its place in the order.")
		p := v.paths[0]
		from := max(len(p.ops)-maxTold, 0)
		for j := from; j < len(p.ops); j++ {
			if n := p.hidden(j); n > 0 && j > from {
				add(&b.bottom, "muted small", 1, fmt.Sprintf("… %d not drawn", n))
			}
			add(&b.bottom, "small", 2, fmt.Sprintf("%d. %s, then it is %s", p.at[j], p.ops[j].label, result.Clip(p.states[j], 120)))
		}
		if len(v.paths) > 1 {
			add(&b.bottom, "muted small", 2, fmt.Sprintf("Dashed: %d more that lead to other states, of %d.", len(v.paths)-1, len(v.part.Final)))
		}
	}
	add(&b.bottom, "muted small", 2, "Red frame: no linearization reaches it. Red cross: it cannot follow. Numbers: the order. … n: n operations that are not drawn.")
	b.above, b.below = 12+17*float64(len(b.top)), 12+16*float64(len(b.bottom))
	if slices.ContainsFunc(v.calls, func(c *call) bool { return c.Returned < 0 }) {
		b.bottom = append(b.bottom, text{"muted small", "Yellow, torn: it may or may not have taken effect."})
		b.below += 16
	}
	return b
}

func (b *block) head(w *svg.Writer, y float64) {
	for i, t := range b.top {
		w.Label(margin, y+14+17*float64(i), t.class, t.s)
		w.Newline()
	}
}

func (b *block) foot(w *svg.Writer, y float64) {
	for i, t := range b.bottom {
		w.Label(margin, y+22+16*float64(i), t.class, t.s)
		w.Newline()
	}
}

// sentence begins with a capital letter and ends with a stop.
func sentence(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		s = string(s[0]-'a'+'A') + s[1:]
	}
	return s + "."
}

// operation is what an operation did, in short: its name and value, of its completion if
// that is ok.
func operation(r *linearizable.Result, op int) string {
	h := r.History
	v := h.Value(op)
	if in := h.Value(h.Invoked(op)); (h.Type(op) != history.OK || v.IsNil()) && !in.IsNil() {
		v = in
	}
	if parts, err := v.Items(nil); r.Keyed && err == nil && len(parts) == 2 {
		v = parts[1]
	}
	f := h.F(op)
	if v.IsNil() {
		if h.Type(op) != history.OK {
			return f
		}
		if f == "acquire" || f == "release" {
			return f
		}
	}
	return result.Clip(f+" "+result.Clip(result.ListText(v, -1), 60), 80)
}
