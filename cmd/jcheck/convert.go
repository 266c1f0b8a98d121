package main

import (
	"bufio"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/format"
)

func (a *app) convert() *cobra.Command {
	var f inputFlags
	var to string
	cmd := &cobra.Command{
		Use:   "convert --to edn|jsonl [FILE]",
		Short: "Write a history in another format",
		Long: `Convert reads a history and writes it to standard output, one op to a line.
JSON has no keywords, so those inside values become strings, and stay so when
they are converted back.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if to != string(format.EDN) && to != string(format.JSONL) {
				return usagef("unknown format %q to convert to: expected edn or jsonl", to)
			}
			if err := f.validate(); err != nil {
				return err
			}
			file := "-"
			if len(args) > 0 {
				file = args[0]
			}
			p := a.progress()
			defer p.done()
			h, err := a.read(cmd.Context(), file, &f, p)
			if err != nil {
				return ranError{err}
			}
			w := bufio.NewWriter(a.out)
			if err := format.Write(cmd.Context(), w, h, format.Format(to)); err != nil {
				return ranError{err}
			}
			return ran(w.Flush())
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "format to write: edn or jsonl")
	completeFixed(cmd, "to", "edn", "jsonl")
	a.addInputFlags(cmd, &f)
	return cmd
}

// ran marks an error, if there is one, as met while running.
func ran(err error) error {
	if err == nil {
		return nil
	}
	return ranError{err}
}
