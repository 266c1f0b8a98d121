package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/independent"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/lint"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// checkFlags are the flags of jcheck check, and of the commands of single
// checkers those that make sense there.
type checkFlags struct {
	inputFlags
	outputFlags
	ciFlags
	txnFlags
	limits
	with           []string
	independent    bool
	independentSet bool // somebody said whether or not
	opt            checker.Options
	total          int64
	accounts       string
	subVia         string
}

// checkFunc judges a history.
type checkFunc func(ctx context.Context, h *history.History) (result.Result, error)

// outputFlags say how to write results.
type outputFlags struct {
	json, edn bool
	limit     int
	quiet     bool
	verbose   bool
}

func (f *outputFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&f.json, "json", false, "write one JSON object per file")
	fl.BoolVar(&f.edn, "edn", false, "write Jepsen's result map for each file, as EDN")
	fl.IntVar(&f.limit, "limit", 1, "how many cases or keys to show")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "write nothing, only exit with the verdict")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "tell more, also of what is valid")
}

func (f *outputFlags) validate() error {
	switch {
	case f.json && f.edn:
		return usagef("expected one of --json and --edn, not both")
	case f.limit < 1:
		return usagef("expected a --limit of at least 1, found %d", f.limit)
	}
	return nil
}

func (a *app) check() *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "check [FILE...]",
		Short: "Run the checks that a history's operations call for",
		Long: `Check runs several checks over one reading of a history, in parallel, and merges
their verdicts: invalid beats unknown beats valid. The checks are detected from the
operations, or chosen:

` + checkerList() + `
Files are EDN, JSON or JSON Lines, plain or compressed; - or none is standard input.`,
		Example: "  jcheck check history.jsonl\n  jcheck check --with set-full,stats history.edn\n  jcheck check --independent --with counter history.edn",
	}
	f.addTo(a, cmd, "")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		check, err := f.chosen()
		if err != nil {
			return err
		}
		return a.checkAll(cmd, args, f, "check", check)
	}
	return cmd
}

// chosen is the checks that were asked for, or those that the operations call for.
func (f *checkFlags) chosen() (checkFunc, error) {
	var chosen []*checker.Checker
	for _, name := range f.with {
		c, err := checker.Named(name)
		if err != nil {
			return nil, usageError{err.Error()}
		}
		if !slices.Contains(chosen, c) {
			chosen = append(chosen, c)
		}
	}
	return func(ctx context.Context, h *history.History) (result.Result, error) {
		if chosen != nil {
			return checker.Run(ctx, h, chosen, f.opt)
		}
		return checker.RunFitting(ctx, h, f.opt)
	}, nil
}

func checkerList() string {
	var b strings.Builder
	for _, c := range checker.Table() {
		fmt.Fprintf(&b, "  %-22s %s\n", c.Name, c.Doc)
	}
	return b.String()
}

// checkers are the commands of single checkers.
func (a *app) checkers() (cmds []*cobra.Command) {
	for _, c := range checker.Table() {
		if c.Own {
			continue
		}
		f := &checkFlags{}
		cmd := &cobra.Command{
			Use:     c.Name + " [FILE...]",
			Short:   strings.ToUpper(c.Doc[:1]) + c.Doc[1:],
			Long:    strings.ToUpper(c.Doc[:1]) + c.Doc[1:] + ".\n\nIt looks at " + c.Ops + ". Files are EDN, JSON or JSON Lines, plain\nor compressed; - or none is standard input.",
			Example: "  jcheck " + c.Name + " history.jsonl\n  jcheck " + c.Name + " --json history.edn",
			GroupID: "checkers",
		}
		f.addTo(a, cmd, c.Name)
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			return a.checkAll(cmd, args, f, c.Name, func(ctx context.Context, h *history.History) (result.Result, error) {
				return c.Check(ctx, h, f.opt)
			})
		}
		cmds = append(cmds, cmd)
	}
	return cmds
}

// addTo adds the flags of one checker, or of all if name is empty, and those for what it
// writes.
func (f *checkFlags) addTo(a *app, cmd *cobra.Command, name string) {
	f.addChecks(a, cmd, name)
	f.outputFlags.add(cmd)
	f.ciFlags.addTo(cmd)
}

