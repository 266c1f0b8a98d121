package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
)

// elleFlags are the flags of jcheck elle.
type elleFlags struct {
	inputFlags
	ciFlags
	txnFlags
	limits
	json, edn bool
	out       string
	diagram   string
	limit     int
	quiet     bool
	verbose   bool
}

func (a *app) elle() *cobra.Command {
	var f elleFlags
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
		RunE: func(cmd *cobra.Command, args []string) error {
			files := a.meant(args)
			if err := f.validate(files); err != nil {
				return err
			}
			return a.eachFile(files, &f.ciFlags, "elle", func(file string, several bool) error {
				return a.checkFile(cmd.Context(), file, &f, several)
			})
		},
	}
	fl := cmd.Flags()
	f.txnFlags.addTo(cmd, "registers: what each is at first, a `value` of EDN (default nil)")
	f.addTimeout(cmd, 0)
	fl.BoolVar(&f.json, "json", false, "write one JSON object per file")
	fl.BoolVar(&f.edn, "edn", false, "write Elle's result map for each file, as EDN")
	fl.StringVar(&f.out, "out", "", "`directory` for explanations: a text file for each type of anomaly, a diagram for each case, a page for each list of contradicting reads")
	addDiagramFlag(cmd, &f.diagram)
	fl.IntVar(&f.limit, "limit", 1, "how many cases of each type to show")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "write nothing, only exit with the verdict")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "show more, including anomalies that the model allows")
	f.ciFlags.addTo(cmd)
	a.addInputFlags(cmd, &f.inputFlags)
	return cmd
}

// validate finds mistakes in the flags before any file is read.
func (f *elleFlags) validate(files []string) error {
	switch {
	case f.json && f.edn:
		return usagef("expected one of --json and --edn, not both")
	case f.limit < 1:
		return usagef("expected a --limit of at least 1, found %d", f.limit)
	}
	if f.out != "" && len(files) > 1 {
		taken := map[string]string{}
		for _, file := range files {
			dir := f.outDir(file, true)
			if other, ok := taken[dir]; ok {
				return usagef("the explanations of %s and %s would both go to %s: check them one by one", other, file, dir)
			}
			taken[dir] = file
		}
	}
	if err := validateDiagram(f.diagram); err != nil {
		return err
	}
	if err := f.txnFlags.validate(); err != nil {
		return err
	}
	if f.timeout < 0 {
		return usagef("expected a --timeout that is not negative, found %s", f.timeout)
	}
	if err := f.ciFlags.validate(); err != nil {
		return err
	}
	return f.inputFlags.validate()
}

// initialValue parses a value that registers hold at first, nil if there is none.
func initialValue(text string) (edn.Value, error) {
	if text == "" {
		return edn.Value{}, nil
	}
	v, err := edn.Parse(text, edn.EDN)
	if err != nil {
		return v, usagef("initial value: %v", err)
	}
	return v, nil
}

func (a *app) addInputFlags(cmd *cobra.Command, f *inputFlags) {
	cmd.Flags().StringVar(&f.format, "format", "", "format of the input: "+strings.Join(format.Formats(), ", ")+" (detected from the content by default)")
	cmd.Flags().Var(newByteSize(&f.maxBytes, format.DefaultMaxBytes), "max-bytes", "most `bytes` that compressed or piped input may come to")
	cmd.Flags().StringVar(&f.order, "order", "auto", "what tells the order of events: auto (the file, or the indices where they make better sense), file, index or time")
	completeFixed(cmd, "format", format.Formats()...)
	cmd.Flags().StringSliceVar(&f.mapping, "map", nil, "names that the file uses for fields and operations, such as process=client,key=k,f=broadcast:add, or a `file` that says so")
	completeFixed(cmd, "order", orders...)
}

func completeFixed(cmd *cobra.Command, flag string, values ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}

// checkFile checks one file and writes its result.
func (a *app) checkFile(ctx context.Context, file string, f *elleFlags, several bool) error {
	p := a.progress()
	defer p.done()
	h, err := a.read(ctx, file, &f.inputFlags, p)
	if err != nil {
		return err
	}
	opt, said := f.promised.Elle(f.options())
	opt.Progress = func(phase string) { p.say("checking "+file+": "+phase, -1) }
	asked := ctx // without the time that the check may take
	ctx, cancel := f.within(ctx)
	defer cancel()
	res, err := elle.Check(ctx, h, opt)
	if fault := new(par.FaultError); errors.As(err, &fault) {
		return fmt.Errorf("%s: %w", file, err)
	} else if err != nil {
		return err
	}
	p.done()
	res, err = distrusted(h, res, func(h *history.History) (*elle.Result, error) { return elle.Check(ctx, h, opt) })
	if err != nil {
		return err
	}
	warn(h, res)
	res.Warnings = append(res.Warnings, said...)
	a.worsen(f.status(asked, verdictStatus(res.Valid))) // before anything is printed
	f.take(file, "elle", res)
	if err := a.print(file, res, f, several); err != nil || f.out == "" {
		return err
	}
	return a.writeCases(asked, f.outDir(file, several), res, f.diagram)
}

// distrusted is checker.Distrust for one kind of result.
func distrusted[R result.Result](h *history.History, res R, again func(prefix *history.History) (R, error)) (R, error) {
	r, err := checker.Distrust(h, res, func(prefix *history.History) (result.Result, error) { return again(prefix) })
	if err != nil {
		return res, err
	}
	return r.(R), nil
}

func (a *app) print(file string, res *elle.Result, f *elleFlags, several bool) error {
	var text []byte
	var err error
	switch {
	case f.quiet:
		return nil
	case f.json:
		text, err = render.ElleJSON(nil, file, res)
	case f.edn:
		text, err = render.ElleEDN(nil, res)
	case several && !f.verbose:
		text = []byte(render.ElleLine(nameOf(file), res, a.useColor()))
	default:
		text = []byte(render.ElleProse(nameOf(file), res, render.ProseOptions{Color: a.useColor(), Limit: f.limit, Verbose: f.verbose}))
	}
	if err != nil {
		return err
	}
	return a.writeResult(text, !f.json && !f.edn)
}

// outDir is where the explanations of a file go: one folder each if there are
// several files.
func (f *elleFlags) outDir(file string, several bool) string {
	if !several {
		return f.out
	}
	return filepath.Join(f.out, filepath.Base(nameOf(file)))
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
