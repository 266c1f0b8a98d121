package linearizable

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/internal/monitor"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A job is to judge one object, by the first rung that can.
type job struct {
	c     *check
	o     *object
	calls []searchOp     // what is worth looking at
	rung  *rung          // nil if none decided
	deep  monitor.Search // nil if there is none for such objects, or none is needed
	s     *search        // nil if a rung decided, or deep is to
	part  Part
}

func newJob(c *check, o *object) job {
	j := job{c: c, o: o, calls: useful(o, c.opt.Knossos)}
	j.part = Part{Key: o.key, Ops: len(o.calls), Culprit: -1, PreviousOK: -1}
	for _, call := range o.calls {
		if call.ret == never {
			j.part.Pending++
		}
	}
	if j.part.Reason = o.unjudged(); j.part.Reason != "" {
		j.part.Vacuous, j.part.Rung = true, "empty"
		return j
	}
	if j.monitor() {
		return j
	}
	j.part.Rung = "search"
	j.begin()
	return j
}

// begin makes the search that is to decide.
func (j *job) begin() {
	j.deep = j.deeper(j.calls)
	if j.deep == nil {
		j.s = newSearch(j.machine(), j.calls, Budget{})
	}
}

// deeper returns the search that is made for such objects, nil if there is none.
func (j *job) deeper(calls []searchOp) monitor.Search {
	r := rungs[j.c.m.kind.name]
	if r == nil || r.search == nil {
		return nil
	}
	ops := r.ops(j.o, calls)
	if ops == nil {
		return nil
	}
	return r.search(ops)
}

// open reports that a search may decide what is not decided yet.
func (j *job) open() bool {
	return (j.s != nil || j.deep != nil) && j.part.Valid == verdict.Unknown && j.part.Reason == ""
}

func (j *job) machine() machine { return j.c.m.kind.make(j.o.init, j.o.v, j.o.ts) }

// monitor tries the rung for this kind of object.
func (j *job) monitor() bool {
	r := rungs[j.c.m.kind.name]
	if r == nil {
		return false
	}
	ops := r.ops(j.o, j.calls)
	if ops == nil {
		return false
	}
	a := r.run(ops, j.o)
	if !a.Decided {
		return false
	}
	j.rung, j.part.Rung = r, r.name
	if j.part.Valid = verdict.Valid; !a.Linearizable {
		j.part.Valid = verdict.Invalid
	}
	for _, i := range a.Conflict {
		j.part.Conflict = append(j.part.Conflict, int(j.calls[i].id))
	}
	if j.c.opt.Witness && a.Linearizable {
		for _, i := range a.Order {
			j.part.Witness = append(j.part.Witness, int(j.calls[i].id))
		}
	}
	return true
}

// run searches on, up to a number of steps.
func (j *job) run(ctx context.Context, steps, memory int64) {
	p, most := &j.part, j.c.opt.Budget.Steps
	if most > 0 {
		steps = min(steps, most)
	}
	end, witness := j.advance(ctx, Budget{steps, memory})
	switch end {
	case found:
		p.Valid = verdict.Valid
		if j.c.opt.Witness {
			p.Witness = witness()
		}
	case exhausted:
		p.Valid = verdict.Invalid
	case outOfSteps:
		if steps == most {
			p.Reason = fmt.Sprintf("the search stopped at its limit of steps, after %d", p.Steps)
		}
	case outOfMemory:
		p.Reason = fmt.Sprintf("the search stopped at its limit of memory, %d MB", memory>>20)
	case cancelled:
		p.Reason = "the check stopped early: " + context.Cause(ctx).Error()
	}
	if p.Valid != verdict.Unknown || p.Reason != "" {
		j.deep = nil
		if j.s != nil && (p.Valid != verdict.Invalid || j.s.foresees()) {
			j.s.free()
		}
	}
}

// advance runs the search. If it found a linearization, witness returns it.
func (j *job) advance(ctx context.Context, b Budget) (end outcome, witness func() []int) {
	p := &j.part
	if j.s != nil {
		j.s.budget = b
		end = j.s.run(ctx)
		p.Steps, p.Reached = j.s.steps, int(j.s.deep)
		return end, func() []int { return completions(j.s, j.s.order(j.s.done)) }
	}
	a, end := runSearch(ctx, j.deep, b)
	p.Steps, p.Reached = j.deep.Steps(), min(j.deep.Deep(), p.Ops-p.Pending)
	return end, func() (order []int) {
		for _, i := range a.Order {
			order = append(order, int(j.calls[i].id))
		}
		return order
	}
}

