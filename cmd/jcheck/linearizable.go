package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/render/linear"
	"github.com/seed-c33ae711/jcheck/result"
)

// linearizableFlags are those that only jcheck linearizable has.
type linearizableFlags struct {
	checkFlags
	oneObject    bool
	witness      bool
	shrink, html string
	svg          string
}

func (a *app) linearizable() *cobra.Command {
	var f linearizableFlags
	cmd := &cobra.Command{
		Use:     "linearizable [FILE...]",
		Aliases: []string{"lin"},
		Short:   "Check operations on single objects for linearizability",
		Long: `Linearizable decides whether operations on an object, such as a register or a
queue, could each have taken effect at one moment between invocation and
completion. Failed operations did not happen; indeterminate ones may have, at any
time after their invocation. Files are EDN, JSON or JSON Lines, plain or
compressed; - or none is standard input.

If the values of all operations are tuples [key value], there is an object for
each key.

Models and their operations:
` + linearizableModels(),
		Example: `  jcheck linearizable history.jsonl
  jcheck linearizable --model cas-register --init 0 history.edn
  jcheck linearizable --shrink small.edn --html page.html history.edn
  jcheck gen fifo-queue --bug-rate 0.01 | jcheck lin --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			files := a.meant(args)
			if err := f.prepare(cmd, files); err != nil {
				return err
			}
			c, err := checker.Named("linearizable")
			if err != nil {
				return err
			}
			besides := func(ctx context.Context, _ string, _ bool, r result.Result, p *progress) error {
				return a.writeObjects(ctx, &f, r.(*linearizable.Result), p)
			}
			return a.do(cmd, files, &job{checkFlags: &f.checkFlags, name: c.Name, check: f.single(c), besides: besides})
		},
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.opt.Model, "model", "m", "", "what the object is (detected from the operations by default)")
	fl.StringVar(&f.init, "init", "", "what the object is at first: a `value` of EDN (default nil, 0 of a counter, no text of a kv)")
	fl.BoolVar(&f.independent, "independent", false, "values are tuples [key value], with an object for each key")
	fl.BoolVar(&f.oneObject, "one-object", false, "there is one object, even if all values are tuples")
	f.addSearch(cmd)
	fl.BoolVar(&f.opt.Linear.Knossos, "knossos", false, "as in Knossos, what takes something out and never returns takes nothing, a false alarm if it did, and a dequeue of nil takes a nil")
	fl.BoolVar(&f.witness, "witness", false, "tell linearizations of what is linearizable")
	fl.StringVar(&f.shrink, "shrink", "", "`file` for the fewest operations found that are not linearizable by themselves, - for standard output")
	fl.StringVar(&f.html, "html", "", "`file` for Porcupine's interactive page")
	fl.StringVar(&f.svg, "svg", "", "`file` for a picture of what fails: the longest linearizations, and what cannot follow")
	f.addOutput(a, cmd, 0)
	completeFixed(cmd, "model", linearizable.Names()...)
	return cmd
}

func linearizableModels() string {
	var b bytes.Buffer
	for _, name := range linearizable.Names() {
		fmt.Fprintf(&b, "  %-16s %s\n", name, linearizable.Doc(name))
	}
	return b.String()
}

// prepare finds mistakes in the flags before any file is read, and completes the options.
func (f *linearizableFlags) prepare(cmd *cobra.Command, files []string) error {
	switch {
	case f.independent && f.oneObject:
		return usagef("expected one of --independent and --one-object, not both")
	case len(files) > 1 && f.shrink != "":
		return usagef("--shrink writes one file: check histories one by one")
	case len(files) > 1 && f.html != "":
		return usagef("--html writes one file: check histories one by one")
	case len(files) > 1 && f.svg != "":
		return usagef("--svg writes one file: check histories one by one")
	}
	if f.opt.Model != "" {
		if _, err := linearizable.ByName(f.opt.Model, f.init); err != nil {
			return hinted(err, []string{f.opt.Model}, objectHint)
		}
	}
	f.opt.Linear.Witness = f.witness
	if f.oneObject {
		f.opt.Linear.Keyed = linearizable.OneObject
	}
	return nil
}

// writeObjects writes what was asked for besides the result: pages to look at, and what is left
// of a history that is not linearizable.
func (a *app) writeObjects(ctx context.Context, f *linearizableFlags, res *linearizable.Result, p *progress) error {
	if f.html != "" || f.svg != "" {
		if err := a.drawObjects(ctx, f, res); err != nil {
			return err
		}
	}
	failures := res.Failures()
	if f.shrink == "" || len(failures) == 0 {
		return nil
	}
	p.say("shrinking", -1)
	m, _, err := f.opt.Promised.Model(res.Model, f.opt.Initial)
	if err != nil {
		return err
	}
	ops, err := linearizable.Shrink(ctx, res, m, failures[0], f.opt.Linear)
	if err != nil {
		return err
	}
	var text []byte
	for _, op := range ops {
		if text, err = format.AppendOpEDN(text, res.History, op); err != nil {
			return err
		}
		text = append(text, '\n')
	}
	return a.save(f.shrink, text)
}

// drawObjects writes the pictures that were asked for: of what fails, or else of how it can be
// linearized.
func (a *app) drawObjects(ctx context.Context, f *linearizableFlags, res *linearizable.Result) error {
	if len(res.Failures()) == 0 && !f.witness {
		m, _, err := f.opt.Promised.Model(res.Model, f.opt.Initial)
		if err != nil {
			return err
		}
		opt := f.opt.Linear
		opt.Witness = true
		if res, err = linearizable.Check(ctx, res.History, m, opt); err != nil {
			return err
		}
	}
	if f.html != "" {
		var page bytes.Buffer
		if err := render.LinearizableHTML(&page, res, f.limit); err != nil {
			return err
		}
		if err := a.save(f.html, page.Bytes()); err != nil {
			return err
		}
	}
	if f.svg == "" {
		return nil
	}
	picture, err := linear.SVG(res, linear.Options{Limit: f.limit})
	if err != nil {
		return err
	}
	return a.save(f.svg, picture)
}
