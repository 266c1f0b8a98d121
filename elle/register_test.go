package elle_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// text is a history as lines of EDN.
func text(t testing.TB, h *history.History) string {
	t.Helper()
	var b strings.Builder
	if err := format.Write(context.Background(), &b, h, format.EDN); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// registerOptions reads the options of a case: models and assumptions, or with a
// bang before it an anomaly that is prohibited by itself. Order gives the
// transactions, by their places in the text, their ranks.
func registerOptions(ts oracle.Txns, words string, order []int64) elle.Options {
	opt := elle.Options{Workload: elle.RWRegister}
	for _, w := range strings.Fields(words) {
		switch anomaly, alone := strings.CutPrefix(w, "!"); {
		case w == "wfr":
			opt.WFRKeys = true
		case w == "sequential":
			opt.SequentialKeys = true
		case w == "linearizable":
			opt.LinearizableKeys = true
		case alone:
			opt.Anomalies = append(opt.Anomalies, anomaly)
			opt.Models = []string{}
		default:
			opt.Models = append(opt.Models, w)
		}
	}
	for t, rank := range order {
		if opt.TransactionOrder == nil {
			opt.TransactionOrder = map[int64]int64{}
		}
		opt.TransactionOrder[indexes(ts)[t]] = rank
	}
	return opt
}

// namedRegisters are histories whose verdicts are known: those that define the
// anomalies, from the papers and from Elle's tests, and its quirks. Where we differ
// from Elle on purpose, doc.go says so, and a case's name tells Elle's answer.
var namedRegisters = []struct {
	name, history, options string
	order                  []int64
	valid                  string
	types                  string // those that must be found; with ! in front, no others
	not                    string // "-" if it depends on how much is inferred
}{
	// Section 3.3 of Elle's specification.
	{"G1c", "P0{x:=1 y=1} | P1{y:=1 x=1}", "strict-serializable", nil, "false", "G1c", "read-committed"},
	{"G-single-item", "P0{x=_ y=1} | P1{y:=1 x:=2}", "strict-serializable", nil, "false", "!G-single-item", "-"},

	{"G-nonadjacent-item", "P0{x:=1} | P1{x=1 y=_} | P2{y:=1} | P3{y=1 x=_}", "strict-serializable", nil, "false", "G-nonadjacent-item", "-"},
	{"G2-item", "P0{x=_ y:=1} | P1{y=_ x:=1}", "strict-serializable", nil, "false", "!G2-item", "repeatable-read"},
	{"G1c-process", "P0{x=1} ; P0{x:=1}", "strong-session-serializable", nil, "false", "G1c-process", "-"},
	{"G-single-item-process", "P0{x:=1} ; P0{x=_}", "strong-session-serializable", nil, "false", "G-single-item-process", "-"},
	{"G-single-item-realtime", "P0{x:=1} ; P1{x=_}", "strict-serializable", nil, "false", "G-single-item-realtime", "strong-snapshot-isolation"},
	{"a stale read by another session", "P0{x:=1} ; P1{x=_}", "strong-session-serializable", nil, "true", "!", ""},

	// Section 3.5.
	{"G1a", "P0{x:=1}! ; P1{x=1}", "serializable", nil, "false", "!G1a empty-transaction-graph", "read-committed"},
	{"G1a and intermediate", "P0{x:=1 x:=2}! ; P1{x=1}", "serializable", nil, "false", "!G1a G1b empty-transaction-graph", "read-committed"},
	{"G1a is not for info", "P0{x:=1}~ ; P1{x=1}", "serializable", nil, "true", "!", ""},
	{"G1b", "P0{x:=1 x:=2} ; P1{x=1}", "serializable", nil, "false", "!G1b empty-transaction-graph", "read-committed"},
	{"own intermediate value", "P0{x:=1 x=1 x:=2}", "serializable", nil, "unknown", "!empty-transaction-graph", ""},
	{"internal", "P0{x:=1 x=2} | P1{x:=2}", "serializable", nil, "false", "!empty-transaction-graph internal", "read-atomic"},
	{"internal is read committed", "P0{x:=1 x=2} | P1{x:=2}", "read-committed", nil, "unknown", "!empty-transaction-graph", "read-atomic"},
	{"lost-update", "P0{x:=1} ; (P1{x=1 x:=2} | P2{x=1 x:=3})", "cursor-stability", nil, "false", "!lost-update", "cursor-stability update-atomic"},
	{"cyclic-versions", "P0{x:=1} ; P0{x:=2} ; P0{x=1}", "read-uncommitted sequential", nil, "false", "!cyclic-versions", "read-uncommitted"},

	// Section 4.6.
	{"4.6 read committed", "P0{x:=1} ; P0{x:=2} ; P1{x=1}", "read-committed", nil, "true", "!", ""},
	{"4.6 linearizable keys", "P0{x:=1} ; P0{x:=2} ; P1{x=1}", "strict-serializable linearizable", nil, "false", "cyclic-versions", "read-uncommitted"},
	{"4.6 sequential keys", "P0{x:=1} ; P0{x:=2} ; P1{x=1}", "strict-serializable sequential", nil, "false", "G-single-item-realtime", "strong-snapshot-isolation"},
	{"4.6 Elle: valid, but realtime tells the order", "P0{x:=1} ; P0{x:=2} ; P1{x=1}", "strict-serializable", nil, "false", "G-single-item-realtime", "strong-snapshot-isolation"},
	{"4.6 Elle: valid, for 2 is after 1", "P0{x:=1} ; P0{x=2}", "strict-serializable linearizable", nil, "false", "garbage-read", "read-uncommitted"},

	// Section 11.2: Elle's tests.
	{"no transaction", "P0{}", "serializable", nil, "unknown", "!empty-transaction-graph", ""},
	{"nothing was read", "P0{x:=1} ; P0{x:=2}", "strict-serializable", nil, "unknown", "!", ""},
	{"nothing succeeded", "P0{x:=1}! ; P1{x=_}~", "strict-serializable", nil, "unknown", "!empty-transaction-graph", ""},
	{"a process went on to what nobody saw", "P0{x=_} ; P0{y:=1}~", "strong-session-serializable", nil, "unknown", "!empty-transaction-graph", ""},
	{"two of the same", "P0{x:=0} | P1{x:=0}", "serializable", nil, "unknown", "!empty-transaction-graph", ""},
	{"each reads the other's", "P0{x=0 x:=1} | P1{x=1 x:=0}", "read-committed", nil, "false", "!G1c", "read-committed"},
	{"each reads the other's, two keys", "P0{x=0 y:=1} | P1{y=1 x:=0}", "read-committed", nil, "false", "!G1c", "read-committed"},
	{"unwritten read", "P0{x:=1} ; P1{x=2}", "strict-serializable linearizable", nil, "false", "!garbage-read", "read-uncommitted"},
	{"then read back", "P0{x:=1} ; P1{x=2} ; P2{x=1}", "read-uncommitted linearizable", nil, "false", "!cyclic-versions garbage-read", "read-uncommitted"},
	{"G0 only", "P0{x:=1 y:=2} | P1{x:=2 y:=1}", "!G0 sequential", nil, "unknown", "!empty-transaction-graph", ""},
	{"G0", "(P0{x:=1 y:=2} | P1{x:=2 y:=1}) ; P0{x=2} ; P1{y=2}", "!G0 sequential", nil, "false", "!G0", "read-uncommitted"},
	{"G1", "P0{x=1} | P1{x:=1}!", "!G1", nil, "false", "!G1a empty-transaction-graph", "read-committed"},
	{"G1b is not G0", "P0{x:=1 x:=2} | P1{x=1}", "!G0", nil, "unknown", "!empty-transaction-graph", "read-committed"},
	{"G1b is G1", "P0{x:=1 x:=2} | P1{x=1}", "!G1", nil, "false", "!G1b empty-transaction-graph", "read-committed"},
	{"G1b repeatable read", "P0{x:=1 x:=2} | P1{x=1}", "repeatable-read", nil, "false", "!G1b empty-transaction-graph", "read-committed"},
	{"G-single without transaction order", "P0{x=_ y:=2} | P1{x:=3 y:=4}", "serializable", nil, "true", "!", ""},
	{"G-single by transaction order", "P0{x=_ y:=2} | P1{x:=3 y:=4}", "serializable", []int64{2, 1}, "false", "G-single-item", "consistent-view repeatable-read"},
	{"G2 without transaction order", "P0{x:=1 y:=2 z:=3} | P1{x=1 y:=5} | P2{z=3 x:=4} | P3{z:=7 y:=8}", "serializable", nil, "true", "!", ""},
	{"G2 by transaction order", "P0{x:=1 y:=2 z:=3} | P1{x=1 y:=5} | P2{z=3 x:=4} | P3{z:=7 y:=8}", "serializable", []int64{1, 4, 2, 3}, "false", "G2-item", "-"},
	{"G1c is not G0", "P0{x:=1 y=1} | P1{y:=1 x=1}", "!G0", nil, "true", "!", "read-committed"},
	{"G1c is read uncommitted", "P0{x:=1 y=1} | P1{y:=1 x=1}", "read-uncommitted", nil, "true", "!", "read-committed"},
	{"G1c is G1", "P0{x:=1 y=1} | P1{y:=1 x=1}", "!G1", nil, "false", "!G1c", "read-committed"},
	{"G2-item is read committed", "P0{x:=1 y:=1} ; (P1{x=1 y:=2} | P2{y=1 x:=2})", "read-committed linearizable", nil, "true", "!", "repeatable-read"},
	{"G2-item by linearizable keys", "P0{x:=1 y:=1} ; (P1{x=1 y:=2} | P2{y=1 x:=2})", "serializable linearizable", nil, "false", "!G2-item", "repeatable-read"},
	{"G2-item is snapshot isolation", "P0{x:=1 y:=1} ; (P1{x=1 y:=2} | P2{y=1 x:=2})", "strong-snapshot-isolation linearizable", nil, "true", "!", "repeatable-read"},
	{"internal, two reads", "P0{x:=1} | P1{x:=2} | P2{x=1 x=2}", "!internal", nil, "false", "!internal", "read-atomic"},
	{"two reads of nil and another", "P0{x:=1} | P1{x=1 x=_}", "consistent-view", nil, "false", "!G-single-item", "-"},
	{"two reads, of which one is later", "P0{x=_ y:=1 x=2} | P1{y=1 x:=2}", "read-committed", nil, "false", "!G1c", "read-committed"},
	{"two reads in no known order", "P0{x:=1} | P1{x:=2} | P2{x=1 x=2}", "repeatable-read", nil, "false", "!G-single-item", "-"},
	{"two reads, assumed to be in order", "P0{x:=1} ; P0{x:=2} ; P1{x=2 x=1}", "read-uncommitted sequential", nil, "false", "!cyclic-versions", "-"},
	{"seen by the second read only", "P0{x:=1 y:=1}~ | P1{x=_ x=1 y=_}", "monotonic-atomic-view", nil, "false", "!OTV", "-"},
	{"written twice, and nil is older", "P0{x:=1} ; P1{x:=1} ; P2{x=_}", "strict-serializable", nil, "false", "!G-single-item-realtime", "-"},
	{"written twice, and one is older", "P0{x:=1} ; P1{x:=1} ; P2{x=1}~", "serializable", nil, "unknown", "!empty-transaction-graph", ""},
	{"written twice, in the order of processes", "P0{x:=1} ; P0{x:=1} ; P0{x=_}", "read-uncommitted sequential", nil, "false", "!cyclic-versions", "-"},
	{"initial state", "P0{x=_ y=1} | P1{y:=1 x:=2}", "serializable", nil, "false", "!G-single-item", "-"},
	{"without wfr", "P0{y:=1} | P1{y=1 x:=1 y:=2} | P2{x=1 y=1}", "read-committed", nil, "true", "!", ""},
	{"wfr", "P0{y:=1} | P1{y=1 x:=1 y:=2} | P2{x=1 y=1}", "serializable wfr", nil, "false", "G-single-item", "-"},
	{"cyclic version order", "P0{x:=1} ; P0{x:=2} ; P0{x=1}", "strict-serializable sequential", nil, "false", "cyclic-versions", "read-uncommitted"},
	{"lost update of what nobody wrote", "P0{x=0 x:=1} | P1{x=0 x:=2}", "cursor-stability", nil, "false", "!empty-transaction-graph garbage-read lost-update", "read-uncommitted"},
	{"scc sort bug, Elle: G1c-realtime", "P0{x=1} ; P0{x=_} ; P0{x=4 x:=3} ; P0{x:=4}", "strict-serializable wfr linearizable", nil, "false", "G0-realtime cyclic-versions garbage-read", "read-uncommitted"},
	{"cyclic-versions bug", "P0{x=_} ; P0{x:=4} ; P1{x=4}", "strict-serializable linearizable", nil, "true", "!", ""},

	// Its quirks.
	{"Q1, Elle: G1c", "(P0{x:=1 y:=1} | P1{x=1 x:=2 y:=2}) ; P2{y=2} ; P2{y=1}", "strict-serializable wfr sequential", nil, "false", "G0", "read-uncommitted"},
	{"Q1, Elle: valid", "(P0{x:=1 y:=1} | P1{x=1 x:=2 y:=2}) ; P2{y=2} ; P2{y=1}", "!G0 wfr sequential", nil, "false", "!G0", "read-uncommitted"},
	{"Q1, Elle: a cycle exists", "(P0{x:=1 y:=1} | P1{x=1 x:=2 y:=2}) ; P2{y=2} ; P2{y=1}", "read-uncommitted wfr sequential", nil, "false", "!G0", "read-uncommitted"},
	{"Q4 info was read", "P0{x:=1 y:=1}~ ; P1{x=1 y=_}", "serializable", nil, "false", "!G-single-item", "-"},
	{"Q4 info was not read", "P0{x:=1 y:=1}~ ; P1{x=_ y=_}", "serializable", nil, "unknown", "!empty-transaction-graph", ""},
	{"Q4 unfinished, and read", "P1{x=1 y=_} | P0{x:=1 y:=1}?", "serializable", nil, "false", "!G-single-item", "-"},
	{"Q4 what an info read does not count", "P0{x:=1} ; P1{x=_ y:=1}~ ; P2{y=1}", "strict-serializable", nil, "true", "!", ""},
	{"Q4 never written", "P0{x=9}", "read-uncommitted", nil, "false", "!empty-transaction-graph garbage-read", "read-uncommitted"},
	{"Q5", "P0{x:=1 x=1 x:=2} ; P1{x=1 x:=3}", "cursor-stability", nil, "false", "!G1b empty-transaction-graph lost-update", "read-committed"},
	{"Q9, Elle: valid", "P0{x=1 x:=1}", "read-committed", nil, "false", "!empty-transaction-graph future-read", "read-committed"},
	{"Q10", "P0{y:=1} ; P0{y:=2 z:=1} ; P1{z=1 y=1}", "serializable sequential", nil, "false", "G-single-item", "consistent-view repeatable-read"},
	{"Q10, Elle: only cyclic versions", "P0{y:=1} ; P0{y:=2 z:=1} ; P1{z=1 y=1} ; P2{x:=1} ; P2{x:=2} ; P2{x=1}", "serializable sequential", nil, "false", "!G-single-item cyclic-versions", "read-uncommitted"},
	{"Q11, Elle: G-single-item", "P0{x:=1} ; P0{x=_ x:=2}", "serializable sequential", nil, "false", "!cyclic-versions", "read-uncommitted"},
	{"Q11", "P0{x:=1} ; P0{x=_}", "serializable sequential", nil, "false", "!cyclic-versions", "read-uncommitted"},
	{"Q21", "P0{x:=1}", "serializable", nil, "unknown", "!empty-transaction-graph", ""},
}

func TestNamedRegisters(t *testing.T) {
	for _, c := range namedRegisters {
		t.Run(c.name, func(t *testing.T) {
			ts := oracle.MustParse(c.history)
			res := checkWith(t, historyOf(t, ts), registerOptions(ts, c.options, c.order))
			want, exact := strings.CutPrefix(c.types, "!")
			bad := res.Valid.String() != c.valid || c.not != "-" && !slices.Equal(res.Not, strings.Fields(c.not))
			for _, a := range strings.Fields(want) {
				bad = bad || !slices.Contains(res.Types(), elle.Anomaly(a))
			}
			if bad || exact && len(res.Types()) != len(strings.Fields(want)) {
				t.Errorf("%s\ngot  %s %v %v\nwant %s [%s] [%s]", c.history, res.Valid, res.Types(), res.Not, c.valid, c.types, c.not)
			}
		})
	}
}

// TestCyclicVersions: which versions precede themselves, and what says so.
func TestCyclicVersions(t *testing.T) {
	for _, c := range []struct{ history, options, want string }{
		{"P0{x:=1} ; P0{x:=2} ; P0{x=1}", "sequential", ":x [1 2] [initial-state sequential-keys] 1<2 2<1"},
		{"P0{x:=1} ; P0{x:=2} ; P0{x=1}", "wfr sequential linearizable", ":x [1 2] [initial-state wfr-keys sequential-keys] 1<2 2<1; :x [1 2] [initial-state wfr-keys linearizable-keys] 1<2 2<1"},
		{"P0{x:=1} ; P1{x=2} ; P2{x=1}", "linearizable", ":x [1 2] [initial-state linearizable-keys] 1<2 2<1"},
		{"P0{x:=1} ; P0{x=_}", "sequential", ":x [nil 1] [initial-state sequential-keys] nil<1 1<nil"},
		{"P0{x=1} ; P0{x=_} ; P0{x=4 x:=3} ; P0{x:=4}", "wfr linearizable", ":x [nil 1] [initial-state wfr-keys linearizable-keys] nil<1 1<nil; :x [4 3] [initial-state wfr-keys linearizable-keys] 4<3 3<4"},
		{"P0{x=1 x:=2} | P1{x=2 x:=1}", "wfr", ":x [1 2] [initial-state wfr-keys] 1<2 2<1"},
		{"P0{x:=1} ; P0{x:=2}", "sequential linearizable", ""},
	} {
		ts := oracle.MustParse(c.history)
		res := checkWith(t, historyOf(t, ts), registerOptions(ts, "read-uncommitted "+c.options, nil))
		var got []string
		for _, a := range res.Anomalies {
			for _, cs := range a.Cases {
				if a.Type != elle.CyclicVersions {
					continue
				}
				s := fmt.Sprint(cs.Key, " ", cs.Values, " ", cs.Sources)
				for _, o := range cs.Order {
					s += fmt.Sprint(" ", o.Value, "<", o.Next)
				}
				got = append(got, s)
			}
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s with %s:\ngot  %s\nwant %s", c.history, c.options, strings.Join(got, "; "), c.want)
		}
	}
}

// TestWrittenTwice: nobody can tell which of two equal writes a read is from. What
// nobody read does no harm, and what may be from an indeterminate write tells
// nothing.
func TestWrittenTwice(t *testing.T) {
	opt := elle.Options{Models: []string{"serializable"}}
	for _, c := range []struct {
		history string
		twice   int // -1 for an error with a place
	}{
		{"P0{x:=1} | P1{x:=1 y:=1} | P2{y=1}", 1},
		{"P0{x:=1} | P1{x:=1}~ | P2{x=1}", 1},
		{"P0{x:=1} | P1{x:=1}! | P2{x=1}", 0},
		{"P0{x:=1} | P1{x:=1 x=1} | P2{x=_}", 1},
		{"P0{x:=1} | P1{x:=1} | P2{x=1}", -1},
		{"P0{x:=1}~ | P1{x:=1} | P2{x:=1} | P3{x=1}", -1},
		{"P0{x:=1} | P1{x:=1} | P2{x=_ x=1}", -1},
	} {
		res, err := elle.Check(context.Background(), historyOf(t, oracle.MustParse(c.history)), opt)
		var syntax *edn.SyntaxError
		switch {
		case c.twice < 0 && (!errors.As(err, &syntax) || syntax.Line == 0):
			t.Errorf("%s: %v, want an error with a place", c.history, err)
		case c.twice >= 0 && (err != nil || res.Inference.WrittenTwice != c.twice || res.Valid == verdict.Invalid):
			t.Errorf("%s: %v %+v, want %d values written twice, and no violation", c.history, err, res, c.twice)
		}
	}
}

// brokenRegisters are histories with many anomalies, and what may be assumed of
// their keys.
func brokenRegisters(t testing.TB, n int) (hs []*history.History, assumed []oracle.KeyOptions) {
	for i, db := range simulate.Databases() {
		c := simulate.Config{Workload: simulate.RWRegister, DB: db.Name, Txns: n, Clients: 8, Seed: uint64(i), CrashRate: 0.02, FailRate: 0.05}
		hs, assumed = append(hs, simulated(t, c)), append(assumed, assumptions[i%len(assumptions)])
	}
	rng := rand.New(rand.NewPCG(3, 3))
	for i := range 4 {
		c := simulate.Config{Workload: simulate.RWRegister, Txns: n, Clients: 4, Seed: uint64(i)}
		hs, assumed = append(hs, mutated(t, rng, c, true)), append(assumed, assumptions[i])
	}
	return hs, assumed
}

// lawModels are models of each kind: decided by cycles, with each order, and weak.
var lawModels = []string{"strict-serializable", "strong-session-serializable", "serializable", "causal-convergence", "read-atomic", "PRAM", "transactional-causal"}

// TestSameBytesRegisters: the number of cores changes nothing.
func TestSameBytesRegisters(t *testing.T) {
	n := 3000
	if testing.Short() {
		n = 1000
	}
	hs, assumed := brokenRegisters(t, n)
	reports := func(cores int) (out []string) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		for i, h := range hs {
			for _, m := range lawModels[:4] {
				res := checkWith(t, h, assume(assumed[i], m))
				asJSON, err := render.JSON(nil, render.Input{File: "h"}, "elle", res)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, string(asJSON)+render.Prose("h", "elle", res, render.ProseOptions{Limit: 1000, Verbose: true}))
			}
		}
		return out
	}
	want := reports(1)
	for i, got := range reports(4) {
		if got != want[i] {
			t.Errorf("history %d, %s: four cores give another answer than one", i/4, lawModels[i%4])
		}
	}
}

