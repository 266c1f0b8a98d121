package lint

import (
	"math"
	"sort"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/nemesis"
	"github.com/seed-c33ae711/jcheck/result"
)

// A window is the ops between the beginning of a fault and its end.
type window struct {
	begin, end int32 // ops of the nemesis; end is behind the history if nothing ended it
	clients    int   // clients' ops before it, and then those in it
}

// faults are the windows of a history in which the nemesis was active.
type faults struct {
	ops     sample // of the nemesis
	unknown bool   // it did what is not known to begin or end anything
	windows []window
	tracker nemesis.Tracker
	badInv  []int32 // operations that did not end well, by their ends
	badEnd  []int32
}

// see takes an op of what is not a client.
func (x *faults) see(h *history.History, i, clients int) {
	p := h.Process(i)
	if p == history.NoProcess || h.ProcessName(p) != "nemesis" {
		return
	}
	x.ops.add(i)
	c := x.tracker.See(int64(p), h.F(i))
	for _, w := range c.Ends {
		x.close(w, i, clients)
	}
	if c.Begins {
		x.windows = append(x.windows, window{begin: int32(i), clients: clients})
	}
	x.unknown = x.unknown || c.Unknown
}

func (x *faults) close(w, i, clients int) {
	x.windows[w].end = int32(i)
	x.windows[w].clients = clients - x.windows[w].clients
}

// bad takes an operation that did not end well: its invocation, -1 if it is not
// known, and where it ended, which may be never.
func (x *faults) bad(inv, end int) {
	if x.ops.n == 0 && end < never {
		return // it was over before the nemesis did anything
	}
	if inv < 0 {
		inv = end
	}
	x.badInv = append(x.badInv, int32(inv))
	x.badEnd = append(x.badEnd, int32(end))
}

const never = math.MaxInt32

func (x *faults) end(n, clients int) {
	for _, w := range x.tracker.Open() {
		x.close(w, n, clients)
	}
}

// report says in how many windows no client did anything, and whether none of the
// faults was felt: whether no operation that overlaps a window ended badly.
func (x *faults) report(p *problems) {
	if x.ops.n == 0 {
		return
	}
	if len(x.windows) == 0 {
		if !x.unknown {
			p.add(nemesisIdle, x.ops.n, x.ops.ops, "the nemesis has %s but began no fault", result.Count(x.ops.n, "op"))
		}
		return
	}
	var idle, calm sample
	x.sortBad()
	for _, w := range x.windows {
		switch {
		case w.clients == 0:
			idle.add(int(w.begin))
		case !x.felt(w):
			calm.add(int(w.begin))
		}
	}
	if idle.n > 0 {
		p.add(idleFaults, idle.n, idle.ops, "no client began or ended an operation during %d of %s", idle.n, result.Count(len(x.windows), "fault"))
	}
	if busy := len(x.windows) - idle.n; calm.n == busy && busy > 0 {
		p.add(faultsWithoutEffect, calm.n, calm.ops, "none of the operations that ran during %s failed or crashed", result.Count(busy, "fault"))
	}
}

// sortBad sorts the operations that ended badly by where they ended, and makes of
// where they began the first beginning of those from each on.
func (x *faults) sortBad() {
	sort.Sort((*byEnd)(x))
	for k := len(x.badInv) - 2; k >= 0; k-- {
		x.badInv[k] = min(x.badInv[k], x.badInv[k+1])
	}
}

// felt reports whether an operation ended badly behind the window's begin that
// began before its end.
func (x *faults) felt(w window) bool {
	k := sort.Search(len(x.badEnd), func(k int) bool { return x.badEnd[k] > w.begin })
	return k < len(x.badInv) && x.badInv[k] < w.end
}

type byEnd faults

func (x *byEnd) Len() int           { return len(x.badEnd) }
func (x *byEnd) Less(i, j int) bool { return x.badEnd[i] < x.badEnd[j] }
func (x *byEnd) Swap(i, j int) {
	x.badEnd[i], x.badEnd[j] = x.badEnd[j], x.badEnd[i]
	x.badInv[i], x.badInv[j] = x.badInv[j], x.badInv[i]
}
