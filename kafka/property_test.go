package kafka_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// told writes the findings of the checker in the form of the slow one.
func told(r *kafka.Result) map[string][]string {
	out := map[string][]string{}
	add := func(typ, format string, args ...any) { out[typ] = append(out[typ], fmt.Sprintf(format, args...)) }
	msg := func(m kafka.Message) string { return fmt.Sprintf("{%s %s}", m.Key, m.Value) }
	for _, e := range r.InconsistentOffsets.Errs {
		add("inconsistent-offsets", "%s %d %d %v", e.Key, e.Offset, e.Index, e.Values)
	}
	for _, e := range r.Duplicates.Errs {
		add("duplicate", "%s %v", msg(e.Message), e.Offsets)
	}
	for _, e := range r.LostWrites.Errs {
		add("lost-write", "%s %d %d by %d before %d", msg(e.Message), e.Index, e.MaxReadIndex, e.Writer, e.MaxRead)
	}
	for _, e := range r.G1a.Errs {
		add("G1a", "%s by %d", msg(e.Message), e.Reader)
	}
	for _, e := range r.GarbageReads.Errs {
		add("garbage-read", "%s by %d", msg(e.Message), e.Reader)
	}
	for _, e := range r.PrecommittedReads.Errs {
		add("precommitted-read", "%s in %d", msg(e.Message), e.Op)
	}
	jumps := func(typ string, list []kafka.Jump) {
		for _, j := range list {
			a, b := msg(kafka.Message{Key: j.Key, Value: j.From}), msg(kafka.Message{Key: j.Key, Value: j.To})
			if j.Delta > 1 {
				add(typ, "%s %s %d %v in %v", a, b, j.Delta, j.Skipped, j.Ops)
			} else {
				add(typ, "%s %s %d in %v", a, b, j.Delta, j.Ops)
			}
		}
	}
	jumps("int-poll-skip", r.IntPollSkips.Errs)
	jumps("int-nonmonotonic-poll", r.IntNonmonotonicPolls.Errs)
	jumps("int-send-skip", r.IntSendSkips.Errs)
	jumps("int-nonmonotonic-send", r.IntNonmonotonicSends.Errs)
	jumps("poll-skip", r.PollSkips.Errs)
	jumps("nonmonotonic-poll", r.NonmonotonicPolls.Errs)
	jumps("nonmonotonic-send", r.NonmonotonicSends.Errs)
	if r.Unseen != nil {
		for _, k := range r.Unseen.Keys {
			for _, v := range k.Messages {
				add("unseen", "%s", msg(kafka.Message{Key: k.Key, Value: v}))
			}
		}
	}
	for _, e := range r.Cycles {
		for _, c := range e.Errs {
			add(c.Type, "%d", max(len(c.Steps), len(c.Component)))
		}
	}
	if r.EmptyGraph {
		add("empty-transaction-graph", "")
	}
	return out
}

// TestDefinition holds the checker against the definitions, on random histories that
// shrink.
func TestDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agree(t, draw(func(lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, "n") }), rapid.Bool().Draw(t, "ww"))
	})
}

// TestDefinitionEvenly does so on histories whose choices are all as likely, which
// show more.
func TestDefinitionEvenly(t *testing.T) {
	seeds := uint64(10_000)
	if testing.Short() {
		seeds = 1000
	}
	seen := map[string]int{}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 1))
		for _, typ := range agree(t, draw(func(lo, hi int) int { return lo + rng.IntN(hi-lo+1) }), seed%2 == 0) {
			seen[typ]++
		}
	}
	for _, typ := range types {
		if seen[typ] < int(seeds/1000) {
			t.Errorf("only %d histories have %s", seen[typ], typ)
		}
	}
	t.Log(seen)
}

type fatal interface {
	Fatal(...any)
	Fatalf(string, ...any)
}

// agree fails unless both checkers agree, and returns the types of errors.
func agree(t fatal, ops []op, ww bool) []string {
	h := build(t, ops)
	r, err := kafka.Check(context.Background(), h, kafka.Options{WWDeps: ww, AllErrors: true, SubVia: kafka.Assign})
	if err != nil {
		t.Fatal(err)
	}
	if r.Valid == verdict.Unknown {
		return nil // nothing happened
	}
	n := check0(ops, ww)
	got := told(r)
	for _, typ := range types {
		slices.Sort(got[typ])
		slices.Sort(n.out[typ])
		if !slices.Equal(got[typ], n.out[typ]) {
			t.Fatalf("%s:\ngot  %q\nwant %q\n%s", typ, got[typ], n.out[typ], h.Source().Text)
		}
		if slices.Contains(r.ErrorTypes, typ) != (len(got[typ]) > 0) {
			t.Fatalf("%s: types are %v", typ, r.ErrorTypes)
		}
		delete(got, typ)
	}
	if len(got) > 0 {
		t.Fatalf("of no type: %v", got)
	}
	lags := n.lags()
	worst := int64(-1)
	for _, l := range lags {
		worst = max(worst, l.lag)
	}
	if r.WorstLag.None != (worst < 0) || worst >= 0 && worst != r.WorstLag.Lag {
		t.Fatalf("lag is %+v, of %v\n%s", r.WorstLag, lags, h.Source().Text)
	}
	agreeOnLags(t, h, lags)
	sound(t, h, r)
	agreeOnOrders(t, h, r, n)
	return r.ErrorTypes
}

