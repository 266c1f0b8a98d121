package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/render/page"
)

// oddOp is an op of a history that nobody wants to see.
type oddOp struct {
	Type    string `json:"type"`
	Process any    `json:"process"`
	F       string `json:"f"`
	Value   any    `json:"value"`
	Time    *int64 `json:"time,omitempty"`
}

// oddHistories are those by name, as JSON Lines.
func oddHistories() map[string][]oddOp {
	at := func(t int) *int64 { ns := int64(t); return &ns }
	pairs := func(n int, of func(i int) (process any, f string, value any, from, to int)) (ops []oddOp) {
		for i := range n {
			p, f, v, from, to := of(i)
			ops = append(ops, oddOp{"invoke", p, f, v, at(from)}, oddOp{"ok", p, f, v, at(to)})
		}
		return ops
	}
	plain := func(i int) (any, string, any, int, int) { return i % 5, "read", 1, 1000 * i, 1000*i + 500 }
	evil := "_'<script>alert(1)</script>&\"\\ } \u202e\u0007=cmd() שלום 😀"
	odd := map[string][]oddOp{
		"one op":  {{"invoke", 0, "read", nil, at(1)}},
		"nemesis": {{"info", "nemesis", "start", nil, at(1)}, {"info", "nemesis", "start", nil, at(9)}, {"info", "nemesis", "start", nil, at(12)}},
		"zero":    pairs(50, func(i int) (any, string, any, int, int) { return i % 5, "read", 1, 7, 7 }),
		"negative": pairs(50, func(i int) (any, string, any, int, int) {
			return i % 5, "read", 1, 1000*i + 900, 1000 * i
		}),
		"backwards": pairs(50, func(i int) (any, string, any, int, int) { return i % 5, "read", 1, 100_000 - 1000*i, 100_100 - 1000*i }),
		"40 fs": pairs(400, func(i int) (any, string, any, int, int) {
			return i % 5, fmt.Sprint("f", i%40), 1, 1000 * i, 1000*i + 500
		}),
		"1000 processes": pairs(1000, func(i int) (any, string, any, int, int) { return i, "read", 1, 1000 * i, 1000*i + 500 }),
		"hostile":        pairs(60, func(i int) (any, string, any, int, int) { return i % 5, evil, evil, 1000 * i, 1000*i + 500 }),
		"hostile write":  pairs(60, func(i int) (any, string, any, int, int) { return i % 5, "write", evil, 1000 * i, 1000*i + 500 }),
		"huge": pairs(5, func(i int) (any, string, any, int, int) {
			return i, "write", strings.Repeat("<&>", 350_000), 1000 * i, 1000*i + 500
		}),
	}
	odd["no completions"], odd["all info"] = pairs(50, plain), pairs(50, plain)
	odd["no times"], odd["some times"] = pairs(50, plain), pairs(50, plain)
	odd["30 nemeses"] = pairs(300, plain)
	for i := range 100 {
		odd["all info"][i].Type = []string{"invoke", "info"}[i%2]
		odd["all info"][i].Process = i / 2
		odd["no completions"][i].Process = i
		odd["no completions"][i].Type = "invoke"
		odd["no times"][i].Time = nil
		if i%3 == 0 {
			odd["some times"][i].Time = nil
		}
	}
	for i := range 200 {
		odd["30 nemeses"] = append(odd["30 nemeses"], oddOp{"info", "nemesis", fmt.Sprintf("%s-fault-%d", []string{"start", "stop"}[i/30%2], i%30), nil, at(300_000 + i)})
	}
	return odd
}

// Whatever the history is, report, perf and analyze make pages and pictures, or say why not: no panic, no half
// file, no markup that came from a value, no number that is none.
func TestOddHistories(t *testing.T) {
	for name, ops := range oddHistories() {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "store", "odd", "20260101T000000.000Z")
			if err := os.MkdirAll(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, "history.jsonl")
			var text bytes.Buffer
			enc := json.NewEncoder(&text)
			enc.SetEscapeHTML(false)
			for _, op := range ops {
				if err := enc.Encode(op); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(file, text.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
			call := func(want []int, args ...string) {
				t.Helper()
				var out, errs bytes.Buffer
				got := Run(t.Context(), args, strings.NewReader(""), &out, &errs)
				said := out.String() + errs.String()
				if !strings.Contains(fmt.Sprint(want), fmt.Sprint(got)) {
					t.Errorf("%s: status %d, want one of %v\n%.500s", args[0], got, want, said)
				}
				for _, bad := range []string{"NaN", "Inf", "panic", "goroutine", "\u0007", "\u202e"} {
					if bad == "\u202e" && slices.Contains(args, "--json") {
						continue // JSON is for programs
					}
					if strings.Contains(said, bad) {
						t.Errorf("%s says %q", args[0], bad)
					}
				}
			}
			verdicts := []int{0, 1, 2}
			call(verdicts, "report", "-o", filepath.Join(dir, "page.html"), file)
			call([]int{0}, "perf", "-o", filepath.Join(dir, "pictures"), file)
			call([]int{0}, "perf", "--json", file)
			call([]int{0}, "perf", "--csv", file)
			call(verdicts, "convert", "--to", "edn", file, "-o", filepath.Join(dir, "history.edn"))
			call(verdicts, "analyze", dir)
			soundFiles(t, dir)
		})
	}
}

// soundFiles checks that pages and pictures below a directory hold no markup of a value's, and that nothing
// half-written is left.
func soundFiles(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".jcheck-") && d.Name() != ".jcheck-files" {
			t.Errorf("%s is left", path)
		}
		if ext := filepath.Ext(path); ext == ".svg" || ext == ".html" {
			text := readFile(t, path)
			if strings.Contains(text, "<script>alert") || strings.Contains(text, "NaN") && ext == ".svg" {
				t.Errorf("%s has markup of a value's, or a place that is no number", path)
			}
			if !strings.HasSuffix(strings.TrimSpace(text), "</svg>") && !strings.HasSuffix(strings.TrimSpace(text), "</html>") || ext == ".html" && !strings.Contains(text, page.Generator) {
				t.Errorf("%s is not whole", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A disk that fills up, or a place where nothing can be written, is an error, and leaves no half file.
func TestNoRoom(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "h.jsonl")
	if err := os.WriteFile(file, []byte(`{"type":"invoke","process":0,"f":"read","time":1}`+"\n"+`{"type":"ok","process":0,"f":"read","value":1,"time":2}`+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"report", "-o", filepath.Join(file, "page.html"), file}, {"perf", "-o", filepath.Join(file, "pictures"), file}} {
		var out, errs bytes.Buffer
		if got := Run(t.Context(), args, strings.NewReader(""), &out, &errs); got != 254 || errs.Len() == 0 {
			t.Errorf("%s below a file: status %d, %s", args[0], got, errs.String())
		}
	}
	full := filepath.Join(dir, "full")
	if err := os.Mkdir(full, 0o777); err != nil {
		t.Fatal(err)
	}
	script := `mount -t tmpfs -o size=48k none "$1" || exit 99
jcheck report -q -o "$1/page.html" "$2"; echo report $?
jcheck perf -o "$1/pictures" "$2" > /dev/null; echo perf $?
ls -A "$1"`
	cmd := exec.Command("unshare", "-rm", "sh", "-c", script, "sh", full, file)
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("no file system can be mounted, so none fills up: %v", err)
	}
	if got := string(out); got != "report 254\nperf 254\n" {
		t.Errorf("a full disk: %s", got)
	}
}
