package main

import (
	"bufio"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/simulate"
)

func (a *app) gen() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gen",
		Short: "Generate a history from a simulated database",
		RunE: func(*cobra.Command, []string) error {
			return usagef("expected what to generate: list-append or rw-register")
		},
	}
	for _, w := range simulate.Workloads() {
		cmd.AddCommand(a.genWorkload(w))
	}
	return cmd
}

func (a *app) genWorkload(w simulate.Workload) *cobra.Command {
	c := simulate.Config{Workload: w}
	var format string
	cmd := &cobra.Command{
		Use:   w.String(),
		Short: genShort[w],
		Long:  "A simulated database of known isolation runs random transactions. The same\nflags always give the same history.\n\nDatabases:\n" + databases(),
		Example: "  jcheck gen " + w.String() + " --txns 1000 --db snapshot-isolation > si.edn\n" +
			"  jcheck gen " + w.String() + " --txns 1000000 --format jsonl | jcheck elle",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "edn" && format != "jsonl" {
				return usagef("unknown format %q: expected edn or jsonl", format)
			}
			if c.Clients < 1 || c.Keys < 1 || c.MinOps < 1 || c.MaxOps < 1 || c.MaxWritesPerKey < 1 {
				return usagef("expected at least 1 client, key, micro-op and write per key")
			}
			if c.Txns < 1 {
				c.Txns = -1 // Config takes 0 for its default
			}
			ops, err := c.Ops()
			if err != nil {
				return usageError{err.Error()}
			}
			w := bufio.NewWriterSize(a.out, 1<<16)
			var line []byte
			i := 0
			for op := range ops {
				if format == "edn" {
					line = op.AppendEDN(line[:0], i)
				} else {
					line = op.AppendJSON(line[:0], i)
				}
				if _, err := w.Write(append(line, '\n')); err != nil {
					return ranError{err}
				}
				if i++; i%1024 == 0 && cmd.Context().Err() != nil {
					return ranError{interrupted{"interrupted"}}
				}
			}
			return ran(w.Flush())
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.DB, "db", "serial", "database to simulate")
	f.IntVar(&c.Txns, "txns", 1000, "transactions")
	f.IntVar(&c.Clients, "clients", 10, "concurrent clients")
	f.Uint64Var(&c.Seed, "seed", 0, "seed of all that is random")
	f.IntVar(&c.Keys, "keys", 10, "keys in use at a time")
	f.IntVar(&c.MinOps, "min-ops", 1, "fewest micro-ops of a transaction")
	f.IntVar(&c.MaxOps, "max-ops", 4, "most micro-ops of a transaction")
	f.IntVar(&c.MaxWritesPerKey, "max-writes-per-key", 32, "writes until a key is replaced by a new one")
	f.Float64Var(&c.FailRate, "fail-rate", 0, "share of transactions that fail")
	f.Float64Var(&c.CrashRate, "crash-rate", 0, "share of transactions whose outcome stays unknown")
	f.IntVar(&c.NemesisEvery, "nemesis-every", 0, "nemesis ops, one pair in so many ops; 0 for none")
	f.BoolVar(&c.FinalReads, "final-reads", false, "read every key at the end")
	f.StringVar(&format, "format", "edn", "format to write: edn or jsonl")
	completeFixed(cmd, "format", "edn", "jsonl")
	var names []string
	for _, d := range simulate.Databases() {
		names = append(names, d.Name)
	}
	completeFixed(cmd, "db", names...)
	return cmd
}

var genShort = map[simulate.Workload]string{
	simulate.ListAppend: "Generate a list-append history",
	simulate.RWRegister: "Generate an rw-register history",
}

func databases() string {
	var b strings.Builder
	for _, d := range simulate.Databases() {
		b.WriteString("  " + d.Name + strings.Repeat(" ", max(20-len(d.Name), 1)) + d.Doc + "\n")
	}
	return b.String()
}
