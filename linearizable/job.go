package linearizable

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/verdict"
)

// A job is to judge one object, by the first rung that can.
type job struct {
	c     *check
	o     *object
	calls []searchOp // what is worth looking at
	rung  *rung      // nil if none decided
	s     *search    // nil if a rung decided
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
	j.s = newSearch(j.machine(), j.calls, Budget{})
	return j
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
	j.s.budget = Budget{steps, memory}
	end := j.s.run(ctx)
	p.Steps, p.Reached = j.s.steps, int(j.s.deep)
	switch end {
	case found:
		p.Valid = verdict.Valid
		if j.c.opt.Witness {
			p.Witness = completions(j.s, j.s.order(j.s.done))
		}
	case exhausted:
		p.Valid = verdict.Invalid
	case outOfSteps:
		if steps == most {
			p.Reason = fmt.Sprintf("the search gave up at its limit of steps, after %d", p.Steps)
		}
	case outOfMemory:
		p.Reason = fmt.Sprintf("the search gave up at its limit of memory, %d MB", memory>>20)
	case cancelled:
		p.Reason = "the check stopped early: " + context.Cause(ctx).Error()
	}
	if p.Valid != verdict.Unknown || p.Reason != "" {
		if p.Valid != verdict.Invalid || j.s.foresees() {
			j.s.free()
		}
	}
}

// release gives the memory of the search to others, which costs beginning again in
// the next round. For an explanation it is needed now.
func (j *job) release(ctx context.Context) error {
	switch {
	case j.part.Valid == verdict.Invalid:
		defer j.s.free()
		return j.explain(ctx)
	case j.part.Valid == verdict.Unknown && j.part.Reason == "":
		j.s = newSearch(j.machine(), j.calls, Budget{})
	}
	return nil
}

// explainSteps bounds the search for the states before a failure.
const explainSteps = 1 << 17

// explain tells of an invalid object at which return it fails, and what it may
// have been before.
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
		s = newSearchTo(j.machine(), calls, Budget{explainSteps, cmp.Or(j.c.opt.Budget.Memory, DefaultMemory)}, before)
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
	i := lo + sort.Search(hi-lo, func(i int) bool {
		i += lo
		calls := cut(j.calls, rets[i])
		if j.rung != nil {
			if a := j.rung.run(j.rung.ops(j.o, calls), j.o); a.Decided {
				return !a.Linearizable
			}
		}
		s := newSearch(j.machine(), calls, Budget{explainSteps, cmp.Or(j.c.opt.Budget.Memory, DefaultMemory)})
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return s.run(ctx) == exhausted
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
