package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/store"
)

func (a *app) get() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "get RUN [PATH...]",
		Short: "Show a part of a stored test or of its results",
		Long: `Get prints a part of the test map of a run as EDN, or of its results if the path begins with
:results. Each step of the path is a key of a map, an element of a set, or a position in any
collection, counted from 0. A name without a colon matches any key of that name.`,
		Example: "  jcheck get -1 :name\n  jcheck get etcd/latest :results :workload :anomalies :G1a 0 :writer\n  jcheck get -1 results workload --json | jq .anomalies",
		Args:    cobra.MinimumNArgs(1),

		ValidArgsFunction: a.completePath,
		RunE: func(_ *cobra.Command, args []string) error {
			run, err := a.openRun(args[0])
			if err != nil {
				return ranError{err}
			}
			defer run.Close()
			v, err := part(run, args[1:])
			if err != nil {
				return ran(err)
			}
			var text []byte
			if asJSON {
				text, err = edn.AppendJSON(nil, v)
			} else {
				text, err = edn.AppendPretty(nil, v, 100)
			}
			if err != nil {
				return ranError{err}
			}
			_, err = a.data.Write(append(text, '\n'))
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write one line of JSON")
	return cmd
}

// part is what a path leads to in a run.
func part(run *store.Stored, path []string) (v edn.Value, err error) {
	if len(path) > 0 && strings.TrimPrefix(path[0], ":") == "results" {
		if v, err = run.Results(); err != nil {
			return v, err
		}
		if v.IsZero() {
			return v, usagef("%s has no results: jcheck analyze judges the run", run.Path())
		}
		return follow(v, path, 1)
	}
	if v, err = run.Test(); err != nil {
		return v, err
	}
	return follow(v, path, 0)
}

// follow goes into collections, a step of the path at a time, from where so many were gone
// already.
func follow(v edn.Value, path []string, gone int) (edn.Value, error) {
	for i, step := range path[gone:] {
		key, err := edn.Parse(step, edn.EDN)
		if err != nil {
			return v, usagef("path: %v", err)
		}
		found, ok := into(v, key)
		if !ok {
			at := "the root"
			if i+gone > 0 {
				at = strings.Join(path[:i+gone], " ")
			}
			return v, usagef("there is no %s at %s%s", step, at, alternatives(v))
		}
		v = found
	}
	return v, nil
}

// into goes one step into a collection, whatever its tag: by key or element, or else by name
// if the key is one without a colon, or else by place.
func into(v, key edn.Value) (found edn.Value, ok bool) {
	name, bare := key.Name()
	bare = bare && key.Kind() == edn.Symbol
	rank := 0 // of what was found
	for i, e := range elements(v) {
		r := 0
		if n, is := key.Int(); is && n == int64(i) {
			r = 1
		}
		if !e.key.IsZero() {
			if other, named := e.key.Name(); bare && named && other == name {
				r = 2
			}
			if edn.Equal(e.key, key) {
				r = 3
			}
		}
		if r > 0 && r >= rank { // of equal keys the last one counts
			found, ok, rank = e.value, true, r
		}
	}
	return found, ok
}

// element is one of a collection: of a map with its key, of a set with itself as the
// key, else without.
type element struct{ key, value edn.Value }

func elements(v edn.Value) (out []element) {
	s := v.Scanner()
	kind := s.Next()
	for kind == edn.Tag {
		kind = s.Next()
	}
	switch kind {
	case edn.Map, edn.Set, edn.Vector, edn.List:
	default:
		return nil
	}
	for s.Datum() != edn.Close && s.Kind != edn.Invalid {
		e := element{value: s.Value()}
		switch kind {
		case edn.Set:
			e.key = e.value
		case edn.Map:
			e.key = e.value
			s.Datum()
			e.value = s.Value()
		}
		out = append(out, e)
	}
	return out
}

// mostAlternatives is how many keys an error lists.
const mostAlternatives = 12

// alternatives tells what there is instead of what was asked for.
func alternatives(v edn.Value) string {
	all := elements(v)
	var keys []string
	for _, e := range all {
		if e.key.IsZero() {
			continue
		}
		if len(keys) == mostAlternatives {
			keys = append(keys, "...")
			break
		}
		keys = append(keys, e.key.String())
	}
	switch {
	case keys != nil:
		return "; there are " + strings.Join(keys, ", ")
	case len(all) > 0:
		return fmt.Sprintf("; there are places 0 to %d", len(all)-1)
	case v.Kind() == edn.Map, v.Kind() == edn.Set, v.Kind() == edn.Vector, v.Kind() == edn.List:
		return ", which is empty"
	}
	return ", which is no collection"
}
