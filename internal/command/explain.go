package command

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/suggest"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/lint"
	"github.com/seed-c33ae711/jcheck/render"
)

func (a *app) explain() *cobra.Command {
	f, op := &checkFlags{}, int64(0)
	cmd := &cobra.Command{
		Use:   "explain NAME|FILE",
		Short: "Explain an anomaly, a fault, a model, a check, an object, or one op of a history",
		Long: `Explain says what a name means: an anomaly such as G1a, with an example, typical causes
and what to look at next; a fault that another check finds, such as wrong-total; a problem that
lint finds, such as fail-was-read; a consistency model such as snapshot-isolation; a check such as
set-full; or an object such as fifo-queue.

With --op, it checks a history as check does, and explains every fault that involves that op.
The exit status is then the verdict.`,
		Example:           "  jcheck explain G-single-item\n  jcheck explain snapshot-isolation\n  jcheck explain history.jsonl --op 207",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: cobra.FixedCompletions(explained(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("op") {
				return ran(a.explainOp(cmd, args[0], f, op))
			}
			text, err := about(cmd.Context(), args[0])
			if err != nil {
				return ranError{err}
			}
			if _, err := os.Stat(args[0]); text == "" && err == nil {
				return usagef("%s is a file: expected --op with the index of the op to explain", args[0])
			}
			if text == "" {
				return usagef("%s is not an anomaly, fault, model, check or object%s", args[0], suggest.DidYouMean(args[0], explained()))
			}
			_, err = fmt.Fprint(a.text, text)
			return ran(err)
		},
	}
	cmd.Flags().Int64Var(&op, "op", 0, "`index` of the op to explain")
	f.limit, f.failOn = 1, "unknown"
	f.addChecks(a, cmd, "")
	f.addTimeout(cmd, checkTimeout)
	a.addInputFlags(cmd, &f.inputFlags)
	return cmd
}

// explainOp tells what the checks of a history find about one op.
func (a *app) explainOp(cmd *cobra.Command, file string, f *checkFlags, index int64) error {
	if err := f.validate(cmd); err != nil {
		return err
	}
	check, err := f.chosen()
	if err != nil {
		return err
	}
	p := a.progress()
	defer p.done()
	path := a.meant([]string{file})[0]
	r, err := a.judge(cmd.Context(), path, &job{checkFlags: f, name: "check", check: check}, p)
	if err != nil {
		return err
	}
	op, err := render.OpAt(f.history, index)
	if err != nil {
		return usageError{err.Error()}
	}
	p.done()
	a.worsen(f.resultStatus(cmd.Context(), r))
	return a.writeResult([]byte(render.AboutOp(r, f.history, op, render.ProseOptions{Color: a.useColor()})), true)
}

// explained are the names that explain knows.
func explained() []string {
	return slices.Concat(elle.AnomalyNames(), elle.ModelNames(), render.FaultNames(), lintCodes(), checker.Names(), linearizable.Names())
}

func lintCodes() (codes []string) {
	for _, r := range lint.Rules() {
		codes = append(codes, r.Code)
	}
	return codes
}

func about(ctx context.Context, name string) (string, error) {
	text, err := render.AboutAnomaly(ctx, name)
	if err != nil {
		return "", err
	}
	text += render.AboutFault(name) + render.AboutModel(name)
	for _, r := range lint.Rules() {
		if r.Code == name {
			text += fmt.Sprintf("%s  a problem that lint finds (%s): %s\n\nWhy it matters: %s\nWhat to do: %s\n", name, r.Severity, r.What, r.Why, r.Fix)
		}
	}
	if c, err := checker.Named(name); err == nil {
		text += fmt.Sprintf("%s  a check: %s\n\nIt looks at %s. Run it with jcheck %s, or jcheck check --with %s.\n", name, c.Doc, c.Ops, name, name)
	}
	if slices.Contains(linearizable.Names(), name) {
		text += fmt.Sprintf("%s  an object: %s\n\nRun jcheck linearizable --model %s.\n", name, linearizable.Doc(name), name)
	}
	return text, nil
}
