package kafka

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Findings shows one case of each type of error: first the types that make the history
// invalid, the worst first, then the rest.
func (r *Result) Findings() (found []result.Finding) {
	if r.Valid != verdict.Invalid {
		return nil
	}
	var rest []result.Finding
	for _, e := range r.types() {
		switch _, exists := modelOf[e.name]; {
		case e.count == 0 || exists: // a cycle of the same component is reported
		case slices.Contains(r.BadErrorTypes, e.name):
			found = append(found, e.tell())
		default:
			rest = append(rest, e.tell())
		}
	}
	return append(found, rest...)
}

func opsOf(list ...int) (out []int) {
	for _, op := range list {
		if op >= 0 && !slices.Contains(out, op) {
			out = append(out, op)
		}
	}
	return out
}

func tellGarbage(g *GarbageRead) (string, []int) {
	return fmt.Sprintf("key %s: message %s was polled, but nobody sent it", g.Key, g.Value), opsOf(g.Reader)
}

func tellLost(l *LostWrite) (string, []int) {
	return fmt.Sprintf("key %s: message %s must be in the log at index %d, but no successful poll returned it, though polls reached index %d", l.Key, l.Value, l.Index, l.MaxReadIndex),
		opsOf(l.Writer, l.MaxRead)
}

func tellAborted(g *AbortedRead) (string, []int) {
	return fmt.Sprintf("key %s: message %s was polled, but the op that sent it failed", g.Key, g.Value), opsOf(g.Writer, g.Reader)
}

func tellInconsistent(o *InconsistentOffset) (string, []int) {
	return fmt.Sprintf("key %s: offset %d holds different messages: %s", o.Key, o.Offset, shown(o.Values)), o.ops
}

func tellDuplicate(d *Duplicate) (string, []int) {
	return fmt.Sprintf("key %s: message %s appears at several offsets: %s", d.Key, d.Value, result.List(len(d.Offsets), func(i int) string { return fmt.Sprint(d.Offsets[i]) })), d.ops
}

func tellPrecommitted(p *PrecommittedRead) (string, []int) {
	return fmt.Sprintf("key %s: a txn polled message %s, which it sent itself and had not committed yet", p.Key, p.Value), opsOf(p.Op)
}

func tellSkip(who, when string) func(j *Jump) (string, []int) {
	return func(j *Jump) (string, []int) {
		is := "is"
		if len(j.Skipped) > 1 {
			is = "are"
		}
		return fmt.Sprintf("key %s: %s message %s and then%s %s, but %s %s between them in the log", j.Key, who, j.From, when, j.To, shown(j.Skipped), is), j.Ops
	}
}

func tellBack(who, when string) func(j *Jump) (string, []int) {
	return func(j *Jump) (string, []int) {
		if edn.Equal(j.From, j.To) {
			return fmt.Sprintf("key %s: %s message %s and then%s the same message again", j.Key, who, j.From, when), j.Ops
		}
		if j.Delta == 0 {
			return fmt.Sprintf("key %s: %s message %s and then%s %s, which is at the same offset", j.Key, who, j.From, when, j.To), j.Ops
		}
		return fmt.Sprintf("key %s: %s message %s and then%s %s, which is %s before it in the log", j.Key, who, j.From, when, j.To, result.Count(-j.Delta, "place")), j.Ops
	}
}

func tellCycle(c *Cycle) (string, []int) {
	var ops []int
	var steps []string
	for _, s := range c.Steps {
		ops = append(ops, s.From)
		switch s.Rel {
		case "ww":
			steps = append(steps, fmt.Sprintf("sent message %s of key %s, right before message %s of the next in the log", s.Message.Value, s.Message.Key, s.Next.Value))
		case "wr":
			steps = append(steps, fmt.Sprintf("sent message %s of key %s, which the next polled", s.Message.Value, s.Message.Key))
		default:
			steps = append(steps, "completed before the next was invoked")
		}
	}
	return fmt.Sprintf("%d ops depend on each other in a cycle, where each in turn %s", len(steps), strings.Join(steps, "; ")), opsOf(ops...)
}

func (u *Unseen) tell() result.Finding {
	k := u.Keys[0]
	msg := fmt.Sprintf("key %s: no successful poll returned %s: %s", k.Key, result.Count(k.Count, "acknowledged message"), result.List(k.Count, func(i int) string { return k.Messages[i].String() }))
	if n := u.count() - k.Count; n > 0 {
		msg += fmt.Sprintf("; nor %d of other keys", n)
	}
	return result.Finding{
		Type: "unseen", Count: u.count(), Ops: opsOf(u.sent, u.last),
		Msg: msg,
	}
}

func shown(values []edn.Value) string {
	return result.List(len(values), func(i int) string { return values[i].String() })
}
