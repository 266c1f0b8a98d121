package checker_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/result"
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
func TestNothing(t *testing.T) {
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
		{"i 0 enqueue 1\ni 1 drain\no 1 drain [1]", "queue total-queue"},
		{"i 0 generate", "unique-ids"},
		{"i 0 transfer {:from 1}\ni 1 read\no 1 read {0 1}", "bank"},
		{"i 0 write [[:w 1 1]]\ni 1 read [[:r 1 nil] [:r 2 nil]]", "long-fork"},
		{"i 0 txn [[:w 1 1]]", "elle"},
		{"i 0 send [[:send 1 1]]\ni 1 poll [[:poll]]", "kafka"},
		{"o 0 read-init 0\no 0 write 1", "causal"},
		{"i 0 write 1\ni 1 read\no 1 read [1]", "causal-reverse"},
		{"i 0 insert [1 [1 nil]]", "adya"},
		{"i 0 write 1\ni 1 read\no 1 read 1\ni 2 cas [1 2]", "linearizable"},
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