// agreeOnLags holds the lags of all polls against those of the slow checker.
func agreeOnLags(t fatal, h *history.History, want []naiveLag) {
	keys, polls, err := kafka.Lags(context.Background(), h)
	if err != nil {
		t.Fatal(err)
	}
	var got []naiveLag
	last := int64(0)
	for p := range polls {
		if p.Time < last || p.Time != h.Time(h.Pair(p.Op)) || p.Process != h.Process(p.Op) {
			t.Fatalf("poll %+v after %d", p, last)
		}
		last = p.Time
		for _, l := range p.Lags {
			k, _ := keys[l.Key].Int()
			got = append(got, naiveLag{p.Op, int(k), l.Lag})
		}
	}
	order := func(a, b naiveLag) int { return cmp.Or(cmp.Compare(a.op, b.op), cmp.Compare(a.k, b.k)) }
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if !slices.Equal(got, want) {
		t.Fatalf("lags are %v, want %v\n%s", got, want, h.Source().Text)
	}
}

// agreeOnOrders holds what is drawn of logs against what ops showed.
func agreeOnOrders(t fatal, h *history.History, r *kafka.Result, n *naive) {
	list, err := r.Orders(context.Background(), 12)
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[int]bool{}
	for _, o := range list {
		key, _ := o.Key.Int()
		k := int(key)
		drawn[k] = true
		var got, want []string
		for _, row := range o.Rows {
			for _, c := range row.Cells {
				got = append(got, fmt.Sprintf("op %d: %v %d %s %d %v", row.Op, c.Send, c.Offset, c.Value, c.Conflict, c.Duplicate))
			}
		}
		for _, i := range n.nodes {
			for _, send := range []bool{true, false} {
				want = append(want, n.cells(i, k, send)...)
			}
		}
		if !slices.Equal(got, want) || o.AllOffsets != len(n.ranks[k]) || o.AllRows != len(o.Rows) {
			t.Fatalf("key %d: %d of %d rows\n%q\nwant\n%q\n%s", k, len(o.Rows), o.AllRows, got, want, h.Source().Text)
		}
	}
	for k, log := range n.log {
		for _, values := range log {
			if len(values) > 1 && !drawn[k] {
				t.Fatalf("the log of key %d is not drawn\n%s", k, h.Source().Text)
			}
		}
	}
}

// cells are what an op shows of the log of a key, by sending or polling.
func (n *naive) cells(i, k int, send bool) (out []string) {
	add := func(a at) {
		values := n.log[k][a.offset]
		if a.offset < 0 || n.open[i] || len(values) == 0 {
			return
		}
		rank := -1
		if len(values) > 1 {
			rank = slices.Index(values, a.v)
		}
		m := kv{k, a.v}
		duplicate := n.first[m] != n.last[m]
		out = append(out, fmt.Sprintf("op %d: %v %d %d %d %v", i, send, a.offset, a.v, rank, duplicate))
	}
	for _, m := range n.ops[i].mops {
		if m.send && send && m.k == k {
			add(m.sent)
		}
		for _, b := range m.polls {
			for _, a := range b.msgs {
				if !send && b.k == k {
					add(a)
				}
			}
		}
	}
	return out
}

var types = []string{
	"garbage-read", "lost-write", "G1a", "inconsistent-offsets", "duplicate", "precommitted-read",
	"int-nonmonotonic-poll", "nonmonotonic-poll", "int-poll-skip", "poll-skip", "int-nonmonotonic-send", "nonmonotonic-send",
	"unseen", "empty-transaction-graph", "int-send-skip", "G0", "G1c", "G0-realtime", "G1c-realtime",
	"PL-1-cycle-exists", "PL-2-cycle-exists", "strong-PL-1-cycle-exists", "strong-PL-2-cycle-exists",
}

// sound checks that a result hangs together and can be written.
func sound(t interface{ Fatalf(string, ...any) }, h *history.History, r *kafka.Result) {
	found := r.Findings()
	if (r.Valid == verdict.Invalid) != (len(found) > 0) || (r.Valid == verdict.Invalid) != (len(r.BadErrorTypes) > 0) {
		t.Fatalf("%v with findings %v of %v", r.Valid, found, r.BadErrorTypes)
	}
	for i, f := range found {
		if f.Msg == "" || f.Count == 0 || len(f.Ops) == 0 && f.Type != "empty-transaction-graph" {
			t.Fatalf("finding %+v", f)
		}
		if i == 0 && !slices.Contains(r.BadErrorTypes, f.Type) {
			t.Fatalf("the first finding is %+v", f)
		}
	}
	for _, e := range r.Cycles {
		for _, c := range e.Errs {
			for i, s := range c.Steps {
				if next := c.Steps[(i+1)%len(c.Steps)]; next.From != s.To || s.From < c.Steps[0].From || s.Rel != "realtime" && (s.FromMop < 0 || s.ToMop < 0 || s.Message.Key.IsZero()) {
					t.Fatalf("cycle %+v", c)
				}
			}
			if len(c.Steps) < 2 && len(c.Component) < 2 {
				t.Fatalf("cycle %+v", c)
			}
		}
	}
	text, err := render.EDN(nil, r)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if _, err := edn.Parse(string(text), edn.EDN); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if _, err := render.JSON(nil, render.Input{File: "test"}, "kafka", r); err != nil {
		t.Fatalf("%v", err)
	}
}
