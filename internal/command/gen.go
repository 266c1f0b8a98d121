package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/store"
)

func (a *app) gen() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gen",
		Short: "Generate a history from a simulated database",
		Long: `Gen simulates a database and writes a history of it: transactions, operations on objects
such as registers and queues, or messages in logs. The same flags always give the same
history.`,
		Example: "  jcheck gen list-append --txns 1000 --db snapshot-isolation > si.edn\n" +
			"  jcheck gen cas-register --ops 1000 --bug-rate 0.01 > cas.edn",
	}
	var names []string
	for _, w := range simulate.Workloads() {
		cmd.AddCommand(a.genWorkload(w))
		names = append(names, w.String())
	}
	for _, k := range simulate.Kinds() {
		cmd.AddCommand(a.genObject(k))
		names = append(names, k.String())
	}
	cmd.AddCommand(a.genLog())
	names = append(names, "kafka")
	for _, k := range simulate.Tests() {
		cmd.AddCommand(a.genTest(k))
		names = append(names, k.String())
	}
	last := len(names) - 1
	what := strings.Join(names[:last], ", ") + " or " + names[last]
	cmd.RunE = func(*cobra.Command, []string) error {
		return usagef("expected what to generate: %s", what)
	}
	return cmd
}

func (a *app) genWorkload(w simulate.Workload) *cobra.Command {
	c := simulate.Config{Workload: w}
	var g genFlags
	cmd := &cobra.Command{
		Use:   w.String(),
		Short: genShort[w],
		Long:  "Random transactions run against a simulated database whose isolation level is known. The\nsame flags always give the same history.\n\nDatabases:\n" + databases(),
		Example: "  jcheck gen " + w.String() + " --txns 1000 --db snapshot-isolation > si.edn\n" +
			"  jcheck gen " + w.String() + " --txns 1000000 --to jsonl | jcheck elle",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if c.Clients < 1 || c.Keys < 1 || c.MinOps < 1 || c.MaxOps < 1 || c.MaxWritesPerKey < 1 {
				return usagef("expected at least 1 client, key, micro-op and write per key")
			}
			if c.Txns < 0 {
				return usagef("expected --txns of at least 0, found %d", c.Txns)
			}
			if c.Txns == 0 {
				c.Txns = -1 // Config takes 0 for its default
			}
			return a.generate(cmd.Context(), c.Ops, &g)
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.DB, "db", "serial", "database to simulate")
	f.IntVar(&c.Txns, "txns", 1000, "transactions")
	f.IntVar(&c.Keys, "keys", 10, "keys in use at a time")
	f.IntVar(&c.MinOps, "min-ops", 1, "fewest micro-ops of a transaction")
	f.IntVar(&c.MaxOps, "max-ops", 4, "most micro-ops of a transaction")
	f.IntVar(&c.MaxWritesPerKey, "max-writes-per-key", 32, "writes until a key is replaced by a new one")
	f.Float64Var(&c.FailRate, "fail-rate", 0, "share of transactions that fail")
	f.Float64Var(&c.CrashRate, "crash-rate", 0, "share of transactions whose outcome stays unknown: info, some at the end")
	f.IntVar(&c.NemesisEvery, "nemesis-every", 0, "nemesis ops, one pair in so many ops; 0 for none")
	f.BoolVar(&c.FinalReads, "final-reads", false, "read every key at the end")
	addGenFlags(cmd, &c.Clients, &c.Seed, &g)
	var names []string
	for _, d := range simulate.Databases() {
		names = append(names, d.Name)
	}
	completeFixed(cmd, "db", names...)
	return cmd
}

