package query

import (
	"context"
	"fmt"
	"slices"

	"github.com/expr-lang/expr/vm"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/nemesis"
)

// env is what a part of an expression sees, filled for one op at a time.
type env struct {
	opFields
	Invocation opFields `expr:"invocation"`
	Completion opFields `expr:"completion"`
	Paired     bool     `expr:"paired"`
	Latency    int      `expr:"latency"`
	Faults     []string `expr:"faults"`

	During func(string) bool `expr:"during"`

	Step func(...any) any `expr:"step()"` // stepName
}

// What is called behind an expression's back has names that it cannot write.
const (
	stepName = "step()"
	addName  = "add()"
)

// An evaluator evaluates expressions on the ops of a history, for one goroutine.
type evaluator struct {
	ctx   context.Context
	h     *history.History
	vm    vm.VM
	env   env
	steps int // of this op
	most  int // of steps

	windows []window // of all faults, if any part asks for them
	met     []window // by the op
}

func newEvaluator(ctx context.Context, h *history.History, windows []window) *evaluator {
	ev := &evaluator{ctx: ctx, h: h, vm: vm.VM{MemoryBudget: maxCells}, most: maxSteps, windows: windows}
	ev.env.Step, ev.env.During = ev.step, ev.during
	return ev
}

// windowsFor finds the faults of a history, if a part asks for them.
func windowsFor(h *history.History, parts []part) []window {
	if slices.ContainsFunc(parts, func(p part) bool { return p.need.faults }) {
		return windowsOf(h)
	}
	return nil
}

// during reports whether the op met a fault of that name, or that began with that f.
func (ev *evaluator) during(name string) bool {
	return slices.ContainsFunc(ev.met, func(w window) bool { return w.f == name || nemesis.Name(w.f) == name })
}

// step is called before each evaluation of a predicate. The machine turns its
// panic into an error.
func (ev *evaluator) step(...any) any {
	ev.steps++
	if ev.steps > ev.most {
		panic(fmt.Errorf("this takes more than %d steps", ev.most))
	}
	if ev.steps%4096 == 0 && ev.ctx.Err() != nil {
		panic(ev.ctx.Err())
	}
	return nil
}

// holds evaluates a condition on op i.
func (ev *evaluator) holds(e *Expr, i int) (bool, error) {
	ev.steps = 0
	for k := range e.parts {
		v, err := ev.run(e.text, &e.parts[k], i)
		if err != nil {
			return false, err
		}
		yes, ok := v.(bool)
		if !ok {
			return false, &ExprError{Text: e.text, Msg: "expected a condition, which is true or false, found " + kindOf(v)}
		}
		if !yes {
			return false, nil
		}
	}
	return true, nil
}

func (ev *evaluator) run(text string, p *part, i int) (any, error) {
	if err := ev.fill(&p.need, i); err != nil {
		return nil, err
	}
	v, err := ev.vm.Run(p.program, &ev.env)
	if err != nil {
		return nil, exprError(text, err)
	}
	return v, nil
}

// fill fills the fields that a part needs.
func (ev *evaluator) fill(n *need, i int) error {
	for _, f := range n.own {
		if err := fields[f].fill(&ev.env.opFields, ev.h, i); err != nil {
			return err
		}
	}
	if n.faults {
		ev.met = met(ev.windows, ev.h, i)
		ev.env.Faults = faultNames(ev.met)
	}
	pair := ev.h.Pair(i)
	inv, done := i, pair
	if ev.h.Type(i) != history.Invoke {
		inv, done = pair, i
	}
	if err := ev.fillEnd(&ev.env.Invocation, n.inv, inv); err != nil {
		return err
	}
	if err := ev.fillEnd(&ev.env.Completion, n.done, done); err != nil {
		return err
	}
	ev.env.Paired = pair >= 0
	ev.env.Latency = -1
	if n.latency && pair >= 0 {
		if from, to := ev.h.Time(inv), ev.h.Time(done); from != history.NoTime && to != history.NoTime {
			ev.env.Latency = int(to - from)
		}
	}
	return nil
}

func (ev *evaluator) fillEnd(x *opFields, need []int, i int) error {
	if len(need) == 0 {
		return nil
	}
	if i < 0 {
		*x = missing
		return nil
	}
	for _, f := range need {
		if err := fields[f].fill(x, ev.h, i); err != nil {
			return err
		}
	}
	return nil
}
