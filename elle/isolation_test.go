package elle_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// isolationDir holds histories of other checkers with the levels that they are
// known to keep or to break.
const isolationDir = corpusDir + "/isolation"

// isolation reads the histories below a folder.
func isolation(t *testing.T, folder string) map[string]*history.History {
	t.Helper()
	dir := filepath.Join(isolationDir, folder)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the corpus of isolation histories is not here")
	}
	out := map[string]*history.History{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		h, err := format.ReadFile(context.Background(), path, format.Options{})
		name, _ := filepath.Rel(isolationDir, path)
		out[filepath.ToSlash(name)] = h
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAWDIT: the folder is the strongest level that the history satisfies, of
// Biswas and Enea's (2019), whose levels all count session order.
func TestAWDIT(t *testing.T) {
	levels := []string{"read-committed", "read-atomic", "causal"} // the weakest first
	models := map[string][]string{
		"read-committed": {"strong-session-monotonic-atomic-view"},
		"read-atomic":    {"strong-session-read-atomic"},
		"causal":         {"causal-convergence", "TCCv", "strong-session-causal"},
	}
	for name, h := range isolation(t, "awdit") {
		folder := strings.Split(name, "/")[1]
		for i, level := range levels {
			want := verdict.Invalid
			if i <= slices.Index(levels, folder) {
				want = verdict.Valid
			}
			for _, m := range models[level] {
				res := checkWith(t, h, elle.Options{Workload: elle.RWRegister, Models: []string{m}})
				if res.Valid != want {
					t.Errorf("%s: %s: %s %v, want %s", name, m, res.Valid, res.Types(), want)
				}
			}
		}
	}
}

// TestIsoVistaAndPolySI: histories of databases that break what they promise.
func TestIsoVistaAndPolySI(t *testing.T) {
	for _, c := range []struct{ name, weakest, stronger string }{
		{"isovista/yugabyte_tcc.txt", "causal-convergence", "strong-session-snapshot-isolation strong-session-serializable"},
		{"isovista/dgraph_si.txt", "strong-session-snapshot-isolation", "strong-session-serializable"},
		{"isovista/pg_ser_bug.txt", "strong-session-serializable", ""},
		{"polysi/dgraph/history.bincode", "strong-session-snapshot-isolation", "strong-session-serializable"},
		{"polysi/galera/galera.txt", "strong-session-snapshot-isolation", "strong-session-serializable"},
		{"polysi/yugabyte/yugabyte.txt", "strong-session-snapshot-isolation", "strong-session-serializable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, ok := isolation(t, filepath.Dir(c.name))[c.name]
			if !ok {
				t.Fatal("not in the corpus")
			}
			for _, m := range strings.Fields(c.weakest + " " + c.stronger) {
				if res := checkWith(t, h, elle.Options{Models: []string{m}}); res.Valid != verdict.Invalid {
					t.Errorf("%s: %s, want invalid", m, res.Valid)
				}
			}
		})
	}
}
