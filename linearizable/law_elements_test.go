package linearizable

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
)

// lawObjects are the objects other than registers that have laws: how a random operation on
// each looks, and a history that breaks each rule.
var lawObjects = []struct {
	model string
	call  func(t *rapid.T) histtest.Call
	rules map[Rule]string
}{
	{"mutex", func(t *rapid.T) histtest.Call {
		f := rapid.SampledFrom([]string{"acquire", "release"}).Draw(t, "f")
		return histtest.Call{F: f, In: "nil", Out: "nil"}
	}, map[Rule]string{Held: "i 0 acquire\ni 1 acquire\no 0 acquire\no 1 acquire", Free: "i 0 release\no 0 release"}},
	{"fifo-queue", putOrTake("enqueue", "dequeue"), map[Rule]string{
		Absent:     "i 0 dequeue\no 0 dequeue 1\ni 0 enqueue 1\no 0 enqueue 1",
		TakenAgain: "i 0 enqueue 1\no 0 enqueue 1\ni 0 dequeue\no 0 dequeue 1\ni 1 dequeue\no 1 dequeue 1",
		Overtaken:  "i 0 enqueue 1\no 0 enqueue 1\ni 0 enqueue 2\no 0 enqueue 2\ni 0 dequeue\no 0 dequeue 2",
		NotEmpty:   "i 0 enqueue 1\no 0 enqueue 1\ni 0 dequeue\no 0 dequeue nil",
	}},
	{"unordered-queue", putOrTake("enqueue", "dequeue"), map[Rule]string{TakenAgain: "i 0 enqueue 1\no 0 enqueue 1\ni 0 dequeue\no 0 dequeue 1\ni 1 dequeue\no 1 dequeue 1"}},
	{"stack", putOrTake("push", "pop"), map[Rule]string{Covered: "i 0 push 1\no 0 push 1\ni 0 push 2\no 0 push 2\ni 0 pop\no 0 pop 1\ni 0 pop\no 0 pop 2"}},
	{"priority-queue", putOrTake("add", "delete-min"), map[Rule]string{Smaller: "i 0 add 1\no 0 add 1\ni 0 add 2\no 0 add 2\ni 0 delete-min\no 0 delete-min 2"}},
	{"set", putOrRead("#{1}", "#{2}", "#{1 2}", "#{}"), map[Rule]string{Absent: "i 0 read\no 0 read #{1}", Missing: "i 0 add 1\no 0 add 1\ni 0 read\no 0 read #{}"}},
	{"list", func(t *rapid.T) histtest.Call {
		c := putOrRead("[1]", "[2 1]", "[1 2]", "[]")(t)
		if c.F == "add" {
			c.F = "append"
		}
		return c
	}, map[Rule]string{Absent: "i 0 read\no 0 read [1]", Missing: "i 0 append 1\no 0 append 1\ni 0 read\no 0 read []"}},
	{"counter", putOrRead("1", "2", "3", "0"), map[Rule]string{OutOfBounds: "i 0 add 2\no 0 add 2\ni 0 read\no 0 read 1"}},
}

func putOrTake(put, take string) func(t *rapid.T) histtest.Call {
	return func(t *rapid.T) histtest.Call {
		v := rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "v")
		if rapid.Bool().Draw(t, "put") {
			return histtest.Call{F: put, In: v, Out: v}
		}
		return histtest.Call{F: take, In: "nil", Out: v}
	}
}

func putOrRead(reads ...string) func(t *rapid.T) histtest.Call {
	return func(t *rapid.T) histtest.Call {
		if rapid.Bool().Draw(t, "put") {
			v := rapid.SampledFrom([]string{"1", "2"}).Draw(t, "v")
			return histtest.Call{F: "add", In: v, Out: v}
		}
		return histtest.Call{F: "read", In: "nil", Out: rapid.SampledFrom(reads).Draw(t, "read")}
	}
}

// What the laws of other objects say is true of the ops, read one by one. Each rule is
// found where it is broken.
func TestLawsOfElements(t *testing.T) {
	for _, o := range lawObjects {
		t.Run(o.model, func(t *testing.T) {
			m, err := ByName(o.model, "")
			if err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(rt *rapid.T) {
				text := histtest.Random(rt, func() histtest.Call { return o.call(rt) })
				holdLaws(t, rt, m, text, falseElements)
			})
			for rule, text := range o.rules {
				h := histtest.Parse(t, text)
				res, err := Check(t.Context(), h, m, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if law := res.Parts[0].Law; law == nil || law.Rule != rule || falseElements(h, law) != "" {
					t.Errorf("%s: %+v", rule, law)
				}
			}
		})
	}
}

// An interval is when an operation ran: of one that did not complete, to the end and beyond.
type interval struct {
	op, from, to int // the completion, or the invocation if there is none
	f, value     string
	ok           bool
}

