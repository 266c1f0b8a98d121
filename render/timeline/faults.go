package timeline

import (
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/nemesis"
	"github.com/seed-c33ae711/jcheck/result"
)

// A fault is what a nemesis began, by events; end is -1 if it never ended.
type fault struct {
	name       string
	begin, end int
}

// mostFaults is how many faults are drawn.
const mostFaults = 30

// faults finds the faults that were active between two events.
func faults(h *history.History, lo, hi int) (out []fault) {
	var t nemesis.Tracker
	var all []fault
	for i := range h.Len() {
		p := h.Process(i)
		if p.IsClient() || p == history.NoProcess {
			continue
		}
		c := t.See(int64(p), h.F(i))
		for _, n := range c.Ends {
			all[n].end = i
		}
		if c.Begins {
			all = append(all, fault{result.Clip(nemesis.Name(h.F(i)), 60), i, -1})
		}
	}
	for _, f := range all {
		if f.begin <= hi && (f.end < 0 || f.end >= lo) && len(out) < mostFaults {
			out = append(out, f)
		}
	}
	return out
}
