package command

import (
	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/elle"
)

func (a *app) elle() *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "elle [FILE...]",
		Short: "Check transactions against a consistency model",
		Long: `Elle infers which transactions must precede which others, and looks for cycles and other
anomalies that a consistency model prohibits. A history is EDN, JSON or JSON Lines, plain or
compressed. Without a FILE, or with -, it comes from standard input.

There are three workloads:

list-append       Transactions of [:append k v] and [:r k [v1 v2 ...]].
                  --sequential-keys and --linearizable-keys also require transactions on the
                  same list to follow the order of their process or of real time.

rw-register       Transactions of [:w k v] and [:r k v]. The order of versions follows from
                  reads, from what the models imply, and from assumptions: --wfr-keys,
                  --sequential-keys and --linearizable-keys each assume something about every
                  key. --transaction-order reads the order of transactions from a file: a map
                  from the index of a completion to its position, or a list of these indices.

closed-predicate  An op with :f :init and the items {k v ...}, then transactions of
                  [:insert k v], [:w k v], [:delete k], [:r k v] and [:rp p {k v ...}], where
                  p is :true, [:= c] or [:mod m t]. The versions of an item are assumed to
                  follow the order in which their writers completed.`,
		Example: `  jcheck elle history.jsonl
  jcheck elle --model snapshot-isolation --model read-committed history.edn
  jcheck elle --linearizable-keys registers.jsonl
  zcat history.edn.gz | jcheck elle --json -`,
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := checker.Named("elle")
		if err != nil {
			return err
		}
		return a.do(cmd, args, &job{checkFlags: f, name: c.Name, check: f.single(c)})
	}
	f.txnFlags.addTo(cmd, "registers: initial `value` of each, as EDN (default nil)", "consistency `model` that transactions must satisfy (default "+elle.DefaultModel+"); repeatable")
	completeFrom(cmd, "model", elle.ModelNames)
	f.addOutput(a, cmd, 0)
	f.extras.add(cmd, "elle")
	return cmd
}
