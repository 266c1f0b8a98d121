package page

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/history"
)

// A row is an op in a table.
type row struct {
	Anchor                                             string // such as op-12; empty if another row has it
	Name, Index, Process, Type, Glyph, F, Value, Asked string
	Time, Took, Place, Error                           string
	op                                                 int
}

// glyphs tell types apart without colours.
var glyphs = [...]string{history.Invoke: "…", history.OK: "●", history.Fail: "✕", history.Info: "○"}

// rows lists ops. Names say what the argument calls them.
func rows(h *history.History, ops []int, names map[int]string) (out []row) {
	for _, op := range ops {
		if op < 0 || op >= h.Len() {
			continue
		}
		out = append(out, rowOf(h, op, names[op]))
	}
	return out
}

func rowOf(h *history.History, op int, name string) row {
	x := row{
		op: op, Name: name, Index: strconv.FormatInt(h.Index(op), 10), Process: clean(h.ProcessName(h.Process(op)), 80),
		Type: h.Type(op).String(), F: clean(h.F(op), 80), Value: valueText(h, op, longText), Error: errorOf(h, op),
	}
	x.Anchor = "op-" + x.Index
	x.Glyph = glyphs[h.Type(op)]
	invoked, completed := op, h.Pair(op)
	if h.Type(op) != history.Invoke {
		invoked, completed = completed, op
	} else if completed < 0 {
		x.Type = "never completed"
	}
	if invoked >= 0 && invoked != op && h.Type(op) != history.OK {
		if asked := valueText(h, invoked, shortText); asked != x.Value {
			x.Asked = asked
		}
	}
	if t := h.Time(max(invoked, 0)); invoked >= 0 && t != history.NoTime {
		x.Time = seconds(t)
		if completed >= 0 && h.Time(completed) != history.NoTime {
			x.Took = span(h.Time(completed) - t)
		}
	} else if t := h.Time(op); t != history.NoTime {
		x.Time = seconds(t)
	}
	x.Place = fmt.Sprintf("%s:%d", clean(base(h.Source().Name), 80), h.Line(op))
	return x
}

// base is the last part of a path.
func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// seconds writes a time since the beginning of a test.
func seconds(ns int64) string {
	switch x := float64(ns); {
	case ns >= 1e9 || ns <= -1e9:
		return strconv.FormatFloat(x/1e9, 'f', 3, 64) + " s"
	case ns == 0:
		return "0 s"
	}
	return span(ns)
}

// span writes how long something took.
func span(ns int64) string {
	x, sign := float64(ns), ""
	if x < 0 {
		x, sign = -x, "−"
	}
	for _, u := range []struct {
		ns   float64
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}} {
		if x >= u.ns {
			return sign + strconv.FormatFloat(x/u.ns, 'g', 4, 64) + " " + u.name
		}
	}
	return sign + strconv.FormatFloat(x, 'f', 0, 64) + " ns"
}
