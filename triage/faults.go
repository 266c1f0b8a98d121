package triage

import (
	"slices"
	"sort"
	"time"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/query"
	"github.com/seed-c33ae711/jcheck/result"
)

// Aftermath is how long after its end a fault still counts as one that a case met:
// clusters need time to recover.
const Aftermath = 3 * time.Second

// A Meeting says how many cases met a kind of fault: an op that shows the case ran
// while the fault was active, or less than Aftermath after its end.
type Meeting struct {
	Fault string  // such as partition
	Count int     // cases
	Share float64 // of all operations of clients, the share that met one, too
}

// Notable reports whether cases met a fault so much more often than other operations
// that it is significant.
func (m Meeting) Notable(of int) bool {
	return m.Count >= 3 && float64(m.Count) >= float64(of)*min(m.Share+0.25, 0.99)
}

// faults are the times of the faults of a history, by kind.
type faults struct {
	h     *history.History
	names []string
	times [][]span // of each name, sorted, apart from each other
	share []float64
}

// A span of time or, in a history without times, of positions.
type span struct{ from, to int64 }

func faultsOf(h *history.History) *faults {
	f := &faults{h: h}
	for _, x := range query.Faults(h) {
		k := slices.Index(f.names, x.Name)
		if k < 0 {
			k = len(f.names)
			f.names = append(f.names, x.Name)
			f.times = append(f.times, nil)
		}
		s := span{f.at(x.Begin), f.at(h.Len() - 1)}
		if x.End < h.Len() {
			s.to = f.at(x.End)
			if f.timed() {
				s.to += int64(Aftermath)
			}
		}
		if n := len(f.times[k]); n > 0 && s.from <= f.times[k][n-1].to {
			f.times[k][n-1].to = max(f.times[k][n-1].to, s.to)
		} else {
			f.times[k] = append(f.times[k], s)
		}
	}
	f.share = make([]float64, len(f.names))
	n := 0
	for i := range h.Len() {
		if !f.h.Process(i).IsClient() || h.Type(i) == history.Invoke && h.Pair(i) >= 0 {
			continue // each operation once, by its completion
		}
		n++
		for k := range f.names {
			if f.meets(k, i) {
				f.share[k]++
			}
		}
	}
	for k := range f.share {
		f.share[k] /= float64(max(n, 1))
	}
	return f
}

// timed reports whether ops have times: those of faults do.
func (f *faults) timed() bool { return f.h.Len() > 0 && f.h.Time(0) != history.NoTime }

func (f *faults) at(op int) int64 {
	if f.timed() {
		return f.h.Time(op)
	}
	return int64(op)
}

// meets reports whether an operation, by its completion, ran while a fault of kind k counts.
func (f *faults) meets(k, op int) bool {
	from, to := f.at(op), f.at(op)
	switch pair := f.h.Pair(op); {
	case pair >= 0:
		from, to = f.at(min(op, pair)), f.at(max(op, pair))
	case f.h.Type(op) == history.Invoke:
		to = f.at(f.h.Len() - 1)
	}
	times := f.times[k]
	i := sort.Search(len(times), func(i int) bool { return times[i].to >= from })
	return i < len(times) && times[i].from <= to
}

// met counts the cases that met each kind of fault.
func (f *faults) met(all []result.Occurrence, of []int32) (out []Meeting) {
	for k, name := range f.names {
		m := Meeting{Fault: name, Share: f.share[k]}
		for _, i := range of {
			if slices.ContainsFunc(all[i].Ops, func(op int) bool { return f.meets(k, op) }) {
				m.Count++
			}
		}
		out = append(out, m)
	}
	return out
}