// intervals are those of all operations that did not fail.
func intervals(h *history.History) (out []interval) {
	for i := range h.Len() {
		if h.Type(i) != history.Invoke {
			continue
		}
		x := interval{op: i, from: i, to: h.Len() + 1, f: h.F(i), value: h.Value(i).String()}
		if done := h.Pair(i); done >= 0 {
			x.op = done
			switch h.Type(done) {
			case history.Fail:
				continue
			case history.OK:
				x.to, x.ok, x.value = done, true, h.Value(done).String()
			}
		}
		out = append(out, x)
	}
	return out
}

// lawOps are the operations that a law of elements speaks of.
type lawOps struct {
	h            *history.History
	law          *Law
	all          []interval
	op, y        interval // what cannot be, and the other operation
	value, other string
	before       []interval // what put the value there and began before op ended
}

func (l *lawOps) find(op int) interval {
	return l.all[slices.IndexFunc(l.all, func(x interval) bool { return x.op == op })]
}

func (x interval) puts(v string) bool {
	return x.value == v && slices.Contains([]string{"enqueue", "push", "add", "append"}, x.f)
}

func (x interval) takes() bool { return slices.Contains([]string{"dequeue", "pop", "delete-min"}, x.f) }

// falseElements says what is wrong with a law of an object other than a register.
func falseElements(h *history.History, law *Law) string {
	l := lawOps{h: h, law: law, all: intervals(h), value: law.Value.String(), other: law.OtherValue.String()}
	if l.op = l.find(law.Op); !l.op.ok {
		return "the operation did not complete"
	}
	if law.Other >= 0 {
		if l.y = l.find(law.Other); !l.y.ok {
			return "the other operation did not complete"
		}
	}
	for _, x := range l.all {
		if x.puts(l.value) && x.from < l.op.to {
			l.before = append(l.before, x)
		}
	}
	switch law.Rule {
	case Absent:
		if len(l.before) > 0 {
			return "somebody put it there"
		}
		return ""
	case Held, Free:
		return l.notHeld()
	case TakenAgain:
		return l.notTakenAgain()
	case OutOfBounds:
		return l.withinBounds()
	case Missing:
		return l.notMissing()
	}
	return l.notOrdered()
}

// notHeld: since the other operation, which was the same, nothing may have undone it.
func (l *lawOps) notHeld() string {
	from := l.op.from
	if l.law.Other < 0 {
		from = -1
	} else if from = min(from, l.y.from); l.y.f != l.op.f || l.y.to > l.op.to {
		return "the other operation is another, or ended later"
	}
	for _, x := range l.all {
		if x.f != l.op.f && x.to > from && x.from < l.op.to {
			return fmt.Sprintf("op %d may have come between", x.op)
		}
	}
	return ""
}

// notTakenAgain: as many have taken the value as put it there.
func (l *lawOps) notTakenAgain() string {
	if len(l.before) != len(l.law.Writers) || len(l.law.Takers) < len(l.before) {
		return "there was another element"
	}
	for _, taker := range l.law.Takers {
		if x := l.find(taker); !x.ok || x.to > l.op.to || x.value != l.value || x.op == l.op.op {
			return fmt.Sprintf("op %d did not take it before", x.op)
		}
	}
	return ""
}

// withinBounds: the count is neither that of what was added before, nor of what may
// have been, nor between them.
func (l *lawOps) withinBounds() string {
	low, high := int64(0), int64(0)
	for _, x := range l.all {
		if x.f == "add" && x.from < l.op.to {
			n := int64(x.value[0] - '0')
			if high += n; x.to < l.op.from {
				low += n
			}
		}
	}
	if low != l.law.Low || high != l.law.High || fmt.Sprint(l.law.Count) != l.op.value || l.law.Count >= low && l.law.Count <= high {
		return fmt.Sprintf("the bounds are %d and %d", low, high)
	}
	return ""
}

// notMissing: the other value was there before the read, which does not have it.
func (l *lawOps) notMissing() string {
	items, _ := l.h.Value(l.law.Op).Items(nil)
	for _, v := range items {
		if v.String() == l.other {
			return "the read has it"
		}
	}
	if !l.y.puts(l.other) || l.y.to > l.op.from {
		return "nobody had put it there"
	}
	return ""
}

// notOrdered: the other value was there, nobody took it, and it was to be taken before
// the value.
func (l *lawOps) notOrdered() string {
	if !l.y.puts(l.other) || l.y.to > l.op.from {
		return "the other element was not there yet"
	}
	for _, x := range l.before {
		if l.law.Rule == Overtaken && l.y.to > x.from || l.law.Rule == Covered && x.to > l.y.from {
			return fmt.Sprintf("op %d came in another order", x.op)
		}
	}
	if l.law.Rule == Smaller && l.other >= l.value {
		return "it is not smaller"
	}
	for _, x := range l.all {
		if x.takes() && x.op != l.op.op && x.from < l.op.to && (x.value == l.other || !x.ok) {
			return fmt.Sprintf("op %d may have taken %s", x.op, l.other)
		}
	}
	return ""
}
