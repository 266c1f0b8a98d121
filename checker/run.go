package checker

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/independent"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/result"
)

// RunFitting runs the checks that the ops of a history call for. If there is none
// but those that only count, the result is unknown: nothing was checked.
func RunFitting(ctx context.Context, h *history.History, opt Options) (*result.Group, error) {
	inner := h
	if opt.Keyed {
		var err error
		if inner, err = independent.Unwrapped(h); err != nil {
			return nil, err
		}
	}
	checks := Fitting(inner)
	g, err := Run(ctx, h, checks, opt)
	if err == nil && !slices.ContainsFunc(checks, func(c *Checker) bool { return !c.counts }) {
		g.Reason = "the operations call for no check of a property"
	}
	return g, err
}

// Run runs checks over one history in parallel. A check that fails or panics has
// an unknown result of its own, and the others theirs.
func Run(ctx context.Context, h *history.History, checks []*Checker, opt Options) (*result.Group, error) {
	g := &result.Group{Members: make([]result.Member, len(checks))}
	for i, c := range checks {
		r := result.NewFailed(context.Canceled)
		g.Members[i] = result.Member{Name: c.Name, Result: r}
	}
	err := par.Do(ctx, len(checks), func(i int) error {
		g.Members[i].Result = result.Isolate(func() (result.Result, error) { return checks[i].Check(ctx, h, opt) })
		return nil
	})
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	return g, nil
}
