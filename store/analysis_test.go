package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

// analysisOf is an analysis that says the same everywhere.
func analysisOf(word string) Analysis {
	return Analysis{
		Results: edn.MustParse("{:valid? true, :word " + word + "}"), JSON: []byte(word),
		Explain: func(dir string) error {
			return os.WriteFile(filepath.Join(dir, word+".txt"), []byte(word), 0o666)
		},
	}
}

// An analysis takes the place of the one before, of which nothing stays, and results that no analysis
// saved are kept.
func TestSaveAnalysis(t *testing.T) {
	dir := runWith(t, map[string]string{"history.edn": "[]", "results.edn": compactedRuns})
	for _, c := range []struct {
		a    Analysis
		want string
	}{
		{analysisOf("one"), "explanations/one.txt history.edn results.edn results.json results.original.edn"},
		{analysisOf("two"), "explanations/two.txt history.edn results.edn results.json results.original.edn"},
		{Analysis{Results: edn.MustParse(newRuns)}, "history.edn results.edn results.original.edn"},
	} {
		var refused *AppendError // there are texts only
		if err := SaveAnalysis(context.Background(), dir, c.a); !errors.As(err, &refused) {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(filesOf(t, dir), "\n", " "); got != c.want {
			t.Errorf("files %s, want %s", got, c.want)
		}
		if got := readFile(t, filepath.Join(dir, "results.original.edn")); got != compactedRuns {
			t.Errorf("the original is %s", got)
		}
		if got := readFile(t, filepath.Join(dir, "results.edn")); got != c.a.Results.String()+"\n" {
			t.Errorf("results.edn is %s", got)
		}
	}
}

// An analysis that cannot be written changes nothing.
func TestSaveAnalysisFails(t *testing.T) {
	dir := runWith(t, map[string]string{"test.jepsen": readFile(t, writeRun(t, WriterOptions{Seal: -1}))})
	path := filepath.Join(dir, "test.jepsen")
	if err := SaveAnalysis(context.Background(), dir, analysisOf("one")); err != nil {
		t.Fatal(err)
	}
	before, file := filesOf(t, dir), readFile(t, path)
	full := errors.New("no space left")
	two := analysisOf("two")
	two.Explain = func(string) error { return full }
	if err := SaveAnalysis(context.Background(), dir, two); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if got := filesOf(t, dir); got != before || readFile(t, path) != file || readFile(t, filepath.Join(dir, "results.json")) != "one" {
		t.Errorf("files:\n%s\nwere\n%s", got, before)
	}
}

// What an analysis left that died is removed, and not taken for the results of another program.
func TestSaveAnalysisAfterDeath(t *testing.T) {
	dir := runWith(t, map[string]string{"test.jepsen": readFile(t, writeRun(t, WriterOptions{Seal: -1}))})
	path := filepath.Join(dir, "test.jepsen")
	work := filepath.Join(dir, analysisWork+"1")
	if err := os.Mkdir(work, 0o777); err != nil {
		t.Fatal(err)
	}
	one := analysisOf("one")
	if err := one.write(work); err != nil {
		t.Fatal(err)
	}
	if err := appendResults(path, one.Results); err != nil { // and then it died
		t.Fatal(err)
	}
	if err := SaveAnalysis(context.Background(), dir, analysisOf("two")); err != nil {
		t.Fatal(err)
	}
	if got, want := filesOf(t, dir), "explanations/two.txt\nresults.edn\nresults.json\n"+filepath.Base(path); got != want {
		t.Errorf("files:\n%s\nwant\n%s", got, want)
	}
}

// In a directory that is not a run's there are no explanations: Jepsen takes each directory in a store for
// a test, and each in a test's for a run.
func TestNoExplanations(t *testing.T) {
	path := writeRun(t, WriterOptions{Seal: -1})
	dir := filepath.Dir(path)
	if err := SaveAnalysis(context.Background(), dir, analysisOf("one")); err != nil {
		t.Fatal(err)
	}
	if got, want := filesOf(t, dir), "results.edn\nresults.json\nresults.original.edn\ntest.jepsen"; got != want || Explains(dir) {
		t.Errorf("files:\n%s\nwant\n%s", got, want)
	}
	run := runWith(t, map[string]string{"test.jepsen": readFile(t, path)})
	link := filepath.Join(filepath.Dir(run), "latest")
	if err := os.Symlink(run, link); err != nil {
		t.Skip(err)
	}
	if !Explains(run) || !Explains(link) || Explains(filepath.Dir(run)) {
		t.Error("the directory of a run may have explanations, and that of a test may not")
	}
}

// Analyses that are saved at once are saved one after another.
func TestSaveAnalysisAtOnce(t *testing.T) {
	dir := runWith(t, map[string]string{"test.jepsen": readFile(t, writeRun(t, WriterOptions{Seal: -1}))})
	const n = 8
	done := make(chan error)
	for i := range n {
		go func() { done <- SaveAnalysis(context.Background(), dir, analysisOf(fmt.Sprintf("w%d", i))) }()
	}
	for range n {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	results, err := openRun(t, dir).Results()
	if err != nil {
		t.Fatal(err)
	}
	word, _ := results.Get("word")
	for name, want := range map[string]string{"results.edn": "{:valid? true, :word " + word.String() + "}\n", "results.json": word.String(), "explanations/" + word.String() + ".txt": word.String()} {
		if got := readFile(t, filepath.Join(dir, filepath.FromSlash(name))); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	// Who is told to stop does not wait.
	unlock, locked, err := lockDir(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if !locked {
		t.Skip("directories cannot be locked here")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := SaveAnalysis(ctx, dir, analysisOf("late")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
