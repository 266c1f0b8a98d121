package perf

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-c33ae711/jcheck/history"
)

// random makes a history of n invocations by some clients, with faults.
func random(t testing.TB, seed uint64, n int) *history.History {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	b := history.NewBuilder(nil)
	add := func(e history.Entry) {
		if err := b.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	clients := 1 + r.IntN(6)
	type running struct {
		f    string
		busy bool
		proc int64
	}
	state := make([]running, clients)
	for i := range state {
		state[i].proc = int64(i)
	}
	now := int64(r.IntN(2)) * int64(r.IntN(1e9))
	scale := int64(math.Pow(10, float64(r.IntN(9))))
	next := int64(clients)
	fs := []string{"read", "write", "cas"}[:1+r.IntN(3)]
	for begun := 0; begun < n; {
		if now += r.Int64N(scale + 1); r.IntN(50) == 0 {
			now -= min(now, r.Int64N(scale+1)) // clocks run backwards
		}
		at := now
		if r.IntN(100) == 0 {
			at = history.NoTime
		}
		if r.IntN(20) == 0 {
			f := []string{"kill", "start", "start-partition", "stop-partition", "bump-clock", "noise"}[r.IntN(6)]
			add(history.Entry{Type: history.Info, Nemesis: true, F: f, Time: at})
			continue
		}
		c := &state[r.IntN(clients)]
		if !c.busy {
			c.busy, c.f = true, fs[r.IntN(len(fs))]
			add(history.Entry{Type: history.Invoke, Process: c.proc, F: c.f, Time: at, Value: []int{r.IntN(5), 1}})
			begun++
			continue
		}
		c.busy = false
		typ := []history.Type{history.OK, history.OK, history.OK, history.Fail, history.Info}[r.IntN(5)]
		add(history.Entry{Type: typ, Process: c.proc, F: c.f, Time: at, Value: []int{r.IntN(5), 1}})
		if typ == history.Info {
			c.proc = next
			next++
		}
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// op is an operation as the definition has it.
type op struct {
	at         int
	f          string
	process    int64
	begun, end int64
	outcome    Outcome
	open       bool
}

func (o op) timed() bool    { return !o.open && o.begun != noTime && o.end != noTime }
func (o op) latency() int64 { return o.end - o.begun }

func operations(h *history.History) (ops []op) {
	for i := range h.Len() {
		if !h.Process(i).IsClient() || h.Type(i) != history.Invoke {
			continue
		}
		x := op{at: i, f: h.F(i), process: h.Process(i).Number(), begun: h.Time(i), end: noTime, open: true}
		if j := h.Pair(i); j >= 0 {
			x.open, x.end, x.outcome = false, h.Time(j), outcomeOf(h.Type(j))
		}
		ops = append(ops, x)
	}
	return ops
}

func naiveQuantile(ops []op, keep func(o op) bool) Quantile {
	var values []int64
	for _, o := range ops {
		if o.timed() && o.latency() >= 0 && keep(o) {
			values = append(values, o.latency())
		}
	}
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return Quantile{}
	}
	at := func(q float64) int64 { return values[min(n-1, int(math.Floor(float64(n)*q)))] }
	return Quantile{N: n, P50: at(0.5), P95: at(0.95), P99: at(0.99), Max: at(1)}
}

func naiveLatency(ops []op, keep func(o op) bool) Latency {
	return Latency{
		All:   naiveQuantile(ops, keep),
		OK:    naiveQuantile(ops, func(o op) bool { return keep(o) && o.outcome == OK }),
		NotOK: naiveQuantile(ops, func(o op) bool { return keep(o) && o.outcome != OK }),
	}
}

// TestNaive computes everything anew by the definitions, on random histories.
func TestNaive(t *testing.T) {
	for seed := range uint64(60) {
		h := random(t, seed, 1+int(seed)*5)
		s := measured(t, h, Options{Nodes: []string{"a", "b", "c"}})
		ops := operations(h)
		checkRows(t, s, ops)
		checkWindows(t, s, ops)
		checkGrid(t, s, ops)
		checkBusy(t, s, ops)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func checkRows(t *testing.T, s *Summary, ops []op) {
	t.Helper()
	check := func(r *Row, keep func(o op) bool) {
		var want Row
		for _, o := range ops {
			if !keep(o) {
				continue
			}
			want.Invoked++
			if o.open {
				want.Open++
			} else {
				want.Done[o.outcome]++
			}
		}
		if r.Invoked != want.Invoked || r.Done != want.Done || r.Open != want.Open {
			t.Errorf("%s: counts %+v, want %+v", r.Name, r, want)
		}
		want.Inside = make([][outcomes]int, len(s.Lanes))
		for l, lane := range s.Lanes {
			for _, o := range ops {
				if o.timed() && keep(o) && slices.ContainsFunc(lane.Intervals, func(v Interval) bool { return o.begun <= v.To && v.From <= max(o.begun, o.end) }) {
					want.Inside[l][o.outcome]++
				}
			}
		}
		if !slices.Equal(r.Inside, want.Inside) {
			t.Errorf("%s: inside %v, want %v", r.Name, r.Inside, want.Inside)
		}
	}
	for i := range s.ByF {
		keep := func(o op) bool { return o.f == s.Fs[i] }
		check(&s.ByF[i], keep)
		if want := naiveLatency(ops, keep); s.ByF[i].Latency != want {
			t.Errorf("%s: latency %+v, want %+v", s.Fs[i], s.ByF[i].Latency, want)
		}
	}
	check(&s.Total, func(op) bool { return true })
	for n := range s.ByNode {
		keep := func(o op) bool { return o.process%3 == int64(n) }
		check(&s.ByNode[n], keep)
		want := naiveLatency(ops, keep)
		near(t, "node", s.ByNode[n].Latency.OK, want.OK)
		near(t, "node", s.ByNode[n].Latency.All, want.All)
	}
}

// near compares quantiles of a sketch. Negative latencies count as 0 there.
func near(t *testing.T, what string, got, want Quantile) {
	t.Helper()
	ok := got.N == want.N && got.Max == want.Max
	for _, x := range [][2]int64{{got.P50, want.P50}, {got.P95, want.P95}, {got.P99, want.P99}} {
		if x[1] >= 0 {
			ok = ok && math.Abs(float64(x[0]-x[1])) <= sketchError*float64(x[1])+1
		}
	}
	if !ok {
		t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

func checkWindows(t *testing.T, s *Summary, ops []op) {
	t.Helper()
	for _, r := range []*Rates{s.Rates, s.JepsenRates} {
		for f, name := range s.Fs {
			for k := range r.N {
				lo := r.Start + int64(k)*r.Width
				in := func(t int64) bool { return t != noTime && lo <= t && t < lo+r.Width }
				var invoked uint32
				var done [outcomes]uint32
				for _, o := range ops {
					if o.f == name && in(o.begun) {
						invoked++
					}
					if o.f == name && !o.open && in(o.end) {
						done[o.outcome]++
					}
				}
				if invoked != r.Invoked[f][k] || done != [outcomes]uint32{r.Done[f][0][k], r.Done[f][1][k], r.Done[f][2][k]} {
					t.Errorf("rates of %s in window %d: %d %v", name, k, invoked, done)
				}
			}
		}
	}
	for _, q := range []*Quantiles{s.Quantiles, s.JepsenQuantiles} {
		for f, name := range s.Fs {
			for k := range q.N {
				lo := q.Start + int64(k)*q.Width
				want := naiveLatency(ops, func(o op) bool { return o.f == name && lo <= o.begun && o.begun < lo+q.Width })
				if q.ByF[f][k] != want {
					t.Errorf("quantiles of %s in window %d: %+v, want %+v", name, k, q.ByF[f][k], want)
				}
			}
		}
	}
	// Jepsen: a window has a point if its middle is not behind the last op.
	r := s.JepsenRates
	if k := r.N; r.Mid(k) <= s.To || k > 0 && r.Mid(k-1) > s.To {
		t.Errorf("%d windows of 10 s until %d", k, s.To)
	}
	if n := s.Rates.N; s.To-s.From > 1000 && s.From == 0 && (n < 20 || n > 200 || s.Ops >= 2000 && n < 80) {
		t.Errorf("%d automatic windows", n)
	}
}

func checkGrid(t *testing.T, s *Summary, ops []op) {
	t.Helper()
	for _, g := range []*Grid{s.Grid, s.Grid.Coarser(3), s.Grid.Columns(100)} {
		cells := map[uint64]*Cell{}
		for _, o := range ops {
			if !o.timed() || o.latency() < 0 {
				continue
			}
			c := Cell{
				Time: uint16((o.begun - g.Start) / g.Width), Latency: LatencyBin(o.latency()), F: uint8(slices.Index(s.Fs, o.f)),
				Outcome: o.outcome, Count: 1, Example: int32(o.at), Min: o.latency(), Max: o.latency(),
			}
			if x := cells[c.key()]; x != nil {
				x.join(&c)
			} else {
				cells[c.key()] = &c
			}
		}
		var want []Cell
		for _, c := range cells {
			want = append(want, *c)
		}
		slices.SortFunc(want, func(a, b Cell) int { return int(a.key()) - int(b.key()) })
		if diff := cmp.Diff(want, g.Cells, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("grid of %d bins: %s", g.Bins, diff)
		}
	}
	if g := s.Grid.Columns(100); g.Bins > 100 {
		t.Errorf("%d columns", g.Bins)
	}
}

// checkBusy adds up by hand, window by window.
func checkBusy(t *testing.T, s *Summary, ops []op) {
	t.Helper()
	b := s.Busy
	for k := range b.N {
		lo := b.Start + int64(k)*b.Width
		hi := min(lo+b.Width, s.To)
		total := int64(0)
		for _, o := range ops {
			end := max(o.begun, o.end)
			if o.open {
				end = s.To
			} else if !o.timed() {
				continue
			}
			if o.begun != noTime {
				total += max(0, min(end, hi)-max(o.begun, lo))
			}
		}
		if hi <= lo {
			continue
		}
		want := float64(total) / float64(hi-lo)
		if math.Abs(b.Mean[k]-want) > 0.01*(1+want)+float64(len(ops))/float64(hi-lo) {
			t.Errorf("busy in window %d of %d: %v, want %v", k, b.N, b.Mean[k], want)
		}
	}
}

// TestParallel: the answer does not depend on how many cores there are, nor does the level at which the grid
// stops to be coarsened.
func TestParallel(t *testing.T) {
	h := random(t, 7, 100_000)
	for _, cells := range []int{0, 500, 5000} {
		opt := Options{MaxCells: cells, Tuples: true, Nodes: []string{"n1", "n2"}}
		want := measured(t, h, opt)
		if cells > 0 && len(want.Grid.Cells) > cells {
			t.Errorf("%d cells, want at most %d", len(want.Grid.Cells), cells)
		}
		for _, n := range []int{1, 3, 4} {
			old := runtime.GOMAXPROCS(n)
			got := measured(t, h, opt)
			runtime.GOMAXPROCS(old)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(Windows{}), cmpopts.IgnoreUnexported(Row{}, Interval{})); diff != "" {
				t.Fatalf("on %d cores: %s", n, diff)
			}
		}
	}
}

// TestSmall: of each node and key, completions in windows and the longest latency of what was ok.
func TestSmall(t *testing.T) {
	h := random(t, 5, 3000)
	s := measured(t, h, Options{Nodes: []string{"a", "b", "c"}})
	if s.Small == nil || s.Small.N > mostSmall || len(s.ByNode) != 3 {
		t.Fatalf("windows %+v of %d nodes", s.Small, len(s.ByNode))
	}
	for n := range s.ByNode {
		want := make([]Small, s.Small.N)
		for _, o := range operations(h) {
			if o.timed() && int(o.process%3) == n {
				w := &want[(o.end-s.Small.Start)/s.Small.Width]
				w.Done[o.outcome]++
				if o.outcome == OK {
					w.Max = max(w.Max, o.latency())
				}
			}
		}
		if !slices.Equal(s.ByNode[n].Small, want) {
			t.Errorf("node %d: %v, want %v", n, s.ByNode[n].Small, want)
		}
	}
}

// TestSketch: from a number of latencies on, quantiles are within the stated error.
func TestSketch(t *testing.T) {
	h := random(t, 3, 50_000)
	s := measured(t, h, Options{exactBelow: 1000})
	if s.Quantiles.Error == 0 {
		t.Fatal("the quantiles are exact")
	}
	ops := operations(h)
	for f, name := range s.Fs {
		want := naiveLatency(ops, func(o op) bool { return o.f == name })
		near(t, name, s.ByF[f].Latency.All, want.All)
		near(t, name, s.ByF[f].Latency.NotOK, want.NotOK)
	}
	q := s.Quantiles
	for k := 0; k < q.N; k += 17 {
		lo := q.Start + int64(k)*q.Width
		near(t, fmt.Sprint("window ", k), q.All[k].OK, naiveQuantile(ops, func(o op) bool { return o.outcome == OK && lo <= o.begun && o.begun < lo+q.Width }))
	}
}

func TestHist(t *testing.T) {
	last := -1
	for ns := int64(0); ns < math.MaxInt64/3*2; ns += 1 + ns/1000 {
		bin := histBin(ns)
		if bin < last {
			t.Fatalf("bin %d of %d ns after %d", bin, ns, last)
		}
		last = bin
		if v := histValue(bin); math.Abs(float64(v-ns)) > sketchError*float64(ns)+0.5 {
			t.Fatalf("%d ns is told as %d", ns, v)
		}
	}
}

func TestLatencyBin(t *testing.T) {
	for _, ns := range []int64{0, -1, math.MinInt64} {
		if LatencyBin(ns) != 0 {
			t.Errorf("bin of %d", ns)
		}
	}
	for ns := int64(1); ns < math.MaxInt64/3*2; ns += 1 + ns/500 {
		lo, hi := LatencyBounds(LatencyBin(ns))
		if float64(ns) < lo || float64(ns) >= hi || hi/lo > 1.11 {
			t.Fatalf("%d ns is in the bin from %v to %v", ns, lo, hi)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Measure(ctx, random(t, 1, 100), Options{}); err == nil {
		t.Error("no error")
	}
}
