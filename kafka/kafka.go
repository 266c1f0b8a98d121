package kafka

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// SubVia is how consumers get their keys, Jepsen's :sub-via.
type SubVia uint8

// How consumers get their keys; both may be set. A subscribed consumer may be given
// other keys at any time, so with Subscribe it is not a fault to skip messages or to go
// back from one poll to the next.
const (
	Assign SubVia = 1 << iota
	Subscribe
)

// Options choose what counts as a fault. The zero Options are the defaults.
type Options struct {
	// SubVia is how consumers got their keys. Zero means to follow the history: Assign,
	// and also Subscribe if there are ops that subscribe.
	SubVia SubVia
	// WWDeps takes the order of a log as the order of its senders. That is true of a
	// log under locks. Kafka's transactions interleave, so it leads to cycles that are
	// not faults: with WWDeps, cycles are reported but do not count.
	WWDeps bool
	// AllErrors keeps every case of each type, not only the worst ones.
	AllErrors bool
}

// Check decides whether the logs of h behaved. An error names an op whose value does
// not fit its :f.
func Check(ctx context.Context, h *history.History, opt Options) (*Result, error) {
	r := &Result{allErrors: opt.AllErrors}
	r.History = h
	x, err := decode(ctx, h)
	if err == nil {
		err = r.check(ctx, x, opt)
	}
	if err != nil && ctx.Err() != nil {
		r.Unknown("interrupted")
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Result) check(ctx context.Context, x *events, opt Options) error {
	r.Summary = summary(x)
	r.WorstLag.None = true
	if x.ignored > 0 {
		r.warn("ignored", x.ignored, "ops other than send, poll, txn, assign and subscribe were ignored")
	}
	if x.len() == 0 {
		r.Nothing("nothing was sent or polled")
		return nil
	}
	f, err := learn(ctx, x)
	if err != nil {
		return err
	}
	r.infoCauses(x)
	procs := byProcess(x)
	in, err := within(ctx, f)
	if err != nil {
		return err
	}
	polls, sends, err := between(ctx, f, procs)
	if err != nil {
		return err
	}
	lag, err := worstLag(ctx, f, procs)
	if err != nil {
		return err
	}
	if lag.key >= 0 {
		r.WorstLag = Lag{lag.lag, lag.time, lag.process, x.keyValue(lag.key), false}
	}
	found, err := cycles(ctx, f, opt.WWDeps)
	if err != nil {
		return err
	}
	c := collector{f, opt.AllErrors}
	r.InconsistentOffsets = c.inconsistent()
	r.Duplicates = c.duplicated()
	r.LostWrites = c.lost()
	r.Unseen = c.unseen()
	r.GarbageReads = c.garbage()
	r.G1a = c.g1a(in.g1a)
	r.PrecommittedReads = c.precommitted(in.precommitted)
	r.IntPollSkips, r.IntNonmonotonicPolls = c.skips(in.polls), c.regressions(in.polls)
	r.IntSendSkips, r.IntNonmonotonicSends = c.skips(in.sends), c.regressions(in.sends)
	r.PollSkips, r.NonmonotonicPolls = c.skips(polls), c.regressions(polls)
	r.NonmonotonicSends = c.regressions(sends)
	r.Cycles = c.cycles(found)
	r.EmptyGraph = !in.edges && !ordered(f) && !(opt.WWDeps && c.anyWW())
	r.judge(x, opt)
	return nil
}

func (r *Result) warn(code string, count int, msg string) {
	r.Warnings = append(r.Warnings, verdict.Warning{Code: code, Count: count, Msg: msg})
}

func summary(x *events) string {
	polls, sends := 0, 0
	for t := range x.len() {
		if x.kind[t].moves() {
			sends += x.sends.off[t+1] - x.sends.off[t]
			polls += x.reads.off[t+1] - x.reads.off[t]
		}
	}
	return result.Count(x.clients, "op") + ", " + result.Count(x.keys.len(), "key") + ", " +
		result.Count(sends, "message") + " sent and " + fmt.Sprint(polls) + " polled"
}

// judge decides which of the errors are faults.
func (r *Result) judge(x *events, opt Options) {
	via := opt.SubVia
	if via == 0 {
		via = Assign
		if x.subscribes > 0 {
			via |= Subscribe
			r.warn("subscribe", x.subscribes, "consumers subscribe, so polls that skip messages or go back from one op to the next do not count as errors")
		}
	}
	if h := r.History; h.CompletionsOnly() || h.Unordered() {
		r.warn("unordered", 0, "realtime order is unknown, so cycles that need it are not found")
	}
	for _, e := range r.types() {
		if e.count == 0 {
			continue
		}
		r.ErrorTypes = append(r.ErrorTypes, e.name)
		if !allowed(e.name, via, opt.WWDeps) {
			r.BadErrorTypes = append(r.BadErrorTypes, e.name)
		}
	}
	slices.Sort(r.ErrorTypes)
	slices.Sort(r.BadErrorTypes)
	switch {
	case r.EmptyGraph && len(r.BadErrorTypes) == 1: // it is not a fault by itself
		r.BadErrorTypes = nil
		r.Nothing("no op depends on another or precedes one, so there was nothing to check")
	case len(r.BadErrorTypes) > 0:
		r.Valid = verdict.Invalid
	case !polled(x):
		r.Nothing("no message was polled")
	default:
		r.Valid = verdict.Valid
	}
}

// polled reports whether an ok op returned a message.
func polled(x *events) bool {
	for t := range x.len() {
		if x.kind[t].moves() && x.h.Type(int(x.op[t])) == history.OK && x.reads.off[t] < x.reads.off[t+1] {
			return true
		}
	}
	return false
}

// allowed reports whether errors of a type are not a fault.
func allowed(name string, via SubVia, ww bool) bool {
	switch name {
	case "int-send-skip", "G0", "G0-process", "G0-realtime", "PL-1-cycle-exists", "strong-PL-1-cycle-exists":
		return true
	case "poll-skip", "nonmonotonic-poll":
		return via&Subscribe != 0
	case "G1c", "G1c-process", "G1c-realtime", "PL-2-cycle-exists", "strong-PL-2-cycle-exists":
		return ww
	}
	return false
}

// infoCauses lists why ops are indeterminate.
func (r *Result) infoCauses(x *events) {
	seen := map[string]bool{}
	for t := range x.len() {
		i := int(x.op[t])
		if !x.kind[t].moves() || x.h.Type(i) != history.Info {
			continue
		}
		cause, _ := x.h.Text(i).Get("error")
		text, err := edn.AppendCanonical(nil, cause)
		if err == nil && !seen[string(text)] {
			seen[string(text)] = true
			r.InfoCauses = append(r.InfoCauses, cause)
		}
	}
}

// A collector turns what was found into cases, and keeps the worst.
type collector struct {
	*facts
	all bool
}

// kept sorts what was found and keeps at most n.
func kept[T any](c *collector, found []T, n int, order func(a, b T) int) []T {
	if order != nil {
		slices.SortStableFunc(found, order)
	}
	if c.all || len(found) <= n {
		return found
	}
	return found[:n]
}

func (f *facts) public(m int32) Message { return Message{f.messageKey(m), f.messageValue(m)} }

func (c *collector) values(msgs []int32) []edn.Value {
	out := make([]edn.Value, len(msgs))
	for i, m := range msgs {
		out[i] = c.messageValue(m)
	}
	return out
}

// opOf returns the op of an event, -1 if there is none.
func (f *facts) opOf(t int32) int {
	if t < 0 {
		return -1
	}
	return int(f.op[t])
}

// byPlace orders messages by key and index.
func (c *collector) byPlace(a, b int32) int {
	return cmp.Or(cmp.Compare(c.rank[c.key[a]], c.rank[c.key[b]]), cmp.Compare(c.first[a], c.first[b]), c.compareValues(a, b))
}

const (
	mostDuplicates = 32
	mostOffsets    = 32
	mostJumps      = 8
	mostCycles     = 8
	mostUnseen     = 32 // of each key
)
