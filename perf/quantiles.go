package perf

import (
	"context"
	"math"
	"math/bits"

	"github.com/seed-c33ae711/jcheck/internal/par"
)

// Quantiles are those of latencies in windows, by when the operations were invoked. A window without
// operations has N of 0, and no point in a plot.
type Quantiles struct {
	Windows
	ByF [][]Latency `json:"by-f"` // by f and window
	All []Latency   `json:"all"`  // by window
	// Error is how far a quantile may be off, relative to itself: 0 if it is exact.
	Error float64 `json:"error"`
}

// sketchError is how far the middle of a bin is from its ends.
const sketchError = 1.0 / (2 << histBits)

// indexOf returns the index of quantile q, in percent, of n sorted values, as Jepsen has it. It computes as
// Jepsen does, in floating point.
func indexOf(n int, q float64) int { return min(n-1, int(math.Floor(float64(n)*q))) }

// quantile returns the quantiles of sorted values.
func quantile(sorted []int64) Quantile {
	n := len(sorted)
	if n == 0 {
		return Quantile{}
	}
	at := func(q float64) int64 { return sorted[indexOf(n, q)] }
	return Quantile{N: n, P50: at(0.5), P95: at(0.95), P99: at(0.99), Max: sorted[n-1]}
}

// A point is an operation with a latency. There are fewer than a million, or none.
type point struct {
	latency  int64
	window   uint16 // of Quantiles, in which it was invoked
	window30 uint16 // of JepsenQuantiles
	f        uint8
	notOK    bool
}

// exact fills in quantiles from points: for the whole test and in windows.
func exact(ctx context.Context, s *Summary, points []point) error {
	byF := make([][]point, len(s.Fs)+1)
	points = sorted(points)
	for f := range s.Fs {
		byF[f] = make([]point, 0, s.ByF[f].timed[OK]+s.ByF[f].timed[Info]+s.ByF[f].timed[Fail])
	}
	for _, p := range points {
		byF[p.f] = append(byF[p.f], p)
	}
	byF[len(s.Fs)] = points
	return par.Do(ctx, len(byF), func(f int) error {
		row := &s.Total
		if f < len(s.Fs) {
			row = &s.ByF[f]
		}
		row.Latency = latencies(byF[f], 1, func(*point) uint16 { return 0 })[0]
		fill := func(q *Quantiles, window func(p *point) uint16) {
			if w := latencies(byF[f], q.N, window); f < len(s.Fs) {
				q.ByF[f] = w
			} else {
				q.All = w
			}
		}
		fill(s.Quantiles, func(p *point) uint16 { return p.window })
		if s.JepsenQuantiles != nil {
			fill(s.JepsenQuantiles, func(p *point) uint16 { return p.window30 })
		}
		return nil
	})
}

// sorted sorts points by latency, digit by digit, which takes a tenth of the time that comparisons do.
func sorted(points []point) []point {
	const bits, sign = 11, 1 << 63
	lo, hi := uint64(math.MaxUint64), uint64(0)
	for i := range points {
		k := uint64(points[i].latency) ^ sign
		lo, hi = min(lo, k), max(hi, k)
	}
	from, to := points, make([]point, len(points))
	for shift := 0; shift < 64 && lo < hi && (hi-lo)>>shift > 0; shift += bits {
		var at [1 << bits]int32
		for i := range from {
			at[(uint64(from[i].latency)^sign-lo)>>shift&(1<<bits-1)]++
		}
		sum := int32(0)
		for d, n := range at {
			at[d], sum = sum, sum+n
		}
		for i := range from {
			d := (uint64(from[i].latency) ^ sign - lo) >> shift & (1<<bits - 1)
			to[at[d]] = from[i]
			at[d]++
		}
		from, to = to, from
	}
	return from
}

// latencies distributes sorted points to n windows, each of which is sorted then, too.
func latencies(points []point, n int, window func(p *point) uint16) []Latency {
	var ends [3][]int // all, ok, not ok
	var values [3][]int64
	for class := range ends {
		ends[class] = make([]int, n+2) // at w+1 is first where window w begins, then where it ends
	}
	for i := range points {
		w := window(&points[i]) + 2
		ends[0][w]++
		ends[class(&points[i])][w]++
	}
	for class := range ends {
		sum := 0
		for w := range ends[class] {
			sum += ends[class][w]
			ends[class][w] = sum
		}
		values[class] = make([]int64, sum)
	}
	for i := range points {
		w := int(window(&points[i])) + 1
		for _, class := range [2]int{0, class(&points[i])} {
			values[class][ends[class][w]] = points[i].latency
			ends[class][w]++
		}
	}
	out := make([]Latency, n)
	for w := range n {
		out[w] = Latency{
			All:   quantile(values[0][ends[0][w]:ends[0][w+1]]),
			OK:    quantile(values[1][ends[1][w]:ends[1][w+1]]),
			NotOK: quantile(values[2][ends[2][w]:ends[2][w+1]]),
		}
	}
	return out
}

