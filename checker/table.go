// Package checker holds the table of all checks, and runs several of them on one history.
package checker

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/adya"
	"github.com/seed-c33ae711/jcheck/bank"
	"github.com/seed-c33ae711/jcheck/causal"
	"github.com/seed-c33ae711/jcheck/counter"
	"github.com/seed-c33ae711/jcheck/echo"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/independent"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/longfork"
	"github.com/seed-c33ae711/jcheck/queue"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/sequential"
	"github.com/seed-c33ae711/jcheck/set"
	"github.com/seed-c33ae711/jcheck/stats"
	"github.com/seed-c33ae711/jcheck/uniqueids"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Options are those of all checks. The zero value has their defaults.
type Options struct {
	Set      set.Options
	Queue    queue.Options
	Bank     bank.Options
	LongFork longfork.Options
	Kafka    kafka.Options
	Elle     elle.Options
	Linear   linearizable.Options
	Model    string // of linearizable; detected from the ops if empty
	Initial  string // its initial value, as EDN
	Keyed    bool   // values are tuples [key value], and each key is checked separately
	Promised Promised
}

// A Checker is a row of the table.
type Checker struct {
	Name     string   // Jepsen's
	Doc      string   // one line: what it finds
	Ops      string   // what it looks at
	Own      bool     // it has its own command elsewhere
	counts   bool     // it counts what there is, and checks no property of the database
	safety   bool     // what a prefix of a history violates, all of it violates
	tuples   bool     // it looks at tuples [key value] itself
	overTxns bool     // it knows all operations whose values are transactions
	knows    []string // other operations that it knows; nil if none matter to it
	fits     func(s *seen) bool
	check    func(ctx context.Context, h *history.History, opt *Options) (result.Result, error)
}

// Check runs the check. If the history lacks ops, the verdict is unknown, unless the
// findings stand without them. A warning names operations of the history that the check
// does not support.
func (c *Checker) Check(ctx context.Context, h *history.History, opt Options) (result.Result, error) {
	var said []verdict.Warning
	if c.Name == "elle" {
		opt.Elle, said = opt.Promised.Elle(opt.Elle)
	}
	check := func(h *history.History) (result.Result, error) { return c.checkAll(ctx, h, opt) }
	r, err := check(h)
	if err != nil {
		return nil, err
	}
	if c.safety {
		r, err = Distrust(h, r, check)
	} else {
		r, err = Distrust(h, r, nil)
	}
	if err != nil {
		return nil, err
	}
	warnOfOthers(c, h, r)
	for _, w := range said {
		warn(r, w)
	}
	return r, nil
}

func (c *Checker) checkAll(ctx context.Context, h *history.History, opt Options) (result.Result, error) {
	if !opt.Keyed || c.counts { // how operations ended is of interest of all together, as in Jepsen
		return c.check(ctx, h, &opt)
	}
	opt.Keyed = false
	if c.tuples {
		opt.Linear.Keyed = linearizable.Keyed
		return c.check(ctx, h, &opt)
	}
	return as(independent.Lift(ctx, h, func(ctx context.Context, h *history.History) (result.Result, error) {
		return c.check(ctx, h, &opt)
	}))
}

