package timeline

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/svg"
	"github.com/seed-c33ae711/jcheck/result"
)

// label is what an operation did, in short: its name and value, of its completion if it
// is ok.
func label(h *history.History, b *bar) string {
	v := h.Value(b.op)
	if h.Type(b.op) != history.OK && b.invoked >= 0 {
		v = h.Value(b.invoked)
	}
	if v.IsZero() {
		return h.F(b.op)
	}
	text := brief(result.Clip(result.Text(v), 200))
	if f := h.F(b.op); f != "txn" { // which says nothing
		text = f + " " + text
	}
	return result.Clip(text, 120)
}

// brief leaves out what all transactions have alike: [[:r x 1]] is r x 1.
func brief(s string) string {
	if strings.HasPrefix(s, "[[") && strings.HasSuffix(s, "]]") {
		s = strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")
	}
	return strings.ReplaceAll(s, "[:", "[")
}

// tells says all of an operation: both events, how long it took, and its error.
func tells(h *history.History, b *bar) string {
	var s strings.Builder
	fmt.Fprintf(&s, "process %s, %s", h.ProcessName(h.Process(b.op)), h.F(b.op))
	for _, e := range []int{b.invoked, b.completed} {
		if e >= 0 {
			fmt.Fprintf(&s, "\n%s: op %d%s  %s", h.Type(e), h.Index(e), at(h, e), result.Clip(result.Text(h.Value(e)), result.MaxFull/2))
		}
	}
	switch {
	case b.open && b.completed < 0:
		s.WriteString("\nnever completed")
	case b.open:
		s.WriteString("\nwhether it took effect is unknown")
	}
	if d, ok := took(h, b); ok {
		s.WriteString("\ntook " + duration(d))
	}
	if e := failure(h, b); e != "" {
		s.WriteString("\nerror: " + e)
	}
	return s.String()
}

// failure is the error of an operation, as text.
func failure(h *history.History, b *bar) string {
	if b.completed < 0 {
		return ""
	}
	text := h.Text(b.completed)
	for _, name := range []string{"error", "exception"} {
		if e, ok := text.Get(name); ok && !e.IsNil() {
			return result.Clip(result.Text(e), 300)
		}
	}
	return ""
}

func took(h *history.History, b *bar) (ns int64, ok bool) {
	if b.invoked < 0 || b.completed < 0 || h.Time(b.invoked) < 0 || h.Time(b.completed) < 0 {
		return 0, false
	}
	return h.Time(b.completed) - h.Time(b.invoked), true
}

func at(h *history.History, i int) string {
	if t := h.Time(i); t >= 0 {
		return " at " + strconv.FormatFloat(float64(t)/1e9, 'f', -1, 64) + " s"
	}
	return ""
}

func duration(ns int64) string {
	for _, u := range []struct {
		ns   float64
		name string
	}{{1e9, " s"}, {1e6, " ms"}, {1e3, " µs"}} {
		if float64(ns) >= u.ns {
			return strconv.FormatFloat(float64(ns)/u.ns, 'g', 4, 64) + u.name
		}
	}
	return strconv.FormatInt(ns, 10) + " ns"
}

// Table is what SVG draws, as an HTML table for who cannot see it or has no use for
// pictures: an operation a row, in the order of invocations. Values are text.
func Table(h *history.History, opt Options) []byte {
	bars, _, _ := window(h, opt)
	sortBars(bars)
	var w svg.Writer
	cell := func(name, s string, attrs ...string) { w.Elem(name, s, attrs...) }
	w.Open("table", "class", "jc-timeline")
	if opt.Title != "" {
		cell("caption", opt.Title)
	}
	w.Open("thead")
	w.Open("tr")
	for _, s := range []string{"op", "process", "type", "operation", "from", "took", "error"} {
		cell("th", s, "scope", "col")
	}
	w.Close()
	w.Close()
	w.Newline()
	w.Open("tbody")
	for _, b := range bars {
		attrs := []string{"data-op", strconv.Itoa(b.op)}
		if b.focus {
			attrs = append(attrs, "class", "focus")
		}
		w.Open("tr", attrs...)
		cell("td", strconv.FormatInt(h.Index(b.op), 10))
		cell("td", h.ProcessName(h.Process(b.op)))
		cell("td", typeName(h, b))
		cell("td", label(h, b))
		cell("td", strings.TrimPrefix(at(h, b.first()), " at "))
		d, ok := took(h, b)
		if ok {
			cell("td", duration(d))
		} else {
			cell("td", "")
		}
		cell("td", failure(h, b))
		w.Close()
		w.Newline()
	}
	return append(w.Bytes(), '\n')
}

func typeName(h *history.History, b *bar) string {
	if b.completed < 0 {
		return "never completed"
	}
	return h.Type(b.op).String()
}