// addChecks adds the flags that say what to check.
func (f *checkFlags) addChecks(a *app, cmd *cobra.Command, name string) {
	fl := cmd.Flags()
	of := func(names ...string) bool { return name == "" || slices.Contains(names, name) }
	fl.BoolVar(&f.independent, "independent", false, "values are tuples [key value]: check each key by itself (detected by default)")
	if of("set-full") {
		fl.BoolVar(&f.opt.Set.Linearizable, "linearizable", false, "a read of a set must show every element that is known when it begins")
	}
	if of("queue") {
		fl.BoolVar(&f.opt.Queue.FIFO, "fifo", false, "elements leave a queue in the order in which they entered")
	}
	if of("bank") {
		fl.BoolVar(&f.opt.Bank.NegativeBalances, "negative-balances", false, "balances may be below zero")
		fl.StringVar(&f.accounts, "accounts", "", "`names` of the bank's accounts, separated by commas (any if not given)")
		fl.Int64Var(&f.total, "total", 0, "what all balances come to (that of most reads if not given)")
	}
	if of("long-fork") {
		fl.IntVar(&f.opt.LongFork.Group, "group", 0, "keys that are read together, of a long-fork history (those of the first read if not given)")
	}
	if of("kafka") {
		fl.StringVar(&f.subVia, "sub-via", "", "how consumers subscribe: assign, subscribe, or both with a comma")
		fl.BoolVar(&f.opt.Kafka.WWDeps, "ww-deps", false, "offsets tell in which order transactions wrote")
		fl.BoolVar(&f.opt.Kafka.AllErrors, "all-errors", false, "list all errors, not the worst of each type")
	}
	if name == "" {
		f.txnFlags.addTo(cmd, "what registers are at first: a `value` of EDN (default nil)")
		f.addSearch(cmd)
		fl.StringSliceVar(&f.with, "with", nil, "`checkers` to run, separated by commas (detected from the operations by default)")
		completeFixed(cmd, "with", checker.Names()...)
	}
	preset := time.Duration(0)
	if name == "" {
		preset = checkTimeout
	}
	f.addTimeout(cmd, preset)
	a.addInputFlags(cmd, &f.inputFlags)
}

// validate finds mistakes in the flags, and completes the options.
func (f *checkFlags) validate(cmd *cobra.Command) error {
	if n := f.opt.LongFork.Group; cmd.Flags().Changed("group") && (n < 1 || n > 64) {
		return usagef("expected a --group of 1 to 64 keys, found %d", n)
	}
	f.independentSet = cmd.Flags().Changed("independent")
	if cmd.Flags().Changed("total") {
		f.opt.Bank.Total = &f.total
	}
	if f.accounts != "" {
		names, err := checker.Accounts(f.accounts)
		if err != nil {
			return usageError{err.Error()}
		}
		f.opt.Bank.Accounts = names
	}
	if err := f.txnFlags.validate(); err != nil {
		return err
	}
	f.opt.Elle, f.opt.Initial = f.txnFlags.options(), f.init
	if cmd.Flags().Lookup("max-memory") == nil {
		f.maxMemory = linearizable.DefaultMemory
	}
	if err := f.limits.validate(); err != nil {
		return err
	}
	f.opt.Linear.Budget = f.budget()
	if err := f.kafka(); err != nil {
		return err
	}
	if err := f.outputFlags.validate(); err != nil {
		return err
	}
	if err := f.ciFlags.validate(); err != nil {
		return err
	}
	return f.inputFlags.validate()
}

// checkAll checks each file and writes its result.
func (a *app) checkAll(cmd *cobra.Command, files []string, f *checkFlags, name string, check checkFunc) error {
	if err := f.validate(cmd); err != nil {
		return err
	}
	return a.eachFile(files, &f.ciFlags, name, func(file string, several bool) error {
		return a.checkOne(cmd.Context(), file, f, name, check, several)
	})
}

// eachFile checks each file, standard input if there is none. A file that cannot be
// checked leaves the others alone.
func (a *app) eachFile(files []string, ci *ciFlags, name string, check func(file string, several bool) error) error {
	files = a.meant(files)
	for _, file := range files {
		ci.began = time.Now()
		if err := check(file, len(files) > 1); err != nil {
			a.complain(err)
			a.worsen(statusOf(ranError{err}))
			ci.takeError(file, name, err)
		}
	}
	return ci.finish(a)
}

// meant are the paths that arguments mean, standard input if there is none: what is told of a run has to
// make sense when -1 is another. What means nothing stays, and is told of when it is read.
func (a *app) meant(args []string) []string {
	if len(args) == 0 {
		return []string{"-"}
	}
	files := slices.Clone(args)
	for i, arg := range args {
		if path, err := a.resolve(arg); err == nil {
			files[i] = path
		}
	}
	return files
}