func (a *app) genObject(k simulate.Kind) *cobra.Command {
	o := simulate.Object{Kind: k}
	var g genFlags
	cmd := &cobra.Command{
		Use:   k.String(),
		Short: "Generate a history of operations: " + k.Doc(),
		Long: `Clients ` + k.Doc() + `. Each operation takes effect at one moment
between its invocation and its completion. If the client crashes, it takes effect at any
later time or never. So the history is linearizable, unless --bug-rate makes operations go
wrong. With several keys, each key has its own object, and values are tuples [key value].
The same flags always give the same history.`,
		Example: "  jcheck gen " + k.String() + " --ops 1000 --crash-rate 0.01 > good.edn\n" +
			"  jcheck gen " + k.String() + " --ops 1000 --bug-rate 0.01 > bad.edn",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Clients < 1 || o.Keys < 1 {
				return usagef("expected at least 1 client and key")
			}
			if o.Operations < 0 {
				return usagef("expected --ops of at least 0, found %d", o.Operations)
			}
			if o.Operations == 0 {
				o.Operations = -1 // Object takes 0 for its default
			}
			g.tuples = o.Keys > 1 || o.PerKey > 0
			return a.generate(cmd.Context(), o.Ops, &g)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Operations, "ops", 1000, "operations")
	f.IntVar(&o.Keys, "keys", 1, "keys in use at a time")
	f.IntVar(&o.PerKey, "ops-per-key", 0, "operations until a key is replaced by a new one; 0 for never")
	if k != simulate.Mutex {
		f.IntVar(&o.Values, "values", 0, valuesUsage(k))
	}
	f.Float64Var(&o.FailRate, "fail-rate", 0, "share of operations that are refused")
	f.Float64Var(&o.CrashRate, "crash-rate", 0, "share of operations whose outcome stays unknown: info, some at the end")
	f.Float64Var(&o.BugRate, "bug-rate", 0, "share of operations that go wrong")
	addGenFlags(cmd, &o.Clients, &o.Seed, &g)
	return cmd
}

func (a *app) genLog() *cobra.Command {
	l := simulate.Log{}
	var g genFlags
	var bugs string
	var names []string
	for _, b := range simulate.LogBugs() {
		bugs += "  " + b.Name + strings.Repeat(" ", max(12-len(b.Name), 1)) + b.Doc + "\n"
		names = append(names, b.Name)
	}
	cmd := &cobra.Command{
		Use:   "kafka",
		Short: "Generate a history of operations on logs: send messages, or poll them",
		Long: `Clients send messages to keys, each of which is a log, and poll the keys assigned to them.
Each operation takes effect at one moment between its invocation and its completion. If the
client crashes, it takes effect at any later time or never. At the end, a fresh consumer
polls everything. So no message is lost, unless --bug-rate makes operations go wrong. The
same flags always give the same history.

Bugs:
` + bugs,
		Example: "  jcheck gen kafka --ops 1000 --crash-rate 0.01 > good.edn\n" +
			"  jcheck gen kafka --ops 1000 --bug-rate 0.01 --bug lost > bad.edn",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if l.Clients < 1 || l.Keys < 1 || l.MaxTxn < 1 || l.MaxBatch < 1 {
				return usagef("expected at least 1 client, key, micro-op and message of a poll")
			}
			if l.Operations < 0 {
				return usagef("expected --ops of at least 0, found %d", l.Operations)
			}
			if l.Operations == 0 {
				l.Operations = -1 // Log takes 0 for its default
			}
			return a.generate(cmd.Context(), l.Ops, &g)
		},
	}
	f := cmd.Flags()
	f.IntVar(&l.Operations, "ops", 1000, "operations, those at the end not counted")
	f.IntVar(&l.Keys, "keys", 4, "keys")
	f.IntVar(&l.MaxTxn, "max-txn", 4, "most micro-ops of an operation; with 1 there are no txns")
	f.IntVar(&l.MaxBatch, "max-batch", 32, "most messages of a key that a poll returns")
	f.Float64Var(&l.FailRate, "fail-rate", 0, "share of operations that abort")
	f.Float64Var(&l.CrashRate, "crash-rate", 0, "share of operations whose outcome stays unknown: info, some at the end")
	f.Float64Var(&l.BugRate, "bug-rate", 0, "share of operations that go wrong")
	f.StringVar(&l.Bug, "bug", "", "how they go wrong: any way if empty")
	addGenFlags(cmd, &l.Clients, &l.Seed, &g)
	completeFixed(cmd, "bug", names...)
	return cmd
}

func valuesUsage(k simulate.Kind) string {
	if k == simulate.Counter {
		return "how many different numbers are added, from 1; 0 for 5"
	}
	return "how many different values there are; 0 for each only once"
}

// genFlags say where a history goes.
type genFlags struct {
	to, run string
	out     output
	tuples  bool // values are tuples [key value]
}

