package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/store"
)

// jcheck runs the program and returns its status and what it wrote.
func jcheck(ctx context.Context, args ...string) (status int, out, errs string) {
	var o, e bytes.Buffer
	status = Run(ctx, args, strings.NewReader(""), &o, &e)
	return status, o.String(), e.String()
}

// A conversion that is interrupted leaves nothing behind, and what was there.
func TestConvertInterrupted(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.edn"), filepath.Join(dir, "out")
	if err := os.WriteFile(in, []byte("{:type :ok, :process 0, :f :txn, :value [[:w 1 2]]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, to := range []string{"edn", "json", "plume", "cobra", "jepsen"} {
		status, text, errs := jcheck(ctx, "convert", "--to", to, in, "-o", out)
		if status != exitUnknown || text != "" || !strings.Contains(errs, "interrupted") {
			t.Errorf("%s: status %d, %q, %q", to, status, text, errs)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%s left %v, %v", to, entries, err)
		}
	}
}

// What is left of a damaged file is written, and the status says that it is not
// all. A .jepsen file of it would look complete, so there is none.
func TestConvertDamaged(t *testing.T) {
	dir := t.TempDir()
	file, out := filepath.Join(dir, "h.jepsen"), filepath.Join(dir, "out")
	w, err := store.Create(file, store.WriterOptions{ChunkOps: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SaveTest(edn.MustParse(`{:name "x"}`)); err != nil {
		t.Fatal(err)
	}
	for i, typ := range []string{"invoke", "ok", "invoke", "ok"} {
		if err := w.Add(edn.MustParse(fmt.Sprintf("{:index %d, :time 1, :type :%s, :process 0, :f :damage%d, :value 1}", i, typ, i/2))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.EndHistory(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text[bytes.LastIndex(text, []byte("damage1"))] ^= 1
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	status, got, errs := jcheck(context.Background(), "convert", "--to", "edn", file)
	if status != exitUnknown || strings.Count(got, "damage0") != 2 || !strings.Contains(errs, "lost-ops") {
		t.Errorf("status %d, %q, %q", status, got, errs)
	}
	if err := os.WriteFile(out, []byte(got), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := jcheck(context.Background(), "convert", "--to", "jsonl", out); status != exitUnknown || !strings.Contains(errs, "lost-ops") {
		t.Errorf("what was converted looks complete: status %d, %q\n%s", status, errs, got)
	}
	if err := os.Remove(out); err != nil {
		t.Fatal(err)
	}
	status, _, errs = jcheck(context.Background(), "convert", "--to", "jepsen", file, "-o", out)
	if _, err := os.Stat(out); status != exitBadInput || !strings.Contains(errs, "store repair") || err == nil {
		t.Errorf("status %d, %q, %v", status, errs, err)
	}
}

// TestConvertJepsen writes random histories as .jepsen files and back: the same
// text.
func TestConvertJepsen(t *testing.T) {
	dir := t.TempDir()
	in, file := filepath.Join(dir, "in.edn"), filepath.Join(dir, "h.jepsen")
	value := rapid.SampledFrom([]string{"nil", "1", "-7", `"é\n"`, ":k", "[7 nil]", "[1 [2 #{3}]]", "[[:r :x nil] [:append 2 3]]", "{:a 1.5}", "22/7", "12345678901234567890N"})
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		for i := range rapid.IntRange(1, 8).Draw(t, "ops") {
			process := fmt.Sprint(i / 2)
			if rapid.IntRange(0, 4).Draw(t, "who") == 0 {
				process = ":nemesis"
			}
			fmt.Fprintf(&text, "{:index %d, :time %d, :type :invoke, :process %s, :f :op, :value %s", i, i*100, strings.Replace(process, fmt.Sprint(i/2), fmt.Sprint(i), 1), value.Draw(t, "value"))
			if rapid.Bool().Draw(t, "more") {
				fmt.Fprintf(&text, ", :error %s", value.Draw(t, "error"))
			}
			text.WriteString("}\n")
		}
		if err := os.WriteFile(in, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"convert", "--to", "jepsen", in, "-o", file, "--force"}
		if rapid.Bool().Draw(t, "tuples") {
			args = append(args, "--independent")
		}
		if status, _, errs := jcheck(context.Background(), args...); status != exitValid || errs != "" {
			t.Fatalf("status %d, %s", status, errs)
		}
		if _, got, errs := jcheck(context.Background(), "convert", "--to", "edn", file); got != text.String() || errs != "" {
			t.Fatalf("got\n%s\nwant\n%s\n%s", got, &text, errs)
		}
		if status, got, _ := jcheck(context.Background(), "store", "verify", file); status != exitValid {
			t.Fatal(got)
		}
	})
}

// TestConvertRuns converts the runs of Jepsen that are at hand: a file with the
// same ops, of the same test.
func TestConvertRuns(t *testing.T) {
	files, err := filepath.Glob("../../../shared/corpus/store/*-1e3/*/test.jepsen")
	if err != nil || len(files) == 0 {
		t.Skipf("no runs of Jepsen here: %v", err)
	}
	for _, file := range files {
		out := filepath.Join(t.TempDir(), "h.jepsen")
		if status, _, errs := jcheck(context.Background(), "convert", "--to", "jepsen", file, "-o", out); status != exitValid || errs != "" {
			t.Errorf("%s: status %d, %s", file, status, errs)
			continue
		}
		for _, args := range [][]string{{"convert", "--to", "edn"}, {"get"}} {
			_, want, _ := jcheck(context.Background(), append(args, file)...)
			_, got, _ := jcheck(context.Background(), append(args, out)...)
			if args[0] == "get" { // results are not converted
				want, _, _ = strings.Cut(want, ":results")
				got = got[:min(len(got), len(want))]
			}
			if got != want || got == "" {
				t.Errorf("%s, %s: %d bytes, want %d\n%.300s\n%.300s", file, args[0], len(got), len(want), got, want)
			}
		}
	}
}

// What every check says of a history it says of the same one in JSON, too.
func TestConvertKeepsVerdicts(t *testing.T) {
	verdicts := func(history string) map[string]any {
		t.Helper()
		got := runWith(context.Background(), strings.NewReader(history), "check", "--json")
		var r struct {
			Results map[string]struct{ Valid any }
		}
		if err := json.Unmarshal([]byte(got.out), &r); err != nil {
			t.Fatalf("%v: %s%s", err, got.out, got.err)
		}
		out := map[string]any{}
		for name, m := range r.Results {
			out[name] = m.Valid
		}
		return out
	}
	var gens []string
	for _, k := range simulate.Kinds() {
		gens = append(gens, k.String(), k.String()+" --keys 2")
	}
	for _, k := range simulate.Tests() {
		gens = append(gens, k.String())
	}
	for _, gen := range append(gens, "kafka") {
		for _, rate := range []string{"0", "0.2"} {
			made := runWith(context.Background(), nil, append([]string{"gen"}, strings.Fields(gen+" --ops 60 --bug-rate "+rate)...)...)
			text := made.out
			converted := runWith(context.Background(), strings.NewReader(text), "convert", "--to", "jsonl")
			if converted.status != exitValid {
				t.Fatal(converted)
			}
			if diff := cmp.Diff(verdicts(text), verdicts(converted.out)); diff != "" {
				t.Errorf("%s, bugs %s:\n%s", gen, rate, diff)
			}
		}
	}
	set := "{:process 0, :type :invoke, :f :add, :value 1}\n{:process 0, :type :ok, :f :add, :value 1}\n{:process 0, :type :invoke, :f :read, :value nil}\n{:process 0, :type :ok, :f :read, :value #{%s}}\n"
	for _, read := range []string{"1", "", "1 2"} {
		text := fmt.Sprintf(set, read)
		converted := runWith(context.Background(), strings.NewReader(text), "convert", "--to", "jsonl")
		if diff := cmp.Diff(verdicts(text), verdicts(converted.out)); diff != "" || !strings.Contains(converted.out, "#set") {
			t.Errorf("a read of #{%s}:\n%s%s", read, diff, converted.out)
		}
	}
}
