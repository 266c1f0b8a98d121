package elle_test

import (
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestLargeLadder: the ladder's checks share what was decoded, which no worker may
// change. Only a history of several batches of keys has several workers, so the
// race detector needs a large one.
func TestLargeLadder(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	}
	h := simulated(t, simulate.Config{Workload: simulate.RWRegister, Txns: 100_000, Clients: 5, MaxOps: 2})
	res, err := elle.Check(context.Background(), h, elle.Options{Ladder: true})
	if err != nil || res.Valid != verdict.Valid || len(res.Ladder.Violated) > 0 {
		t.Errorf("got %v and %v, want a valid history that violates nothing", res, err)
	}
}

// TestLadderMonotone: no model holds if a weaker one is violated, and the ladder
// says of each model what a check of it alone says.
func TestLadderMonotone(t *testing.T) {
	t.Parallel()
	seen := map[verdict.Verdict]int{}
	tinyTxns(t, 4, 800, func(ts oracle.Txns, registers bool) {
		workload := elle.ListAppend
		if registers {
			workload = elle.RWRegister
		}
		monotone(t, historyOf(t, ts), workload, !disagrees(ts), seen)
	})
	t.Log(seen)
}

func TestLadderMonotoneCorpus(t *testing.T) {
	t.Parallel()
	seen := map[verdict.Verdict]int{}
	rows := slices.Concat(readIndex(t, string(elle.ListAppend)), readIndex(t, string(elle.RWRegister)))
	done := map[string]bool{}
	for i, row := range rows {
		if row.Valid == "throws" || done[row.File] || !sample(i, 7) {
			continue
		}
		done[row.File] = true
		h, err := format.ReadFile(context.Background(), filepath.Join(corpusDir, "oracle", row.File), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		monotone(t, h, elle.Detect, false, seen)
	}
	t.Log(seen)
}

// monotone compares the ladder of a history with checks of each model. Repeatable
// read lets a transaction contradict itself, as in Elle, and then is in no order
// with others.
func monotone(t *testing.T, h *history.History, w elle.Workload, agrees bool, seen map[verdict.Verdict]int) {
	t.Helper()
	ladder := checkWith(t, h, elle.Options{Workload: w, Ladder: true}).Ladder
	alone := map[string]verdict.Verdict{}
	for _, m := range elle.Models() {
		if m.Checked {
			alone[m.Name] = checkWith(t, h, elle.Options{Workload: w, Models: []string{m.Name}}).Valid
			seen[alone[m.Name]]++
		}
	}
	violated := map[string]bool{}
	for _, v := range ladder.Violated {
		violated[v.Model] = true
	}
	for range alone { // until nothing follows
		for _, m := range elle.Models() {
			for _, weaker := range m.Implies {
				violated[m.Name] = violated[m.Name] || violated[weaker]
			}
		}
	}
	for m, v := range alone {
		if agrees || m != "repeatable-read" {
			if (v == verdict.Invalid) != violated[m] {
				t.Fatalf("%s\n%s alone is %v, but the ladder says violated: %v, %+v", short(h), m, v, violated[m], ladder)
			}
		}
	}
}
