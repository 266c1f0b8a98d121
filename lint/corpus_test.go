package lint_test

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/lint"
)

// corpusDir holds histories with known verdicts. It is not part of the project,
// so a clone alone does without.
const corpusDir = "../../shared/corpus"

// TestCorpus: nothing in the public and generated histories is an error of the
// client, whatever the database did wrong, and what is unlikely in each kind is
// not found there.
func TestCorpus(t *testing.T) {
	// The histories of some kinds are wrong on purpose.
	unwritten := []string{"register", "bad", "elle", "custom", "list-append", "rw-register"}
	failRead := []string{"list-append", "rw-register", "independent"}
	n := 0
	err := filepath.WalkDir(corpusDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".edn", ".log", ".json"}, filepath.Ext(path)) {
			return nil
		}
		h, err := format.ReadFile(context.Background(), path, format.Options{})
		if err != nil {
			return nil // results, for instance
		}
		n++
		r, err := lint.Check(context.Background(), h, lint.Options{})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		kind := filepath.Base(filepath.Dir(path))
		for _, p := range r.Problems {
			switch {
			case p.Severity == lint.Error,
				p.Code == "unwritten-reads" && !slices.Contains(unwritten, kind),
				p.Code == "fail-was-read" && !slices.Contains(failRead, kind),
				p.Code == "duplicate-elements", p.Code == "mixed-keys", p.Code == "mixed-values", p.Code == "other-f":
				t.Errorf("%s: %s %s", path, p.Code, p.Msg)
			}
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Skip("the corpus is not here")
	}
}
