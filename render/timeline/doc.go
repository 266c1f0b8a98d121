// Package timeline draws what ran around a fault: a lane for each process, a box from
// each invocation to its completion, and what the nemesis did above them. Time runs to
// the right, in real time where the history tells it, else by the order of events.
// What never completed, or nobody knows whether it did, has no end.
package timeline

import (
	"cmp"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

// DefaultAround is how many events on either side of the focus are shown if nothing is
// said, and MaxBoxes how many operations at most.
const (
	DefaultAround = 30
	MaxBoxes      = 2000
)

// Options say what to draw.
type Options struct {
	Title string
	// Focus are ops of the fault, by position: invocations or completions. Without
	// any, the beginning of the history is drawn.
	Focus []int
	// Around is how many events on either side of each op of the focus are shown;
	// DefaultAround if 0.
	Around int
	// EventOrder spaces events evenly although the history tells the time.
	EventOrder bool
	// Embedded leaves out the stylesheet: the picture is for a page, which has
	// svg.PageSheet.
	Embedded bool
}

// A bar is an operation, or one event that belongs to none.
type bar struct {
	op                 int // what tells it: its completion, or what there is
	invoked, completed int // positions; -1 if there is no such op
	focus, open        bool
	x1, x2             float64
}

// A lane is a process.
type lane struct {
	process history.Process
	name    string
	bars    []*bar
}

// window finds the operations to draw: those of the focus, and then those of events
// near to it, the nearest first, as long as there is room.
func window(h *history.History, opt Options) (bars []*bar, lo, hi int) {
	byOp := map[int]*bar{}
	add := func(i int, focus bool) {
		if i < 0 || i >= h.Len() || !h.Process(i).IsClient() && !focus {
			return
		}
		b := newBar(h, i)
		if old := byOp[b.op]; old != nil {
			old.focus = old.focus || focus
			return
		}
		if len(bars) < MaxBoxes {
			b.focus = focus
			byOp[b.op] = b
			bars = append(bars, b)
		}
	}
	var events []int
	for _, i := range opt.Focus {
		if i >= 0 && i < h.Len() {
			add(i, true)
			b := newBar(h, i)
			events = append(events, max(b.invoked, 0), max(b.completed, b.invoked))
		}
	}
	if len(opt.Focus) == 0 {
		events = []int{0}
	}
	slices.Sort(events)
	events = slices.Compact(events)
	around := cmp.Or(max(opt.Around, 0), DefaultAround)
	for d := 0; d <= around && len(bars) < MaxBoxes; d++ {
		for _, e := range events {
			add(e-d, false)
			add(e+d, false)
		}
	}
	lo, hi = h.Len(), 0
	for _, b := range bars {
		lo = min(lo, b.first())
		hi = max(hi, b.last())
	}
	return bars, min(lo, hi), hi
}

func newBar(h *history.History, i int) *bar {
	b := &bar{op: i, invoked: -1, completed: -1}
	other := h.Pair(i)
	switch {
	case h.Type(i) == history.Invoke && other < 0:
		b.invoked, b.open = i, true
	case h.Type(i) == history.Invoke:
		b.op, b.invoked, b.completed = other, i, other
	default:
		b.invoked, b.completed = other, i
	}
	b.open = b.open || h.Type(b.op) == history.Info
	return b
}

// first and last are the events of a bar.
func (b *bar) first() int {
	if b.invoked >= 0 {
		return b.invoked
	}
	return b.completed
}

func (b *bar) last() int { return max(b.invoked, b.completed) }

// lanes sorts bars by process, numbers first.
func lanes(h *history.History, bars []*bar) (out []*lane) {
	byProcess := map[history.Process]*lane{}
	for _, b := range bars {
		p := h.Process(b.op)
		if byProcess[p] == nil {
			name := h.ProcessName(p)
			if name == "" {
				name = "?"
			}
			byProcess[p] = &lane{process: p, name: result.Clip(name, 40)}
			out = append(out, byProcess[p])
		}
		byProcess[p].bars = append(byProcess[p].bars, b)
	}
	slices.SortFunc(out, func(a, b *lane) int {
		if a.process.IsClient() != b.process.IsClient() {
			if a.process.IsClient() {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.process, b.process)
	})
	for _, l := range out {
		slices.SortFunc(l.bars, func(a, b *bar) int { return cmp.Compare(a.first(), b.first()) })
	}
	return out
}
