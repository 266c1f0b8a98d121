package elle

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// An explainer turns cycles into cases. What it cannot show again, from the
// transactions' values, is not reported.
type explainer struct {
	x     *txns
	w     workload
	known map[step]string // what the caller said, and why
	byKey graph.Rel       // the orders in time that only transactions keep which touched the same list
}

// explain turns a cycle into a case. It fails if a step cannot be shown, which
// would be an error of this package.
func (e *explainer) explain(c cycle) (Case, error) {
	out := Case{Type: c.name, Op: int(e.x.op[c.steps[0].from])}
	for i, s := range c.steps {
		if s.to != c.steps[(i+1)%len(c.steps)].from {
			return out, fmt.Errorf("elle: internal error: a %s cycle does not hang together at step %d", c.name, i)
		}
		st, ok := e.step(s)
		if !ok {
			return out, fmt.Errorf("elle: internal error: cannot show that op %d precedes op %d by %s",
				e.x.op[s.from], e.x.op[s.to], relName(s.rel))
		}
		out.Steps = append(out.Steps, st)
	}
	return out, nil
}

var relNames = map[graph.Rel]string{
	graph.WW: "ww", graph.WR: "wr", graph.RW: "rw", graph.WWP: "wwp", graph.WRP: "wrp", graph.RWP: "rwp",
	graph.Process: "process", graph.Realtime: "realtime",
	graph.ForcedWW: "ww", graph.ForcedRW: "rw", graph.Forced: "forced",
	graph.TimedWW: "ww", graph.TimedRW: "rw", graph.Timed: "forced",
}

func relName(r graph.Rel) string { return relNames[r] }

// step shows one step.
func (e *explainer) step(s step) (Step, bool) {
	st := Step{Rel: relName(s.rel), From: int(e.x.op[s.from]), To: int(e.x.op[s.to]), FromMop: -1, ToMop: -1}
	if e.isKnown(s, &st) {
		return st, true
	}
	switch s.rel {
	case graph.Process:
		h := e.x.h
		return st, e.touched(s, &st) && s.from < s.to && h.Process(st.From) == h.Process(st.To) && e.x.status[s.from] == committed
	case graph.Realtime:
		return st, e.touched(s, &st) && e.x.precedes(s.from, s.to) && e.completedBefore(st.From, st.To)
	}
	ok := e.w.show(s, &st)
	return st, ok
}

// drawnCases is of how many cycles of a type all relations are found.
const drawnCases = 50

// besides are the other relations that may hold between two ops of which a cycle was
// found by.
var besides = []graph.Rel{graph.WW, graph.WR, graph.RW, graph.WRP, graph.RWP, graph.Process, graph.Realtime}

// also finds the other relations by which the ops of a cycle precede the next.
func (e *explainer) also(c *Case, cy cycle) {
	for i, s := range cy.steps {
		for _, rel := range besides {
			if timed := rel&(graph.Process|graph.Realtime) != 0; timed && e.x.h.Unordered() || relName(rel) == c.Steps[i].Rel {
				continue
			}
			if st, ok := e.step(step{s.from, s.to, rel}); ok {
				c.Steps[i].Also = append(c.Steps[i].Also, st)
			}
		}
	}
}

// touched fills in the key that both transactions touched, if the step is one by the
// order in time of a key.
func (e *explainer) touched(s step, st *Step) bool {
	if s.rel&e.byKey == 0 {
		return true
	}
	l := e.w.(*lists)
	key, ok := l.shared(s.from, s.to)
	st.Key = l.keyValue(key)
	return ok
}

// completedBefore reports whether op a completed before op b was invoked.
func (e *explainer) completedBefore(a, b int) bool {
	if inv := e.x.h.Pair(b); inv >= 0 {
		b = min(b, inv)
	}
	return a < b
}
