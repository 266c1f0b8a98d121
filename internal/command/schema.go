package command

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/render"
)

func (a *app) schema() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Write the JSON Schema of results",
		Long:    "Schema writes the JSON Schema (draft 2020-12) of the lines that --json writes.",
		Example: "  jcheck schema > result.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(a.out, render.Schema)
			return ran(err)
		},
	}
}
