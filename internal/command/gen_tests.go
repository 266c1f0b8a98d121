package command

import (
	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/simulate"
)

func (a *app) genTest(p simulate.Property) *cobra.Command {
	t := simulate.Test{Property: p}
	var g genFlags
	cmd := &cobra.Command{
		Use:   p.String(),
		Short: "Generate a history of operations: " + p.Doc(),
		Long: `Clients ` + p.Doc() + `. Each operation takes effect at one
moment between its invocation and its completion. If the client crashes, it takes effect at
any later time or never. --bug-rate makes operations go wrong. The same flags always give the
same history.`,
		Example: "  jcheck gen " + p.String() + " --ops 1000 --crash-rate 0.01 > good.edn\n" +
			"  jcheck gen " + p.String() + " --ops 1000 --bug-rate 0.1 > bad.edn",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if t.Clients < 1 {
				return usagef("expected at least 1 client")
			}
			if t.Operations < 0 {
				return usagef("expected --ops of at least 0, found %d", t.Operations)
			}
			if t.Operations == 0 {
				t.Operations = -1 // Test takes 0 for its default
			}
			return a.generate(cmd.Context(), t.Ops, &g)
		},
	}
	f := cmd.Flags()
	f.IntVar(&t.Operations, "ops", 1000, "operations")
	f.Float64Var(&t.FailRate, "fail-rate", 0, "share of operations that are refused")
	f.Float64Var(&t.CrashRate, "crash-rate", 0, "share of operations whose outcome stays unknown")
	f.Float64Var(&t.BugRate, "bug-rate", 0, "share of operations that go wrong")
	addGenFlags(cmd, &t.Clients, &t.Seed, &g)
	return cmd
}
