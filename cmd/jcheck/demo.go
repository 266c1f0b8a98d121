package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/simulate"
)

func (a *app) demo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo [DIR]",
		Short: "Write a handful of tiny bad histories, with what to look at in each",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "jcheck-demo"
			if len(args) > 0 {
				dir = args[0]
			}
			return ran(a.writeDemos(dir))
		},
	}
}

func (a *app) writeDemos(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, d := range simulate.Demos() {
		path := filepath.Join(dir, d.Name+".edn")
		if err := writeNew(path, []byte(d.History)); err != nil {
			return err
		}
		fmt.Fprintf(a.out, "%s  (%s)\n    %s\n", path, d.Anomaly, d.Look)
	}
	fmt.Fprintf(a.out, "\nTry: jcheck elle %s\n", filepath.Join(dir, simulate.Demos()[0].Name+".edn"))
	return nil
}

// writeNew writes a file unless it is there already; one with other content is
// an error, since somebody may want it.
func writeNew(path string, content []byte) error {
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.WriteFile(path, content, 0o666)
	case err == nil && !bytes.Equal(old, content):
		return usagef("%s is there already, with other content: expected a new directory", path)
	}
	return err
}
