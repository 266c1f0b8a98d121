package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Results are saved beside a file that cannot take them, which stays as it is.
func TestSaveResults(t *testing.T) {
	whole := readFile(t, writeRun(t, WriterOptions{Seal: -1}))
	old := []byte(whole)
	old[len(magic)+3] = 0
	for _, c := range []struct {
		name, data string
		why        string
	}{
		{"sound", whole, ""},
		{"damaged", whole[:len(whole)-1], "repair it first"},
		{"version 0", string(old), "expected version 1"},
		{"absent", "", "no such file"},
		{"no run", "no run at all, but something", "which begins with JEPSEN"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "test.jepsen")
		if c.data != "" {
			if err := os.WriteFile(path, []byte(c.data), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		err := SaveResults(dir, edn.MustParse(newRuns))
		var refused *AppendError
		if c.why == "" && err != nil || c.why != "" && (!errors.As(err, &refused) || refused.Path != path || !strings.Contains(err.Error(), c.why)) {
			t.Errorf("%s: got %v", c.name, err)
		}
		if got := readFile(t, filepath.Join(dir, "results.edn")); got != newRuns+"\n" {
			t.Errorf("%s: results.edn is %s", c.name, got)
		}
		if c.why == "" {
			if r, err := open(t, path).Results(); err != nil || r.String() != newRuns {
				t.Errorf("%s: results %s, %v", c.name, r, err)
			}
		} else if c.data != "" && readFile(t, path) != c.data {
			t.Errorf("%s: the file has changed", c.name)
		}
	}
}

// Who records a run keeps others from storing what they think of it so far; and what is no results is
// written nowhere.
func TestSaveResultsLocked(t *testing.T) {
	r := record(t, t.TempDir(), compactedTest)
	if err := r.EndHistory(); err != nil {
		t.Fatal(err)
	}
	var refused *AppendError
	if err := SaveResults(r.Dir, edn.MustParse(newRuns)); !errors.Is(err, ErrBusy) || errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(r.Dir, "results.edn")); err == nil {
		t.Error("results.edn was written")
	}
	if err := r.SaveResults(edn.MustParse(compactedRuns)); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := SaveResults(r.Dir, edn.MustParse("17")); err == nil || errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
	if got := readFile(t, filepath.Join(r.Dir, "results.edn")); got != compactedRuns+"\n" {
		t.Errorf("results.edn is %s", got)
	}
}

// What cannot be written as results or as a test is refused, and the run goes on.
func TestRefusedSteps(t *testing.T) {
	w, path := create(t, WriterOptions{Seal: -1})
	bad := edn.MustParse(`{:name "demo", :valid? true, :x \😀}`)
	if err := w.SaveTest(bad); err == nil {
		t.Error("a test with a character beyond Java's was saved")
	}
	if err := w.SaveResults(edn.MustParse(compactedRuns)); err == nil {
		t.Error("results of an incomplete history were saved")
	}
	for _, op := range compactedOps {
		if err := w.Add(edn.MustParse(op)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.EndHistory(); err != nil {
		t.Fatal(err)
	}
	sealed := readFile(t, path)
	for _, results := range []edn.Value{bad, edn.MustParse("17")} {
		if err := w.SaveResults(results); err == nil || readFile(t, path) != sealed {
			t.Errorf("%s: got %v", results, err)
		}
	}
	if err := w.SaveResults(edn.MustParse(compactedRuns)); err != nil {
		t.Fatal(err)
	}
	f := open(t, path)
	wantOps(t, f, compactedOps)
	if v, saved, err := f.Verdict(); v != verdict.Invalid || !saved || err != nil {
		t.Errorf("got %v, %v, %v", v, saved, err)
	}
}
