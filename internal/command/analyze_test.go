package command

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/store"
)

// demoStore writes the demonstration's store and returns its directory.
func demoStore(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if got := runWith(context.Background(), nil, "demo", dir); got.status != exitValid {
		t.Fatal(got)
	}
	return filepath.Join(dir, defaultStore)
}

// killAfter runs a command for a while, and tells whether it had to be killed.
func killAfter(t *testing.T, d time.Duration, status int, args ...string) bool {
	t.Helper()
	cmd := exec.Command("jcheck", args...)
	cmd.Stderr = io.Discard
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(d, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	err := cmd.Wait()
	if cmd.ProcessState.ExitCode() >= 0 && cmd.ProcessState.ExitCode() != status {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode() < 0
}

// checkWhole checks that a run has the history that it had, and returns its results.
func checkWhole(t *testing.T, file string, original []byte) edn.Value {
	t.Helper()
	report, err := store.Verify(file)
	if err != nil || len(report.Losses) > 0 {
		t.Fatalf("%v, %v", err, report)
	}
	now, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(now[18:len(original)], original[18:]) { // behind the header
		t.Fatalf("the history has changed, %v", err)
	}
	f, err := store.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	results, err := f.Results()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return results
}

// An analysis that is killed, whenever that is, leaves the run as it was or judged, and its
// history in any case.
func TestAnalyzeKilled(t *testing.T) {
	root := demoStore(t)
	dir, err := store.Find(root, "-1")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "test.jepsen")
	original, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before := edn.MustParse("{:valid? :unknown, :before true}")
	if err := store.SaveResults(dir, before); err != nil {
		t.Fatal(err)
	}
	killed, judged, times := 0, 0, 40
	if testing.Short() {
		times = 10
	}
	for i := range times {
		if killAfter(t, time.Duration(120*i/times)*time.Millisecond, exitInvalid, "analyze", "-q", dir) {
			killed++
		}
		results := checkWhole(t, file, original)
		if valid, _ := results.Get("valid?"); valid.String() == "false" {
			judged++
		} else if !edn.Equal(results, before) {
			t.Fatalf("after %d: %s", i, results)
		}
		if _, err := edn.Parse(readFile(t, filepath.Join(dir, "results.edn")), edn.EDN); err != nil {
			t.Fatalf("after %d: %v", i, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("killed %d times of %d, judged %d times, with %d directories left", killed, times, judged, len(left))
	if got := runWith(context.Background(), nil, "analyze", "-q", dir); got.status != exitInvalid {
		t.Error(got)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 || err != nil {
		t.Errorf("%v were left behind, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "results.original.edn")); err != nil {
		t.Error(err)
	}
}

// Of analyses at once each is stored as a whole, one after another.
func TestAnalyzeAtOnce(t *testing.T) {
	dir, err := store.Find(demoStore(t), "-1")
	if err != nil {
		t.Fatal(err)
	}
	models := []string{"read-uncommitted", "read-committed", "serializable"}
	done := make(chan outcome)
	for _, m := range models {
		go func() {
			done <- runWith(context.Background(), nil, "analyze", "-q", "--with", "elle", "--model", m, dir)
		}()
	}
	for range models {
		if got := <-done; got.err != "" || got.status == exitInternal || got.status == exitBadInput {
			t.Error(got)
		}
	}
	run, err := store.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	results, err := run.Results()
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if !edn.Equal(results, edn.MustParse(read("results.edn"))) {
		t.Error("results.edn is of another analysis than the file")
	}
	m, _ := results.Get("workload")
	valid, _ := m.Get("valid?")
	if !strings.Contains(read("results.json"), `"valid":`+valid.String()) {
		t.Errorf("results.json is of another analysis: %s", results)
	}
	if word := map[string]string{"true": "VALID", "false": "INVALID"}[valid.String()]; !strings.Contains(read("explanations/results.txt"), ": "+word+" ") {
		t.Error("the explanations are of another analysis")
	}
}

// An analysis that is interrupted stores nothing.
func TestAnalyzeInterrupted(t *testing.T) {
	dir, err := store.Find(demoStore(t), "-1")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if got := runWith(ctx, nil, "analyze", dir); got.status != exitUnknown || got.out != "" {
		t.Error(got)
	}
	for _, name := range []string{"results.edn", "results.json", "explanations"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s was written", name)
		}
	}
}

// What is thought of a test that still runs is told, and not stored.
func TestAnalyzeRunning(t *testing.T) {
	r, err := store.Record(t.TempDir(), edn.MustParse(`{:name "demo"}`), store.WriterOptions{Seal: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, op := range []string{"{:index 0, :time 0, :type :invoke, :process 0, :f :generate, :value nil}", "{:index 1, :time 5, :type :ok, :process 0, :f :generate, :value 7}"} {
		if err := r.Add(edn.MustParse(op)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.EndHistory(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadDir(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	got := runWith(context.Background(), nil, "analyze", r.Dir)
	if got.status != exitBadInput || !strings.Contains(got.out, "VALID") || !strings.Contains(got.err, "no results were stored: ") || !strings.Contains(got.err, "another program writes to it") {
		t.Error(got)
	}
	if after, err := os.ReadDir(r.Dir); err != nil || len(after) != len(before) {
		t.Errorf("%v became %v, %v", before, after, err)
	}
}
