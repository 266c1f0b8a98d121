package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/suggest"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/render"
)

func (a *app) explain() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain NAME",
		Short: "Explain an anomaly, a consistency model, a check or an object",
		Long: `Explain says what a name means: an anomaly such as G1a, with an example, typical causes
and what to look at next; a consistency model such as snapshot-isolation; a check such as
set-full; or an object of linearizable such as fifo-queue.`,
		Example:           "  jcheck explain G-single-item\n  jcheck explain snapshot-isolation",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: cobra.FixedCompletions(explained(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := about(cmd.Context(), args[0])
			if err != nil {
				return ranError{err}
			}
			if text == "" {
				return usagef("%s is not an anomaly, model, check or object%s", args[0], suggest.DidYouMean(args[0], explained()))
			}
			_, err = fmt.Fprint(a.text, text)
			return ran(err)
		},
	}
	return cmd
}

// explained are the names that explain knows.
func explained() []string {
	return slices.Concat(elle.AnomalyNames(), elle.ModelNames(), checker.Names(), linearizable.Names())
}

func about(ctx context.Context, name string) (string, error) {
	text, err := render.AboutAnomaly(ctx, name)
	if err != nil {
		return "", err
	}
	text += render.AboutModel(name)
	if c, err := checker.Named(name); err == nil {
		text += fmt.Sprintf("%s  a check: %s\n\nIt looks at %s. Run it with jcheck %s, or jcheck check --with %s.\n", name, c.Doc, c.Ops, name, name)
	}
	if slices.Contains(linearizable.Names(), name) {
		text += fmt.Sprintf("%s  an object: %s\n\nRun jcheck linearizable --model %s.\n", name, linearizable.Doc(name), name)
	}
	return text, nil
}
