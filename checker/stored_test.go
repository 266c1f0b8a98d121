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

// storedRun reads the run of a test: its history, and the results that were stored.
func storedRun(t *testing.T, name string) (h *store.History, results edn.Value) {
	t.Helper()
	const root = "../../shared/corpus/store"
	if _, err := os.Stat(root); err != nil {
		t.Skip("the corpus of stored runs is not here")
	}
	runs, err := filepath.Glob(filepath.Join(root, name, "2*", "test.jepsen"))
	if err != nil || len(runs) != 1 {
		t.Fatal(name, runs, err)
	}
	f, err := store.OpenFile(runs[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if results, err = f.Results(); err != nil {
		t.Fatal(err)
	}
	if h, err = f.History(context.Background(), store.Options{}); err != nil {
		t.Fatal(err)
	}
	return h, results
}

// storedResult finds what Jepsen stored of a check; of all that a test does, stats have
// a name of their own.
func storedResult(results edn.Value, check string) (edn.Value, bool) {
	if check != "stats" {
		check = "workload"
	}
	result, ok := results.Get(check)
	if si, is := result.Get("SI"); is {
		result = si
	}
	return result, ok
}

// What Jepsen found in the runs that it stored, we find in their .jepsen files.
func TestStored(t *testing.T) {
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
		h, results := storedRun(t, name)
		for _, check := range checks {
			c, err := checker.Named(check)
			if err != nil {
				t.Fatal(err)
			}
			r, err := c.Check(context.Background(), h.History, opt)
			if err != nil {
				t.Fatal(err)
			}
			want, ok := storedResult(results, check)
			if !ok {
				t.Logf("%s has no results of %s", name, check)
				continue
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
