package format

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const isolationDir = "../../shared/corpus/isolation"

// TestCorpus reads the histories of other checkers that are at hand, each by its
// content alone, and what is written of them reads as the same.
func TestCorpus(t *testing.T) {
	if _, err := os.Stat(isolationDir); err != nil {
		t.Skipf("no histories of other checkers here: %v", err)
	}
	found := map[string]int{}
	err := filepath.WalkDir(isolationDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) == ".tsv" || d.IsDir() && len(cobraDir.logs(path, Auto)) == 0 {
			return err
		}
		t.Run(path, func(t *testing.T) {
			h, err := ReadFile(context.Background(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if h.Len() == 0 || !h.CompletionsOnly() || h.Unordered() {
				t.Errorf("%d ops, completions only: %v, unordered: %v", h.Len(), h.CompletionsOnly(), h.Unordered())
			}
			if h.Len() < 5000 {
				roundTrip(t, h, EDN, JSONL)
			}
		})
		found[filepath.Ext(path)]++
		if d.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("read: %v", found)
}

// TestHistoryTxtCorpus reads what Jepsen wrote of runs: history.txt has the same
// ops as history.edn, but for what it does not say.
func TestHistoryTxtCorpus(t *testing.T) {
	files, err := filepath.Glob("../../shared/corpus/store/*/*/history.txt")
	if err != nil || len(files) == 0 {
		t.Skipf("no runs of Jepsen here: %v", err)
	}
	for _, path := range files {
		txt, err := ReadFile(context.Background(), path, Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		full, err := ReadFile(context.Background(), filepath.Join(filepath.Dir(path), "history.edn"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := rows(full)
		for i := range want {
			want[i].Time, want[i].Index = -1, int64(i)
		}
		if diff := cmp.Diff(want, rows(txt)); diff != "" {
			t.Errorf("%s: (-want +got)\n%.2000s", path, diff)
		}
	}
}