func (a *app) checkOne(ctx context.Context, file string, f *checkFlags, name string, check checkFunc, several bool) error {
	p := a.progress()
	defer p.done()
	r, err := a.judge(ctx, file, f, name, check, p)
	if err != nil {
		return err
	}
	p.done()
	a.worsen(f.resultStatus(ctx, r)) // before anything is printed
	f.take(file, name, r)
	return a.printResult(file, name, r, &f.outputFlags, several)
}

// judge reads a history and checks it. What weakens the verdict is in the result.
func (a *app) judge(ctx context.Context, file string, f *checkFlags, name string, check checkFunc, p *progress) (result.Result, error) {
	h, err := a.read(ctx, file, &f.inputFlags, p)
	if err != nil {
		return nil, err
	}
	p.say("checking "+file, -1)
	looks := !f.independentSet && !f.tuples && name != "lint" && name != "sequential" && independent.Looks(h)
	f.opt.Keyed = f.independent || f.tuples && !f.independentSet || looks
	f.opt.Promised = f.promised
	ctx, cancel := f.within(ctx)
	defer cancel()
	r, err := check(ctx, h)
	if fault := new(par.FaultError); errors.As(err, &fault) {
		return nil, fmt.Errorf("%s: %w", file, err)
	} else if err != nil {
		return nil, err
	}
	if name == "lint" {
		if r, err = checker.Distrust(h, r, nil); err != nil {
			return nil, err
		}
	}
	warn(h, r)
	if looks {
		addWarnings(r, verdict.Warning{Code: "tuples", Msg: "all values are of the form [key value], so each key was checked by itself; --independent=false takes them as they are"})
	}
	return r, nil
}

// resultStatus is a verdict's status. Where a check broke, the file could not be
// read to its end, or nothing but errors of the input came out, that is told.
func (f *ciFlags) resultStatus(ctx context.Context, r result.Result) int {
	errs := result.Errors(r)
	broken, fault, syntax := new(result.PanicError), new(par.FaultError), new(edn.SyntaxError)
	for _, err := range errs {
		if errors.As(err, &broken) {
			return exitInternal
		}
		if errors.As(err, &fault) || errors.As(err, new(*elle.OptionError)) || errors.As(err, new(*linearizable.OptionError)) {
			return exitBadInput
		}
	}
	switch {
	case len(errs) == 0:
		return f.status(ctx, verdictStatus(r.Verdict()))
	case onlyErrors(r) && errors.As(errs[0], &syntax):
		return exitBadInput
	}
	return verdictStatus(r.Verdict()) // what failed does not pass, whatever --fail-on says
}

// onlyErrors reports whether every check failed.
func onlyErrors(r result.Result) bool {
	switch r := r.(type) {
	case *result.Failed:
		return true
	case *result.Group:
		return !slices.ContainsFunc(r.Members, func(m result.Member) bool { return !onlyErrors(m.Result) })
	case *result.Keyed:
		return len(r.Keys) > 0 && !slices.ContainsFunc(r.Keys, func(k result.Key) bool { return !onlyErrors(k.Result) })
	}
	return false
}

func (a *app) printResult(file, name string, r result.Result, f *outputFlags, several bool) error {
	var text []byte
	var err error
	linted, isLint := r.(*lint.Result)
	switch {
	case f.quiet:
		return nil
	case f.json:
		text, err = render.JSON(nil, file, name, r)
	case f.edn:
		text, err = render.EDN(nil, r)
	case isLint && !several:
		text = []byte(lintText(file, linted, f, a.useColor()))
	case several && !f.verbose:
		text = []byte(render.Line(nameOf(file), name, r, a.useColor()))
	default:
		text = []byte(render.Prose(nameOf(file), name, r, render.ProseOptions{Color: a.useColor(), Limit: f.limit, Verbose: f.verbose}))
	}
	if err != nil {
		return err
	}
	return a.writeResult(text, !f.json && !f.edn)
}

// kafka parses how consumers subscribe.
func (f *checkFlags) kafka() error {
	for via := range strings.SplitSeq(f.subVia, ",") {
		switch via {
		case "":
		case "assign":
			f.opt.Kafka.SubVia |= kafka.Assign
		case "subscribe":
			f.opt.Kafka.SubVia |= kafka.Subscribe
		default:
			return usagef("expected --sub-via of assign or subscribe, found %q", via)
		}
	}
	return nil
}
