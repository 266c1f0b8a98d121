package lint_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/lint"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// A simpleOp is an op of a random history: a transaction, each micro-op of which
// is a write of a value to a key, or a read of some.
type simpleOp struct {
	typ     string
	process int
	mops    []simpleMop
	err     string
}

type simpleMop struct {
	write  bool
	key, v int
	read   []int
}

func (o simpleOp) text(i int, list, plain bool) string {
	w, gap := "w", " "
	if list {
		w = "append"
	}
	if !plain {
		gap = " ,"
	}
	var mops []string
	for _, m := range o.mops {
		switch {
		case m.write:
			mops = append(mops, fmt.Sprintf("[:%s %d %d]", w, m.key, m.v))
		case o.typ == "invoke":
			mops = append(mops, fmt.Sprintf("[:r %d nil]", m.key))
		case list:
			mops = append(mops, fmt.Sprintf("[:r %d [%s]]", m.key, strings.Trim(strings.ReplaceAll(fmt.Sprint(m.read), " ", gap), "[]")))
		case len(m.read) == 0:
			mops = append(mops, fmt.Sprintf("[:r %d nil]", m.key))
		default:
			mops = append(mops, fmt.Sprintf("[:r %d %d]", m.key, m.read[0]))
		}
	}
	return fmt.Sprintf("{:index %d, :type :%s, :process %d, :f :txn, :value [%s]%s}", i, o.typ, o.process, strings.Join(mops, gap), o.err)
}

// randomOps draws a history of some processes that run as they like.
func randomOps(t *rapid.T, list bool) (ops []simpleOp) {
	open := map[int]simpleOp{}
	for range rapid.IntRange(1, 40).Draw(t, "ops") {
		p := rapid.IntRange(0, 3).Draw(t, "process")
		if o, ok := open[p]; ok {
			delete(open, p)
			o.typ = rapid.SampledFrom([]string{"ok", "ok", "ok", "fail", "info"}).Draw(t, "type")
			if o.typ == "fail" && rapid.Bool().Draw(t, "late") {
				o.err = ", :error :timeout"
			}
			o.mops = slices.Clone(o.mops)
			for i := range o.mops {
				if m := &o.mops[i]; !m.write {
					m.read = rapid.SliceOfN(rapid.IntRange(0, 12), 0, 5).Draw(t, "read")
				}
			}
			ops = append(ops, o)
			continue
		}
		o := simpleOp{typ: "invoke", process: p}
		for range rapid.IntRange(1, 3).Draw(t, "mops") {
			m := simpleMop{key: rapid.IntRange(0, 2).Draw(t, "key"), write: rapid.Bool().Draw(t, "write")}
			if m.write {
				m.v = rapid.IntRange(0, 12).Draw(t, "value")
			}
			o.mops = append(o.mops, m)
		}
		open[p] = o
		ops = append(ops, o)
	}
	return ops
}

// completion returns how op i ends, and where.
func completion(ops []simpleOp, i int) (simpleOp, int) {
	for j := i + 1; j < len(ops); j++ {
		if ops[j].process == ops[i].process {
			return ops[j], j
		}
	}
	return simpleOp{typ: "info"}, len(ops)
}

type keyValue struct{ key, v int }

// naiveValues tells of each value of each key how often it was to be written, how often
// that failed, and of reads and writes of it what the fields say.
type naiveValues struct {
	attempts, failed map[keyValue]int
	late             map[keyValue]bool // a write of it timed out and was said to have failed
	seen             map[keyValue]bool // it was read
	before           map[keyValue]bool // it was read before a write that timed out began
	early            map[keyValue]bool // it was read before any write of it began
}

func valuesOf(ops []simpleOp, list bool) naiveValues {
	x := naiveValues{map[keyValue]int{}, map[keyValue]int{}, map[keyValue]bool{}, map[keyValue]bool{}, map[keyValue]bool{}, map[keyValue]bool{}}
	for i, o := range ops {
		for _, m := range o.mops {
			switch {
			case m.write && o.typ == "invoke":
				at := keyValue{m.key, m.v}
				x.attempts[at]++
				if done, _ := completion(ops, i); done.typ == "fail" {
					x.failed[at]++
					x.late[at] = x.late[at] || done.err != ""
				}
			case !m.write && o.typ == "ok":
				for k, v := range m.read {
					if at := (keyValue{m.key, v}); list || k == 0 {
						x.early[at] = x.early[at] || !x.seen[at] && x.attempts[at] == 0
						x.seen[at] = true
						x.before[at] = x.before[at] || !x.late[at]
					}
				}
			}
		}
	}
	return x
}

