package command

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/simulate"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"jcheck": Main})
}

func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Cmds:                map[string]func(ts *testscript.TestScript, neg bool, args []string){"status": scriptStatus},
	})
}

var update = flag.Bool("update", false, "write what the commands print as what the scripts expect")

// scriptStatus runs a program that must exit with a certain status, since
// "! exec" cannot tell an invalid history from an internal error.
func scriptStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// outcome is what a run of the program comes to.
type outcome struct {
	status   int
	out, err string
}

func runWith(ctx context.Context, in io.Reader, args ...string) outcome {
	var out, errw bytes.Buffer
	status := Run(ctx, args, in, &out, &errw)
	return outcome{status, out.String(), errw.String()}
}

func demoText(t *testing.T, name string) string {
	t.Helper()
	for _, d := range simulate.Demos() {
		if d.Name == name {
			return d.History
		}
	}
	t.Fatalf("no demo %s", name)
	return ""
}

// generated is a history of a simulated database, as text.
func generated(t testing.TB, c simulate.Config, json bool) []byte {
	t.Helper()
	ops, err := c.Ops()
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	i := 0
	for op := range ops {
		if json {
			text = op.AppendJSON(text, i)
		} else {
			text = op.AppendEDN(text, i)
		}
		text = append(text, '\n')
		i++
	}
	return text
}

// A panicking reader stands for a mistake of jcheck's own.
type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("on purpose") }

// A failing writer stands for a full disk.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// statusTest is a command line with what it answers.
type statusTest struct {
	name    string
	ctx     context.Context
	in      io.Reader
	args    string
	status  int
	out     string // how standard output begins; nothing is written if it is empty
	errText string // what standard error holds; nothing is written if it is empty
}

func (c statusTest) run(t *testing.T) {
	got := runWith(c.ctx, c.in, strings.Fields(c.args)...)
	if got.status != c.status {
		t.Errorf("status %d, want %d", got.status, c.status)
	}
	if !strings.HasPrefix(got.out, c.out) || c.out == "" && got.out != "" {
		t.Errorf("stdout %q, want %q...", got.out, c.out)
	}
	if !strings.Contains(got.err, c.errText) || c.errText == "" && got.err != "" {
		t.Errorf("stderr %q, want %q in it", got.err, c.errText)
	}
}

func cancelledContext() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestStatus(t *testing.T) {
	ctx, cancelled := context.Background(), cancelledContext()
	read := func(s string) io.Reader { return strings.NewReader(s) }
	skew := demoText(t, "read-skew")
	lonely := "{:index 0, :time 0, :type :ok, :process 0, :f :txn, :value [[:append :x 1]]}\n"
	for _, c := range []statusTest{
		{"valid", ctx, read(skew), "elle --model read-committed", exitValid, "stdin: VALID", ""},
		{"invalid", ctx, read(skew), "elle", exitInvalid, "stdin: INVALID", ""},
		{"unknown", ctx, read(lonely), "elle", exitUnknown, "stdin: UNKNOWN", ""},
		{"quiet invalid", ctx, read(skew), "elle -q", exitInvalid, "", ""},
		{"bad input", ctx, read("{:type"), "elle", exitBadInput, "", "jcheck: stdin:1:"},
		{"missing file", ctx, read(""), "elle /nonexistent/history.edn", exitBadInput, "", "jcheck: open /nonexistent/history.edn: "},
		{"bad and invalid", ctx, read(skew), "elle /nonexistent/history.edn -", exitBadInput, "stdin: INVALID", "jcheck: open "},
		{"unknown flag", ctx, read(skew), "elle --bogus", exitBadInput, "", "jcheck: unknown flag: --bogus"},
		{"flag without value", ctx, read(skew), "elle --model", exitBadInput, "", "jcheck: flag needs an argument: --model"},
		{"no number", ctx, read(skew), "elle --limit many", exitBadInput, "", "jcheck: invalid argument"},
		{"unknown model", ctx, read(skew), "elle --model bogus", exitBadInput, "", "jcheck: unknown consistency model"},
		{"unknown command", ctx, read(skew), "bogus", exitBadInput, "", "jcheck: unknown command"},
		{"no command", ctx, read(skew), "", exitBadInput, "", "jcheck: expected a command"},
		{"help", ctx, read(""), "elle --help", exitValid, "Elle infers", ""},
		{"convert", ctx, read(skew), "convert --to jsonl", exitValid, `{"index":0`, ""},
		{"convert bad input", ctx, read("junk"), "convert --to jsonl", exitBadInput, "", "jcheck: stdin:1:1: "},
		{"panic", ctx, panicking{}, "elle", exitInternal, "", "jcheck: internal error: on purpose"},
		{"panic of convert", ctx, panicking{}, "convert --to edn", exitInternal, "", "jcheck: internal error: on purpose"},
		{"cancelled", cancelled, read(skew), "elle", exitUnknown, "", "jcheck: stdin: interrupted while reading"},
		{"cancelled and quiet", cancelled, read(skew), "elle -q", exitUnknown, "", "jcheck: stdin: interrupted while reading"},
		{"convert cancelled", cancelled, read(skew), "convert --to edn", exitUnknown, "", "jcheck: stdin: interrupted"},
	} {
		t.Run(c.name, c.run)
	}
}

