package checker_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A check that cannot read the history leaves the others alone, in their order.
func TestRun(t *testing.T) {
	var checks []*checker.Checker
	for _, name := range []string{"bank", "stats", "counter"} {
		c, err := checker.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		checks = append(checks, c)
	}
	h := histtest.Parse(t, "i 0 read\no 0 read 7")
	g, err := checker.Run(context.Background(), h, checks, checker.Options{})
	if err != nil {
		t.Fatal(err)
	}
	failed, ok := g.Members[0].Result.(*result.Failed)
	if !ok || !strings.Contains(failed.Reason, "expected a map from account to balance") {
		t.Errorf("bank: %+v", g.Members[0].Result)
	}
	if g.Members[1].Result.Verdict() != verdict.Valid || g.Members[2].Result.Verdict() != verdict.Invalid || g.Verdict() != verdict.Invalid {
		t.Errorf("%+v", g)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if g, err := checker.Run(ctx, h, checks, checker.Options{}); err != nil || g.Verdict() != verdict.Unknown || len(g.Members) != 3 {
		t.Errorf("cancelled: %+v, %v", g, err)
	}
	if _, err := checker.Named("nonsense"); err == nil {
		t.Error("nonsense is a checker")
	}
}

// Jepsen's compose of nothing is valid.
func TestComposeOfNothing(t *testing.T) {
	if v := (&result.Group{}).Verdict(); v != verdict.Valid {
		t.Error(v)
	}
}

// What the ops call for.
func TestFitting(t *testing.T) {
	for _, c := range []struct{ history, want string }{
		{"i 0 add 1\ni 1 read\no 1 read #{1}", "set set-full"},
		{"i 0 add 1\ni 1 read\no 1 read 1", "counter"},
		{"i 0 enqueue 1\ni 1 dequeue\no 1 dequeue 1", "queue"},
		{"i 0 enqueue 1\ni 1 dequeue\no 1 dequeue 1\ni 1 dequeue\nx 1 dequeue", "queue total-queue"},
		{"i 0 enqueue 1\no 0 enqueue 1\ni 1 dequeue\nx 1 dequeue nil ; :error :empty", "queue total-queue"},
		{"i 0 enqueue 1\no 0 enqueue 1\ni 1 dequeue\nx 1 dequeue :exhausted ; :error nil", "queue total-queue"},
		{"i 0 enqueue 1\no 0 enqueue 1\ni 1 dequeue\nx 1 dequeue nil ; :error :aborted", "queue"},
		{"i 1 dequeue\ni 0 enqueue 1\no 0 enqueue 1\nx 1 dequeue", "queue"}, // it was empty before
		{"i 0 enqueue 1\ni 1 drain\no 1 drain [1]", "total-queue"},
		{"i 0 generate", "unique-ids"},
		{"i 0 transfer {:from 1}\ni 1 read\no 1 read {0 1}", "bank"},
		{"i 0 write [[:w 1 1]]\ni 1 read [[:r 1 nil] [:r 2 nil]]", "long-fork"},
		{"i 0 txn [[:w 1 1]]", "elle"},
		{"i 0 write [[:append 1 1]]\ni 1 read [[:r 1 nil] [:r 2 nil]]", "elle"},
		{"i 0 write [[:w 1 1] [:w 2 1]]\ni 1 read [[:r 1 nil] [:r 2 nil]]", "elle"},
		{"i 0 txn [[:w 1 1]]\ni 1 txn [[:r 1 nil] [:r 2 nil]]", "elle long-fork"},
		{"i 0 write [[:w 1 1]]\ni 1 read [[:r 1 nil]]", "elle"},
		{"i 0 send [[:send 1 1]]\ni 1 poll [[:poll]]", "kafka"},
		{"o 0 read-init 0\no 0 write 1", "causal"},
		{"i 0 write 1\ni 1 read\no 1 read [1]", "causal-reverse"},
		{"i 0 insert [1 [1 nil]]", "adya"},
		{"i 0 write 1\ni 1 read\no 1 read 1\ni 2 cas [1 2]", "linearizable"},
		{"i 0 increment\ni 1 read\no 1 read 1", "counter"},
		{"i 0 echo 1", "echo"},
		{"i 0 write 5\ni 1 read 5\no 1 read [5 [nil \"a\"]]", "sequential"},
		{"i 0 write 5\ni 1 read\no 1 read [5 6]", "causal-reverse"},
		{"i 0 write [1 2 3]\ni 1 read\no 1 read [1 2 3]", "linearizable"},
		{"i 0 acquire nil\ni 1 release nil", "linearizable"},
		{"i 0 acquire 2\ni 1 release 2", ""}, // a semaphore, or a mutex
		{"i 0 txn [[:write 1 1]]\ni 1 txn [[:write 1 1]]\ni 2 txn [[:read 1 nil] [:read 2 nil]]", "linearizable"},
		{"i 0 txn [[:write 1 1]]\ni 1 txn [[:write 1 2]]\ni 2 txn [[:read 1 nil] [:read 2 nil]]", "elle"},
		{"i 0 dequeue", "queue"},
		{"i 0 append 1\ni 1 read\no 1 read [1]", "linearizable"},
		{"i 0 append 1\ni 1 read\no 1 read 1", ""},
		{"i 0 add 1\ni 1 delete-min\no 1 delete-min 1", "linearizable"},
		{"i 0 enqueue 1\no 0 enqueue 1\ni 1 dequeue\no 1 dequeue nil", "queue total-queue"},
		{"n nemesis start", ""},
	} {
		var names []string
		for _, f := range checker.Fitting(histtest.Parse(t, c.history)) {
			if f.Name != "stats" && f.Name != "unhandled-exceptions" {
				names = append(names, f.Name)
			}
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.history, got, c.want)
		}
	}
}

