package kafka

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
)

// An errorType is one type of error as the result has it.
type errorType struct {
	name   string
	count  int
	fields func() any // as Jepsen writes it
	tell   func() result.Finding
}

// typeOf makes a type of a list of cases.
func typeOf[T any](r *Result, name string, e *Errors[T], entry func(*T) result.Fields, tell func(*T) (msg string, ops []int)) errorType {
	return errorType{name, e.Count, func() any {
		errs := make([]any, len(e.Errs))
		for i := range e.Errs {
			errs[i] = entry(&e.Errs[i])
		}
		return result.Fields{{"count", e.Count}, {"errs", errs}}
	}, func() result.Finding {
		msg, ops := tell(&e.Errs[0])
		return result.Finding{Type: name, Count: e.Count, Msg: msg, Ops: ops}
	}}
}

// types are all types of errors, the worst first, also those of which there are none.
func (r *Result) types() []errorType {
	op := func(pos int) any { return result.OpOrNil(r.History, pos) }
	ops := func(list []int) []any { return result.Ops(r.History, list) }
	skip := func(j *Jump) result.Fields {
		return result.Fields{{"key", j.Key}, {"values", pair(j)}, {"delta", j.Delta}, {"skipped", list(j.Skipped)}, {"op", op(j.Ops[0])}}
	}
	back := func(j *Jump) result.Fields {
		return result.Fields{{"key", j.Key}, {"values", pair(j)}, {"delta", j.Delta}, {"op", op(j.Ops[0])}}
	}
	backBetween := func(j *Jump) result.Fields {
		return result.Fields{{"key", j.Key}, {"values", pair(j)}, {"delta", j.Delta}, {"ops", ops(j.Ops)}}
	}
	out := []errorType{
		typeOf(r, "garbage-read", &r.GarbageReads, func(g *GarbageRead) result.Fields {
			return result.Fields{{"key", g.Key}, {"value", g.Value}, {"reader", op(g.Reader)}}
		}, tellGarbage),
		typeOf(r, "lost-write", &r.LostWrites, func(l *LostWrite) result.Fields {
			return result.Fields{
				{"key", l.Key}, {"value", l.Value}, {"index", l.Index}, {"max-read-index", l.MaxReadIndex},
				{"writer", op(l.Writer)}, {"max-read", op(l.MaxRead)},
			}
		}, tellLost),
		typeOf(r, "G1a", &r.G1a, func(g *AbortedRead) result.Fields {
			return result.Fields{{"key", g.Key}, {"value", g.Value}, {"writer", op(g.Writer)}, {"reader", op(g.Reader)}}
		}, tellAborted),
		typeOf(r, "inconsistent-offsets", &r.InconsistentOffsets, func(o *InconsistentOffset) result.Fields {
			return result.Fields{{"key", o.Key}, {"offset", o.Offset}, {"index", o.Index}, {"values", edn.Bag(list(o.Values))}}
		}, tellInconsistent),
		typeOf(r, "duplicate", &r.Duplicates, func(d *Duplicate) result.Fields {
			return result.Fields{{"key", d.Key}, {"value", d.Value}, {"count", len(d.Offsets)}, {"offsets", offsets(d.Offsets)}}
		}, tellDuplicate),
		typeOf(r, "precommitted-read", &r.PrecommittedReads, func(p *PrecommittedRead) result.Fields {
			return result.Fields{{"op", op(p.Op)}, {"key", p.Key}, {"value", p.Value}}
		}, tellPrecommitted),
	}
	for i := range r.Cycles {
		e := &r.Cycles[i]
		out = append(out, typeOf(r, e.Errs[0].Type, e, r.cycleFields, tellCycle))
	}
	out = append(out,
		typeOf(r, "int-nonmonotonic-poll", &r.IntNonmonotonicPolls, back, tellBack("one op polled", "")),
		typeOf(r, "nonmonotonic-poll", &r.NonmonotonicPolls, backBetween, tellBack("a process polled", ", in a later op,")),
		typeOf(r, "int-poll-skip", &r.IntPollSkips, skip, tellSkip("one op polled", "")),
		typeOf(r, "poll-skip", &r.PollSkips, func(j *Jump) result.Fields {
			return result.Fields{{"key", j.Key}, {"delta", j.Delta}, {"skipped", list(j.Skipped)}, {"ops", ops(j.Ops)}}
		}, tellSkip("a process polled", ", in a later op,")),
		typeOf(r, "int-nonmonotonic-send", &r.IntNonmonotonicSends, back, tellBack("one op sent", "")),
		typeOf(r, "nonmonotonic-send", &r.NonmonotonicSends, backBetween, tellBack("a process sent", ", in a later op,")),
		errorType{"unseen", r.Unseen.count(), func() any { return r.Unseen.fields(r.allErrors) }, r.Unseen.tell},
		errorType{"empty-transaction-graph", boolCount(r.EmptyGraph), func() any {
			return result.Fields{{"count", 1}, {"errs", true}}
		}, func() result.Finding {
			return result.Finding{Type: "empty-transaction-graph", Count: 1, Msg: "no op depends on another or precedes one, so nothing was tested"}
		}},
		typeOf(r, "int-send-skip", &r.IntSendSkips, skip, tellSkip("one op sent", "")),
	)
	return out
}

