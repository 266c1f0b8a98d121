package checker_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-c33ae711/jcheck/bank"
	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/store"
)

// What Jepsen found in the runs that it stored, we find in their .jepsen files.
func TestStored(t *testing.T) {
	const root = "../../shared/corpus/store"
	if _, err := os.Stat(root); err != nil {
		t.Skip("the corpus of stored runs is not here")
	}
	total := int64(100)
	accounts, err := checker.Accounts("0,1,2,3,4,5,6,7")
	if err != nil {
		t.Fatal(err)
	}
	opt := checker.Options{Bank: bank.Options{Accounts: accounts, Total: &total}}
	compared := 0
	for name, checks := range map[string][]string{
		"bank-bad-1e3": {"bank", "stats"}, "queue-bad-1e3": {"total-queue", "stats"}, "set-full-1e3": {"set-full", "stats"},
		"cas-bad-1e3": {"stats"}, "rw-1e3": {"stats"}, "append-si-bad-1e4": {"stats"},
	} {
		runs, err := filepath.Glob(filepath.Join(root, name, "2*", "test.jepsen"))
		if err != nil || len(runs) != 1 {
			t.Fatal(name, runs, err)
		}
		f, err := store.OpenFile(runs[0])
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		results, err := f.Results()
		if err != nil {
			t.Fatal(err)
		}
		h, err := f.History(context.Background(), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, check := range checks {
			c, err := checker.Named(check)
			if err != nil {
				t.Fatal(err)
			}
			r, err := c.Check(context.Background(), h.History, opt)
			if err != nil {
				t.Fatal(err)
			}
			key := "workload"
			if check == "stats" {
				key = "stats"
			}
			want, ok := results.Get(key)
			if !ok {
				t.Logf("%s has no results of %s", name, key)
				continue
			}
			if si, ok := want.Get("SI"); ok {
				want = si
			}
			text, err := render.EDN(nil, r)
			if err != nil {
				t.Fatal(err)
			}
			clean, err := edn.AppendEDN(nil, want)
			if err != nil {
				t.Fatal(err)
			}
			compared++
			for _, d := range histtest.Compare(t, text, string(clean)) {
				t.Errorf("%s, %s: %s", name, check, d)
			}
		}
	}
	if compared < 8 {
		t.Errorf("compared %d results, expected more", compared)
	}
}