// reused counts invocations of processes that had an op of type info.
func reused(ops []simpleOp) (n int) {
	crashed := map[int]bool{}
	for _, o := range ops {
		if o.typ == "invoke" {
			if crashed[o.process] {
				n++
			}
			crashed[o.process] = false
		}
		crashed[o.process] = crashed[o.process] || o.typ == "info"
	}
	return n
}

// timedOut counts writers that timed out and were said to have failed.
func timedOut(ops []simpleOp) (n int) {
	for _, o := range ops {
		if o.typ == "fail" && o.err != "" && slices.ContainsFunc(o.mops, func(m simpleMop) bool { return m.write }) {
			n++
		}
	}
	return n
}

// unread counts writes that succeeded and began after the last read of their key.
func unread(ops []simpleOp) (n int) {
	lastRead := map[int]int{}
	for i, o := range ops {
		for _, m := range o.mops {
			if !m.write && o.typ == "ok" {
				lastRead[m.key] = i
			}
		}
	}
	for i, o := range ops {
		done, _ := completion(ops, i)
		for _, m := range o.mops {
			if last, ok := lastRead[m.key]; ok && m.write && o.typ == "invoke" && done.typ == "ok" && last < i {
				n++
			}
		}
	}
	return n
}

// naive counts problems after their definitions.
func naive(ops []simpleOp, list bool) map[string]int {
	n := map[string]int{"process-reused": reused(ops), "timeout-as-fail": timedOut(ops), "unread-writes": unread(ops)}
	x := valuesOf(ops, list)
	for at, times := range x.attempts {
		switch ok := times - x.failed[at]; {
		case ok > 1:
			n["duplicate-writes"]++
		case ok == 1 && times > 1: // what failed may be written again
			n["retried"]++
		}
		switch {
		case !x.seen[at] || x.failed[at] < times:
		case x.early[at]:
			n["unwritten-reads"]++
		case x.late[at] && !x.before[at]:
			n["timeout-was-read"]++
		default:
			n["fail-was-read"]++
		}
	}
	for at := range x.seen {
		if len(x.attempts) > 0 && x.attempts[at] == 0 {
			n["unwritten-reads"]++
		}
	}
	return n
}

