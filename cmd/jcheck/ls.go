package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/store"
)

func (a *app) ls() *cobra.Command {
	var name, verdicts string
	cmd := &cobra.Command{
		Use:     "ls [STORE]",
		Short:   "List the runs of a store, the newest first",
		Long:    "Ls lists the runs of a store's directory (store if none is given), the newest first,\nwith their verdicts as stored, their sizes, and their directories.",
		Example: "  jcheck ls\n  jcheck ls --valid false --name etcd store",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			root := "store"
			if len(args) == 1 {
				root = args[0]
			}
			runs, err := store.Runs(root)
			if err != nil {
				return ranError{err}
			}
			for i := len(runs) - 1; i >= 0; i-- {
				r := runs[i]
				valid, size := verdictOf(r)
				if !strings.Contains(r.Name, name) || verdicts != "" && verdicts != valid {
					continue
				}
				fmt.Fprintf(a.out, "%4d  %s  %-8s %10d  %s\n", i, r.Time.Format(time.RFC3339), valid, size, r.Dir)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "only runs whose `name` contains this")
	cmd.Flags().StringVar(&verdicts, "valid", "", "only runs with this `verdict`: true, false, unknown, none (not judged) or damaged")
	completeFixed(cmd, "valid", "true", "false", "unknown", "none", "damaged")
	return cmd
}

// verdictOf is the verdict that a run was stored with, and the size of its file.
func verdictOf(r store.Run) (valid string, size int64) {
	if info, err := os.Stat(r.File()); err == nil {
		size = info.Size()
	}
	f, err := store.OpenFile(r.File())
	if errors.Is(err, fs.ErrNotExist) {
		return "none", size
	} else if err != nil {
		return "damaged", size
	}
	defer f.Close()
	v, saved, err := f.Verdict()
	switch {
	case err != nil, saved && len(f.Losses()) > 0: // an older index may tell an older verdict
		return "damaged", size
	case !saved:
		return "none", size
	}
	return v.String(), size
}

func (a *app) get() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "get RUN [PATH...]",
		Short: "Show a part of a stored test or of its results",
		Long: `Get follows a path of keys and places into the test of a run or, if it begins with
:results, into its results, and writes what is there as EDN. The run is a .jepsen file
or a run's directory.`,
		Example: "  jcheck get store/latest :name\n  jcheck get store/latest :results :workload :anomalies :G1a 0 :writer",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			file, _ := storedFile(args[0])
			f, err := store.OpenFile(orPath(file, args[0]))
			if err != nil {
				return ranError{err}
			}
			defer f.Close()
			for _, l := range f.Losses() { // what is shown may be older than what was lost
				a.complain(fmt.Errorf("%s: lost: %s", f.Path(), l))
			}
			v, path := edn.Value{}, args[1:]
			if len(path) > 0 && path[0] == ":results" {
				v, err = f.Results()
				path = path[1:]
			} else {
				v, err = f.Test()
			}
			if err != nil {
				return ranError{err}
			}
			if v, err = follow(v, path); err != nil {
				return err
			}
			text, err := edn.AppendEDN(nil, v)
			if err != nil {
				return ranError{err}
			}
			_, err = a.out.Write(append(text, '\n'))
			return err
		},
	}
	return cmd
}

// follow goes into maps by key and into sequences by place.
func follow(v edn.Value, path []string) (edn.Value, error) {
	for i, step := range path {
		key, err := edn.Parse(step, edn.EDN)
		if err != nil {
			return v, usagef("path: %v", err)
		}
		found, ok := into(v, key)
		if !ok {
			return v, usagef("there is no %s at %s", step, strings.Join(append([]string{"the root"}, path[:i]...), " "))
		}
		v = found
	}
	return v, nil
}

func into(v, key edn.Value) (found edn.Value, ok bool) {
	s := v.Scanner()
	switch s.Next() {
	case edn.Map:
		for s.Datum() != edn.Close && s.Kind != edn.Invalid && s.Kind != edn.EOF {
			hit := edn.Equal(s.Value(), key)
			if s.Datum(); hit {
				found, ok = s.Value(), true
			}
		}
	case edn.Vector, edn.List:
		items, err := v.Items(nil)
		if n, is := key.Int(); err == nil && is && n >= 0 && n < int64(len(items)) {
			return items[n], true
		}
	}
	return found, ok
}