var table = []Checker{
	{
		Name: "stats", Doc: "count how operations ended, and find those that never succeeded", Ops: "the completions of clients",
		counts: true,
		fits:   func(*seen) bool { return true },
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			if _, polls := h.SymbolOf("poll"); polls { // as Jepsen's kafka workload has it
				return as(stats.Check(ctx, h, "crash", "debug-topic-partitions"))
			}
			return as(stats.Check(ctx, h))
		},
	},
	{
		Name: "unhandled-exceptions", Doc: "group the exceptions of indeterminate operations", Ops: "info ops with an :exception",
		counts: true,
		fits:   func(*seen) bool { return true },
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			return as(stats.Exceptions(ctx, h))
		},
	},
	{
		Name: "elle", Doc: "check transactions against a consistency model", Ops: "transactions of micro-ops", Own: true,
		safety: true, overTxns: true, knows: []string{"init"},
		fits: func(s *seen) bool {
			return s.txns && !s.objects && !(s.longFork && s.is("write")) && !s.is("send", "poll")
		},
		check: func(ctx context.Context, h *history.History, opt *Options) (result.Result, error) {
			return as(elle.Check(ctx, h, opt.Elle))
		},
	},
	{
		Name: "linearizable", Doc: "check operations on single objects for linearizability", Ops: "those of the model", Own: true,
		safety: true, tuples: true,
		fits: func(s *seen) bool { return s.object },
		check: func(ctx context.Context, h *history.History, opt *Options) (result.Result, error) {
			m, said, err := modelOf(h, opt)
			if err != nil {
				return nil, err
			}
			r, err := linearizable.Check(ctx, h, m, opt.Linear)
			if err == nil {
				r.Warnings = append(r.Warnings, said...)
			}
			return as(r, err)
		},
	},
	{
		Name: "set", Doc: "find elements that the last read misses, and ones that nobody added", Ops: ":add element, :read of all elements",
		knows: []string{"add", "read"},
		fits:  func(s *seen) bool { return s.set() },
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			return as(set.Check(ctx, h))
		},
	},
	{
		Name: "set-full", Doc: "follow each element of a set through all reads: lost, stale, never read, duplicated", Ops: ":add element, :read of all elements",
		knows: []string{"add", "read"},
		fits:  func(s *seen) bool { return s.set() },
		check: func(ctx context.Context, h *history.History, opt *Options) (result.Result, error) {
			return as(set.CheckFull(ctx, h, opt.Set))
		},
	},
	{
		Name: "counter", Doc: "find reads of a counter that are out of bounds", Ops: ":add integer, :read",
		safety: true, knows: []string{"add", "increment", "decrement", "read"},
		fits: func(s *seen) bool {
			return s.is("add", "increment", "decrement") && s.is("read") && !s.readsCollections && !s.readsMaps
		},
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			return as(counter.Check(ctx, h))
		},
	},
	{
		Name: "queue", Doc: "find elements that came out of a queue before they went in", Ops: ":enqueue element, :dequeue",
		safety: true, knows: []string{"enqueue", "dequeue", "drain"},
		fits: func(s *seen) bool { return s.is("enqueue", "dequeue") && (s.dequeued || !s.is("drain")) },
		check: func(ctx context.Context, h *history.History, opt *Options) (result.Result, error) {
			return as(queue.Check(ctx, h, opt.Queue))
		},
	},
	{
		Name: "total-queue", Doc: "find elements that went into a queue and never came out, after it was drained", Ops: ":enqueue element, :dequeue, :drain of elements",
		knows: []string{"enqueue", "dequeue", "drain"},
		fits:  func(s *seen) bool { return s.is("enqueue") && s.drained },
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			return as(queue.CheckTotal(ctx, h))
		},
	},
	{
		Name: "unique-ids", Doc: "find ids that were given out twice", Ops: ":generate",
		fits: func(s *seen) bool { return s.is("generate") },
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			return as(uniqueids.Check(ctx, h))
		},
	},
	{
		Name: "bank", Doc: "find reads whose balances do not add up to the total", Ops: ":read of a map from account to balance",
		knows: []string{"transfer", "read"},
		fits:  func(s *seen) bool { return s.is("transfer") && s.readsMaps },
		check: func(ctx context.Context, h *history.History, opt *Options) (result.Result, error) {
			return as(opt.Promised.bank(ctx, h, opt.Bank))
		},
	},
	{
		Name: "long-fork", Doc: "find reads that disagree on the order of writes", Ops: "transactions of [:r k v] on a group of keys, or of one [:w k v]",
		overTxns: true, knows: []string{},
		fits: func(s *seen) bool { return s.longFork && !s.objects },
		check: func(ctx context.Context, h *history.History, opt *Options) (result.Result, error) {
			return as(longfork.Check(ctx, h, opt.LongFork))
		},
	},
	{
		Name: "causal", Doc: "check a chain of causally related operations on a register", Ops: "ok :read-init, :read and :write, with :position and :link",
		knows: []string{"read-init", "read", "write"},
		fits:  func(s *seen) bool { return s.is("read-init") },
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			return as(causal.Check(ctx, h))
		},
	},
	{
		Name: "causal-reverse", Doc: "find reads that see a write but miss one that completed before it began", Ops: ":write of a value, :read of all that are visible",
		knows: []string{"write", "read"},
		fits: func(s *seen) bool {
			return s.is("write") && s.is("read") && s.readsCollections && !s.writesCollections && !s.txns && !s.sequential()
		},
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			return as(causal.CheckReverse(ctx, h))
		},
	},
	{
		Name: "sequential", Doc: "find reads that show a part of a key but miss one that the same client wrote earlier", Ops: ":add or :write [key part], :read [key [part ...]], the last part first",
		tuples: true, knows: []string{"add", "write", "read"},
		fits: (*seen).sequential,
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			return as(sequential.Check(ctx, h))
		},
	},
	{
		Name: "echo", Doc: "find answers that differ from what was sent", Ops: ":echo of a value",
		knows: []string{"echo"},
		fits:  func(s *seen) bool { return s.is("echo") },
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			return as(echo.Check(ctx, h))
		},
	},
	{
		Name: "adya", Doc: "find predicate write skew (G2): several inserts of a key that succeeded", Ops: ":insert [key [a-id b-id]]",
		knows: []string{"insert", "read"},
		fits:  func(s *seen) bool { return s.is("insert") && !s.txns },
		check: func(ctx context.Context, h *history.History, _ *Options) (result.Result, error) {
			return as(adya.Check(ctx, h))
		},
	},
	{
		Name: "kafka", Doc: "find lost, repeated, reordered and skipped messages of logs", Ops: ":send, :poll, :txn of both, :assign, :subscribe",
		knows: []string{"send", "poll", "txn", "assign", "subscribe"},
		fits:  func(s *seen) bool { return s.is("send", "poll") },
		check: func(ctx context.Context, h *history.History, opt *Options) (result.Result, error) {
			return as(kafka.Check(ctx, h, opt.Kafka))
		},
	},
}

