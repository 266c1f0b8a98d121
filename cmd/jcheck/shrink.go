package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
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

type shrinkFlags struct {
	checkFlags
	keep []string
	out  output
	to   string
}

func (a *app) shrinkCommand() *cobra.Command {
	f := &shrinkFlags{}
	cmd := &cobra.Command{
		Use:   "shrink [FILE]",
		Short: "Make the smallest history that still shows an anomaly",
		Long: `Shrink checks a history as check does. If it is invalid, shrink removes operations,
micro-ops and elements until removing any one more would lose the anomaly. It removes
nothing that could turn a sound history into an anomaly, and the check itself judges each
smaller history.

The smallest history goes to standard output, or to OUT, with its original indices and
times. The status is 1 if there is one, 0 if the history is valid, 2 if that is unknown.`,
		Example: "  jcheck shrink history.jsonl\n  jcheck shrink -m snapshot-isolation --keep G-single-item history.edn -o small.edn\n  jcheck shrink --with set-full history.edn",
		Args:    cobra.MaximumNArgs(1),
	}
	f.limit, f.failOn = 1, "unknown" // the output is not that of a check
	f.addChecks(a, cmd, "")
	f.addTimeout(cmd, checkTimeout)
	a.addInputFlags(cmd, &f.inputFlags)
	fl := cmd.Flags()
	fl.StringSliceVar(&f.keep, "keep", nil, "`types` of anomalies one of which must be left, or any (default: the first of the verdict)")
	fl.StringVarP(&f.out.path, "output", "o", "", "`file` to write, - for standard output")
	fl.BoolVar(&f.out.force, "force", false, "overwrite the file that is there")
	fl.StringVar(&f.to, "to", "edn", "`format` to write: "+strings.Join(format.ExportFormats(), ", "))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return ran(a.runShrink(cmd, a.meant(args)[0], f))
	}
	return cmd
}