// class is which quantiles a point counts in, in addition to those of all.
func class(p *point) int {
	if p.notOK {
		return 2
	}
	return 1
}

// histBits is how many bits below the first tell a bin of a hist: 128 bins for each power of two.
const histBits = 7

// A hist is a mergeable sketch of latencies, as HdrHistogram is one: a latency counts in a bin that is no wider than
// 1/128 of it, so the middle of the bin is off by 0.4 % at most. Those below 256 ns are exact. Negative
// ones count as 0, but for the maximum.
type hist struct {
	n      int
	lo     int // bin of counts[0]
	counts []uint32
	max    int64
}

func histBin(ns int64) int {
	if ns < 1<<histBits {
		return int(max(ns, 0))
	}
	shift := bits.Len64(uint64(ns)) - 1 - histBits
	return shift<<histBits + int(ns>>shift)
}

// histValue returns the middle of a bin.
func histValue(bin int) int64 {
	if bin < 2<<histBits {
		return int64(bin)
	}
	shift := bin>>histBits - 1
	return int64(bin-shift<<histBits)<<shift + int64(1)<<shift/2
}

func (h *hist) add(ns int64) {
	if h.n == 0 || ns > h.max {
		h.max = ns
	}
	h.n++
	*h.slot(histBin(ns))++
}

// slot returns where a bin is counted.
func (h *hist) slot(bin int) *uint32 {
	switch end := h.lo + len(h.counts); {
	case len(h.counts) == 0:
		h.lo, h.counts = bin, make([]uint32, 1, 16)
	case bin < h.lo:
		lo := max(0, min(bin, h.lo-len(h.counts)/2))
		h.counts = append(make([]uint32, h.lo-lo, end-lo), h.counts...)
		h.lo = lo
	case bin >= end:
		h.counts = append(h.counts, make([]uint32, bin-end+1)...)
	}
	return &h.counts[bin-h.lo]
}

func (h *hist) merge(o *hist) {
	if o.n == 0 {
		return
	}
	if h.n == 0 || o.max > h.max {
		h.max = o.max
	}
	h.n += o.n
	for i, c := range o.counts {
		if c > 0 {
			*h.slot(o.lo + i) += c
		}
	}
}

func (h *hist) quantile() Quantile {
	q := Quantile{N: h.n, Max: h.max}
	if h.n == 0 {
		return q
	}
	want := []struct {
		index int
		to    *int64
	}{{indexOf(h.n, 0.5), &q.P50}, {indexOf(h.n, 0.95), &q.P95}, {indexOf(h.n, 0.99), &q.P99}}
	seen := 0
	for i, c := range h.counts {
		seen += int(c)
		for len(want) > 0 && want[0].index < seen {
			*want[0].to = min(histValue(h.lo+i), h.max)
			want = want[1:]
		}
	}
	return q
}

// latency makes the quantiles of ok and of other operations.
func latency(ok, notOK *hist) Latency {
	var all hist
	all.merge(ok)
	all.merge(notOK)
	return Latency{All: all.quantile(), OK: ok.quantile(), NotOK: notOK.quantile()}
}

// A sketch has hists by f, class and window.
type sketch struct {
	w     *Windows
	hists []hist
}

func newSketch(w *Windows, fs int) *sketch { return &sketch{w: w, hists: make([]hist, fs*2*w.N)} }

func (k *sketch) at(f, class, window int) *hist { return &k.hists[(f*2+class)*k.w.N+window] }

func (k *sketch) merge(o *sketch) {
	for i := range k.hists {
		k.hists[i].merge(&o.hists[i])
	}
}

// fill fills in the quantiles of the sketch's windows, and of the whole test if rows are given.
func (k *sketch) fill(q *Quantiles, s *Summary) {
	q.Error = sketchError
	q.All = make([]Latency, q.N)
	var total [2]hist
	all := make([][2]hist, q.N)
	for f := range s.Fs {
		q.ByF[f] = make([]Latency, q.N)
		var whole [2]hist
		for w := range q.N {
			for class := range 2 {
				whole[class].merge(k.at(f, class, w))
				all[w][class].merge(k.at(f, class, w))
			}
			q.ByF[f][w] = latency(k.at(f, 0, w), k.at(f, 1, w))
		}
		s.ByF[f].Latency = latency(&whole[0], &whole[1])
		for class := range 2 {
			total[class].merge(&whole[class])
		}
	}
	for w := range q.N {
		q.All[w] = latency(&all[w][0], &all[w][1])
	}
	s.Total.Latency = latency(&total[0], &total[1])
}
