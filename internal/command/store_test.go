package command

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/store"
)

// storedSet writes a run of a set test to a store, and returns the store, the run's
// directory and its file.
func storedSet(t *testing.T) (root, dir, file string) {
	t.Helper()
	root = t.TempDir()
	dir = filepath.Join(root, "set", "20260102T030405.006Z")
	must(t, os.MkdirAll(dir, 0o777))
	file = filepath.Join(dir, "test.jepsen")
	w, err := store.Create(file, store.WriterOptions{})
	must(t, err)
	must(t, w.SaveTest(edn.MustParse(`{:name "set"}`)))
	for _, op := range []string{
		"{:index 0, :time 0, :type :invoke, :process 0, :f :add, :value 1}",
		"{:index 1, :time 1, :type :ok, :process 0, :f :add, :value 1}",
		"{:index 2, :time 2, :type :invoke, :process 0, :f :read, :value nil}",
		"{:index 3, :time 3, :type :ok, :process 0, :f :read, :value [1]}",
	} {
		must(t, w.Add(edn.MustParse(op)))
	}
	must(t, w.EndHistory())
	must(t, w.Close())
	return root, dir, file
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// saveResults adds results to a run's file.
func saveResults(t *testing.T, file, results string) {
	t.Helper()
	w, err := store.Append(file)
	must(t, err)
	must(t, w.SaveResults(edn.MustParse(results)))
	must(t, w.Close())
}

// tell checks the status of a command, and that what it writes has a text in it.
func tell(t *testing.T, status int, want string, args ...string) {
	t.Helper()
	if got := runWith(context.Background(), nil, args...); got.status != status || !strings.Contains(got.out+got.err, want) {
		t.Errorf("jcheck %s: status %d, want %d and %q\n%s%s", strings.Join(args, " "), got.status, status, want, got.out, got.err)
	}
}

func TestStore(t *testing.T) {
	root, dir, file := storedSet(t)
	tell(t, exitValid, "sound", "store", "verify", dir)
	tell(t, exitValid, "VALID  set-full", "set-full", dir)
	tell(t, exitValid, ":lost-count 0", "set", "--edn", file)
	tell(t, exitBadInput, "expected store verify", "store")

	tell(t, exitValid, `"set"`, "get", dir, ":name")
	tell(t, exitBadInput, "there is no :nodes at the root", "get", dir, ":nodes")
	tell(t, exitValid, "   0  2026-01-02T03:04:05Z  none ", "ls", root)
	saveResults(t, file, "{:valid? false, :workload {:lost [7 8]}}")
	tell(t, exitValid, "  false ", "ls", "--valid", "false", "--name", "set", root)
	tell(t, exitValid, "8\n", "get", file, ":results", ":workload", ":lost", "1")
	tell(t, exitBadInput, "there is no 2 at :results :workload :lost", "get", file, ":results", ":workload", ":lost", "2")
	tell(t, exitBadInput, "file does not exist; --store names another one", "ls", filepath.Join(root, "nothing"))
}

// A run that was written, then damaged, then repaired: verify and check tell, and
// nothing that is damaged passes.
func TestStoreDamaged(t *testing.T) {
	root, dir, file := storedSet(t)
	saveResults(t, file, "{:valid? false, :workload {:lost [7 8]}}")
	text, err := os.ReadFile(file)
	must(t, err)
	saveResults(t, file, "{:valid? true}")
	tell(t, exitValid, "  true ", "ls", root)
	newer, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(file, newer[:len(newer)-1], 0o666)) // the older verdict is what is left
	tell(t, exitValid, "  damaged ", "ls", root)
	tell(t, exitValid, "lost: offset 10: index: ", "get", file, ":results", ":valid?")

	must(t, os.WriteFile(file, text, 0o666))
	text[bytes.LastIndex(text, []byte("read"))] ^= 1
	broken := filepath.Join(dir, "broken.jepsen")
	must(t, os.WriteFile(broken, text, 0o666))
	tell(t, exitInvalid, "damaged", "store", "verify", broken)
	repaired := filepath.Join(dir, "repaired.jepsen")
	tell(t, exitValid, "lost: ", "store", "repair", broken, repaired)
	for _, f := range []string{broken, repaired} {
		tell(t, exitUnknown, "lost", "check", "--with", "stats,set-full", f)
	}
	must(t, os.WriteFile(broken, text[:10], 0o666))
	tell(t, exitBadInput, "offset", "store", "verify", broken)
	tell(t, exitBadInput, "offset", "set", broken)
}

