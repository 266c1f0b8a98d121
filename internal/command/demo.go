package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/store"
)

func (a *app) demo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo [DIR]",
		Short: "Write seven small invalid histories and a store of runs to try jcheck on",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "jcheck-demo"
			if len(args) > 0 {
				dir = args[0]
			}
			return ran(a.writeDemos(cmd.Context(), dir))
		},
	}
}

func (a *app) writeDemos(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, d := range simulate.Demos() {
		path := filepath.Join(dir, d.Name+".edn")
		if err := writeNew(path, []byte(d.History)); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(a.text, "%s  (%s)\n    %s\n", path, d.Anomaly, d.Look); err != nil {
			return err
		}
	}
	root := filepath.Join(dir, defaultStore)
	if err := a.writeDemoStore(ctx, root); err != nil {
		return err
	}
	fmt.Fprintf(a.text, "%s\n    three runs of tests, the last of a database with a bug\n", root)
	_, err := fmt.Fprintf(a.text, "\nTry: jcheck elle %[1]s\n     jcheck report %[1]s\n     jcheck analyze --store %[2]s\n", filepath.Join(dir, simulate.Demos()[0].Name+".edn"), root)
	return err
}

// demoRuns are the runs of the demonstration's store, which are the same each time.
var demoRuns = []struct {
	name, start string
	tuples      bool
	ops         simulation
}{
	{"register", "2026-01-02T03:04:05.000Z", true, simulate.Object{Kind: simulate.CASRegister, Operations: 300, Keys: 3, Clients: 5, CrashRate: 0.01}.Ops},
	{"etcd", "2026-01-02T04:05:06.000Z", false, simulate.Config{DB: "serial", Txns: 500, FailRate: 0.05, CrashRate: 0.01, NemesisEvery: 200, Clients: 5, FinalReads: true}.Ops},
	{"etcd", "2026-01-03T09:10:11.000Z", false, simulate.Config{DB: "aborted-read", Txns: 500, FailRate: 0.01, CrashRate: 0.01, NemesisEvery: 200, Clients: 5, FinalReads: true, Seed: 1}.Ops},
}

// writeDemoStore writes a store, unless there is one already. It appears when it is complete, or else
// half of one would be taken for it the next time.
func (a *app) writeDemoStore(ctx context.Context, root string) error {
	if _, err := os.Stat(root); err == nil {
		return nil
	}
	return output{path: root}.replace(func(temp string) error {
		if err := os.Mkdir(temp, 0o777); err != nil {
			return err
		}
		return a.writeDemoRuns(ctx, temp)
	})
}

func (a *app) writeDemoRuns(ctx context.Context, root string) error {
	for _, r := range demoRuns {
		ops, err := r.ops()
		if err != nil {
			return err
		}
		_, err = a.record(ctx, root, edn.Entries{
			{edn.Kw("name"), r.name}, {edn.Kw("simulated"), true},
			{edn.Kw("start-time"), edn.Tagged{Tag: "clj-time/date-time", Value: r.start}},
			{edn.Kw("nodes"), []any{"n1", "n2", "n3"}}, {edn.Kw("concurrency"), 5},
		}, r.tuples, ops)
		if err != nil {
			return err
		}
	}
	return nil
}

// writeNew writes a file unless it is there already; one with other content is
// an error, since somebody may want it.
func writeNew(path string, content []byte) error {
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return store.WriteFile(path, func(w io.Writer) error {
			_, err := w.Write(content)
			return err
		})
	case err == nil && !bytes.Equal(old, content):
		return usagef("%s is there already, with other content: expected a new directory", path)
	}
	return err
}
