package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/store"
)

func (a *app) get() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "get RUN [PATH...]",
		Short: "Show a part of a stored test or of its results",
		Long: `Get follows a path of keys and places into the test of a run or, if it begins with
:results, into its results, and writes what is there as EDN.`,
		Example: "  jcheck get -1 :name\n  jcheck get etcd/latest :results :workload :anomalies :G1a 0 :writer",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			file, err := a.storedPath(args[0])
			if err != nil {
				return ranError{err}
			}
			f, err := store.OpenFile(file)
			if err != nil {
				return ranError{err}
			}
			defer f.Close()
			a.tellLosses(f)
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
			text, err := edn.AppendPretty(nil, v, 100)
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