func TestStatusLinearizable(t *testing.T) {
	ctx := context.Background()
	read := func(s string) io.Reader { return strings.NewReader(s) }
	fresh := "{:index 0, :time 0, :type :invoke, :process 0, :f :read, :value nil}\n{:index 1, :time 1, :type :ok, :process 0, :f :read, :value 1}\n"
	for _, c := range []statusTest{
		{"linearizable", ctx, read(fresh), "linearizable --init 1", exitValid, "stdin: VALID", ""},
		{"not linearizable", ctx, read(fresh), "linearizable", exitInvalid, "stdin: INVALID", ""},
		{"out of time", ctx, read(fresh), "lin --timeout 1ns", exitUnknown, "stdin: UNKNOWN", ""},
		{"not linearizable and quiet", ctx, read(fresh), "lin -q", exitInvalid, "", ""},
		{"linearizable bad input", ctx, read("{:type"), "lin", exitBadInput, "", "jcheck: stdin:1:"},
		{"linearizable unknown model", ctx, read(fresh), "lin --model bogus", exitBadInput, "", "jcheck: unknown model"},
		{"linearizable other operations", ctx, read(fresh), "lin --model mutex", exitBadInput, "", "jcheck: stdin:1:1: "},
		{"linearizable panic", ctx, panicking{}, "lin", exitInternal, "", "jcheck: internal error: on purpose"},
		{"linearizable cancelled", cancelledContext(), read(fresh), "lin", exitUnknown, "", "jcheck: stdin: interrupted while reading"},
	} {
		t.Run(c.name, c.run)
	}
}

// TestStatusOfLostOutput checks that a verdict that could not be written does
// not exit as valid.
func TestStatusOfLostOutput(t *testing.T) {
	for _, args := range []string{"elle --model read-committed", "elle --json", "convert --to edn", "gen list-append", "models", "version"} {
		var errw bytes.Buffer
		status := Run(context.Background(), strings.Fields(args), strings.NewReader(demoText(t, "read-skew")), failing{}, &errw)
		if status < exitBadInput || !strings.HasPrefix(errw.String(), "jcheck: disk full") {
			t.Errorf("%s: status %d, %q", args, status, errw.String())
		}
	}
}

// TestDamage cuts a history short after every byte, and leaves out every line:
// what comes of it is a verdict or an error, never a panic.
func TestDamage(t *testing.T) {
	text := demoText(t, "lost-update")
	var damaged []string
	for i := range len(text) {
		damaged = append(damaged, text[:i])
	}
	lines := strings.SplitAfter(text, "\n")
	for i := range lines {
		damaged = append(damaged, strings.Join(slices.Concat(lines[:i], lines[i+1:]), ""))
	}
	for _, s := range damaged {
		got := runWith(context.Background(), strings.NewReader(s), "elle", "-q")
		if got.status == exitInternal || got.out != "" || (got.status == exitBadInput) != strings.HasPrefix(got.err, "jcheck: stdin:") {
			t.Fatalf("%q: %+v", s, got)
		}
	}
}

