package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

func (a *app) check() *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "check [FILE...]",
		Short: "Detect which checks fit a history, and run them",
		Long: `Check reads a history once, runs every check that fits its operations in parallel, and
merges the verdicts: invalid beats unknown, and unknown beats valid. --with names the checks
to run:

` + checkerList() + `
A history is EDN, JSON or JSON Lines, plain or compressed. Without a FILE, or with -, it
comes from standard input.`,
		Example: "  jcheck check history.jsonl\n  jcheck check --with set-full,stats history.edn\n  jcheck check --independent --with counter history.edn",
	}
	f.addTo(a, cmd, "")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		check, err := f.chosen()
		if err != nil {
			return err
		}
		return a.do(cmd, args, &job{checkFlags: f, name: "check", check: check})
	}
	return cmd
}

// single is one check of the table.
func (f *checkFlags) single(c *checker.Checker) checkFunc {
	return func(ctx context.Context, h *history.History) (result.Result, error) { return c.Check(ctx, h, f.opt) }
}

// chosen is the checks that were asked for, or those that the operations call for.
func (f *checkFlags) chosen() (checkFunc, error) {
	var chosen []*checker.Checker
	for _, name := range f.with {
		c, err := checker.Named(name)
		if err != nil {
			return nil, usageError{err.Error()}
		}
		if !slices.Contains(chosen, c) {
			chosen = append(chosen, c)
		}
	}
	return func(ctx context.Context, h *history.History) (result.Result, error) {
		if chosen != nil {
			return checker.Run(ctx, h, chosen, f.opt)
		}
		return checker.RunFitting(ctx, h, f.opt)
	}, nil
}

func checkerList() string {
	var b strings.Builder
	for _, c := range checker.Table() {
		fmt.Fprintf(&b, "  %-22s %s\n", c.Name, c.Doc)
	}
	return b.String()
}

// checker is the command of a single checker.
func (a *app) checker(c *checker.Checker) *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:     c.Name + " [FILE...]",
		Short:   strings.ToUpper(c.Doc[:1]) + c.Doc[1:],
		Long:    strings.ToUpper(c.Doc[:1]) + c.Doc[1:] + ".\n\nIt looks at " + c.Ops + ". A history is EDN, JSON or JSON Lines, plain or\ncompressed. Without a FILE, or with -, it comes from standard input.",
		Example: "  jcheck " + c.Name + " history.jsonl\n  jcheck " + c.Name + " --json history.edn",
	}
	f.addTo(a, cmd, c.Name)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.do(cmd, args, &job{checkFlags: f, name: c.Name, check: f.single(c)})
	}
	return cmd
}
