package format

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
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
		if err != nil || filepath.Ext(path) == ".tsv" || d.IsDir() && len(cobraLogs(path, Auto)) == 0 {
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
