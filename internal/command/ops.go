package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/query"
)

// opsFlags are the flags of jcheck ops.
type opsFlags struct {
	inputFlags
	filter       query.Filter
	types        []string
	keys, values []string
	index        string
	since, until time.Duration
	around       int64
	where        string
	pairs        bool
	count        bool
	countBy      string
	columns      *query.Columns // of countBy
	to           string
	limit, width int
}

func (a *app) ops() *cobra.Command {
	f := &opsFlags{}
	cmd := &cobra.Command{
		Use:   "ops [RUN|FILE]",
		Short: "Show, filter and count the operations of a history",
		Long: `Ops prints the ops of a history that pass all the filters, as a table, EDN or JSON Lines.
The key of an op is the key of a tuple [key value], of a micro-op [f key ...], or of a map.
The history may be a .jepsen file or the directory of a run.

` + aboutWhere(),
		Example: `  jcheck ops --key 559 --type ok store/etcd/latest
  jcheck ops --around 198 --near 10 history.jsonl
  jcheck ops --f txn --process 3 --since 10s --until 12s --pairs history.edn
  jcheck ops --where 'ok && 559 in keys && latency > duration("1s")' store/etcd/latest
  jcheck ops --where 'ok && any(mops, .f == "append" && .key == 91 && .value == 77)' history.edn
  jcheck ops --where 'client && !invoke && during("partition")' --count-by f,type store/etcd/latest`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := "-"
			if len(args) == 1 {
				file = args[0]
			}
			if err := f.validate(cmd); err != nil {
				return err
			}
			if err := a.showOps(cmd.Context(), file, f); err != nil {
				return ranError{err}
			}
			return nil
		},
	}
	fl := cmd.Flags()
	fl.StringSliceVar(&f.filter.Fs, "f", nil, "only operations with these `names`")
	fl.StringSliceVar(&f.types, "type", nil, "only ops of these `types`: invoke, ok, fail, info")
	fl.StringSliceVar(&f.filter.Processes, "process", nil, "only ops of these `processes`, by number or name")
	fl.StringArrayVar(&f.keys, "key", nil, "only ops on this `key` (EDN); repeat it for several")
	fl.StringArrayVar(&f.values, "value", nil, "only ops that write or read this `value` (EDN), or a list or set that contains it; repeat it for several")
	fl.StringVar(&f.index, "index", "", "only ops with an :index in this `range`, such as 100..200")
	fl.DurationVar(&f.since, "since", 0, "only ops at or after this `time` of the test, such as 10s")
	fl.DurationVar(&f.until, "until", 0, "only ops at or before this `time` of the test")
	fl.Int64Var(&f.around, "around", 0, "only the op with this `index`, and the ops near it")
	fl.IntVar(&f.filter.Near, "near", 5, "how many ops to show before and after the op of --around")
	fl.StringVar(&f.where, "where", "", "only ops for which this `expression` is true (see above)")
	fl.BoolVar(&f.pairs, "pairs", false, "also show the matching invocations and completions")
	fl.StringVar(&f.to, "to", "table", "output `format`: table, edn or jsonl")
	fl.StringVar(&f.to, "as", "table", "")
	_ = fl.MarkHidden("as") // what --to was called
	fl.BoolVar(&f.count, "count", false, "print only the number of ops")
	fl.StringVar(&f.countBy, "count-by", "", "print only the number of ops for each value of these `fields` or expressions, such as f,type")
	fl.IntVar(&f.limit, "limit", 0, "print at most this many ops; 0 for all")
	fl.IntVar(&f.width, "width", 0, "cut table lines to this many `characters`; 0 for the width of the terminal (no limit in a pipe)")
	a.addInputFlags(cmd, &f.inputFlags)
	completeFixed(cmd, "type", "invoke", "ok", "fail", "info")
	completeFixed(cmd, "to", "table", "edn", "jsonl")
	completeFixed(cmd, "count-by", "f", "type", "f,type", "process", "error", "completion.type")
	return cmd
}