// TestNaive compares with the definitions.
func TestNaive(t *testing.T) {
	codes := []string{"process-reused", "timeout-as-fail", "duplicate-writes", "retried", "timeout-was-read", "fail-was-read", "unwritten-reads", "unread-writes"}
	rapid.Check(t, func(t *rapid.T) {
		list, plain := rapid.Bool().Draw(t, "list"), rapid.Bool().Draw(t, "plain")
		ops := randomOps(t, list)
		var b strings.Builder
		for i, o := range ops {
			b.WriteString(o.text(i, list, plain) + "\n")
		}
		h, err := format.ReadBytes(context.Background(), "random", []byte(b.String()), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := lint.Check(context.Background(), h, lint.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := naive(ops, list)
		for _, code := range codes {
			got := 0
			p := problem(r, code)
			if p == nil && code == "unwritten-reads" {
				p = problem(r, "initial-value") // is told instead
			}
			if p != nil {
				got = p.Count
			}
			if got != want[code] {
				t.Fatalf("%s: %d, want %d in\n%s", code, got, want[code], b.String())
			}
		}
	})
}

type span struct{ from, to int }

// faultHistory is a history of clients and a nemesis, which kills and starts a node in
// turn.
type faultHistory struct {
	text    string
	clients []int  // the ops of clients
	bad     []span // the operations that did not end well
	faults  []span
}

func drawFaults(t *rapid.T) (h faultHistory) {
	const never = 1 << 30
	var b strings.Builder
	busy := map[int]int{} // when the operation of each client began
	up, n := true, 0
	for range rapid.IntRange(1, 60).Draw(t, "ops") {
		p := rapid.IntRange(-1, 3).Draw(t, "who")
		typ, who, f := "invoke", fmt.Sprint(p), "write"
		began, open := busy[p]
		switch {
		case p < 0 && up:
			typ, who, f = "info", ":nemesis", "kill"
			h.faults = append(h.faults, span{n, never})
			up = false
		case p < 0:
			typ, who, f = "info", ":nemesis", "start"
			h.faults[len(h.faults)-1].to = n
			up = true
		case open:
			if typ = rapid.SampledFrom([]string{"ok", "ok", "ok", "ok", "fail"}).Draw(t, "type"); typ == "fail" {
				h.bad = append(h.bad, span{began, n})
			}
			delete(busy, p)
		default:
			busy[p] = n
		}
		times := 2 // the nemesis' ops come in pairs
		if p >= 0 {
			h.clients = append(h.clients, n)
			times = 1
		}
		for range times {
			fmt.Fprintf(&b, "{:type :%s, :process %s, :f :%s}\n", typ, who, f)
			n++
		}
	}
	for _, began := range busy {
		h.bad = append(h.bad, span{began, never})
	}
	h.text = b.String()
	return h
}

// idleAndCalm counts the faults during which clients did nothing, and those that they did not
// feel, which is no problem if they felt any.
func (h *faultHistory) idleAndCalm() (idle, calm int) {
	for _, w := range h.faults {
		within := func(i int) bool { return i > w.from && i < w.to }
		felt := func(o span) bool { return o.to > w.from && o.from < w.to }
		switch {
		case !slices.ContainsFunc(h.clients, within):
			idle++
		case !slices.ContainsFunc(h.bad, felt):
			calm++
		}
	}
	if calm < len(h.faults)-idle {
		calm = 0
	}
	return idle, calm
}

// TestNaiveFaults compares windows in which nothing happened, or nothing bad,
// with their definitions.
func TestNaiveFaults(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn := drawFaults(t)
		h, err := format.ReadBytes(context.Background(), "random", []byte(drawn.text), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := lint.Check(context.Background(), h, lint.Options{})
		if err != nil {
			t.Fatal(err)
		}
		idle, calm := drawn.idleAndCalm()
		for code, want := range map[string]int{"idle-faults": idle, "faults-without-effect": calm} {
			got := 0
			if p := problem(r, code); p != nil {
				got = p.Count
			}
			if got != want {
				t.Fatalf("%s: %d, want %d in\n%s", code, got, want, drawn.text)
			}
		}
	})
}

// TestSimulated: simulated databases and objects are recorded by a client that
// makes no mistakes.
func TestSimulated(t *testing.T) {
	clean := func(name string, h *history.History, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		r := check(t, h)
		for _, p := range r.Problems {
			if p.Severity == lint.Error || p.Code == "nothing-read" || p.Code == "unwritten-reads" {
				t.Errorf("%s: %s %s", name, p.Code, p.Msg)
			}
		}
	}
	for seed := range uint64(5) {
		for _, db := range simulate.Databases() {
			for _, w := range simulate.Workloads() {
				c := simulate.Config{Workload: w, DB: db.Name, Txns: 500, Seed: seed, FailRate: 0.1, CrashRate: 0.1, NemesisEvery: 50, FinalReads: seed > 2}
				h, err := c.History()
				clean(fmt.Sprint(w, db.Name), h, err)
			}
		}
		for _, kind := range simulate.Kinds() {
			o := simulate.Object{Kind: kind, Operations: 500, Seed: seed, FailRate: 0.1, CrashRate: 0.1, BugRate: 0.1, Keys: 1 + int(seed), Values: int(seed) * 3}
			h, err := o.History()
			clean(kind.String(), h, err)
		}
		h, err := simulate.Log{Operations: 500, Seed: seed, FailRate: 0.1, CrashRate: 0.1}.History()
		clean("log", h, err)
		for _, p := range simulate.Tests() {
			h, err := simulate.Test{Property: p, Operations: 500, Seed: seed, FailRate: 0.1, CrashRate: 0.1, BugRate: float64(seed) / 20}.History()
			clean(p.String(), h, err)
		}
	}
}

// TestSimulatedMistakes: clients that do make mistakes are found out.
func TestSimulatedMistakes(t *testing.T) {
	h, err := simulate.Config{Txns: 2000, CrashRate: 0.1, FinalReads: true}.History()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for op := range h.Ops() {
		line := h.Text(op.Pos).String()
		if op.Type == history.Info {
			line = strings.Replace(line, ":type :info", ":type :fail", 1)
		}
		b.WriteString(line + "\n")
	}
	h, err = format.ReadBytes(context.Background(), "mistaken", []byte(b.String()), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := check(t, h)
	if p := problem(r, "timeout-was-read"); p == nil || p.Count < 20 {
		t.Errorf("timeouts as failures: %v", r.Problems)
	}
}