// addGenFlags adds the flags of everything that can be generated.
func addGenFlags(cmd *cobra.Command, clients *int, seed *uint64, g *genFlags) {
	f := cmd.Flags()
	f.IntVar(clients, "clients", 10, "concurrent clients")
	f.Uint64Var(seed, "seed", 0, "seed of all that is random")
	f.StringVar(&g.to, "to", "", "`format` to write: edn or jsonl (default: that of the file's name, else edn)")
	f.StringVar(&g.to, "format", "", "the same")
	if err := f.MarkHidden("format"); err != nil { // it was called so
		panic(err)
	}
	f.StringVarP(&g.out.path, "output", "o", "", "write to this `file`, or - for standard output")
	f.BoolVar(&g.out.force, "force", false, "overwrite an existing file")
	f.StringVar(&g.run, "run", "", "write a run of this `name` into the store, rather than a history to standard output")
	completeFixed(cmd, "to", "edn", "jsonl")
}

// simulation makes the ops of a history.
type simulation = func() (iter.Seq[simulate.Op], error)

// generate writes the ops of a simulation, one to a line, or a run with them.
func (a *app) generate(ctx context.Context, simulated simulation, g *genFlags) error {
	if g.to == "" {
		g.to = g.out.formatOr("edn")
	}
	if g.to != "edn" && g.to != "jsonl" {
		return usagef("unknown format %q: expected edn or jsonl", g.to)
	}
	if err := g.out.check(false, g.to); err != nil {
		return err
	}
	ops, err := simulated()
	if err != nil {
		return usageError{err.Error()}
	}
	if g.run != "" {
		dir, err := a.record(ctx, a.storeRoot, edn.Entries{
			{edn.Kw("name"), g.run}, {edn.Kw("simulated"), true}, {edn.Kw("argv"), a.args},
		}, g.tuples, ops)
		if err == nil {
			fmt.Fprintln(a.data, dir)
		}
		return ran(err)
	}
	return ran(g.out.write(a.data, oneFile(func(w io.Writer) error { return g.write(ctx, w, ops) })))
}

func (g *genFlags) write(ctx context.Context, out io.Writer, ops iter.Seq[simulate.Op]) error {
	w := bufio.NewWriterSize(out, 1<<16)
	var line []byte
	i := 0
	for op := range ops {
		if g.to == "edn" {
			line = op.AppendEDN(line[:0], i)
		} else {
			line = op.AppendJSON(line[:0], i)
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
		if i++; i%1024 == 0 && ctx.Err() != nil {
			return interrupted{"interrupted"}
		}
	}
	return w.Flush()
}

// record writes a run of simulated ops into a store, and returns its directory. Values of
// tests of independent keys are marked as tuples, as Jepsen does.
func (a *app) record(ctx context.Context, root string, test edn.Entries, tuples bool, ops iter.Seq[simulate.Op]) (dir string, err error) {
	text, err := edn.Append(nil, test)
	if err != nil {
		return "", err
	}
	r, err := store.Record(root, edn.MustParse(string(text)), store.WriterOptions{Seal: -1}) // or else the bytes depend on the time it takes
	if err != nil {
		return "", err
	}
	defer func() {
		if closed := r.Close(); err == nil {
			err = closed
		}
	}()
	i := 0
	for op := range ops {
		line := op.AppendEDN(nil, i)
		if value, ok := edn.NewSource("", line, edn.EDN).Value(0, len(line)).Get("value"); ok && tuples && value.Kind() == edn.Vector {
			at, _ := value.Span()
			line = slices.Insert(line, at, []byte("#jepsen/map-entry ")...)
		}
		if err := r.Add(edn.NewSource(r.Dir, line, edn.EDN).Value(0, len(line))); err != nil {
			return "", err
		}
		if i++; i%1024 == 0 && ctx.Err() != nil {
			return "", interrupted{r.Dir + ": interrupted: its history is not complete"}
		}
	}
	return r.Dir, r.EndHistory()
}

var genShort = map[simulate.Workload]string{
	simulate.ListAppend: "Generate a list-append history",
	simulate.RWRegister: "Generate an rw-register history",
}

func databases() string {
	var b strings.Builder
	for _, d := range simulate.Databases() {
		b.WriteString("  " + d.Name + strings.Repeat(" ", max(20-len(d.Name), 1)) + d.Doc + "\n")
	}
	return b.String()
}
