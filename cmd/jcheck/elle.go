package main

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
)

func (a *app) elle() *cobra.Command {
	f := &checkFlags{}
	var out, diagram string
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
		files := a.meant(args)
		if err := apart(out, files); err != nil {
			return err
		}
		if err := validateDiagram(diagram); err != nil {
			return err
		}
		c, err := checker.Named("elle")
		if err != nil {
			return err
		}
		j := &job{checkFlags: f, name: c.Name, check: f.single(c)}
		if out != "" {
			j.besides = func(ctx context.Context, file string, several bool, r result.Result, _ *progress) error {
				return a.writeCases(ctx, outDir(out, file, several), r.(*elle.Result), diagram)
			}
		}
		return a.do(cmd, files, j)
	}
	f.txnFlags.addTo(cmd, "registers: what each is at first, a `value` of EDN (default nil)")
	cmd.Flags().StringVar(&out, "out", "", "`directory` for explanations: a text file for each type of anomaly, a diagram for each case, a page for each list of contradicting reads")
	addDiagramFlag(cmd, &diagram)
	f.addOutput(a, cmd, 0)
	return cmd
}

// apart finds out whether the explanations of several files would go to one place.
func apart(out string, files []string) error {
	if out == "" || len(files) < 2 {
		return nil
	}
	taken := map[string]string{}
	for _, file := range files {
		dir := outDir(out, file, true)
		if other, ok := taken[dir]; ok {
			return usagef("the explanations of %s and %s would both go to %s: check them one by one", other, file, dir)
		}
		taken[dir] = file
	}
	return nil
}

// outDir is where the explanations of a file go: one folder each if there are
// several files.
func outDir(out, file string, several bool) string {
	if !several {
		return out
	}
	return filepath.Join(out, filepath.Base(nameOf(file)))
}

// writeCases writes the explanations of each type of anomaly into a file, a diagram of
// each case, and a page for each list whose reads contradict each other.
func (a *app) writeCases(ctx context.Context, dir string, res *elle.Result, kind string) error {
	files, err := render.CaseFiles(res)
	if err != nil {
		return err
	}
	pictures, err := a.diagrams(ctx, res, kind, mostDiagrams)
	if err != nil {
		return err
	}
	return writeFiles(dir, append(files, pictures...))
}