// TestCorpus checks every history of testdata: its directory is its verdict.
func TestCorpus(t *testing.T) {
	for dir, want := range map[string]int{"valid": exitValid, "invalid": exitInvalid, "unknown": exitUnknown} {
		files, err := filepath.Glob("../../testdata/list-append/" + dir + "/*")
		if err != nil || len(files) < 3 {
			t.Fatalf("%s: found %d histories: %v", dir, len(files), err)
		}
		for _, file := range files {
			t.Run(dir+"/"+filepath.Base(file), func(t *testing.T) {
				if got := runWith(context.Background(), nil, "elle", file); got.status != want {
					t.Errorf("status %d, want %d\n%s%s", got.status, want, got.out, got.err)
				}
			})
		}
	}
}

// TestDatabases checks that the histories of a simulated database satisfy the
// model that it promises, and show the anomalies that it has.
func TestDatabases(t *testing.T) {
	for _, db := range simulate.Databases() {
		t.Run(db.Name, func(t *testing.T) {
			text := generated(t, simulate.Config{DB: db.Name, Txns: 3000, Clients: 10, Seed: 1, FailRate: 0.03, CrashRate: 0.03, NemesisEvery: 100}, false)
			if db.Model != "" && db.Model != "strong-read-uncommitted" {
				got := runWith(context.Background(), bytes.NewReader(text), "elle", "--model", db.Model)
				if got.status != exitValid {
					t.Errorf("%s: status %d\n%s%s", db.Model, got.status, got.out, got.err)
				}
			}
			want := exitValid
			if len(db.Anomalies) > 0 {
				want = exitInvalid
			}
			got := runWith(context.Background(), bytes.NewReader(text), "elle", "--json")
			if got.status != want {
				t.Fatalf("status %d, want %d\n%s%s", got.status, want, got.out, got.err)
			}
			if want == exitInvalid && !strings.Contains(got.out, `"`+db.Anomalies[0]+`":[`) {
				t.Errorf("no %s: %.300s", db.Anomalies[0], got.out)
			}
		})
	}
}