func (f *opsFlags) validate(cmd *cobra.Command) (err error) {
	for _, name := range f.types {
		t, ok := history.TypeNamed([]byte(name))
		if !ok {
			return usagef("unknown type %q: expected invoke, ok, fail or info", name)
		}
		f.filter.Types = append(f.filter.Types, t)
	}
	for _, key := range f.keys {
		v, err := edn.Parse(key, edn.EDN)
		if err != nil {
			return usagef("key: %v", err)
		}
		f.filter.Keys = append(f.filter.Keys, v)
	}
	for _, value := range f.values {
		v, err := edn.Parse(value, edn.EDN)
		if err != nil {
			return usagef("value: %v", err)
		}
		f.filter.Values = append(f.filter.Values, v)
	}
	if cmd.Flags().Changed("where") {
		if f.filter.Where, err = query.Compile(f.where); err != nil {
			return usagef("--where: %v", err)
		}
	}
	if cmd.Flags().Changed("count-by") {
		if f.columns, err = query.CompileColumns(f.countBy); err != nil {
			return usagef("--count-by: %v", err)
		}
	}
	if f.index != "" {
		if f.filter.Index, err = query.ParseRange(f.index); err != nil {
			return usageError{err.Error()}
		}
	}
	if cmd.Flags().Changed("since") || cmd.Flags().Changed("until") {
		f.filter.Time = &query.Range{Lo: int64(f.since), Hi: math.MaxInt64}
		if cmd.Flags().Changed("until") {
			f.filter.Time.Hi = int64(f.until)
		}
	}
	if cmd.Flags().Changed("around") {
		f.filter.Around = &f.around
	}
	switch {
	case f.to != "table" && f.to != "edn" && f.to != "jsonl":
		return usagef("expected --to of table, edn or jsonl, found %q", f.to)
	case f.limit < 0, f.filter.Near < 0, f.width < 0:
		return usagef("expected --limit, --near and --width not to be negative")
	case f.filter.Time != nil && f.filter.Time.Lo > f.filter.Time.Hi:
		return usagef("expected --since not to be behind --until, found %s and %s", f.since, f.until)
	case f.count && f.columns != nil:
		return usagef("expected --count or --count-by, found both")
	}
	return f.inputFlags.validate()
}

func (a *app) showOps(ctx context.Context, file string, f *opsFlags) error {
	p := a.progress()
	defer p.done()
	h, err := a.read(ctx, file, &f.inputFlags, p)
	if err != nil {
		return err
	}
	var ops []int
	var groups []query.Group
	err = patiently(ctx, func() (err error) {
		if ops, err = f.filter.Ops(ctx, h); err != nil {
			return err
		}
		if f.pairs {
			ops = query.WithPairs(h, ops)
		}
		if f.columns != nil {
			groups, err = f.columns.Count(ctx, h, ops)
		}
		return err
	})
	if err != nil {
		return opsError(err, file)
	}
	p.done()
	for _, w := range h.Warnings() {
		if w.Code == history.LostOps {
			fmt.Fprintf(a.messages, "jcheck: warning: %s\n", w)
		}
	}
	switch {
	case f.count:
		_, err = fmt.Fprintln(a.data, len(ops))
		return err
	case f.columns != nil:
		return a.writeGroups(f.columns, groups, f.to)
	}
	if f.limit > 0 && len(ops) > f.limit {
		fmt.Fprintf(a.messages, "jcheck: the first %d of %d ops\n", f.limit, len(ops))
		ops = ops[:f.limit]
	}
	return a.writeOps(h, ops, f)
}

// patiently calls f, and waits for its end: after that of ctx a second at most,
// since there is work in an expression, such as a comparison of large lists, that
// cannot be interrupted.
func patiently(ctx context.Context, f func() error) error {
	type outcome struct {
		err      error
		panicked any
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if o.panicked = recover(); o.panicked != nil {
				o.panicked = fmt.Sprintf("%v\n\n%s", o.panicked, debug.Stack())
			}
			done <- o
		}()
		o.err = par.Guard(f)
	}()
	var o outcome
	select {
	case o = <-done:
	case <-ctx.Done():
		select {
		case o = <-done:
		case <-time.After(time.Second):
			return ctx.Err()
		}
	}
	if o.panicked != nil {
		panic(o.panicked)
	}
	return o.err
}

// opsError says whether an op, the question or the user ended a query.
func opsError(err error, file string) error {
	syntax := new(edn.SyntaxError)
	switch {
	case errors.Is(err, context.Canceled):
		return interrupted{nameOf(file) + ": interrupted"}
	case errors.As(err, &syntax), errors.As(err, new(*par.FaultError)):
		return err
	}
	return usageError{err.Error()}
}

func (a *app) writeOps(h *history.History, ops []int, f *opsFlags) (err error) {
	out := bufio.NewWriter(a.writerOf(f.to == "table"))
	table := newOpsTable(h, ops, f.pairs, a.lineWidth(f.width))
	if f.to == "table" && isTerminal(a.out) {
		fmt.Fprintln(out, table.head())
	}
	var line []byte
	for _, i := range ops {
		switch f.to {
		case "edn":
			line, err = format.AppendOpEDN(line[:0], h, i)
		case "jsonl":
			line, err = format.AppendOpJSON(line[:0], h, i)
		default:
			line = append(line[:0], table.row(i)...)
		}
		if err != nil {
			return err
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return out.Flush()
}

// aboutWhere explains the expressions of --where and --count-by.
func aboutWhere() string {
	var b strings.Builder
	b.WriteString("--where takes an expression in the language of https://expr-lang.org, such as\n" +
		"f == \"txn\" && ok && any(mops, .key == 559). It can use\n\n")
	name := ""
	fields := append(query.Fields(), query.Functions()...)
	for i, f := range fields {
		name += f.Name
		if i+1 < len(fields) && fields[i+1].Doc == f.Doc {
			name += ", "
			continue
		}
		fmt.Fprintf(&b, "  %-22s %s\n", name, f.Doc)
		name = ""
	}
	b.WriteString("\ndocs/query.md has more, with answers to common questions.")
	return b.String()
}
