package query

import (
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/nemesis"
)

// A window is the time in which a fault was active: from the op of the nemesis
// that began it to the one that ended it.
type window struct {
	begin, end int    // end is behind the history if nothing ended it
	f          string // which began it
	last       int    // the last end of this one and those before it
}

// windowsOf finds the faults of a history, in the order in which they begin.
func windowsOf(h *history.History) (out []window) {
	var t nemesis.Tracker
	for i := range h.Len() {
		p := h.Process(i)
		if p.IsClient() || h.ProcessName(p) != "nemesis" {
			continue
		}
		c := t.See(int64(p), h.F(i))
		for _, n := range c.Ends {
			out[n].end = i
		}
		if c.Begins {
			out = append(out, window{begin: i, end: h.Len(), f: h.F(i)})
		}
	}
	setLasts(out)
	return out
}

// A Fault is a time in which a nemesis kept something broken.
type Fault struct {
	Name       string // such as partition
	Begin, End int    // the ops that began and ended it, by position; End is the history's length if nothing did
}

// Faults lists the faults of a history, in the order in which they begin.
func Faults(h *history.History) (out []Fault) {
	for _, w := range windowsOf(h) {
		out = append(out, Fault{nemesis.Name(w.f), w.begin, w.end})
	}
	return out
}

// setLasts sets last, by which met knows how far back to look.
func setLasts(windows []window) {
	last := 0
	for k := range windows {
		last = max(last, windows[k].end)
		windows[k].last = last
	}
}

// met returns the faults that an operation met: it began before the fault ended,
// and ended after the fault began. An op of the nemesis is an instant.
func met(windows []window, h *history.History, i int) []window {
	from, to := i, i
	if h.Process(i).IsClient() {
		switch pair := h.Pair(i); {
		case pair >= 0:
			from, to = min(i, pair), max(i, pair)
		case h.Type(i) == history.Invoke:
			to = h.Len()
		}
	}
	return between(windows, from, to)
}

// between returns the windows that are open somewhere from one op to another, in
// order. Mostly these are a few of the last that had begun by then.
func between(windows []window, from, to int) (out []window) {
	begun := sort.Search(len(windows), func(k int) bool { return windows[k].begin > to })
	for k := begun - 1; k >= 0 && windows[k].last > from; k-- {
		if windows[k].end > from {
			out = append(out, windows[k])
		}
	}
	slices.Reverse(out)
	return out
}

// faultNames names faults, each once.
func faultNames(windows []window) []string {
	names := []string{}
	for _, w := range windows {
		if name := nemesis.Name(w.f); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
