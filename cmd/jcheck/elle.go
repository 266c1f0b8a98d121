package main

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
		Long: `Elle infers which transactions must have come before which others, and looks
for cycles and other anomalies that a consistency model forbids. Files are EDN,
JSON or JSON Lines, plain or compressed; - or none is standard input.

Workload list-append: transactions of [:append k v] and [:r k [v1 v2 ...]].
--sequential-keys and --linearizable-keys ask of transactions that touched the
same list to come in the order of their process, or of real time, besides what
the models ask for.
Workload rw-register: transactions of [:w k v] and [:r k v]. In which order the
versions of a register came is known only as far as reads, the order of the
transactions, or an assumption tell: --wfr-keys, --sequential-keys and
--linearizable-keys assume something of each key, --transaction-order reads a
file: a map from the index of a completion to its place, or the indexes in order.
Workload closed-predicate: an op with :f :init and the items {k v ...}, then
transactions of [:insert k v], [:w k v], [:delete k], [:r k v] and [:rp p {k v ...}],
where p is :true, [:= c] or [:mod m t]. The versions of an item are assumed to
come in the order in which their writers completed.`,
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
	f.txnFlags.addTo(cmd, "registers: initial `value` of each, as EDN (default nil)", "consistency `model` that transactions should satisfy; repeatable (default "+elle.DefaultModel+")")
	completeFixed(cmd, "model", elle.ModelNames()...)
	f.addOutput(a, cmd, 0)
	f.extras.add(cmd, "elle")
	return cmd
}