// release gives the memory of the search to others, which costs beginning again in
// the next round. For an explanation it is needed now.
func (j *job) release(ctx context.Context) error {
	switch {
	case j.part.Valid == verdict.Invalid:
		if j.s != nil {
			defer j.s.free()
		}
		return j.explain(ctx)
	case j.part.Valid == verdict.Unknown && j.part.Reason == "":
		j.begin()
	}
	return nil
}

// explainSteps bounds the search for the states before a failure, where at most explainWide calls
// run at a time: if there are more, a step compares more of them with each other.
const (
	explainSteps = 1 << 17
	explainWide  = 64
)

// explainBudget is what may be spent on the search for an explanation.
func (j *job) explainBudget() Budget {
	at := make([]int32, 0, 2*len(j.calls)) // when calls begin, and minus one less when they end
	for _, c := range j.calls {
		if c.ret != never { // those that are pending are counted by kind, not compared
			at = append(at, c.inv, -c.ret-1)
		}
	}
	slices.SortFunc(at, func(a, b int32) int { return cmp.Compare(max(a, -a-1), max(b, -b-1)) })
	open, wide := 0, explainWide
	for _, a := range at {
		if a >= 0 {
			open++
		} else {
			open--
		}
		wide = max(wide, open)
	}
	return Budget{int64(max(explainSteps*explainWide/wide*explainWide/wide, 1<<10)), cmp.Or(j.c.opt.Budget.Memory, DefaultMemory)}
}

// explain finds at which return an invalid object fails, and what it may have been
// before.
func (j *job) explain(ctx context.Context) error {
	if j.part.Valid != verdict.Invalid || j.part.Culprit >= 0 {
		return nil
	}
	s := j.s
	if s == nil || s.foresees() {
		at, err := j.firstFailure(ctx)
		if err != nil {
			return err
		}
		calls := cut(j.calls, at)
		before := int32(-1) // what is foreseen: all but the failure itself
		for _, c := range calls {
			if c.ret != never {
				before++
			}
		}
		s = newSearchTo(j.machine(), calls, j.explainBudget(), before)
		if end := s.run(ctx); end != exhausted {
			j.locate(at)
			return ctx.Err()
		}
	}
	j.c.explain(j.o, s, &j.part)
	return ctx.Err()
}

// firstFailure returns the first return up to which the history is not
// linearizable, or a later one if to tell took too many steps. What is
// linearizable has linearizable prefixes, so that halving finds it.
func (j *job) firstFailure(ctx context.Context) (int32, error) {
	var rets []int32
	for _, c := range j.calls {
		if c.ret != never {
			rets = append(rets, c.ret)
		}
	}
	slices.Sort(rets)
	lo, hi := 0, len(rets)-1
	if j.s != nil && j.s.deep < j.s.n {
		lo = int(j.s.deep) // the search got there
		if j.s.from.on {
			hi = max(lo, int(j.s.from.last)) // and looked no further
		}
	}
	var err error
	budget := j.explainBudget()
	i := lo + sort.Search(hi-lo, func(i int) bool {
		i += lo
		calls := cut(j.calls, rets[i])
		if j.rung != nil {
			if a := j.rung.run(j.rung.ops(j.o, calls), j.o); a.Decided {
				return !a.Linearizable
			}
		}
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		if deep := j.deeper(calls); deep != nil {
			_, end := runSearch(ctx, deep, budget)
			return end == exhausted
		}
		return newSearch(j.machine(), calls, budget).run(ctx) == exhausted
	})
	return rets[i], err
}

// locate names the failure at a return, without the states before it.
func (j *job) locate(at int32) {
	before := int32(-1)
	for _, c := range j.calls {
		switch {
		case c.ret == at:
			j.part.Culprit = int(c.id)
		case c.ret < at && c.ret > before:
			before, j.part.PreviousOK = c.ret, int(c.id)
		}
	}
	j.part.Window = running(j.calls, at)
}

// running returns the calls that run at a position, by invocation.
func running(calls []searchOp, at int32) (out []int) {
	for _, c := range calls {
		if c.inv <= at && c.ret >= at {
			out = append(out, int(c.id))
		}
	}
	slices.Sort(out)
	return out
}
