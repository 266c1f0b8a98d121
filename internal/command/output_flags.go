package command

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
	fl.IntVar(&f.limit, "limit", 1, "how many cases to show of each anomaly, and how many keys")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing; the exit status is the verdict")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "show more details, also for valid histories")
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