func (a *app) runShrink(cmd *cobra.Command, file string, f *shrinkFlags) error {
	if err := f.validate(cmd); err != nil {
		return err
	}
	if err := f.out.check(false, f.to); err != nil {
		return err
	}
	check, err := f.chosen()
	if err != nil {
		return err
	}
	p := a.progress()
	defer p.done()
	r, err := a.judge(cmd.Context(), file, &job{checkFlags: &f.checkFlags, name: "check", check: check}, p)
	if err != nil {
		return err
	}
	g := r.(*result.Group)
	i := slices.IndexFunc(g.Members, func(m result.Member) bool { return m.Result.Verdict() == verdict.Invalid && m.Name != "stats" })
	if i < 0 {
		a.worsen(verdictStatus(r.Verdict()))
		word := map[verdict.Verdict]string{verdict.Valid: "valid", verdict.Unknown: "of unknown validity", verdict.Invalid: "invalid by its statistics alone"}[r.Verdict()]
		fmt.Fprintf(a.messages, "jcheck: %s is %s: there is nothing to shrink\n", nameOf(file), word)
		return nil
	}
	p.say("shrinking "+nameOf(file), -1)
	small, what, err := f.smallest(cmd.Context(), g.Members[i])
	if unsupported := new(shrink.UnsupportedError); errors.As(err, &unsupported) || errors.Is(err, shrink.ErrNoClaim) {
		return usagef("%s: %s: %v", nameOf(file), g.Members[i].Name, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %s: %w", nameOf(file), g.Members[i].Name, err)
	}
	p.done()
	a.worsen(exitInvalid)
	comment := fmt.Sprintf("%d of %d operations show %s (%s)", small.Kept, small.Of, what, g.Members[i].Name)
	if small.Dropped > 0 {
		comment += fmt.Sprintf("; %d micro-ops or elements of them are left out", small.Dropped)
	}
	if cmd.Context().Err() != nil {
		comment += "; interrupted, so it may not be the smallest"
	}
	fmt.Fprintf(a.messages, "jcheck: %s: %s\n", nameOf(file), comment)
	return a.writeShrunk(context.WithoutCancel(cmd.Context()), file, small.History, comment, f)
}

func (a *app) writeShrunk(ctx context.Context, file string, h *history.History, comment string, f *shrinkFlags) error {
	x, err := format.Export(ctx, h, format.Format(f.to), format.ExportOptions{})
	if err != nil {
		return err
	}
	if f.to == string(format.EDN) {
		write := x.Files[0].Write
		x.Files[0].Write = func(w io.Writer) error {
			if _, err := fmt.Fprintf(w, "; of %s: %s\n", nameOf(file), comment); err != nil {
				return err
			}
			return write(w)
		}
	}
	return f.out.write(a.data, x)
}

// smallest shrinks the history of an invalid result, and says what is left of it shows.
func (f *shrinkFlags) smallest(ctx context.Context, m result.Member) (small *shrink.Result, what string, err error) {
	r := m.Result
	if keyed, ok := r.(*result.Keyed); ok {
		r = keyed.Failures()[0].Result
	}
	if lin, ok := r.(*linearizable.Result); ok {
		small, err = f.smallestObject(ctx, lin)
		return small, "what is not linearizable: " + f.commandOf(lin), err
	}
	types := f.kept(typesOf(r))
	if len(types) == 0 {
		return nil, "", usagef("expected --keep of %s, found %s", strings.Join(typesOf(r), ", "), strings.Join(f.keep, ", "))
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
	h := historyOf(r)
	what = strings.Join(types, " or ")
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
func (f *shrinkFlags) commandOf(r *linearizable.Result) string {
	command, init := "jcheck linearizable --model "+r.Model, f.opt.Initial
	if promised := f.opt.Promised.Init; init == "" && !promised.IsNil() {
		init = promised.String()
	}
	if init != "" {
		command += " --init '" + init + "'"
	}
	return command
}

// smallestObject shrinks the first object that is not linearizable.
func (f *shrinkFlags) smallestObject(ctx context.Context, r *linearizable.Result) (*shrink.Result, error) {
	failures := r.Failures()
	if len(failures) == 0 {
		return nil, errors.New("no object fails by itself")
	}
	m, _, err := f.opt.Promised.Model(r.Model, f.opt.Initial)
	if err != nil {
		return nil, err
	}
	ops, err := linearizable.Shrink(ctx, r, m, failures[0], f.opt.Linear)
	if err != nil {
		return nil, err
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
	return res, nil
}

// kept are the types of anomalies one of which must be left.
func (f *shrinkFlags) kept(found []string) []string {
	switch {
	case len(f.keep) == 0:
		return found[:min(1, len(found))]
	case slices.Equal(f.keep, []string{"any"}):
		return found
	}
	return slices.DeleteFunc(slices.Clone(f.keep), func(t string) bool { return !slices.Contains(found, t) })
}

func typesOf(r result.Result) (types []string) {
	switch r := r.(type) {
	case *elle.Result:
		for _, t := range r.Types() {
			types = append(types, string(t))
		}
	case result.Report:
		for _, f := range r.Findings() {
			types = append(types, f.Type)
		}
	}
	return types
}

func historyOf(r result.Result) *history.History {
	if e, ok := r.(*elle.Result); ok {
		return e.History
	}
	return r.(result.Report).About().History
}

// witnesses are the ops that show an anomaly of one of the types.
func witnesses(r result.Result, types []string) (ops []int) {
	switch r := r.(type) {
	case *elle.Result:
		for _, a := range r.Anomalies {
			if slices.Contains(types, string(a.Type)) && len(a.Cases) > 0 {
				return a.Cases[0].Witnesses()
			}
		}
	case result.Report:
		for _, f := range r.Findings() {
			if slices.Contains(types, f.Type) {
				return f.Ops
			}
		}
	}
	return nil
}