// Each folder of the corpus is recognized.
func TestFittingCorpus(t *testing.T) {
	histtest.Corpus(t, "..", "stats") // skips if there is none
	for dir, want := range map[string]string{
		"fifo-queue": "queue", "total-queue": "queue", "unordered-queue": "queue", "stats": "bank",
		"bank": "bank", "cas-register": "linearizable", "counter": "counter", "kafka": "kafka", "list-append": "elle", "long-fork": "long-fork",
		"mutex": "linearizable", "queue": "queue", "register": "linearizable", "rw-register": "elle", "set": "set", "set-full": "set-full", "unique-ids": "unique-ids",
	} {
		files, err := filepath.Glob("../../shared/corpus/oracle/" + dir + "/*.edn")
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		h, err := format.ReadFile(context.Background(), files[0], format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, c := range checker.Fitting(h) {
			found = found || c.Name == want
		}
		if !found {
			t.Errorf("%s: no %s", files[0], want)
		}
	}
}

// An error in a balance is reported with its position, beside the statistics.
func TestRunBadBalance(t *testing.T) {
	h := histtest.Parse(t, "i 0 transfer {:from 0}\no 0 transfer {:from 0}\ni 0 read\no 0 read {0 :a}")
	checks := checker.Fitting(h)
	g, err := checker.Run(context.Background(), h, checks, checker.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for i, m := range g.Members {
		if m.Name != checks[i].Name {
			t.Errorf("%s is where %s belongs", m.Name, checks[i].Name)
		}
		got += m.Name + " " + m.Result.Verdict().String() + "; "
		if failed, ok := m.Result.(*result.Failed); ok && failed.Reason != "history.edn:4:1: op 3: account 0 has the balance :a: expected an integer" {
			t.Errorf("%s: %s", m.Name, failed.Reason)
		}
	}
	if want := "stats true; unhandled-exceptions true; bank unknown; "; got != want || g.Verdict() != verdict.Unknown {
		t.Errorf("%s, %s, want %s", got, g.Verdict(), want)
	}
}

// judgeFitting checks sound and faulty histories with what fits them: the checkers want,
// which find fault with some of the faulty histories and, one excepted, with no sound
// one.
func judgeFitting(t *testing.T, name string, simulated func(bugs float64, seed uint64) (*history.History, error), want string, except string) {
	t.Helper()
	for _, bugs := range []float64{0, 0.2} {
		invalid := false
		for seed := range uint64(5) {
			h, err := simulated(bugs, seed)
			if err != nil {
				t.Fatal(err)
			}
			fitting := checker.Fitting(h)[2:]
			var names []string
			for _, c := range fitting {
				names = append(names, c.Name)
			}
			if got := strings.Join(names, " "); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
			g, err := checker.Run(context.Background(), h, fitting, checker.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range g.Members {
				if m.Name == except {
					continue
				}
				if m.Result.Verdict() == verdict.Invalid && bugs == 0 {
					t.Errorf("%s, seed %d: %s is invalid", name, seed, m.Name)
				}
				invalid = invalid || m.Result.Verdict() == verdict.Invalid
			}
		}
		if bugs > 0 && !invalid {
			t.Errorf("%s: nothing found of a share of %g bugs", name, bugs)
		}
	}
}

// Whatever is simulated is recognized. Where nothing goes wrong no check but those
// named finds a fault, and where much does one of them finds it.
func TestFittingSimulated(t *testing.T) {
	for kind, want := range map[simulate.Kind]string{
		simulate.Register: "linearizable", simulate.CASRegister: "linearizable", simulate.Set: "set set-full", simulate.FIFOQueue: "queue",
		simulate.UnorderedQueue: "queue", simulate.Stack: "linearizable", simulate.Mutex: "linearizable", simulate.Counter: "counter",
	} {
		judgeFitting(t, kind.String(), func(bugs float64, seed uint64) (*history.History, error) {
			return simulate.Object{Kind: kind, Operations: 300, Seed: seed, FailRate: 0.05, BugRate: bugs}.History()
		}, want, "set") // the last read need not come last
	}
	for _, p := range simulate.Tests() {
		judgeFitting(t, p.String(), func(bugs float64, seed uint64) (*history.History, error) {
			return simulate.Test{Property: p, Operations: 300, Seed: seed, FailRate: 0.05, CrashRate: 0.05, BugRate: bugs}.History()
		}, p.String(), "")
	}
	judgeFitting(t, "log", func(bugs float64, seed uint64) (*history.History, error) {
		return simulate.Log{Operations: 300, Seed: seed, FailRate: 0.05, BugRate: bugs}.History()
	}, "kafka", "")
	for _, w := range simulate.Workloads() {
		judgeFitting(t, w.String(), func(bugs float64, seed uint64) (*history.History, error) {
			c := simulate.Config{Workload: w, Txns: 300, Seed: seed}
			if bugs > 0 {
				c.DB = "lost-update"
			}
			return c.History()
		}, "elle", "")
	}
}
