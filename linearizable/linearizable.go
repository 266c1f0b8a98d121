package linearizable

import (
	"context"
	"errors"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// DefaultMemory is the default limit, in bytes, for all searches of a check together.
const DefaultMemory = 2 << 30

// Options say how to check.
type Options struct {
	// Keyed says whether values are tuples of a key and a value; by default, this is
	// detected from the values.
	Keyed Keying
	// Budget bounds each search; the memory is shared by those that run at a time.
	Budget Budget
	// Knossos follows Knossos where it differs. A pending operation that takes
	// something out has no effect; if it did take something, that causes a false alarm.
	// A dequeue of nil takes the value nil, instead of finding an empty queue. If each
	// key is an object, operations whose values are not tuples apply to all of them.
	Knossos bool
	// Witness requests linearizations of valid objects.
	Witness bool
	// Progress, if not nil, is called with each phase of the work as it begins.
	Progress func(phase string)
}

// Keying says whether a history is of several independent objects.
type Keying uint8

const (
	Detected Keying = iota
	Keyed
	OneObject
)

// Check decides whether a history is linearizable: whether its operations, each
// at some moment between its invocation and its completion, could have been
// those of m one at a time (Herlihy & Wing 1990). Failed operations did not
// happen; indeterminate ones may have, at any time after their invocation.
//
// It is safe for concurrent use, reads h only, and gives the same result whatever the
// number of cores. If no successful operation shows the object's state, nothing is
// judged, and the result is Unknown. The error is an *edn.SyntaxError, which names the
// place, if m does not have the operations of the history. If a budget or ctx ends the
// check, the result is Unknown, with the reason, unless a part was refuted before.
func Check(ctx context.Context, h *history.History, m Model, opt Options) (*Result, error) {
	if opt.Budget.Memory == 0 {
		opt.Budget.Memory = DefaultMemory
	}
	m.knossos = opt.Knossos
	c := &check{h: h, m: &m, opt: opt, res: Result{Common: result.Common{History: h, Warnings: slices.Clone(h.Warnings())}, knossos: opt.Knossos, model: m, Model: m.Name()}}
	err := par.Guard(func() error { return c.run(ctx) })
	if err != nil && !(ctx.Err() != nil && errors.Is(err, ctx.Err())) {
		return nil, err
	}
	c.conclude(ctx)
	return &c.res, nil
}

type check struct {
	h   *history.History
	m   *Model
	opt Options
	res Result
}

func (c *check) phase(name string) {
	if c.opt.Progress != nil {
		c.opt.Progress(name)
	}
}

func (c *check) run(ctx context.Context) error {
	c.phase("operations")
	ops, err := operations(c.h)
	if err != nil {
		return err
	}
	keys, parts, err := divide(c.h, c.m, ops, c.opt.Keyed)
	if err != nil {
		return err
	}
	c.res.Keyed = c.opt.Keyed == Keyed || keys != nil
	c.phase("search")
	jobs := make([]job, len(parts))
	err = par.Do(ctx, len(parts), func(i int) error {
		o, err := newDecoder(c.h, c.m, keyOf(keys, i)).object(parts[i])
		if err != nil {
			return err
		}
		jobs[i] = newJob(c, o)
		return nil
	})
	if err == nil {
		err = c.search(ctx, jobs)
	}
	if err == nil {
		c.phase("explanations")
		err = par.Do(ctx, len(jobs), func(i int) error {
			j := &jobs[i]
			err := j.explain(ctx)
			if j.part.Valid == verdict.Invalid {
				j.part.Beside = j.o.beside(j.part.Culprit)
			}
			if j.part.Valid == verdict.Invalid {
				j.part.Law = j.o.law(j.part.Culprit, j.part.Conflict)
				c.addFailed(j.part.Law, parts[i], keyOf(keys, i))
			}
			return err
		})
		c.hint(jobs)
		c.warnOfDiffering(jobs)
		c.warnOfUnseen(jobs)
	}
	if err == nil && c.opt.Knossos {
		err = c.likeKnossos(ctx, jobs, parts)
	}
	for i := range jobs {
		c.res.Parts = append(c.res.Parts, jobs[i].part)
	}
	return err
}

// firstSteps is how many steps the first round of searches may take.
const firstSteps = 1 << 11

// search searches what no other rung could decide, in rounds of ever more steps.
// After a round with a failure the verdict is known, and the rest is given up; in
// rounds, that does not depend on how many searches run at a time.
func (c *check) search(ctx context.Context, jobs []job) error {
	for steps := int64(firstSteps); ; steps *= 8 {
		var open []*job
		failed := false
		for i := range jobs {
			failed = failed || jobs[i].part.Valid == verdict.Invalid
			if jobs[i].open() {
				open = append(open, &jobs[i])
			}
		}
		if len(open) == 0 {
			return nil
		}
		if failed && steps > firstSteps { // monitors alone give up on nothing
			for _, j := range open {
				j.part.Reason = "another key is not linearizable, so the check of this one was stopped"
			}
			return nil
		}
		err := share(ctx, len(open), c.opt.Budget.Memory, func(i int, memory int64) error {
			open[i].run(ctx, steps, memory)
			if len(open) > atATime {
				return open[i].release(ctx)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

const unorderedReason = "no op has a :process, so it is unknown which operations overlapped, and in another order they may be linearizable"

func (c *check) conclude(ctx context.Context) {
	r := &c.res
	if c.h.Unordered() { // the order of the file explains what it explains, but refutes nothing
		for i := range r.Parts {
			if p := &r.Parts[i]; p.Valid == verdict.Invalid {
				*p = Part{Key: p.Key, Valid: verdict.Unknown, Rung: p.Rung, Ops: p.Ops, Pending: p.Pending, Steps: p.Steps, Reached: p.Reached, Culprit: -1, Reason: unorderedReason}
			}
		}
	}
	r.merge()
	if ctx.Err() != nil && r.Valid != verdict.Invalid {
		r.Valid, r.Reason = verdict.Unknown, "the check stopped early: "+context.Cause(ctx).Error()
	}
}