// TestDeterminism checks that the output is the same, byte by byte, whatever
// the number of cores.
func TestDeterminism(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	txns := 10_000
	if testing.Short() {
		txns = 2_000
	}
	for _, db := range []string{"lost-update", "prefix", "aborted-read"} {
		text := generated(t, simulate.Config{DB: db, Txns: txns, Clients: 20, Seed: 3, CrashRate: 0.02, NemesisEvery: 100}, true)
		file := filepath.Join(t.TempDir(), db+".jsonl")
		if err := os.WriteFile(file, text, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, flags := range []string{"-v --limit 5", "--json", "--edn"} {
			args := append(strings.Fields("elle "+flags), file)
			var first outcome
			for i, procs := range []int{1, 4, 4} {
				runtime.GOMAXPROCS(procs)
				got := runWith(context.Background(), nil, args...)
				if i == 0 {
					first = got
				} else if got != first {
					t.Errorf("%s %s: %d cores give other output", db, flags, procs)
				}
			}
			if len(first.out) < 1000 || first.err != "" || first.status != exitInvalid {
				t.Errorf("%s %s: status %d, %d bytes, %s", db, flags, first.status, len(first.out), first.err)
			}
		}
	}
}

func TestCompressedInput(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, demoText(t, "write-skew")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	file := filepath.Join(t.TempDir(), "history") // its name says nothing
	if err := os.WriteFile(file, whole, 0o666); err != nil {
		t.Fatal(err)
	}
	if got := runWith(context.Background(), nil, "elle", file); got.status != exitInvalid {
		t.Errorf("a file: %+v", got)
	}
	if got := runWith(context.Background(), bytes.NewReader(whole), "elle"); got.status != exitInvalid {
		t.Errorf("standard input: %+v", got)
	}
	if got := runWith(context.Background(), bytes.NewReader(whole[:len(whole)-12]), "elle"); got.status != exitBadInput || !strings.Contains(got.err, "damaged gzip data") {
		t.Errorf("cut short: %+v", got)
	}
}

// elleJSON is the shape of a result that docs/json.md documents.
type elleJSON struct {
	jsonResult
	Workload       string
	Models         []string
	AnomalyTypes   []string `json:"anomaly-types"`
	Not            []string
	AlsoNot        []string `json:"also-not"`
	ToleratedTypes []string `json:"tolerated-types"`
	Stats          struct {
		Ops, Txns, OK, Fail, Info, Keys, Edges, Components int
		MicroOps                                           int `json:"micro-ops"`
		LargestComponent                                   int `json:"largest-component"`
	}
	AnomalyCounts map[string]int `json:"anomaly-counts"`
	Anomalies     map[string][]struct {
		Type  string
		Cycle []jsonOp[[][]any]
		Steps []map[string]any
	}
}

func TestJSON(t *testing.T) {
	got := runWith(context.Background(), strings.NewReader(demoText(t, "read-skew")), "elle", "--json")
	var res elleJSON
	decodeJSON(t, got.out, &res)
	if len(res.Groups) != 1 || res.Groups[0].Count != 1 || res.Groups[0].Shape != "rw wr" || res.Groups[0].KeyCount != 2 || res.Groups[0].First.Line != 4 || res.Groups[0].First.Op != 3 {
		t.Errorf("groups: %+v", res.Groups)
	}
	if res.Version == "" || res.SHA256 != "2785e5ec9e004f5c1e61048fca501a31ead5c3e7fd65441e2769151b6215c1bf" { // as sha256sum has it
		t.Errorf("version %q, SHA-256 %q", res.Version, res.SHA256)
	}
	if res.File != "-" || res.Checker != "elle" || res.Workload != "list-append" || res.Valid != false || !slices.Equal(res.Models, []string{"strict-serializable"}) {
		t.Errorf("%+v", res)
	}
	if !slices.Equal(res.Not, []string{"consistent-view", "repeatable-read"}) || !slices.Contains(res.AlsoNot, "serializable") {
		t.Errorf("not %v, also not %v", res.Not, res.AlsoNot)
	}
	if s := res.Stats; s.Ops != 4 || s.Txns != 2 || s.OK != 2 || s.MicroOps != 4 || s.Keys != 2 || s.Edges != 2 || s.LargestComponent != 2 {
		t.Errorf("%+v", s)
	}
	if n := res.AnomalyCounts["G-single-item"]; n != 1 {
		t.Errorf("%d cases", n)
	}
	cases := res.Anomalies["G-single-item"]
	if len(res.Anomalies) != 1 || len(cases) != 1 || len(cases[0].Cycle) != 3 || len(cases[0].Steps) != 2 {
		t.Fatalf("%+v", res.Anomalies)
	}
	if c := cases[0]; c.Cycle[0].Index != 2 || c.Cycle[1].Index != 3 || c.Cycle[2].Index != 2 {
		t.Errorf("%+v", c.Cycle)
	}
	want := []map[string]any{
		{"type": "rw", "key": "y", "value": "elle.list-append/init", "value'": 1.0, "a-mop-index": 1.0, "b-mop-index": 1.0},
		{"type": "wr", "key": "x", "value": 1.0, "a-mop-index": 0.0, "b-mop-index": 0.0},
	}
	if d := cmp.Diff(want, cases[0].Steps); d != "" {
		t.Error(d)
	}
}

// TestEDN checks that a result can be read as EDN.
func TestEDN(t *testing.T) {
	got := runWith(context.Background(), strings.NewReader(demoText(t, "lost-update")), "elle", "--edn")
	if _, err := edn.Parse(strings.TrimSuffix(got.out, "\n"), edn.EDN); err != nil {
		t.Errorf("%v: %s", err, got.out)
	}
}
