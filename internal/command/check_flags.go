package command

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/suggest"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/linearizable"
)

// checkFlags are the flags of jcheck check, and of the commands of single
// checkers those that make sense there.
type checkFlags struct {
	inputFlags
	outputFlags
	ciFlags
	txnFlags
	extras extraFlags
	limits
	with           []string
	independent    bool
	independentSet bool // somebody said whether or not
	opt            checker.Options
	total          int64
	accounts       string
	subVia         string
}

// addTo adds the flags of one checker, or of all if name is empty, and those for what it
// writes.
func (f *checkFlags) addTo(a *app, cmd *cobra.Command, name string) {
	f.addChecks(a, cmd, name)
	preset := time.Duration(0)
	if name == "" {
		preset = checkTimeout
	}
	f.addOutput(a, cmd, preset)
	f.extras.add(cmd, name)
}

// addOutput adds the flags that all checks have: for what they read and write, and
// for the time that a history may take unless told otherwise.
func (f *checkFlags) addOutput(a *app, cmd *cobra.Command, preset time.Duration) {
	f.outputFlags.add(cmd)
	f.ciFlags.addTo(cmd)
	f.addTimeout(cmd, preset)
	a.addInputFlags(cmd, &f.inputFlags)
}

// addChecks adds the flags that say what to check.
func (f *checkFlags) addChecks(a *app, cmd *cobra.Command, name string) {
	fl := cmd.Flags()
	of := func(names ...string) bool { return name == "" || slices.Contains(names, name) }
	f.addIndependent(cmd)
	if of("set-full") {
		fl.BoolVar(&f.opt.Set.Linearizable, "linearizable", false, "set-full: a read must show every element known when the read begins")
	}
	if of("queue") {
		fl.BoolVar(&f.opt.Queue.FIFO, "fifo", false, "queue: elements leave in the order in which they entered")
	}
	if of("bank") {
		fl.BoolVar(&f.opt.Bank.NegativeBalances, "negative-balances", false, "bank: allow balances below zero")
		fl.StringVar(&f.accounts, "accounts", "", "bank: `names` of the accounts, separated by commas (default: accept any)")
		fl.Int64Var(&f.total, "total", 0, "bank: sum of all balances (default: the sum that most reads show)")
	}
	if of("long-fork") {
		fl.IntVar(&f.opt.LongFork.Group, "group", 0, "long-fork: how many keys each read covers (default: as many as the first read)")
	}
	if of("kafka") {
		fl.StringVar(&f.subVia, "sub-via", "", "kafka: how consumers subscribe: assign, subscribe, or assign,subscribe")
		fl.BoolVar(&f.opt.Kafka.WWDeps, "ww-deps", false, "kafka: infer write-write dependencies from the order of offsets")
		fl.BoolVar(&f.opt.Kafka.AllErrors, "all-errors", false, "kafka: list every error instead of the worst of each type")
	}
	if name == "" {
		f.txnFlags.addTo(cmd, "initial `value` of registers and other objects, as EDN (default nil)", "consistency `model` that transactions must satisfy (default "+elle.DefaultModel+"), or the object that operations act on, such as cas-register (default: detected); repeatable")
		completeFrom(cmd, "model", func() []string { return slices.Concat(elle.ModelNames(), linearizable.Names()) })
		f.addObjects(cmd)
		fl.StringSliceVar(&f.with, "with", nil, "`checks` to run, separated by commas (default: detected from the operations)")
		completeFixed(cmd, "with", checker.Names()...)
	}
}

func (f *checkFlags) addIndependent(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.independent, "independent", false, "values are tuples [key value]; check each key by itself (default: detected; =false turns it off)")
}

// addObjects adds the flags of the search for linearizations.
func (f *checkFlags) addObjects(cmd *cobra.Command) {
	f.addSearch(cmd)
	cmd.Flags().BoolVar(&f.opt.Linear.Knossos, "knossos", false, "objects: judge as Knossos does: a dequeue that never returns takes nothing, and a dequeue of nil takes a nil")
	cmd.Flags().BoolVar(&f.opt.Linear.Witness, "witness", false, "objects: print a linearization of each object that is linearizable")
}

// objects takes the names of objects out of --model, where the others are consistency models.
func (f *checkFlags) objects() error {
	f.models = nil // none but objects means the default
	for _, m := range f.asked {
		if slices.Contains(linearizable.Names(), m) {
			f.opt.Model = m
			continue
		}
		if hint := suggest.DidYouMean(m, linearizable.Names()); hint != "" {
			return usagef("unknown model %q%s", m, hint)
		}
		f.models = append(f.models, m)
	}
	return nil
}

// validate finds mistakes in the flags, and completes the options.
func (f *checkFlags) validate(cmd *cobra.Command) error {
	if n := f.opt.LongFork.Group; cmd.Flags().Changed("group") && (n < 1 || n > 64) {
		return usagef("expected a --group of 1 to 64 keys, found %d", n)
	}
	if f.independentSet = cmd.Flags().Changed("independent"); f.independentSet && !f.independent {
		f.opt.Linear.Keyed = linearizable.OneObject
	}
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
	f.models = f.asked
	if cmd.Flags().Lookup("with") != nil {
		if err := f.objects(); err != nil {
			return err
		}
	}
	if err := f.object(); err != nil {
		return err
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
	if err := f.oneStdout(); err != nil {
		return err
	}
	return f.inputFlags.validate()
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
