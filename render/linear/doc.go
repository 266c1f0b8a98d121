// Package linear draws why an object is not linearizable: its operations as boxes by
// process, the longest linearizations as numbered points joined by a path, what the
// object was after each, and where no operation can follow, with the object's reason.
// It draws what any check of package linearizable found.
package linear

import (
	"cmp"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// How much is drawn of an object: operations, linearizations, and what is told of
// states before the failure.
const (
	maxCalls = 24
	maxPaths = 3
	maxTold  = 8
	maxWhy   = 4
)

// Options say what to draw.
type Options struct {
	Limit    int  // objects, of those that fail; 1 if 0
	Embedded bool // without a stylesheet: for a page, which has svg.PageSheet
}

// failures are the objects to draw, that with the first failure first.
func failures(r *linearizable.Result, limit int) []*linearizable.Part {
	parts := r.Failures()
	slices.SortStableFunc(parts, func(a, b *linearizable.Part) int { return cmp.Compare(where(a), where(b)) })
	return parts[:min(len(parts), max(limit, 1))]
}

// where is where an object fails.
func where(p *linearizable.Part) int {
	if p.Culprit >= 0 {
		return p.Culprit
	}
	return slices.Max(append(slices.Clone(p.Conflict), -1))
}

// A call is an operation with its place.
type call struct {
	linearizable.Call
	x1, x2  float64
	label   string
	culprit bool
	concern bool // it is in conflict with others
}

// A path is a linearization, or the end of one, that is drawn.
type path struct {
	ops    []*call
	states []string // what the object was after each
	at     []int    // the place of each in the order, from 1: there may be others between
	same   int      // how many of ops are those of the longest path, in their order
	xs     []float64
	// refused cannot follow.
	refused []linearizable.Refusal
	x       float64 // where they are tried
}

// A view is an object.
type view struct {
	r      *linearizable.Result
	part   *linearizable.Part
	calls  []*call
	byOp   map[int]*call
	paths  []*path
	rows   []history.Process
	left   int // calls that are not drawn
	width  float64
	height float64
	indent float64
}

// newView finds what to draw of an object.
func newView(r *linearizable.Result, part *linearizable.Part) (*view, error) {
	re, err := r.Replay(part)
	if err != nil {
		return nil, err
	}
	v := &view{r: r, part: part, byOp: map[int]*call{}}
	v.choose(re.Calls)
	for _, order := range longest(part) {
		states := re.States(order)
		p := &path{refused: re.Refused(order)}
		for i, op := range order[:len(states)] {
			if c := v.byOp[op]; c != nil {
				p.ops, p.states, p.at = append(p.ops, c), append(p.states, states[i]), append(p.at, i+1)
			}
		}
		if len(v.paths) > 0 {
			first := v.paths[0]
			for n := min(len(first.ops), len(p.ops)); p.same < n && first.ops[p.same] == p.ops[p.same] && first.at[p.same] == p.at[p.same]; {
				p.same++
			}
		}
		v.paths = append(v.paths, p)
	}
	v.lay()
	return v, nil
}

// hidden is how many operations of the order come between the jth point and the one before
// and are not drawn. Those before the first point are not counted: the number of that tells.
func (p *path) hidden(j int) int {
	if j == 0 {
		return 0
	}
	return p.at[j] - p.at[j-1] - 1
}

// choose picks the calls to draw: those that were invoked before the failure, of many the
// last ones, those that are named, and the end of the longest linearization, which an
// operation that was invoked long before may be part of.
func (v *view) choose(all []linearizable.Call) {
	end := where(v.part)
	if end >= 0 {
		all = slices.DeleteFunc(slices.Clone(all), func(c linearizable.Call) bool { return c.Invoked > end })
	}
	named := slices.Concat(v.part.Window, v.part.Conflict, []int{v.part.Culprit})
	if v.part.Law != nil {
		writers := v.part.Law.Writers
		named = append(append(named, writers[max(len(writers)-2, 0):]...), v.part.Law.Other, v.part.Law.Op)
	}
	if orders := longest(v.part); len(orders) > 0 {
		named = append(named, orders[0][max(len(orders[0])-maxTold, 0):]...)
	}
	for i, c := range all {
		if i < len(all)-maxCalls && (!slices.Contains(named, c.Op) || len(v.calls) >= maxCalls) {
			v.left++
			continue
		}
		x := &call{Call: c, label: operation(v.r, c.Op), culprit: c.Op == v.part.Culprit, concern: slices.Contains(v.part.Conflict, c.Op)}
		v.calls = append(v.calls, x)
		v.byOp[c.Op] = x
		if p := v.r.History.Process(c.Op); !slices.Contains(v.rows, p) {
			v.rows = append(v.rows, p)
		}
	}
	slices.Sort(v.rows)
}

// longest are the linearizations to draw: the longest first, and each with another end.
func longest(part *linearizable.Part) (out [][]int) {
	if part.Valid == verdict.Valid {
		return [][]int{part.Witness}
	}
	final := make([]*linearizable.State, len(part.Final))
	for i := range part.Final {
		final[i] = &part.Final[i]
	}
	slices.SortStableFunc(final, func(a, b *linearizable.State) int { return cmp.Compare(len(b.Order), len(a.Order)) })
	for _, s := range final[:min(len(final), maxPaths)] {
		out = append(out, s.Order)
	}
	return out
}
