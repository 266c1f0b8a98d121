package elle_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// notation runs a check on a history in the notation of the oracle: P0{+x1 ?y_}
// is a transaction of process 0, ! and ~ and ? say that it failed, is
// indeterminate, never completed; ; and | mean one after the other and all at
// once.
func notation(t *testing.T, history string, opt elle.Options) *elle.Result {
	t.Helper()
	h, err := oracle.MustParse(history).History()
	if err != nil {
		t.Fatal(err)
	}
	res, err := elle.Check(context.Background(), h, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// namedTests are histories whose verdicts are known: those that define the anomalies,
// from the papers and from Elle, and the register of its quirks.
var namedTests = []struct {
	name, history string
	models        string // default strict-serializable
	valid         string
	types, not    string
}{
	{"G0", "P0{+x1 +y1} | P1{+x2 +y2} | P2{?x[1 2] ?y[2 1]}", "", "false", "G0", "read-uncommitted"},
	{"G0 by interleaved appends", "P0{+x1 +x2} ; P1{+x3} ; P2{?x[1 3 2]}", "serializable", "false", "G0", "read-uncommitted"},
	{"G1a", "P0{+x1}! ; P1{?x[1]}", "serializable", "false", "G1a empty-transaction-graph", "read-committed"},
	{"G1a is not asked for", "P0{+x1}! ; P1{?x[1]}", "read-uncommitted", "unknown", "empty-transaction-graph", "read-committed"},
	{"G1b", "P0{+x1 +x2} | P1{?x[1]}", "read-committed", "false", "G1b", "read-committed"},
	{"G1b and what it entails", "P0{+x1 +x2} | P1{?x[1]}", "serializable", "false", "G-single-item G1b", "read-committed"},
	{"G1c", "P0{+x1 ?y[1]} | P1{+x2 +y1} | P2{?x[1 2]}", "", "false", "G1c", "read-committed"},
	{"G-single", "P0{+x1 +y1} | P1{?x[1] ?y_}", "", "false", "G-single-item", "consistent-view repeatable-read"},
	{"long fork", "P0{+x1} | P1{?x[1] ?y_} | P2{+y1} | P3{?y[1] ?x_}", "", "false", "G-nonadjacent-item", "repeatable-read snapshot-isolation"},
	{"write skew", "P0{?x_ +y1} | P1{?y_ +x1}", "", "false", "G2-item", "repeatable-read"},
	{"write skew is snapshot isolation", "P0{?x_ +y1} | P1{?y_ +x1}", "snapshot-isolation", "true", "", "repeatable-read"},
	{"adjacent rw pairs are snapshot isolation", "P0{?x[5] +y1} | P1{?y[1] ?z_} | P2{+z2 ?u_} | P3{+u4 +x5}", "snapshot-isolation", "true", "", "repeatable-read"},
	{"G0-process", "P0{+x2} ; P0{+x1} ; P1{?x[1 2]}", "strong-session-serializable", "false", "G0-process", "strong-session-read-uncommitted"},
	{"G1c-process", "P0{?x[1]} ; P0{+x1}", "strong-session-serializable", "false", "G1c-process", "strong-session-read-committed"},
	{"G-single-process", "P0{+x1} ; P0{?x_}", "strong-session-serializable", "false", "G-single-item-process", "strong-session-snapshot-isolation"},
	{"G-nonadjacent-process", "P0{?x_ ?z[1]} ; P1{+x1} ; P1{?z_} ; P2{+z1}", "strong-session-serializable", "false", "G-nonadjacent-item-process", "strong-session-snapshot-isolation"},
	{"G0-realtime", "P0{+x2} ; P1{+x1} ; P2{?x[1 2]}", "", "false", "G0-realtime", "strong-read-uncommitted"},
	{"G1c-realtime", "P0{?x[1]} ; P1{+x1}", "", "false", "G1c-realtime", "strong-read-committed"},
	{"stale read", "P0{+x1} ; P1{?x_}", "", "false", "G-single-item-realtime", "strong-snapshot-isolation"},
	{"a stale read is serializable", "P0{+x1} ; P1{?x_}", "serializable", "true", "", ""},
	{"a stale read by another session", "P0{+x1} ; P1{?x_}", "strong-session-serializable", "true", "", ""},
	{"internal", "P0{?x[1] +x2 ?x[1]}", "serializable", "false", "empty-transaction-graph garbage-read internal", "read-uncommitted"},
	{"future read", "P0{?x[1] +x1}", "serializable", "false", "empty-transaction-graph future-read", "read-committed"},
	{"duplicate elements", "P0{+x1} ; P1{?x[1 1]}", "", "false", "duplicate-elements", "read-uncommitted"},
	{"incompatible order", "P0{+x1} | P1{+x2} | P2{?x[1 2]} | P3{?x[2 1]}", "read-committed", "false", "incompatible-order", "read-committed"},
	{"a number is no prefix of another", "P0{+x1} | P1{+x12} | P2{+x3} | P3{?x[12 3]} | P4{?x[1]}", "read-committed", "false", "incompatible-order", "read-committed"},
	{"dirty update", "P0{+x1}! ; P1{+x2} ; P2{?x[1 2]}", "", "false", "G1a dirty-update", "read-committed"},
	{"dirty update over an info", "P0{+x1}! ; P1{+x2}~ ; P2{+x3} ; P3{?x[1 2 3]}", "", "false", "G1a dirty-update", "read-committed"},
	{"lost update", "P0{+x1} ; (P1{?x[1] +x2} | P2{?x[1] +x3})", "", "false", "G2-item lost-update", "cursor-stability update-atomic"},
	{"one transaction loses nothing to itself", "P0{?x_ +x1 +x2} ; P1{?x[1 2]}", "", "true", "", ""},
	{"unobserved appends", "P0{+x1 +y1} | P1{+x2 +y2} | P2{+x3 +y3} | P3{?x[1 2]} | P4{?y[2]}", "serializable", "false", "G-single-item G0", "read-uncommitted"},
	{"Adya's serializable example", "P0{+z1 +x1 +y1} ; P1{?x[1] +y2} ; P2{?y[1 2] +z3} ; P3{?z[1 3]}", "", "true", "", ""},
	{"nothing succeeded", "P0{+x1}! | P1{?x[]}!", "", "unknown", "empty-transaction-graph", ""},
	{"nothing succeeded, though it was read", "P0{+x1}~ | P1{?x[1]}~", "", "unknown", "", ""},
	{"nothing was read", "P0{+x1} ; P0{+x2}", "", "unknown", "", ""},
	{"a process went on to what nobody saw", "P0{?x[]} ; P0{+y1}~", "strong-session-serializable", "unknown", "empty-transaction-graph", ""},
	{"a process went on to what was seen", "P0{?x[]} ; P0{+y1}~ ; P1{?y[1]}", "strong-session-serializable", "true", "", ""},
	{"nothing observed", "P0{+x1}", "", "unknown", "empty-transaction-graph", ""},
	{"reads of nothing, in order", "P0{?x_} ; P0{?y_}", "", "true", "", ""},

	{"Q2", "P1{+x2 +y1} ; P0{+x1 ?y[1]} ; P2{?x[1 2]}", "", "false", "G0-realtime G1c", "read-committed strong-read-uncommitted"},
	{"Q3 garbage", "P0{+x1} | P1{?x[1 9]}", "", "false", "empty-transaction-graph garbage-read", "read-uncommitted"},
	{"Q3 unfinished", "P0{+x1}? | P1{?x[1]}", "", "true", "", ""},
	{"Q3 unfinished, and aborted reads stay valid", "P0{+x1}? | P1{?x[1]} | P2{?x_}", "serializable", "true", "", ""},
	{"Q5", "P0{+x1 ?x[1] +x2} | P1{?x[1] +x3}", "", "false", "G-single-item G1b lost-update", "read-committed"},
	{"Q6", "P0{?x_ +x1} | P1{?x[] +x2}", "", "false", "G2-item", "repeatable-read"},
	{"Q6 alike", "P0{?x_ +x1} | P1{?x_ +x2}", "", "false", "G2-item lost-update", "cursor-stability update-atomic"},
	{"Q7", "P0{?x_ ?x[]}", "serializable", "false", "empty-transaction-graph internal", "read-atomic"},
	{"Q8 committed", "P0{+x1 +y1} ; P1{+x2} ; P2{+x3 ?y_} ; P3{?x[1 2 3]}", "serializable", "false", "G-single-item", "consistent-view repeatable-read"},
	{"Q8 aborted", "P0{+x1 +y1} ; P1{+x2}! ; P2{+x3 ?y_} ; P3{?x[1 2 3]}", "serializable", "false", "G1a dirty-update", "read-committed"},
	{"Q16", "P0{+x1} ; P0{?x_}", "causal", "false", "CyclicHB PRAM-violation", "PRAM"},
}

func TestNamed(t *testing.T) {
	for _, c := range namedTests {
		t.Run(c.name, func(t *testing.T) {
			res := notation(t, c.history, elle.Options{Models: strings.Fields(c.models)})
			if c.models == "" {
				res = notation(t, c.history, elle.Options{})
			}
			var types []string
			for _, a := range res.Types() {
				types = append(types, string(a))
			}
			if res.Valid.String() != c.valid || !slices.Equal(types, strings.Fields(c.types)) || !slices.Equal(res.Not, strings.Fields(c.not)) {
				t.Errorf("%s\ngot  %s %v %v\nwant %s [%s] [%s]", c.history, res.Valid, types, res.Not, c.valid, c.types, c.not)
			}
		})
	}
}

func TestAnomaliesAlone(t *testing.T) {
	none := []string{}
	skew := "P0{+x1 +y1} | P1{?x[1] ?y_}"
	for _, c := range []struct {
		anomaly string
		want    verdict.Verdict
	}{
		{"G0", verdict.Valid}, {"G1", verdict.Valid}, {"G-single", verdict.Invalid},
		{"G-single-item", verdict.Invalid}, {"G2", verdict.Invalid}, {"G1c", verdict.Valid},
	} {
		if res := notation(t, skew, elle.Options{Models: none, Anomalies: []string{c.anomaly}}); res.Valid != c.want {
			t.Errorf("%s: %s, want %s", c.anomaly, res.Valid, c.want)
		}
	}
}

// TestCycleExists: the existence of a cycle is reported only where it alone is
// prohibited.
func TestCycleExists(t *testing.T) {
	skew := "P0{+x1 +y1} | P1{?x[1] ?y_}"
	res := notation(t, skew, elle.Options{Models: []string{}, Anomalies: []string{"PL-SI-cycle-exists"}})
	if res.Valid != verdict.Invalid || len(res.Types()) != 1 || res.Types()[0] != "PL-SI-cycle-exists" {
		t.Errorf("alone: %s %v", res.Valid, res.Types())
	}
	res = notation(t, skew, elle.Options{Models: []string{"snapshot-isolation"}})
	if len(res.Types()) != 1 || res.Types()[0] != elle.GSingle {
		t.Errorf("with its model: %v", res.Types())
	}
}

// TestNothingJudged: no model is kept by a history in which no transaction
// succeeded, or none read anything.
func TestNothingJudged(t *testing.T) {
	t.Parallel()
	n := 0
	tinyTxns(t, 5, 400, func(ts oracle.Txns, registers bool) {
		n++
		for i := range ts {
			switch {
			case n%2 == 0:
				ts[i].Status = []oracle.Status{oracle.Info, oracle.Fail}[i%2]
			case ts[i].Status == oracle.OK:
				ts[i].Ops = slices.DeleteFunc(ts[i].Ops, func(m oracle.Mop) bool { return !m.Append })
			}
		}
		for _, m := range elle.Models() {
			if m.Checked && verdictOf(t, ts, registers, m.Name) == verdict.Valid {
				t.Fatalf("%v\nis said to keep %s", ts, m.Name)
			}
		}
	})
}

// TestKeyOrders: of lists, the order in time of each key can be asked for.
func TestKeyOrders(t *testing.T) {
	for _, c := range []struct {
		history, model, keys string
		want                 string
	}{
		{"P0{+x1} ; P0{?x[]}", "serializable", "", "true []"},
		{"P0{+x1} ; P0{?x[]}", "serializable", "sequential", "false [G-single-item-process]"},
		{"P0{+x1} ; P1{?x[]}", "serializable", "sequential", "true []"},
		{"P0{+x1} ; P1{?x[]}", "serializable", "linearizable", "false [G-single-item-realtime]"},
		{"P0{+x1} ; P0{?x[]}", "serializable", "sequential linearizable", "false [G-single-item-process]"},
		{"P0{+x1} ; P1{?x[]}", "snapshot-isolation", "linearizable", "false [G-single-item-realtime]"},
		{"P0{+x1} ; P1{?x[]}", "read-committed", "linearizable", "true []"},
		{"P0{?x[1]} ; P1{+x1}", "read-committed", "linearizable", "false [G1c-realtime]"},
		{"P0{+x1} ; P1{?x[]}", "strict-serializable", "linearizable", "false [G-single-item-realtime]"},
		{"P0{+x1} ; P1{?x[]}", "strong-session-serializable", "linearizable", "false [G-single-item-realtime]"},
		{"P0{?x[] +y1} ; P1{?y[1] +x1}", "serializable", "linearizable", "true []"},
	} {
		opt := elle.Options{Models: []string{c.model}, SequentialKeys: strings.Contains(c.keys, "sequential"), LinearizableKeys: strings.Contains(c.keys, "linearizable")}
		res := notation(t, c.history, opt)
		if got := fmt.Sprint(res.Valid, " ", res.Types()); got != c.want || len(res.Keys) != len(strings.Fields(c.keys)) {
			t.Errorf("%s, %s with %s keys: %s %v, want %s", c.history, c.model, c.keys, got, res.Keys, c.want)
		}
		for _, a := range res.Anomalies {
			for _, s := range a.Cases[0].Steps {
				if s.Key.IsZero() && c.model != "strict-serializable" {
					t.Errorf("%s: a step by %s of no key", c.history, s.Rel)
				}
			}
		}
	}
}

// TestNoEffect: an assumption that means nothing is an error.
func TestNoEffect(t *testing.T) {
	list, register, item := "[[:append 1 1] [:r 1 [1]]]", "[[:w 1 1] [:r 1 1]]", "[[:insert 1 1] [:rp :true {1 1}]]"
	completions := func(value string) string {
		return "{:type :ok, :process 0, :f :txn, :value " + value + "}\n{:type :ok, :process 0, :f :txn, :value [[:r 1 nil]]}\n"
	}
	for _, c := range []struct {
		text string
		opt  elle.Options
		bad  bool
	}{
		{exchange(list + " -> ok -> " + list), elle.Options{WFRKeys: true}, true},
		{exchange(list + " -> ok -> " + list), elle.Options{AssumedOnly: true}, true},
		{exchange(list + " -> ok -> " + list), elle.Options{TransactionOrder: map[int64]int64{1: 1}}, true},
		{exchange(list + " -> ok -> " + list), elle.Options{SequentialKeys: true, LinearizableKeys: true}, false},
		{exchange(list + " -> ok -> " + list), elle.Options{LinearizableKeys: true, Models: []string{"PRAM"}}, true},
		{exchange(item + " -> ok -> " + item), elle.Options{WFRKeys: true}, true},
		{exchange(item + " -> ok -> " + item), elle.Options{SequentialKeys: true}, true},
		{exchange(item + " -> ok -> " + item), elle.Options{LinearizableKeys: true}, true},
		{exchange(item + " -> ok -> " + item), elle.Options{AssumedOnly: true}, true},
		{exchange(register + " -> ok -> " + register), elle.Options{WFRKeys: true, SequentialKeys: true, LinearizableKeys: true, AssumedOnly: true}, false},
		{completions(list), elle.Options{LinearizableKeys: true}, true},
		{completions(list), elle.Options{SequentialKeys: true}, false},
		{completions(register), elle.Options{LinearizableKeys: true}, true},
		{completions(register), elle.Options{SequentialKeys: true}, false},
	} {
		var option *elle.OptionError
		_, err := elle.Check(context.Background(), read(t, []byte(c.text)), c.opt)
		if c.bad != errors.As(err, &option) || c.bad && !strings.Contains(option.Msg, "no effect") || !c.bad && err != nil {
			t.Errorf("%s%+v: %v", c.text, c.opt, err)
		}
	}
}
