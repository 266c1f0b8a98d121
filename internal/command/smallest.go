package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/shrink"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// shrinkRules say what can be left out of the history of each check.
var shrinkRules = map[string]shrink.Rule{
	"elle": shrink.Transactions,
	"set":  shrink.Elements, "set-full": shrink.Elements,
	"queue": shrink.Classes, "total-queue": shrink.Classes,
	"kafka": shrink.Keys,
	"bank":  shrink.Free, "unique-ids": shrink.Free, "adya": shrink.Free, "long-fork": shrink.Free,
}

// shrinkPrefixes are the checks of whose histories only the end can be left out.
var shrinkPrefixes = []string{"counter", "sequential", "causal-reverse", "echo"}

// failures are the checks that found a fault in the history. The statistics alone are none.
func failures(name string, r result.Result) (failed []result.Member) {
	g, ok := r.(*result.Group)
	if !ok {
		g = &result.Group{Members: []result.Member{{Name: name, Result: r}}}
	}
	for _, m := range g.Members {
		if m.Result.Verdict() == verdict.Invalid && m.Name != "stats" {
			failed = append(failed, m)
		}
	}
	return failed
}

// smallest shrinks the history of a check that failed, and says in a sentence what is left.
// Keep lists the types of anomalies one of which must be left, nil for the worst.
func (a *app) smallest(ctx context.Context, file string, failed result.Member, f *checkFlags, keep []string) (*history.History, string, error) {
	small, what, err := f.smallest(ctx, failed, keep)
	if unsupported := new(shrink.UnsupportedError); errors.As(err, &unsupported) || errors.Is(err, shrink.ErrNoClaim) {
		return nil, "", usagef("%s: %s: %v", nameOf(file), failed.Name, err)
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %s: %w", nameOf(file), failed.Name, err)
	}
	comment := fmt.Sprintf("%d of %d operations still show %s", small.Kept, small.Of, what)
	if small.Dropped > 0 {
		comment += fmt.Sprintf("; %d of their micro-ops or elements are left out", small.Dropped)
	}
	if ctx.Err() != nil {
		comment += "; interrupted, so it may not be the smallest"
	}
	return small.History, comment, nil
}

// smallest shrinks the history of an invalid result, and says what is left of it shows.
func (f *checkFlags) smallest(ctx context.Context, m result.Member, keep []string) (small *shrink.Result, what string, err error) {
	r := m.Result
	if keyed, ok := r.(*result.Keyed); ok {
		r = keyed.Failures()[0].Result
	}
	if lin, ok := r.(*linearizable.Result); ok {
		small, spent, err := f.smallestObject(ctx, lin)
		return small, "the fault" + spent + "; check them with " + f.commandOf(lin), err
	}
	types := kept(typesOf(r), keep)
	if len(types) == 0 {
		return nil, "", usagef("expected --keep of %s, found %s", strings.Join(typesOf(r), ", "), strings.Join(keep, ", "))
	}
	c, err := checker.Named(m.Name)
	if err != nil {
		return nil, "", err
	}
	opt := f.opt
	opt.Keyed = false
	claim := func(ctx context.Context, h *history.History) (bool, error) {
		r, err := c.Check(ctx, h, opt)
		if err != nil {
			return false, ctx.Err() // what is left is no history of this check
		}
		return r.Verdict() == verdict.Invalid && slices.ContainsFunc(typesOf(r), func(t string) bool { return slices.Contains(types, t) }), nil
	}
	h := r.About().History
	what = strings.Join(types, " or ") + "; check them with jcheck " + m.Name
	if rule, ok := shrinkRules[m.Name]; ok {
		small, err = shrink.Shrink(ctx, h, claim, shrink.Options{Rule: rule, Seed: witnesses(r, types)})
	} else if slices.Contains(shrinkPrefixes, m.Name) {
		small, err = shrink.Prefix(ctx, h, claim)
	} else {
		err = usagef("nothing can be left out of the history of this check without making faults")
	}
	return small, what, err
}

// commandOf is the command that judges what is left of an object.
func (f *checkFlags) commandOf(r *linearizable.Result) string {
	command, init := "jcheck linearizable --model "+r.Model, f.opt.Initial
	if promised := f.opt.Promised.Init; init == "" && !promised.IsNil() {
		init = promised.String()
	}
	if init != "" {
		command += " --init '" + init + "'"
	}
	return command
}

// smallestObject shrinks the first object that is not linearizable. It also says which pending
// operations are left out although they took effect.
func (f *checkFlags) smallestObject(ctx context.Context, r *linearizable.Result) (small *shrink.Result, spent string, err error) {
	failures := r.Failures()
	if len(failures) == 0 {
		return nil, "", errors.New("no object fails by itself")
	}
	m, _, err := f.opt.Promised.Model(r.Model, f.opt.Initial)
	if err != nil {
		return nil, "", err
	}
	ops, before, err := linearizable.Shrink(ctx, r, m, failures[0], f.opt.Linear)
	if err != nil {
		return nil, "", err
	}
	h, res := r.History, &shrink.Result{Checks: 1}
	kept := make([]int32, len(ops))
	spans := make([]history.Span, len(ops))
	for i, op := range ops {
		kept[i] = int32(op)
		spans[i].Lo, spans[i].Hi = h.ValueSpan(op)
		if h.Begins(op) {
			res.Kept++
		}
	}
	for i := range h.Len() {
		if h.Process(i).IsClient() && h.Begins(i) {
			res.Of++
		}
	}
	res.History = h.Sub(kept, spans)
	if len(before) > 0 {
		lines := result.List(len(before), func(i int) string { return strconv.Itoa(h.Line(before[i])) })
		if spent = fmt.Sprintf(" (the pending operation on line %s is left out, since it must have taken effect before)", lines); len(before) > 1 {
			spent = fmt.Sprintf(" (the pending operations on lines %s are left out, since they must have taken effect before)", lines)
		}
	}
	return res, spent, nil
}

// kept are the types of anomalies one of which must be left: the worst, unless others are to be kept.
func kept(found, keep []string) []string {
	switch {
	case len(keep) == 0:
		return found[:min(1, len(found))]
	case slices.Equal(keep, []string{"any"}):
		return found
	}
	return slices.DeleteFunc(slices.Clone(keep), func(t string) bool { return !slices.Contains(found, t) })
}

func typesOf(r result.Result) (types []string) {
	for _, f := range findings(r) {
		types = append(types, f.Type)
	}
	return types
}

// witnesses are the ops that show an anomaly of one of the types.
func witnesses(r result.Result, types []string) []int {
	for _, f := range findings(r) {
		if slices.Contains(types, f.Type) {
			return f.Ops
		}
	}
	return nil
}

func findings(r result.Result) []result.Finding {
	if r, ok := r.(result.Finder); ok {
		return r.Findings()
	}
	return nil
}
