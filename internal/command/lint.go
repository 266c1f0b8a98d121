package command

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/lint"
	"github.com/seed-c33ae711/jcheck/result"
)

func (a *app) lint() *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "lint [FILE...]",
		Short: "Find recording mistakes that make verdicts weak or wrong",
		Long: `Lint looks for mistakes of the test, not of the database: timeouts recorded as failures,
values written twice, writes that nobody could have read, faults without effect, histories
that prove nothing. It says why each one matters and what to do. docs/lint.md lists them all.

Invalid means that verdicts on this history are wrong; unknown means that they say nothing.
A history is EDN, JSON or JSON Lines, plain or compressed, a .jepsen file, or the directory
of a run. Without a FILE, or with -, it comes from standard input.`,
		Example: "  jcheck lint history.jsonl\n  jcheck lint --json store/latest",
	}
	f.outputFlags.add(cmd)
	f.ciFlags.addTo(cmd)
	a.addInputFlags(cmd, &f.inputFlags)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		check := func(ctx context.Context, h *history.History) (result.Result, error) {
			opt := lint.Options{}
			if f.tuples {
				opt.Keyed = lint.Keyed
			}
			r, err := lint.Check(ctx, h, opt)
			if err != nil {
				return nil, err
			}
			return r, nil
		}
		return a.do(cmd, args, &job{checkFlags: f, name: "lint", check: check})
	}
	return cmd
}

// warn adds to a result what a glance at its history tells against it.
func warn(h *history.History, r result.Result) {
	if _, ok := r.(*lint.Result); !ok {
		r.About().Warnings = append(r.About().Warnings, lint.Quick(h)...)
	}
}
