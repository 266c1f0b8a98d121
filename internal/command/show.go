package command

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/store"
)

func (a *app) show() *cobra.Command {
	return &cobra.Command{
		Use:   "show [RUN]",
		Short: "Show the test, verdicts, anomalies and files of a stored run",
		Long: `Show prints what is known about a run, the newest by default, without reading its history:
the test map, the stored verdicts with what each checker found, and the other files of the
run. Get prints a part of the test or the results, ops shows operations, and analyze checks
the run again.`,
		Example: "  jcheck show\n  jcheck show -2\n  jcheck show store/etcd/latest",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return ran(a.showRun(orNewest(args)[0]))
		},
	}
}

// orNewest is the newest run if none was given.
func orNewest(args []string) []string {
	if len(args) == 0 {
		return []string{"-1"}
	}
	return args
}

func (a *app) showRun(arg string) error {
	run, err := a.openRun(arg)
	if err != nil {
		return err
	}
	defer run.Close()
	test, err := run.Test()
	if err != nil {
		return err
	}
	results, unread := run.Results() // all else is shown
	fmt.Fprintf(a.text, "%s\n", printableName(run.Path()))
	if f := run.File(); f != nil {
		fmt.Fprintf(a.text, "  %s\n", strings.Join(sizeOf(f), ", "))
	}
	fmt.Fprintln(a.text)
	if err := a.showTest(test); err != nil {
		return err
	}
	if unread != nil {
		fmt.Fprint(a.text, "Results cannot be read.\n")
	} else if results.IsZero() {
		fmt.Fprint(a.text, "No results: jcheck analyze judges the run.\n")
	} else {
		fmt.Fprintf(a.text, "Results\n%s", render.Stored(results, a.useColor()))
	}
	if err := a.showFiles(filepath.Dir(run.Path())); err != nil {
		return err
	}
	return unread
}

// sizeOf tells how much was recorded, as far as that can be told without reading it.
func sizeOf(f *store.File) (parts []string) {
	n, err := f.Len()
	if err != nil {
		return []string{"ops that cannot be counted: " + err.Error()}
	}
	parts = append(parts, fmt.Sprintf("%d ops", n))
	if n > 0 {
		if last, err := f.Ops(n-1, n); err == nil && len(last) == 1 {
			if at, ok := last[0].Get("time"); ok {
				if ns, ok := at.Int(); ok && ns >= 0 {
					parts = append(parts, fmt.Sprintf("%.1f s", time.Duration(ns).Seconds()))
				}
			}
		}
	}
	return parts
}

// showTest writes the map of a test, a key to a line, by name.
func (a *app) showTest(test edn.Value) error {
	type line struct{ key, value string }
	var lines []line
	width := 0
	s := test.Scanner()
	if s.Next() == edn.Map {
		for s.Datum() != edn.Close && s.Kind != edn.Invalid {
			key := strings.TrimPrefix(s.Value().String(), ":")
			s.Datum()
			text, err := edn.AppendPretty(nil, s.Value(), 90)
			if err != nil {
				return err
			}
			lines = append(lines, line{key, string(text)})
			width = max(width, len(key))
		}
	}
	slices.SortFunc(lines, func(a, b line) int { return strings.Compare(a.key, b.key) })
	fmt.Fprint(a.text, "Test\n")
	for _, l := range lines {
		fmt.Fprintf(a.text, "  %-*s  %s\n", width, l.key, strings.ReplaceAll(l.value, "\n", "\n"+strings.Repeat(" ", width+4)))
	}
	_, err := fmt.Fprintln(a.text)
	return err
}

// mostFiles is how many files of a run are listed.
const mostFiles = 50

// showFiles lists what lies in the directory of a run.
func (a *app) showFiles(dir string) error {
	fmt.Fprint(a.text, "\nFiles\n")
	n := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(e.Name(), ".") && path != dir { // that something works in
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !e.Type().IsRegular() {
			return nil
		}
		if n++; n > mostFiles {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(a.text, "  %-40s %10d bytes\n", printableName(filepath.ToSlash(name)), info.Size())
		return err
	})
	if n > mostFiles {
		fmt.Fprintf(a.text, "  and %d more\n", n-mostFiles)
	}
	return err
}
