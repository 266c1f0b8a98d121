package checker_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/bank"
	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/render"
)

// Every recorded result of Jepsen's is ours, key by key. Where Jepsen threw,
// since its counter looks at the nemesis' values, there must be a verdict.
func TestCorpus(t *testing.T) {
	total := int64(100)
	accounts, err := checker.Accounts("0,1,2,3,4,5,6,7")
	if err != nil {
		t.Fatal(err)
	}
	compared := map[string]int{}
	for _, row := range histtest.Corpus(t, "..", "counter", "queue", "total-queue", "unique-ids", "bank", "stats", "long-fork") {
		c, err := checker.Named(row.Checker)
		if err != nil {
			t.Fatal(err)
		}
		opt := checker.Options{Bank: bank.Options{Accounts: accounts, Total: &total, NegativeBalances: strings.Contains(row.Opts, "negative-balances? true")}}
		r, err := c.Check(context.Background(), row.History(t, ".."), opt)
		if err != nil {
			t.Errorf("%s: %v", row.Name(), err)
			continue
		}
		text, err := render.EDN(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		if row.Valid == "throws" {
			if row.Checker != "counter" || r.Verdict().String() == "unknown" {
				t.Errorf("%s: %s, and Jepsen throws %s", row.Name(), r.Verdict(), row.Error)
			}
			continue
		}
		if got := r.Verdict().String(); got != fmt.Sprint(row.Valid) {
			t.Errorf("%s: %s, want %v", row.Name(), got, row.Valid)
		}
		if row.Result == nil {
			continue
		}
		compared[row.Checker]++
		for _, d := range histtest.Compare(t, text, *row.Result, "forks") { // in the order of hashes there
			t.Errorf("%s: %s", row.Name(), d)
		}
	}
	for _, name := range []string{"counter", "queue", "total-queue", "unique-ids", "bank", "stats", "long-fork"} {
		if compared[name] < 30 {
			t.Errorf("compared %d results of %s, expected 30 or more", compared[name], name)
		}
	}
}
