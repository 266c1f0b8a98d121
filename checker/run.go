package checker

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/independent"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/stats"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// RunFitting runs the checks that fit the workload of the test, if it is known, or else
// the ops of the history. If only checks that count fit, the result is unknown, because
// nothing was checked. The result of a check is also unknown if some operation that it
// does not support may change what it looks at. An operation that never succeeded makes
// stats unknown, not invalid: the database broke no promise, but the test is weak.
func RunFitting(ctx context.Context, h *history.History, opt Options) (*result.Group, error) {
	inner := h
	if opt.Keyed {
		var err error
		if inner, err = independent.Unwrapped(h); err != nil {
			return nil, err
		}
	}
	s := look(inner, opt.Keyed)
	checks := opt.Promised.chosen(s)
	if checks == nil {
		checks = s.fitting()
	}
	if lin, err := Named("linearizable"); err == nil && opt.Model != "" && !slices.Contains(checks, lin) {
		checks = append(checks, lin)
	}
	g, err := Run(ctx, h, checks, opt)
	if err != nil {
		return nil, err
	}
	judged := false
	for i, c := range checks {
		r := g.Members[i].Result
		if count, ok := r.(*stats.Result); ok && count.Valid == verdict.Invalid {
			count.Unknown(count.Findings()[0].Msg)
		}
		if fs := s.unknownTo(c); len(fs) > 0 {
			doubt(c, r, fs)
		}
		judged = judged || !c.counts
	}
	if fs := s.unknownToAll(); !judged && len(fs) > 0 {
		g.Reason = "no check handles " + names(fs) + advice(fs)
	} else if !judged {
		g.Reason = "no check of a property fits the operations; choose one with --with"
	}
	return g, nil
}

// heeded returns an error if a given option has no effect on any check.
func (o *Options) heeded(checks []*Checker) error {
	runs := func(names ...string) bool {
		return slices.ContainsFunc(checks, func(c *Checker) bool { return slices.Contains(names, c.Name) })
	}
	switch {
	case o.Initial != "" && !runs("elle", "linearizable"):
		return &elle.OptionError{Msg: "init has no effect: no check of registers runs"}
	case o.Model != "" && !runs("linearizable"):
		return &elle.OptionError{Msg: "model " + o.Model + " has no effect: linearizable does not run"}
	case !runs("elle") && asked(&o.Elle) != "":
		return &elle.OptionError{Msg: asked(&o.Elle) + " has no effect: no check of transactions runs"}
	}
	for _, x := range []struct {
		name, check string
		set         bool
	}{
		{"linearizable", "set-full", o.Set.Linearizable}, {"fifo", "queue", o.Queue.FIFO},
		{"negative-balances", "bank", o.Bank.NegativeBalances}, {"accounts", "bank", o.Bank.Accounts != nil}, {"total", "bank", o.Bank.Total != nil},
		{"group", "long-fork", o.LongFork.Group != 0},
		{"sub-via", "kafka", o.Kafka.SubVia != 0}, {"ww-deps", "kafka", o.Kafka.WWDeps}, {"all-errors", "kafka", o.Kafka.AllErrors},
	} {
		if x.set && !runs(x.check) {
			return &elle.OptionError{Msg: x.name + " has no effect: the check " + x.check + " does not run"}
		}
	}
	return nil
}

// asked is a given option of transactions, if there is one.
func asked(o *elle.Options) string {
	switch {
	case len(o.Models) > 0:
		return "model"
	case len(o.Anomalies) > 0:
		return "anomaly"
	case len(o.Ignore) > 0:
		return "ignore"
	case o.Workload != elle.Detect:
		return "workload"
	case o.Ladder:
		return "ladder"
	case o.WFRKeys:
		return "wfr-keys"
	case o.SequentialKeys:
		return "sequential-keys"
	case o.LinearizableKeys:
		return "linearizable-keys"
	case o.AssumedOnly:
		return "assumed-only"
	case o.TransactionOrder != nil:
		return "transaction-order"
	}
	return ""
}

// Run runs checks over one history in parallel. If a check fails or panics, its result
// is unknown; the results of the others stand.
func Run(ctx context.Context, h *history.History, checks []*Checker, opt Options) (*result.Group, error) {
	if err := opt.heeded(checks); err != nil {
		return nil, err
	}
	g := &result.Group{Members: make([]result.Member, len(checks))}
	for i, c := range checks {
		g.Members[i].Name = c.Name
	}
	err := par.Do(ctx, len(checks), func(i int) error {
		began := time.Now()
		g.Members[i].Result = result.Isolate(func() (result.Result, error) { return checks[i].Check(ctx, h, opt) })
		g.Members[i].Elapsed = time.Since(began)
		return nil
	})
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	for i := range g.Members {
		if g.Members[i].Result == nil {
			g.Members[i].Result = result.NewFailed(fmt.Errorf("the check stopped early: %w", context.Cause(ctx)))
		}
	}
	return g, nil
}
