package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/render/linear"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// linearizableFlags are the flags of jcheck linearizable.
type linearizableFlags struct {
	inputFlags
	ciFlags
	model, init      string
	keyed, oneObject bool
	limits
	witness      bool
	knossos      bool
	shrink, html string
	svg          string
	json, edn    bool
	limit        int
	quiet        bool
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
			if err := f.validate(files); err != nil {
				return err
			}
			return a.eachFile(files, &f.ciFlags, "linearizable", func(file string, several bool) error {
				return a.checkObjects(cmd.Context(), file, &f, several)
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.model, "model", "m", "", "what the object is (detected from the operations by default)")
	fl.StringVar(&f.init, "init", "", "what the object is at first: a `value` of EDN (default nil, 0 of a counter, no text of a kv)")
	fl.BoolVar(&f.keyed, "independent", false, "values are tuples [key value], with an object for each key")
	fl.BoolVar(&f.oneObject, "one-object", false, "there is one object, even if all values are tuples")
	f.addTimeout(cmd, 0)
	f.addSearch(cmd)
	fl.BoolVar(&f.knossos, "knossos", false, "as in Knossos, what takes something out and never returns takes nothing, a false alarm if it did, and a dequeue of nil takes a nil")
	fl.BoolVar(&f.witness, "witness", false, "tell linearizations of what is linearizable")
	fl.StringVar(&f.shrink, "shrink", "", "`file` for the fewest operations found that are not linearizable by themselves")
	fl.StringVar(&f.html, "html", "", "`file` for Porcupine's interactive page")
	fl.StringVar(&f.svg, "svg", "", "`file` for a picture of what fails: the longest linearizations, and what cannot follow")
	fl.BoolVar(&f.json, "json", false, "write one JSON object per file")
	fl.BoolVar(&f.edn, "edn", false, "write Knossos' result map for each file, as EDN")
	fl.IntVar(&f.limit, "limit", 1, "how many failing keys to show")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "write nothing, only exit with the verdict")
	f.ciFlags.addTo(cmd)
	a.addInputFlags(cmd, &f.inputFlags)
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

// validate finds mistakes in the flags before any file is read.
func (f *linearizableFlags) validate(files []string) error {
	switch {
	case f.json && f.edn:
		return usagef("expected one of --json and --edn, not both")
	case f.keyed && f.oneObject:
		return usagef("expected one of --independent and --one-object, not both")
	case f.limit < 1:
		return usagef("expected a --limit of at least 1, found %d", f.limit)
	case len(files) > 1 && f.shrink != "":
		return usagef("--shrink writes one file: check histories one by one")
	case len(files) > 1 && f.html != "":
		return usagef("--html writes one file: check histories one by one")
	case len(files) > 1 && f.svg != "":
		return usagef("--svg writes one file: check histories one by one")
	}
	if err := f.limits.validate(); err != nil {
		return err
	}
	if f.model != "" {
		if _, err := linearizable.ByName(f.model, f.init); err != nil {
			return hinted(err, []string{f.model}, objectHint)
		}
	} else if _, err := initialValue(f.init); err != nil {
		return err
	}
	if err := f.ciFlags.validate(); err != nil {
		return err
	}
	return f.inputFlags.validate()
}

func (f *linearizableFlags) options() linearizable.Options {
	opt := linearizable.Options{
		Budget:  f.budget(),
		Witness: f.witness || f.html != "",
		Knossos: f.knossos,
	}
	switch {
	case f.oneObject:
		opt.Keyed = linearizable.OneObject
	case f.keyed, f.tuples:
		opt.Keyed = linearizable.Keyed
	}
	return opt
}

// modelOf returns the model that was asked for, or that the operations tell.
func (f *linearizableFlags) modelOf(h *history.History) (linearizable.Model, []verdict.Warning, error) {
	name := f.model
	if name == "" {
		m, err := linearizable.Detect(h)
		if err != nil {
			return m, nil, err
		}
		name = m.Name()
	}
	return f.promised.Model(name, f.init)
}

// checkObjects checks one file and writes its result.
func (a *app) checkObjects(ctx context.Context, file string, f *linearizableFlags, several bool) error {
	p := a.progress()
	defer p.done()
	h, err := a.read(ctx, file, &f.inputFlags, p)
	if err != nil {
		return err
	}
	m, said, err := f.modelOf(h)
	if err != nil {
		return fmt.Errorf("%s: %w", nameOf(file), err)
	}
	asked := ctx // without the time that the check may take
	ctx, cancel := f.within(ctx)
	defer cancel()
	opt := f.options()
	opt.Progress = func(phase string) { p.say("checking "+file+": "+phase, -1) }
	res, err := linearizable.Check(ctx, h, m, opt)
	if fault := new(par.FaultError); errors.As(err, &fault) {
		return fmt.Errorf("%s: %w", file, err)
	} else if err != nil {
		return err
	}
	p.done()
	res, err = distrusted(h, res, func(h *history.History) (*linearizable.Result, error) { return linearizable.Check(ctx, h, m, opt) })
	if err != nil {
		return err
	}
	warn(h, res)
	res.Warnings = append(res.Warnings, said...)
	a.worsen(f.status(asked, verdictStatus(res.Valid))) // before anything is printed
	f.take(file, "linearizable", res)
	if err := a.printObjects(file, res, f, several); err != nil {
		return err
	}
	return a.writeFiles(ctx, res, m, f, p)
}

func (a *app) printObjects(file string, res *linearizable.Result, f *linearizableFlags, several bool) error {
	if !f.witness { // only the page asked for it
		shown := *res
		shown.Parts = append([]linearizable.Part(nil), res.Parts...)
		for i := range shown.Parts {
			shown.Parts[i].Witness = nil
		}
		res = &shown
	}
	var text []byte
	var err error
	switch {
	case f.quiet:
		return nil
	case f.json:
		text, err = render.LinearizableJSON(nil, file, res)
	case f.edn:
		text, err = render.LinearizableEDN(nil, res)
	case several:
		text = []byte(render.LinearizableLine(nameOf(file), res, a.useColor()))
	default:
		text = []byte(render.LinearizableProse(nameOf(file), res, render.LinearizableOptions{Color: a.useColor(), Limit: f.limit, Witness: f.witness}))
	}
	if err != nil {
		return err
	}
	return a.writeResult(text, !f.json && !f.edn)
}

// writeFiles writes what was asked for besides the result: what is left of a
// history that is not linearizable, and a page to look at.
func (a *app) writeFiles(ctx context.Context, res *linearizable.Result, m linearizable.Model, f *linearizableFlags, p *progress) error {
	if f.html != "" {
		var page bytes.Buffer
		if err := render.LinearizableHTML(&page, res, f.limit); err != nil {
			return err
		}
		if err := os.WriteFile(f.html, page.Bytes(), 0o666); err != nil {
			return err
		}
	}
	if f.svg != "" {
		picture, err := linear.SVG(res, linear.Options{Limit: f.limit})
		if err != nil {
			return err
		}
		if err := os.WriteFile(f.svg, picture, 0o666); err != nil {
			return err
		}
	}
	failures := res.Failures()
	if f.shrink == "" || len(failures) == 0 {
		return nil
	}
	p.say("shrinking", -1)
	ops, err := linearizable.Shrink(ctx, res, m, failures[0], f.options())
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
	return os.WriteFile(f.shrink, text, 0o666)
}
