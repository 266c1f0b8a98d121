package store

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
)

// corpusDir holds runs that the real Jepsen wrote. It is not part of the
// project, so a clone alone does without.
const corpusDir = "../../shared/corpus/store"

// corpusFiles returns the .jepsen files of the corpus.
func corpusFiles(t testing.TB) (paths []string) {
	t.Helper()
	for _, pattern := range []string{"*/test.jepsen", "*/*/test.jepsen"} {
		found, err := filepath.Glob(filepath.Join(corpusDir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			if info, err := os.Lstat(filepath.Dir(path)); err == nil && info.IsDir() {
				paths = append(paths, path)
			}
		}
	}
	if len(paths) == 0 {
		t.Skip("the corpus of runs is not here")
	}
	return paths
}

// Every run of the corpus reads as the texts beside it say.
func TestCorpus(t *testing.T) {
	for _, path := range corpusFiles(t) {
		t.Run(path, func(t *testing.T) {
			f, err := OpenFile(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			h, err := f.History(context.Background(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			n, err := f.Len()
			if err != nil || n != h.Len() {
				t.Errorf("Len: got %d, %v, but the history has %d ops", n, err, h.Len())
			}
			test, err := f.Test()
			if err != nil {
				t.Error(err)
			}
			v, ok, err := f.Verdict()
			t.Logf("%d ops, verdict %v %v %v, losses %v, tuples %v, test %.300s", h.Len(), v, ok, err, h.Losses, h.Tuples, test)
			sameAsText(t, h, filepath.Join(filepath.Dir(path), "history.edn"))
			sameResults(t, f, filepath.Join(filepath.Dir(path), "results.edn"))
		})
	}
}

func sameAsText(t *testing.T, h *History, path string) {
	if _, err := os.Stat(path); err != nil {
		return
	}
	want, err := format.ReadFile(context.Background(), path, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want.Len() != h.Len() {
		t.Fatalf("got %d ops, want %d", h.Len(), want.Len())
	}
	different := 0
	for i := range want.Len() {
		if got, want := h.Text(i), want.Text(i); !edn.Equal(got, want) {
			t.Fatalf("op %d: got %s, want %s", i, got, want)
		} else if got.String() != want.String() {
			different++
		}
		mine, theirs := h.Op(i), want.Op(i)
		mine.Value, theirs.Value = edn.Value{}, edn.Value{}
		if mine != theirs || h.Pair(i) != want.Pair(i) {
			t.Fatalf("op %d: got %v, want %v", i, mine, theirs)
		}
	}
	if different > 0 {
		t.Logf("%d ops are spelled otherwise", different)
	}
}

func sameResults(t *testing.T, f *File, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		return
	}
	want, err := edn.Parse(string(text), edn.EDN)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Results()
	if err != nil {
		t.Fatal(err)
	}
	if !edn.Equal(got, want) {
		t.Errorf("got %.400s, want %.400s", got, want)
	}
}