// A pipe is read once: looking whether it is a .jepsen file would take its first
// bytes.
func TestPipe(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /dev/fd")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	go func() {
		defer w.Close()
		_, _ = w.WriteString("{:process 0, :type :invoke, :f :generate}\n{:process 0, :type :ok, :f :generate, :value 1}\n")
	}()
	var out, errs bytes.Buffer
	if got := Run(context.Background(), []string{"unique-ids", fmt.Sprintf("/dev/fd/%d", r.Fd())}, nil, &out, &errs); got != exitValid || !strings.Contains(out.String(), "1 attempt, 1 id") {
		t.Errorf("status %d\n%s%s", got, &out, &errs)
	}
}

// What can be read of a run is shown where its results cannot, and the status tells.
func TestShowDamagedResults(t *testing.T) {
	dir, err := store.Find(demoStore(t), "0")
	if err != nil {
		t.Fatal(err)
	}
	if got := runWith(context.Background(), nil, "analyze", "-q", dir); got.status != exitValid {
		t.Fatal(got)
	}
	if err := os.Remove(filepath.Join(dir, "results.edn")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "test.jepsen")
	report, err := store.Verify(path)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range report.Blocks {
		if b.Used && b.Type == "partial map" {
			data[b.Offset+b.Length-1] ^= 1
		}
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	got := runWith(context.Background(), nil, "show", dir)
	if got.status != exitBadInput || !strings.Contains(got.out, `name         "register"`) || !strings.Contains(got.out, "Results cannot be read.") || !strings.Contains(got.err, "expected the checksum") {
		t.Error(got)
	}
}

// Runs of before Jepsen 0.3.0 are verified where they lie.
func TestVerifyFressianRun(t *testing.T) {
	dir := t.TempDir()
	data := "\xc0\xe8\xca\xf7\xdename\xdedemo\xca\xf7\xe1history\xe4"
	if err := os.WriteFile(filepath.Join(dir, "test.fressian"), []byte(data), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := runWith(context.Background(), nil, "store", "verify", dir); got.status != exitValid || !strings.Contains(got.out, ": sound  no version, 25 bytes, 0 ops\n") {
		t.Error(got)
	}
}

// What is told of a run and could not be written is no success.
func TestStatusOfLostRunOutput(t *testing.T) {
	root := demoStore(t)
	for _, args := range []string{"ls", "show 0", "get 0 :name", "ops 0", "store verify 0", "analyze 0", "check 0", "demo " + t.TempDir()} {
		var errw bytes.Buffer
		status := Run(context.Background(), append([]string{"--store", root}, strings.Fields(args)...), nil, failing{}, &errw)
		if status < exitBadInput || !strings.Contains(errw.String(), "jcheck: disk full") {
			t.Errorf("%s: status %d, %q", args, status, errw.String())
		}
	}
}

// A demonstration that is interrupted leaves no half of a store, which the next would keep.
func TestDemoInterrupted(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if got := runWith(ctx, nil, "demo", dir); got.status != exitUnknown {
		t.Error(got)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*store*")); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
	if got := runWith(context.Background(), nil, "demo", dir); got.status != exitValid {
		t.Error(got)
	}
	if runs, err := store.Runs(filepath.Join(dir, defaultStore)); err != nil || len(runs) != len(demoRuns) {
		t.Errorf("%v, %v", runs, err)
	}
}
