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
	return out
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
	var out []window
	for _, w := range windows[:sort.Search(len(windows), func(k int) bool { return windows[k].begin > to })] {
		if from < w.end {
			out = append(out, w)
		}
	}
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