func boolCount(b bool) int {
	if b {
		return 1
	}
	return 0
}

func pair(j *Jump) []any { return []any{j.From, j.To} }

func list(values []edn.Value) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

func offsets(list []int64) []any {
	out := make([]any, len(list))
	for i, n := range list {
		out[i] = n
	}
	return out
}

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	lag := result.Fields{{"time", 0}, {"lag", 0}}
	if l := r.WorstLag; !l.None {
		process := any(nil)
		if l.Process.IsClient() {
			process = l.Process.Number()
		}
		lag = result.Fields{{"time", seconds(l.Time)}, {"process", process}, {"key", l.Key}, {"lag", seconds(l.Lag)}}
	}
	out := result.Fields{
		{"worst-realtime-lag", lag},
		{"error-types", names(r.ErrorTypes)},
		{"bad-error-types", names(r.BadErrorTypes)},
		{"info-txn-causes", list(r.InfoCauses)},
	}
	for _, e := range r.types() {
		if e.count > 0 {
			out = append(out, [2]any{e.name, e.fields()})
		}
	}
	return out
}

func names(types []string) []any {
	out := make([]any, len(types))
	for i, t := range types {
		out[i] = edn.Kw(t)
	}
	return out
}

// seconds converts nanoseconds.
func seconds(ns int64) float64 { return float64(ns) / 1e9 }

func (u *Unseen) count() (n int) {
	if u != nil {
		for _, k := range u.Keys {
			n += k.Count
		}
	}
	return n
}

func (u *Unseen) fields(all bool) result.Fields {
	counts, messages := edn.Entries{}, edn.Entries{}
	for _, k := range u.Keys {
		counts = append(counts, [2]any{k.Key, k.Count})
		if all {
			messages = append(messages, [2]any{k.Key, edn.Bag(list(k.Messages))})
		} else {
			messages = append(messages, [2]any{k.Key, list(k.Messages)})
		}
	}
	return result.Fields{{"time", u.Time}, {"unseen", counts}, {"messages", messages}}
}

// modelOf is what Elle says that a component with a cycle is not, and by which
// relations.
var modelOf = map[string]struct {
	not  string
	rels []any
}{
	"PL-1-cycle-exists":        {"read-uncommitted", kws("union", "ww", "wwp")},
	"PL-2-cycle-exists":        {"read-committed", kws("union", "ww", "wwp", "wr", "wrp")},
	"strong-PL-1-cycle-exists": {"strong-read-uncommitted", kws("union", "ww", "wwp", "realtime")},
	"strong-PL-2-cycle-exists": {"strong-read-committed", kws("union", "ww", "wwp", "wr", "wrp", "realtime")},
}

func kws(list ...string) []any { return names(list) }

func (r *Result) cycleFields(c *Cycle) result.Fields {
	if m, ok := modelOf[c.Type]; ok {
		indexes := edn.Bag{}
		for _, op := range c.Component {
			indexes = append(indexes, r.History.Index(op))
		}
		return result.Fields{{"type", edn.Kw(c.Type)}, {"not", edn.Kw(m.not)}, {"subgraph", m.rels}, {"scc-size", len(indexes)}, {"scc", indexes}}
	}
	var cycle, steps []any
	for i := range c.Steps {
		s := &c.Steps[i]
		cycle = append(cycle, result.Op{History: r.History, Pos: s.From})
		steps = append(steps, r.stepFields(s))
	}
	cycle = append(cycle, cycle[0])
	return result.Fields{{"type", edn.Kw(c.Type)}, {"cycle", cycle}, {"steps", steps}}
}

func (r *Result) stepFields(s *Step) result.Fields {
	out := result.Fields{{"type", edn.Kw(s.Rel)}}
	if s.Rel == "realtime" {
		b := s.To
		if inv := r.History.Pair(b); inv >= 0 && inv < b {
			b = inv
		}
		return append(out, [2]any{"a'", result.Op{History: r.History, Pos: s.From}}, [2]any{"b", result.Op{History: r.History, Pos: b}})
	}
	out = append(out, [2]any{"key", s.Message.Key}, [2]any{"value", s.Message.Value})
	if s.Rel == "ww" {
		out = append(out, [2]any{"value'", s.Next.Value})
	}
	return append(out, [2]any{"a-mop-index", s.FromMop}, [2]any{"b-mop-index", s.ToMop})
}