// as makes an interface of a result, which must be nil if there is an error.
func as[R result.Result](r R, err error) (result.Result, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

func modelOf(h *history.History, opt *Options) (linearizable.Model, []verdict.Warning, error) {
	name := opt.Model
	if name == "" {
		m, err := linearizable.Detect(h)
		if err != nil {
			return m, nil, err
		}
		name = m.Name()
	}
	return opt.Promised.Model(name, opt.Initial)
}

// Table returns all checkers, in the order of their results.
func Table() []Checker { return append([]Checker(nil), table...) }

// Names lists all checkers.
func Names() []string {
	names := make([]string, len(table))
	for i := range table {
		names[i] = table[i].Name
	}
	return names
}

// Named returns the checker of a name.
func Named(name string) (*Checker, error) {
	for i := range table {
		if table[i].Name == name {
			return &table[i], nil
		}
	}
	return nil, fmt.Errorf("unknown checker %q: expected one of %s", name, strings.Join(Names(), ", "))
}

// Accounts parses names of accounts, separated by commas, for Options.Bank.
func Accounts(list string) (names []edn.Value, err error) {
	for name := range strings.SplitSeq(list, ",") {
		v, err := edn.Parse(strings.TrimSpace(name), edn.EDN)
		if err != nil {
			return nil, fmt.Errorf("account %q: %w", name, err)
		}
		names = append(names, v)
	}
	return names, nil
}
