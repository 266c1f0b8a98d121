package elle_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// tinyTxns calls f with random histories of either workload.
func tinyTxns(t *testing.T, seed uint64, n int, f func(ts oracle.Txns, registers bool)) {
	if testing.Short() {
		n /= 8
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range n {
		p := oracle.Params{
			Txns: 2 + i%5, Ops: 1 + i%4, Keys: 1 + i%3, Processes: 1 + i%3, Registers: i%2 == 0, Disorder: i%5 < 2,
			Mutate: []float64{0, 0.15, 0.4}[i%3], Fail: 0.1 * float64(i/2%2), Info: 0.15 * float64(i/4%2),
		}
		if p.Registers {
			p.Repeat = 0.3 * float64(i/8%2)
		}
		if ts := plain(oracle.Random(rng, p)); !ts.Ambiguous() {
			f(ts, p.Registers)
		}
	}
}

func verdictOf(t *testing.T, ts oracle.Txns, registers bool, model string) verdict.Verdict {
	t.Helper()
	opt := elle.Options{Workload: elle.ListAppend, Models: []string{model}}
	if registers {
		opt.Workload = elle.RWRegister
	}
	res, err := elle.Check(context.Background(), historyOf(t, ts), opt)
	if err != nil {
		t.Fatalf("%v\n%s: %v", ts, model, err)
	}
	return res.Valid
}

// TestImplications: what violates a model violates each that implies it.
func TestImplications(t *testing.T) {
	t.Parallel()
	var models []elle.Model
	for _, m := range elle.Models() {
		if m.Checked {
			models = append(models, m)
		}
	}
	tinyTxns(t, 1, 1000, func(ts oracle.Txns, registers bool) {
		invalid := map[string]bool{}
		for _, m := range models {
			invalid[m.Name] = verdictOf(t, ts, registers, m.Name) == verdict.Invalid
		}
		for _, m := range models {
			for _, weaker := range m.Implies {
				// Repeatable read lets a transaction contradict itself, as in Elle.
				if m.Name == "repeatable-read" && disagrees(ts) {
					continue
				}
				if invalid[weaker] && !invalid[m.Name] {
					t.Fatalf("%v\nviolates %s, but not %s, which implies it", ts, weaker, m.Name)
				}
			}
		}
	})
}

// TestWeakSound: what brute force can explain under a strong model violates no
// weak one that it implies.
func TestWeakSound(t *testing.T) {
	t.Parallel()
	plain := strings.Fields("monotonic-atomic-view read-atomic causal-cerone")
	session := strings.Fields("causal PRAM causal-plus PRAM-plus monotonic-reads monotonic-writes read-your-writes writes-follow-reads strong-session-monotonic-atomic-view strong-session-read-atomic causal-convergence transactional-causal")
	kept := map[string]int{}
	tinyTxns(t, 2, 2400, func(ts oracle.Txns, registers bool) {
		for _, s := range []struct {
			name  string
			holds func(oracle.Txns) bool
			weak  []string
		}{
			{"prefix", oracle.Prefix, plain},
			{"strong-session-snapshot-isolation", oracle.StrongSessionSnapshotIsolation, session},
			{"strong-session-serializable", oracle.SessionSerializable, session},
		} {
			if !s.holds(ts) {
				continue
			}
			kept[s.name]++
			for _, weak := range s.weak {
				if verdictOf(t, ts, registers, weak) == verdict.Invalid {
					t.Fatalf("false alarm: %v\nis %s, but not %s", ts, s.name, weak)
				}
			}
		}
	})
	t.Log(kept)
}

// A level is an axiom on what a transaction must have seen (Biswas and Enea 2019),
// which together with an order of all transactions defines a model.
type level struct {
	model    string
	sessions bool // the order of each process counts
	internal bool // a transaction agrees with itself
	visible  func(j *weakJudge, from, reader, at int) bool
}

var levels = []level{
	{"monotonic-atomic-view", false, false, (*weakJudge).seenBefore},
	{"strong-session-monotonic-atomic-view", true, false, (*weakJudge).seenBefore},
	{"read-atomic", false, true, (*weakJudge).seen},
	{"strong-session-read-atomic", true, true, (*weakJudge).seen},
	{"causal-cerone", false, true, (*weakJudge).caused},
	{"causal-convergence", true, true, (*weakJudge).caused},
}

// TestWeakOracle: the levels that are about one order of all transactions are
// decided exactly.
func TestWeakOracle(t *testing.T) {
	t.Parallel()
	holds, breaks := map[string]int{}, map[string]int{}
	compare := func(ts oracle.Txns, registers bool) {
		if registers && ts.Doubtful() {
			return
		}
		for _, l := range levels {
			want := l.holds(ts)
			if !registers && (!want && !inOrder(ts) || !l.internal && disagrees(ts)) {
				continue // the order of a transaction's own appends is not looked at; a list is from two places
			}
			switch got := verdictOf(t, ts, registers, l.model); {
			case want && got == verdict.Invalid:
				t.Fatalf("false alarm: %v\nis %s", ts, l.model)
			case !want && got != verdict.Invalid:
				t.Fatalf("missed: %v\nis not %s, but %s", ts, l.model, got)
			case want:
				holds[l.model]++
			default:
				breaks[l.model]++
			}
		}
	}
	tinyTxns(t, 3, 8000, compare)
	n := 0
	for i := range 3 {
		for ts := range oracle.Exhaustive(2, 2, 2, false) {
			compare(plain(unsure(i, ts)), false)
		}
		for ts := range oracle.ExhaustiveRegisters(2, 2, 2, false) {
			compare(unsure(i, ts), true)
		}
	}
	for ts := range oracle.ExhaustiveRegisters(3, 2, 2, false) {
		if n++; sample(n, 13) {
			compare(unsure(n/4%4, ts), true)
		}
	}
	for ts := range oracle.Exhaustive(3, 2, 2, false) {
		if n++; sample(n, 131) {
			compare(plain(unsure(n/4%4, ts)), false)
		}
	}
	t.Logf("holds %v, breaks %v", holds, breaks)
	for _, l := range levels {
		if holds[l.model] == 0 || breaks[l.model] == 0 {
			t.Errorf("%s: %d histories keep it, %d break it", l.model, holds[l.model], breaks[l.model])
		}
	}
}

// unsure returns the transactions, of which the i-th, if there is one, is
// indeterminate and does not know what it read.
func unsure(i int, ts oracle.Txns) oracle.Txns {
	ts = slices.Clone(ts)
	if i < len(ts) {
		ts[i].Status, ts[i].Ops = oracle.Info, slices.Clone(ts[i].Ops)
		for j := range ts[i].Ops {
			ts[i].Ops[j].List = nil
		}
	}
	return ts
}

// disagrees reports whether a committed transaction contradicts itself.
func disagrees(ts oracle.Txns) bool {
	j := weakJudge{ts: ts}
	return slices.ContainsFunc(indices(ts), func(t int) bool { return ts[t].Status == oracle.OK && !j.agrees(t) })
}

func indices(ts oracle.Txns) (all []int) {
	for i := range ts {
		all = append(all, i)
	}
	return all
}

// TestWeakBoundaries: for adjacent models, a history that keeps the weaker and
// breaks the stronger.
func TestWeakBoundaries(t *testing.T) {
	for _, c := range []struct{ weaker, stronger, registers, lists string }{
		{"read-uncommitted", "read-committed", "P0{x:=1 y=1} | P1{y:=1 x=1}", "P0{+x1 ?y[1]} | P1{+y1 ?x[1]}"},
		{"read-committed", "monotonic-atomic-view", "P0{x:=1 y:=1} | P1{y=1 x=_}", "P0{+x1 +y1} | P1{?y[1] ?x[]}"},
		{"monotonic-atomic-view", "read-atomic", "P0{x:=1 y:=1} | P1{x=_ y=1}", "P0{+x1 +y1} | P1{?x[] ?y[1]}"},
		{"read-atomic", "causal-cerone", "P0{x:=1} | P1{x=1 y:=1} | P2{y=1 x=_}", "P0{+x1} | P1{?x[1] +y1} | P2{?y[1] ?x[]}"},
		{"causal-cerone", "snapshot-isolation", "P0{x:=1} | P1{x=1 y=_} | P2{y:=1} | P3{y=1 x=_}", "P0{+x1} | P1{?x[1] ?y[]} | P2{+y1} | P3{?y[1] ?x[]}"},
		{"snapshot-isolation", "serializable", "P0{x=_ y:=1} | P1{y=_ x:=1}", "P0{?x[] +y1} | P1{?y[] +x1}"},
		{"monotonic-atomic-view", "strong-session-monotonic-atomic-view", "P0{x=1} ; P0{x:=1}", "P0{?x[1]} ; P0{+x1}"},
		{"strong-session-monotonic-atomic-view", "strong-session-read-atomic", "P0{x:=1} ; P0{x=_}", "P0{+x1} ; P0{?x[]}"},
		{"read-atomic", "strong-session-read-atomic", "P0{x:=1} ; P0{x=_}", "P0{+x1} ; P0{?x[]}"},
		{"strong-session-read-atomic", "causal-convergence", "P0{x:=1} ; P1{x=1} ; P1{x=_}", "P0{+x1} ; P1{?x[1]} ; P1{?x[]}"},
		{"causal-cerone", "causal-convergence", "P0{x:=1} ; P1{x=1} ; P1{x=_}", "P0{+x1} ; P1{?x[1]} ; P1{?x[]}"},
		{"causal-convergence", "strong-session-snapshot-isolation", "P0{x:=1} | P1{x=1 y=_} | P2{y:=1} | P3{y=1 x=_}", "P0{+x1} | P1{?x[1] ?y[]} | P2{+y1} | P3{?y[1] ?x[]}"},
		{"causal-plus", "causal-convergence", "P0{x:=1 y:=1} | P1{x:=2 y:=2} | P2{x=2 y=1}", "P0{+x1 +y1} | P1{+x2 +y2} | P2{?x[1 2] ?y[2 1]}"},
		{"transactional-causal", "causal-convergence", "P0{x:=1 y:=1} | P1{x:=2 y:=2} | P2{x=2 y=1}", "P0{+x1 +y1} | P1{+x2 +y2} | P2{?x[1 2] ?y[2 1]}"},
		{"causal-plus", "causal", "P0{x:=1 y:=1} | P1{x:=2 y:=2} | P2{x=2 y=1}", "P0{+x1 +y1} | P1{+x2 +y2} | P2{?x[1 2] ?y[2 1]}"},
		{"transactional-causal", "causal", "P0{x:=1 y:=1} | P1{x:=2 y:=2} | P2{x=2 y=1}", "P0{+x1 +y1} | P1{+x2 +y2} | P2{?x[1 2] ?y[2 1]}"},
		{"PRAM", "causal", "P0{x:=1} | P1{x=1 y:=1} | P2{y=1 x=_}", "P0{+x1} | P1{?x[1] +y1} | P2{?y[1] ?x[]}"},
		{"PRAM-plus", "causal-plus", "P0{x:=1} | P1{x=1 y:=1} | P2{y=1 x=_}", "P0{+x1} | P1{?x[1] +y1} | P2{?y[1] ?x[]}"},
		{"writes-follow-reads", "causal-plus", "P0{x:=1} ; P0{x=_}", "P0{+x1} ; P0{?x[]}"},
		{"writes-follow-reads", "PRAM", "P0{x:=1} ; P0{x=_}", "P0{+x1} ; P0{?x[]}"},
		{"monotonic-reads", "PRAM-plus", "P0{x:=1} ; P0{x=_}", "P0{+x1} ; P0{?x[]}"},
		{"monotonic-writes", "PRAM-plus", "P0{x:=1} ; P0{x=_}", "P0{+x1} ; P0{?x[]}"},
		{"read-your-writes", "PRAM-plus", "P0{x:=1} ; P1{x=1} ; P1{x=_}", "P0{+x1} ; P1{?x[1]} ; P1{?x[]}"},
	} {
		for i, s := range []string{c.registers, c.lists} {
			ts := oracle.MustParse(s)
			if got := verdictOf(t, ts, i == 0, c.weaker); got != verdict.Valid {
				t.Errorf("%s: %s: %s, want valid", s, c.weaker, got)
			}
			if got := verdictOf(t, ts, i == 0, c.stronger); got != verdict.Invalid {
				t.Errorf("%s: %s: %s, want invalid", s, c.stronger, got)
			}
		}
	}
}

// TestSessionGuarantees: each of the four has a history that breaks it alone.
func TestSessionGuarantees(t *testing.T) {
	guarantees := []struct{ model, registers, lists string }{
		{"monotonic-reads", "P0{x:=1} ; P1{x=1} ; P1{x=_}", "P0{+x1} ; P1{?x[1]} ; P1{?x[]}"},
		{"monotonic-writes", "P0{x:=1} ; P0{y:=1} ; P1{y=1 x=_}", "P0{+x1} ; P0{+y1} ; P1{?y[1] ?x[]}"},
		{"read-your-writes", "P0{x:=1} ; P0{x=_}", "P0{+x1} ; P0{?x[]}"},
		{"writes-follow-reads", "P0{x:=1} ; P1{x=1 y:=1} ; P2{y=1 x=_}", "P0{+x1} ; P1{?x[1] +y1} ; P2{?y[1] ?x[]}"},
	}
	for _, broken := range guarantees {
		for i, s := range []string{broken.registers, broken.lists} {
			for _, g := range guarantees {
				want := verdict.Valid
				if g.model == broken.model {
					want = verdict.Invalid
				}
				if got := verdictOf(t, oracle.MustParse(s), i == 0, g.model); got != want {
					t.Errorf("%s: %s: %s, want %s", s, g.model, got, want)
				}
			}
		}
	}
}

// TestRefusedModels: what nothing here decides is refused, with advice.
func TestRefusedModels(t *testing.T) {
	for _, name := range []string{"1SR", "linearizable", "sequential", "session-serializable", "view-serializable"} {
		var option *elle.OptionError
		_, err := elle.Check(context.Background(), historyOf(t, oracle.MustParse("P0{x:=1}")), elle.Options{Models: []string{name}})
		if !errors.As(err, &option) || !strings.Contains(option.Msg, "use s") {
			t.Errorf("%s: %v, want an *OptionError", name, err)
		}
	}
}
