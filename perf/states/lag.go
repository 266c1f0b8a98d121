package states

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/perf"
)

// maxLagging is how many threads or keys get a line of their own, those that lagged most; the rest share one.
const maxLagging = 12

// realtimeLag draws how far polls of a log were behind when they were invoked, by thread, by key, and by both.
func realtimeLag(ctx context.Context, h *history.History, _ perf.Options) (out []perf.Chart, err error) {
	if !has(h, "poll") || !has(h, "send", "txn") {
		return nil, nil
	}
	keys, polls, err := kafka.Lags(ctx, h)
	if err != nil {
		return nil, ctx.Err() // it is no log
	}
	threads := newThreads(h)
	for _, c := range []lagChart{
		{perf.Chart{Name: "realtime-lag-thread", Title: "realtime lag by thread"}, func(thread int64, _ int) group { return group{thread, -1} }},
		{perf.Chart{Name: "realtime-lag-key", Title: "realtime lag by key"}, func(_ int64, key int) group { return group{-1, key} }},
		{perf.Chart{Name: "realtime-lag-thread-key", Title: "realtime lag by thread and key"}, func(thread int64, key int) group { return group{thread, key} }},
	} {
		if err := c.draw(ctx, threads, keys, polls); err != nil {
			return nil, err
		}
		if len(c.Series) > 0 {
			out = append(out, c.Chart)
		}
	}
	return out, nil
}

// A group is what a series is about: a thread, a key, or both. The other is -1.
type group struct {
	thread int64
	key    int
}

// A lagChart is a chart of the lag, and its groups.
type lagChart struct {
	perf.Chart
	of func(thread int64, key int) group
}

// draw adds the series: for each group the greatest lag at each poll.
func (c *lagChart) draw(ctx context.Context, threads *threads, keys []edn.Value, polls iter.Seq[kafka.Poll]) error {
	worst := map[group]int64{}
	n := 0
	for p := range polls {
		if n++; n&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		thread := threads.of(p.Process)
		for _, l := range p.Lags {
			g := c.of(thread, l.Key)
			if was, ok := worst[g]; !ok || l.Lag > was {
				worst[g] = l.Lag
			}
		}
	}
	shown := slices.SortedFunc(maps.Keys(worst), func(a, b group) int {
		return cmp.Or(cmp.Compare(worst[b], worst[a]), c.compare(keys, a, b))
	})
	shown = shown[:min(len(shown), maxLagging)]
	slices.SortFunc(shown, func(a, b group) int { return c.compare(keys, a, b) })
	c.Y, c.Real = "lag (s)", true
	place := map[group]int{}
	for i, g := range shown {
		place[g] = i
		c.Series = append(c.Series, perf.Series{Name: g.name(threads.h, keys), Kind: perf.Steps})
	}
	if rest := len(worst) - len(shown); rest > 0 {
		c.Series = append(c.Series, perf.Series{Name: strconv.Itoa(rest) + " others, most", Kind: perf.Steps})
	}
	c.points(threads, polls, place)
	return ctx.Err()
}

// points adds a point to the series of each group that a poll concerns. Series beyond those of place are of all other groups.
func (c *lagChart) points(threads *threads, polls iter.Seq[kafka.Poll], place map[group]int) {
	most := make([]int64, len(c.Series))
	for p := range polls {
		for i := range most {
			most[i] = -1
		}
		thread := threads.of(p.Process)
		for _, l := range p.Lags {
			i, ok := place[c.of(thread, l.Key)]
			if !ok {
				i = len(place)
			}
			most[i] = max(most[i], l.Lag)
		}
		for i, lag := range most {
			if lag >= 0 {
				s := float64(lag) / 1e9
				c.Series[i].Add(perf.Point{Time: p.Time, Low: s, High: s, Op: p.Op})
			}
		}
	}
}

func (c *lagChart) compare(keys []edn.Value, a, b group) int {
	if d := cmp.Compare(a.thread, b.thread); d != 0 || a.key == b.key {
		return d
	}
	return cmp.Or(edn.Compare(keys[a.key], keys[b.key]), cmp.Compare(a.key, b.key))
}

func (g group) name(h *history.History, keys []edn.Value) string {
	thread := ""
	if g.thread >= 0 {
		thread = "thread " + h.ProcessName(history.Process(g.thread))
	}
	switch {
	case g.key < 0:
		return thread
	case g.thread < 0:
		return "key " + short(keys[g.key])
	}
	return thread + " key " + short(keys[g.key])
}

// short writes a key, unless that takes much room.
func short(key edn.Value) string {
	if name := key.String(); len(name) <= 40 {
		return name
	}
	return "(long)"
}

// threads finds which thread of a test a process belongs to. Jepsen's thread t runs
// process t first, and, when p crashed, p plus the number of threads.
type threads struct {
	h *history.History
	n int64 // how many there are, 0 if that is not known
}

// maxProcesses is the number of processes up to which threads are distinguished.
const maxProcesses = 1 << 14

// newThreads finds out how many threads a test has: the least number by which every process beyond it follows one that crashed.
func newThreads(h *history.History) *threads {
	crashed := map[int64]bool{} // of every process
	for i := range h.Len() {
		p := h.Process(i)
		if !p.IsClient() || h.IsNamed(p) {
			continue
		}
		if h.Type(i) == history.Info {
			crashed[p.Number()] = true
		} else if !crashed[p.Number()] {
			crashed[p.Number()] = false
		}
		if len(crashed) > maxProcesses {
			return &threads{h: h}
		}
	}
	all := slices.Sorted(maps.Keys(crashed))
	if len(all) == 0 || all[0] < 0 {
		return &threads{h: h}
	}
	last := all[len(all)-1]
	for _, p := range slices.Backward(all) { // p was followed by the last
		if n := last - p; n > 0 && crashed[p] && !slices.ContainsFunc(all, func(p int64) bool { return p >= n && !crashed[p-n] }) {
			return &threads{h, n}
		}
	}
	return &threads{h, last + 1}
}

// of returns the number of a process's thread, or its own if that is not known.
func (t *threads) of(p history.Process) int64 {
	if t.n == 0 || t.h.IsNamed(p) {
		return p.Number()
	}
	return p.Number() % t.n
}
