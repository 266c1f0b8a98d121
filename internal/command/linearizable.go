package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/linearizable"
)

func (a *app) linearizable() *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:     "linearizable [FILE...]",
		Aliases: []string{"lin"},
		Short:   "Check operations on single objects for linearizability",
		Long: `Linearizable decides whether each operation on an object, such as a register or a
queue, could have taken effect at one moment between its invocation and its completion.
Failed operations did not happen. Indeterminate ones may have, at any time after their
invocation. Files are EDN, JSON or JSON Lines, plain or compressed; without a FILE, or
with -, the history comes from standard input.

If the values of all operations are tuples [key value], there is an object for each key.

Models and their operations:
` + linearizableModels(),
		Example: `  jcheck linearizable history.jsonl
  jcheck linearizable --model cas-register --init 0 history.edn
  jcheck linearizable --shrink small.edn --html page.html history.edn
  jcheck gen fifo-queue --bug-rate 0.01 | jcheck lin --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := checker.Named("linearizable")
			if err != nil {
				return err
			}
			return a.do(cmd, args, &job{checkFlags: f, name: c.Name, check: f.single(c)})
		},
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.opt.Model, "model", "m", "", "the kind of object (default: detected from the operations)")
	fl.StringVar(&f.init, "init", "", "initial `value` of the object, as EDN (default nil; 0 for a counter, empty text for a kv)")
	f.addIndependent(cmd)
	fl.BoolFunc("one-object", "", func(string) error { return fl.Set("independent", "false") })
	_ = fl.MarkHidden("one-object") // what --independent=false was called
	f.addObjects(cmd)
	f.addOutput(a, cmd, 0)
	f.extras.add(cmd, "linearizable")
	completeFixed(cmd, "model", linearizable.Names()...)
	return cmd
}

func linearizableModels() string {
	var b strings.Builder
	for _, name := range linearizable.Names() {
		fmt.Fprintf(&b, "  %-16s %s\n", name, linearizable.Doc(name))
	}
	return b.String()
}

// object finds mistakes in the name of the object before any file is read.
func (f *checkFlags) object() error {
	if f.opt.Model == "" {
		return nil
	}
	_, err := linearizable.ByName(f.opt.Model, f.init)
	return hinted(err, []string{f.opt.Model}, objectHint)
}
