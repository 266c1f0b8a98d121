package set

import (
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A FullResult says what became of every element. Elements are listed in order.
type FullResult struct {
	result.Common
	Attempts   int         // elements that somebody tried to add
	Stable     int         // elements that the last read that could show them has
	Lost       []Element   // known, then missing for good
	Stale      []Element   // stable, but missing a millisecond or more after they were known
	NeverRead  []edn.Value // elements that no read could show
	Duplicated []Duplicate // elements that a read has more than once

	stableLatencies, lostLatencies []int64
	linearizable                   bool // stale elements are faults
}

// An Element is one with its history. Ops are positions, -1 for none; latencies
// are milliseconds, -1 where they make no sense.
type Element struct {
	Value         edn.Value
	Known         int // the op that first showed the element: the completion of its add or of a read
	LastPresent   int // the invocation of the last read that has it
	LastAbsent    int // the invocation of the last read that lacks it
	StableLatency int64
	LostLatency   int64

	absentDone int // the completion of the read that lacks it
}

// A Duplicate is an element that a read has several times.
type Duplicate struct {
	Value edn.Value
	Times int // in one read, at most
	Read  int // the read
}

func (r *FullResult) judge(opt Options) {
	r.linearizable = opt.Linearizable
	switch {
	case len(r.Duplicated) > 0:
		r.Valid = verdict.Invalid
	case len(r.Lost) > 0:
		r.Valid = verdict.Invalid
		r.RestsOnOrder()
	case r.Stable == 0:
		r.Nothing("no element was ever read")
	case opt.Linearizable && len(r.Stale) > 0:
		r.Valid = verdict.Invalid
		r.RestsOnOrder()
	default:
		r.Valid = verdict.Valid
	}
	slices.Sort(r.stableLatencies)
	slices.Sort(r.lostLatencies)
	if n := len(r.Stale); n > 0 && !opt.Linearizable {
		r.Warnings = append(r.Warnings, verdict.Warning{Code: "stale", Count: n, Msg: fmt.Sprintf("%s missing from reads for a while after they were known, which a linearizable set would forbid", count(n, "element was", "elements were"))})
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Fields has Jepsen's keys.
func (r *FullResult) Fields() result.Fields {
	dups := edn.Entries{}
	for _, d := range r.Duplicated {
		dups = append(dups, [2]any{d.Value, d.Times})
	}
	never := make([]any, len(r.NeverRead))
	for i, v := range r.NeverRead {
		never[i] = v
	}
	worstStale := []any{}
	for _, e := range worst(r.Stale) {
		worstStale = append(worstStale, result.Fields{
			{"element", e.Value}, {"outcome", edn.Kw("stable")}, {"stable-latency", e.StableLatency}, {"lost-latency", nil},
			{"known", result.OpOrNil(r.History, e.Known)}, {"last-absent", result.OpOrNil(r.History, e.LastAbsent)},
		})
	}
	out := result.Fields{
		{"attempt-count", r.Attempts},
		{"stable-count", r.Stable},
		{"lost-count", len(r.Lost)},
		{"lost", valuesOf(r.Lost)},
		{"never-read-count", len(r.NeverRead)},
		{"never-read", never},
		{"stale-count", len(r.Stale)},
		{"stale", valuesOf(r.Stale)},
		{"worst-stale", worstStale},
		{"duplicated-count", len(r.Duplicated)},
		{"duplicated", dups},
	}
	if len(r.stableLatencies) > 0 {
		out = append(out, [2]any{"stable-latencies", quantiles(r.stableLatencies)})
	}
	if len(r.lostLatencies) > 0 {
		out = append(out, [2]any{"lost-latencies", quantiles(r.lostLatencies)})
	}
	return out
}

// quantiles of sorted values: that at floor(n q), or the last one.
func quantiles(sorted []int64) edn.Entries {
	out := edn.Entries{}
	for _, q := range []struct {
		name string
		q    float64
	}{{"0", 0}, {"0.5", 0.5}, {"0.95", 0.95}, {"0.99", 0.99}, {"1", 1}} {
		n := len(sorted)
		out = append(out, [2]any{edn.Raw(q.name), sorted[min(n-1, int(float64(n)*q.q))]})
	}
	return out
}

// Findings shows lost, duplicate and stale elements.
func (r *FullResult) Findings() (found []result.Finding) {
	if r.Valid != verdict.Invalid {
		return nil
	}
	if len(r.Lost) > 0 {
		e := r.Lost[0]
		msg := count(len(r.Lost), "element was", "elements were") + " known, and then missing for good: " + list(elements(r.Lost))
		if len(r.Lost) > 1 {
			msg += "; the first is shown"
		}
		found = append(found, result.Finding{Type: "lost", Count: len(r.Lost), Ops: []int{e.Known, e.absentDone}, Msg: msg})
	}
	if len(r.Duplicated) > 0 {
		d := r.Duplicated[0]
		found = append(found, result.Finding{
			Type: "duplicated", Count: len(r.Duplicated), Ops: []int{d.Read},
			Msg: fmt.Sprintf("one read has %d copies of element %s", d.Times, d.Value),
		})
	}
	if len(r.Stale) > 0 && r.linearizable {
		e := worst(r.Stale)[0]
		msg := count(len(r.Stale), "element was", "elements were") + " missing from reads that began after they were known: " + list(elements(r.Stale))
		if len(r.Stale) == 1 {
			msg = fmt.Sprintf("element %s was missing from a read that began after it was known", e.Value)
		}
		if e.StableLatency > 0 {
			msg += fmt.Sprintf("; %s was still missing %d ms after", e.Value, e.StableLatency)
		}
		found = append(found, result.Finding{Type: "stale", Count: len(r.Stale), Ops: []int{e.Known, e.absentDone}, Msg: msg})
	}
	return found
}

func elements(es []Element) []edn.Value {
	out := make([]edn.Value, len(es))
	for i := range es {
		out[i] = es[i].Value
	}
	return out
}

// Definite reports whether an invalid verdict stands even if ops are missing from
// the history: it does if a read has an element twice.
func (r *FullResult) Definite() bool { return len(r.Duplicated) > 0 }
