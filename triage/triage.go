// Package triage groups the findings of a check by cause: which cases are alike, which processes and
// keys they share, when they first and last showed, and under which faults.
package triage

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

// A Group is the cases of one type and shape.
type Group struct {
	Type, Shape string
	Count       int // kept cases
	Example     int // the first of them, as an index among the cases of its type
	// First and Last are the ops that first and last showed a case, by position; -1 if
	// no case has ops.
	First, Last int
	Keys        []edn.Value       // distinct, in the order in which they occur
	Processes   []history.Process // of all ops that show a case, distinct, in the order in which they occur
	Writers     []int             // distinct, by position, sorted
	Faults      []Meeting
}

// Groups lists the groups of a result: types in the order of its occurrences, the
// largest group of a type first.
func Groups(h *history.History, r result.Occurring) (out []Group) {
	place := map[[2]string]int{}
	ofType := map[string]int{}
	cases := map[[2]string][]int32{} // by place: of millions, copies would take much memory
	all := r.Occurrences()
	for i := range all {
		o := &all[i]
		id := [2]string{o.Type, o.Shape}
		if _, ok := place[id]; !ok {
			place[id] = len(out)
			out = append(out, Group{Type: o.Type, Shape: o.Shape, Example: ofType[o.Type], First: -1, Last: -1})
		}
		ofType[o.Type]++
		cases[id] = append(cases[id], int32(i))
	}
	var f *faults
	for i := range out {
		g := &out[i]
		of := cases[[2]string{g.Type, g.Shape}]
		g.gather(h, all, of)
		if f == nil {
			f = faultsOf(h)
		}
		g.Faults = f.met(all, of)
	}
	slices.SortStableFunc(out, func(a, b Group) int {
		if a.Type != b.Type {
			return place[[2]string{a.Type, a.Shape}] - place[[2]string{b.Type, b.Shape}]
		}
		return b.Count - a.Count
	})
	return out
}

// gather collects what cases have in common.
func (g *Group) gather(h *history.History, all []result.Occurrence, of []int32) {
	g.Count = len(of)
	keys, processes := map[string]bool{}, map[history.Process]bool{}
	for _, i := range of {
		o := &all[i]
		last := -1
		for _, op := range o.Ops {
			last = max(last, op)
			if p := h.Process(op); !processes[p] {
				processes[p] = true
				g.Processes = append(g.Processes, p)
			}
		}
		if last >= 0 {
			if g.First < 0 || last < g.First {
				g.First = last
			}
			g.Last = max(g.Last, last)
		}
		for _, key := range o.Keys {
			if text := key.String(); !keys[text] {
				keys[text] = true
				g.Keys = append(g.Keys, key)
			}
		}
		g.Writers = append(g.Writers, o.Writers...)
	}
	slices.Sort(g.Writers)
	g.Writers = slices.Compact(g.Writers)
}