var registerMop = regexp.MustCompile(`\[:(r|w) (\d+) (\d+|nil)\]`)

// otherMops replaces the key and the value of each micro-op.
func otherMops(f func(what, key, value string) string) func(string) string {
	return func(s string) string {
		return registerMop.ReplaceAllStringFunc(s, func(m string) string {
			p := registerMop.FindStringSubmatch(m)
			return "[:" + p[1] + " " + f(p[1], p[2], p[3]) + "]"
		})
	}
}

// otherValues replaces the value of each micro-op, unless it is nil.
func otherValues(f func(value string) string) func(string) string {
	return otherMops(func(_, key, value string) string {
		if value != "nil" {
			value = f(value)
		}
		return key + " " + value
	})
}

// registerLabels are other ways to write a history down.
var registerLabels = map[string]func(string) string{
	"keys":            otherMops(func(_, key, value string) string { return "[" + key + " :k] " + value }),
	"keywords":        otherMops(func(_, key, value string) string { return ":k" + key + " " + value }),
	"backward values": otherValues(func(v string) string { return strconv.Itoa(-number(v)) }),
	"huge values":     otherValues(func(v string) string { return "9223372036854775807" + v + "N" }),
	"large values":    otherValues(func(v string) string { return strconv.Itoa(number(v) + 1<<62 - 20) }),
	"strings":         otherValues(func(v string) string { return `"` + v + `"` }),
	"maps":            otherValues(func(v string) string { return "{:v [" + v + " [nil]]}" }),
	"spaces":          func(s string) string { return strings.NewReplacer("[", " [ ", "]", " , ] ").Replace(s) },
	"names":           strings.NewReplacer("[:r ", "[:read ", "[:w ", "[:write ").Replace,
	"lists":           func(s string) string { return strings.NewReplacer("[", "(", "]", ")").Replace(s) },
	"no nil":          otherMops(func(_, key, value string) string { return strings.TrimSuffix(key+" "+value, " nil") }),
	"processes":       renumbered("process", func(p int) int { return 100_000 - 7*p }),
	"indexes":         renumbered("index", func(i int) int { return 322 + 7*i }),
}

// TestRelabellingRegisters: the names of keys, values and processes and the
// numbering of ops change nothing but themselves, nor does how they are spelled.
func TestRelabellingRegisters(t *testing.T) {
	t.Parallel()
	n := 250
	if testing.Short() {
		n = 80
	}
	hs, assumed := brokenRegisters(t, n)
	for i, h := range hs {
		original := text(t, h)
		var json strings.Builder
		if err := format.Write(context.Background(), &json, h, format.JSONL); err != nil {
			t.Fatal(err)
		}
		others := map[string]string{"JSON": json.String(), "JSON with spaces": strings.ReplaceAll(json.String(), ",", " , ")}
		for name, f := range registerLabels {
			others[name] = f(original)
		}
		for _, m := range lawModels {
			want := shape(checkWith(t, h, assume(assumed[i], m)))
			for name, other := range others {
				if got := shape(checkWith(t, read(t, []byte(other)), assume(assumed[i], m))); got != want {
					t.Errorf("history %d, %s, other %s:\ngot  %s\nwant %s", i, m, name, got, want)
				}
			}
		}
	}
}
