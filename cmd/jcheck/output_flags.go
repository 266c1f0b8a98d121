package main

import "github.com/spf13/cobra"

// outputFlags say how to write results.
type outputFlags struct {
	json, edn bool
	limit     int
	quiet     bool
	verbose   bool
}

func (f *outputFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&f.json, "json", false, "write one JSON object per file")
	fl.BoolVar(&f.edn, "edn", false, "write Jepsen's result map for each file, as EDN")
	fl.IntVar(&f.limit, "limit", 1, "how many cases or keys to show")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "write nothing, only exit with the verdict")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "tell more, also of what is valid")
}

func (f *outputFlags) validate() error {
	switch {
	case f.json && f.edn:
		return usagef("expected one of --json and --edn, not both")
	case f.limit < 1:
		return usagef("expected a --limit of at least 1, found %d", f.limit)
	}
	return nil
}
