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

// naive counts problems after their definitions.
func naive(ops []simpleOp, list bool) map[string]int {
	n := map[string]int{}
	type kv struct{ k, v int }
	attempts, failed, late, seen := map[kv]int{}, map[kv]int{}, map[kv]bool{}, map[kv]bool{}
	before := map[kv]bool{} // it was read before a write that timed out began
	early := map[kv]bool{}  // it was read before any write of it began
	completion := func(i int) (simpleOp, int) {
		for j := i + 1; j < len(ops); j++ {
			if ops[j].process == ops[i].process {
				return ops[j], j
			}
		}
		return simpleOp{typ: "info"}, len(ops)
	}
	crashed := map[int]bool{}
	lastRead := map[int]int{}
	for i, o := range ops {
		if o.typ == "invoke" {
			if crashed[o.process] {
				n["process-reused"]++
			}
			crashed[o.process] = false
		}
		crashed[o.process] = crashed[o.process] || o.typ == "info"
		for _, m := range o.mops {
			at := kv{m.key, m.v}
			switch {
			case m.write && o.typ == "invoke":
				attempts[at]++
				if done, _ := completion(i); done.typ == "fail" {
					failed[at]++
					late[at] = late[at] || done.err != ""
				}
			case !m.write && o.typ == "ok":
				lastRead[m.key] = i
				for k, v := range m.read {
					if list || k == 0 {
						if !seen[kv{m.key, v}] {
							early[kv{m.key, v}] = attempts[kv{m.key, v}] == 0
						}
						seen[kv{m.key, v}] = true
						before[kv{m.key, v}] = before[kv{m.key, v}] || !late[kv{m.key, v}]
					}
				}
			}
		}
		if o.typ == "fail" && o.err != "" && slices.ContainsFunc(o.mops, func(m simpleMop) bool { return m.write }) {
			n["timeout-as-fail"]++
		}
	}
	for at, times := range attempts {
		switch ok := times - failed[at]; {
		case ok > 1:
			n["duplicate-writes"]++
		case ok == 1 && times > 1: // what failed may be written again
			n["retried"]++
		}
		if seen[at] && failed[at] == times && early[at] {
			n["unwritten-reads"]++
		} else if seen[at] && failed[at] == times {
			if late[at] && !before[at] {
				n["timeout-was-read"]++
			} else {
				n["fail-was-read"]++
			}
		}
	}
	for at := range seen {
		if len(attempts) > 0 && attempts[at] == 0 {
			n["unwritten-reads"]++
		}
	}
	for i, o := range ops {
		done, _ := completion(i)
		for _, m := range o.mops {
			if last, ok := lastRead[m.key]; ok && m.write && o.typ == "invoke" && done.typ == "ok" && last < i {
				n["unread-writes"]++
			}
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

// TestNaiveFaults compares windows in which nothing happened, or nothing bad,
// with their definitions.
func TestNaiveFaults(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		type span struct{ from, to int }
		var clients, bad []int // where clients did something; the ends of what did not end well
		began := map[int]int{}
		var faults []span
		busy := map[int]bool{}
		up, n := true, 0
		for range rapid.IntRange(1, 60).Draw(t, "ops") {
			p := rapid.IntRange(-1, 3).Draw(t, "who")
			typ, who, f := "info", ":nemesis", "kill"
			switch {
			case p < 0 && up:
				faults = append(faults, span{n, 1 << 30})
				up = false
			case p < 0:
				f = "start"
				faults[len(faults)-1].to = n
				up = true
			case busy[p]:
				typ, who, f = rapid.SampledFrom([]string{"ok", "ok", "ok", "ok", "fail"}).Draw(t, "type"), fmt.Sprint(p), "write"
				if typ == "fail" {
					bad = append(bad, n)
					began[n] = began[-p-1]
				}
				busy[p] = false
			default:
				typ, who, f = "invoke", fmt.Sprint(p), "write"
				began[-p-1] = n
				busy[p] = true
			}
			if p >= 0 {
				clients = append(clients, n)
			}
			for range cond(p < 0, 2, 1) { // the nemesis' ops come in pairs
				fmt.Fprintf(&b, "{:type :%s, :process %s, :f :%s}\n", typ, who, f)
				n++
			}
		}
		for p := range 4 {
			if busy[p] {
				bad = append(bad, 1<<30+p)
				began[1<<30+p] = began[-p-1]
			}
		}
		idle, calm := 0, 0
		for _, w := range faults {
			within := func(i int) bool { return i > w.from && i < w.to }
			felt := func(i int) bool { return i > w.from && began[i] < w.to }
			switch {
			case !slices.ContainsFunc(clients, within):
				idle++
			case !slices.ContainsFunc(bad, felt):
				calm++
			}
		}
		if calm < len(faults)-idle {
			calm = 0
		}
		h, err := format.ReadBytes(context.Background(), "random", []byte(b.String()), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := lint.Check(context.Background(), h, lint.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for code, want := range map[string]int{"idle-faults": idle, "faults-without-effect": calm} {
			got := 0
			if p := problem(r, code); p != nil {
				got = p.Count
			}
			if got != want {
				t.Fatalf("%s: %d, want %d in\n%s", code, got, want, b.String())
			}
		}
	})
}

func cond(is bool, a, b int) int {
	if is {
		return a
	}
	return b
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
