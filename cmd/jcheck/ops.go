package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/query"
)

// opsFlags are the flags of jcheck ops.
type opsFlags struct {
	inputFlags
	filter       query.Filter
	types, keys  []string
	index        string
	since, until time.Duration
	around       int64
	pairs        bool
	as           string
	limit        int
}

func (a *app) ops() *cobra.Command {
	f := &opsFlags{}
	cmd := &cobra.Command{
		Use:   "ops [FILE]",
		Short: "Show the operations of a history that one asks for",
		Long: `Ops writes the ops of a history that pass all the filters, as a table, EDN or JSON
Lines. A key is that of a tuple [key value], of a micro-op [f key ...], or of a map.
The file may be a .jepsen file or the directory of a run.`,
		Example: "  jcheck ops --key 559 --type ok store/etcd/latest\n  jcheck ops --around 198 --near 10 history.jsonl\n  jcheck ops --f txn --process 3 --since 10s --until 12s --pairs history.edn",
		Args:    cobra.MaximumNArgs(1),
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
	fl.StringSliceVar(&f.filter.Fs, "f", nil, "`names` of operations")
	fl.StringSliceVar(&f.types, "type", nil, "`types`: invoke, ok, fail, info")
	fl.StringSliceVar(&f.filter.Processes, "process", nil, "`processes`, by number or name")
	fl.StringArrayVar(&f.keys, "key", nil, "a `key` as EDN; repeatable, any of them")
	fl.StringVar(&f.index, "index", "", "`range` of :index, such as 100..200")
	fl.DurationVar(&f.since, "since", 0, "not before this `time` of the test")
	fl.DurationVar(&f.until, "until", 0, "not after this `time` of the test")
	fl.Int64Var(&f.around, "around", 0, "the op with this `index`, and those near it")
	fl.IntVar(&f.filter.Near, "near", 5, "ops before and behind --around")
	fl.BoolVar(&f.pairs, "pairs", false, "also the invocations and completions that belong to them")
	fl.StringVar(&f.as, "as", "table", "how to write them: table, edn or jsonl")
	fl.IntVar(&f.limit, "limit", 0, "most ops to write; 0 for all")
	a.addInputFlags(cmd, &f.inputFlags)
	completeFixed(cmd, "type", "invoke", "ok", "fail", "info")
	completeFixed(cmd, "as", "table", "edn", "jsonl")
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
	if f.index != "" {
		if f.filter.Index, err = query.ParseRange(f.index); err != nil {
			return usageError{err.Error()}
		}
	}
	if cmd.Flags().Changed("since") || cmd.Flags().Changed("until") {
		f.filter.Time = &query.Range{Lo: int64(f.since), Hi: cmp.Or(int64(f.until), math.MaxInt64)}
	}
	if cmd.Flags().Changed("around") {
		f.filter.Around = &f.around
	}
	switch {
	case f.as != "table" && f.as != "edn" && f.as != "jsonl":
		return usagef("expected --as of table, edn or jsonl, found %q", f.as)
	case f.limit < 0, f.filter.Near < 0:
		return usagef("expected --limit and --near not to be negative")
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
	ops, err := f.filter.Ops(h)
	if syntax := new(edn.SyntaxError); errors.As(err, &syntax) {
		return err
	} else if err != nil {
		return usageError{err.Error()}
	}
	if f.pairs {
		ops = query.WithPairs(h, ops)
	}
	if f.limit > 0 && len(ops) > f.limit {
		fmt.Fprintf(a.err, "jcheck: the first %d of %d ops\n", f.limit, len(ops))
		ops = ops[:f.limit]
	}
	p.done()
	for _, w := range h.Warnings() {
		if w.Code == history.LostOps {
			fmt.Fprintf(a.err, "jcheck: warning: %s\n", w)
		}
	}
	out := bufio.NewWriter(a.out)
	var line []byte
	for _, i := range ops {
		switch f.as {
		case "edn":
			line, err = format.AppendOpEDN(line[:0], h, i)
		case "jsonl":
			line, err = format.AppendOpJSON(line[:0], h, i)
		default:
			line = append(line[:0], tableRow(h, i)...)
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

// tableRow is an op as people read it: index, seconds, process, type, f and value.
func tableRow(h *history.History, i int) string {
	op := h.Op(i)
	at := "-"
	if op.Time != history.NoTime {
		at = fmt.Sprintf("%.6f", time.Duration(op.Time).Seconds())
	}
	return strings.TrimRight(fmt.Sprintf("%8d %14s  %-8s %-6s  %-10s %s", op.Index, at, op.Process, op.Type, op.F, op.Value), " ")
}
