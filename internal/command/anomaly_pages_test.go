package command

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/render"
)

// Each anomaly that explain knows an example of has a page that says the same,
// and shows what a check prints.
func TestAnomalyPages(t *testing.T) {
	dir, err := filepath.Abs("../../docs/anomalies")
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]bool{"README.md": true}
	index := "# Anomalies\n\nEach page says what an anomaly means, which models forbid it, the smallest history that shows it, and what causes it.\n" +
		"`jcheck explain NAME` says the same. The variants `-process` and `-realtime` are the same cycles, with an edge of that order.\n\n" +
		"| anomaly | meaning | the weakest models that forbid it |\n|---|---|---|\n"
	for _, name := range elle.AnomalyNames() {
		a, _ := render.AnomalyAbout(name)
		if a.Example == "" {
			continue
		}
		pages[name+".md"] = true
		index += fmt.Sprintf("| [%s](%s.md) | %s | %s |\n", name, name, a.Gloss, strings.Join(a.Forbid, ", "))
		comparePage(t, filepath.Join(dir, name+".md"), anomalyPage(t, &a))
	}
	comparePage(t, filepath.Join(dir, "README.md"), index)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !pages[f.Name()] {
			t.Errorf("%s is a page of no anomaly", f.Name())
		}
	}
	for _, what := range elle.Explained() {
		if what != elle.EmptyGraph && !pages[string(what)+".md"] {
			t.Errorf("%s has no page", what)
		}
	}
}

func anomalyPage(t *testing.T, a *render.About) string {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("history.edn", []byte(a.Example), 0o666); err != nil {
		t.Fatal(err)
	}
	command := "elle " + a.Flags + " history.edn"
	var out, errs bytes.Buffer
	if status := Run(context.Background(), strings.Fields(command), nil, &out, &errs); status != exitInvalid {
		t.Errorf("%s: status %d, want that of an invalid history\n%s%s", a.Name, status, &out, &errs)
	}
	if !strings.Contains(out.String(), "\n"+a.Name+"\n") {
		t.Errorf("%s: the command does not find it\n%s", a.Name, &out)
	}
	if a.Means == "" || a.Causes == "" || a.Next == "" {
		t.Errorf("%s: something is not said", a.Name)
	}
	page := fmt.Sprintf("# %s\n\n*%s*\n\n%s\n\n%s\n\n**Typical causes.** %s\n\n**What to look at next.** %s\n\n"+
		"A small history that shows it, `history.edn`:\n\n```edn\n%s```\n\n```console\n$ jcheck %s\n%s```\n",
		a.Name, a.Gloss, a.Means, a.Forbidden(), a.Causes, a.Next, a.Example, command, &out)
	if n := strings.Count(page, "\n"); n > 60 {
		t.Errorf("%s: a page of %d lines, expected at most 60", a.Name, n)
	}
	return page
}

func comparePage(t *testing.T, path, want string) {
	t.Helper()
	if *updatePages {
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), want); diff != "" {
		t.Errorf("%s differs from what jcheck says (go test ./internal/command -run TestAnomalyPages -update-pages):\n%s", path, diff)
	}
}
