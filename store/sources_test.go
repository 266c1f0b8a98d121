package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// aRun is a run of which several files have the history.
type aRun struct {
	sound, damaged string // test.jepsen; of the damaged one 16 ops are lost
	ops            []string
	history        *History
}

func newRun(t *testing.T) *aRun {
	t.Helper()
	whole, ops := chunkedFile(t, 40, 16)
	f := openBytes(t, whole)
	damaged := slices.Clone(whole)
	c := f.chunks[1]
	damaged[c.off+c.length-1] ^= 0xff
	return &aRun{sound: string(whole), damaged: string(damaged), ops: ops, history: mustHistory(t, f)}
}

// edn is history.edn with the first n ops.
func (r *aRun) edn(n int) string { return strings.Join(r.ops[:n], "\n") + "\n" }

// txt is history.txt with the first n ops, each behind a head.
func (r *aRun) txt(n int, head string) (text string) {
	for op := range r.history.Ops() {
		if op.Pos < n {
			text += fmt.Sprintf("%s%s\t:%s\t:txn\t%s\n", head, op.Process, op.Type, op.Value)
		}
	}
	return text
}

// log is jepsen.log with the first n ops.
func (r *aRun) log(n int) string {
	return "INFO [main] jepsen.core: Hello\n" + r.txt(n, "INFO [jepsen worker] jepsen.util: ")
}

// Of the files of a run the soundest counts: a damaged one never hides a whole one.
func TestSources(t *testing.T) {
	run := newRun(t)
	empty, err := emptyFile(t)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		files  map[string]string
		source string // empty for an error
		ops    int
		lossy  bool
		why    string // what the warning says, empty for none
	}{
		{"sound", map[string]string{"test.jepsen": run.sound, "history.edn": run.edn(20), "jepsen.log": run.log(40)}, "history.edn", 40, false, ""},
		{"damaged, with a text", map[string]string{"test.jepsen": run.damaged, "history.edn": run.edn(40)}, "history.edn", 40, false, "the history was read from history.edn instead of test.jepsen: it is damaged"},
		{"damaged, with a shorter text", map[string]string{"test.jepsen": run.damaged, "history.edn": run.edn(20)}, "test.jepsen", 24, true, ""},
		{"damaged, with a log", map[string]string{"test.jepsen": run.damaged, "history.edn": "{:type", "jepsen.log": run.log(40)}, "jepsen.log", 40, false, "it is damaged"},
		{"no history yet", map[string]string{"test.jepsen": empty, "jepsen.log": run.log(7)}, "jepsen.log", 7, false, "it holds fewer ops"},
		{"no history at all", map[string]string{"test.jepsen": empty}, "test.jepsen", 0, false, ""},
		{"none that could hold a run", map[string]string{"test.jepsen": "?", "history.txt": run.txt(9, "")}, "history.txt", 9, false, ""},
		{"only a log", map[string]string{"jepsen.log": run.log(5)}, "jepsen.log", 5, false, ""},
		{"a cut text", map[string]string{"history.edn": run.edn(40)[:2000], "history.txt": run.txt(40, "")}, "history.txt", 40, false, "it cannot be read: "},
		{"a text cut at a line", map[string]string{"history.edn": run.edn(20), "history.txt": run.txt(40, "")}, "history.txt", 40, false, "it holds fewer ops"},
		{"the better of two", map[string]string{"history.edn": "?", "history.txt": run.txt(20, ""), "jepsen.log": run.log(40)}, "jepsen.log", 40, false, "it cannot be read: "},
		{"only a cut text", map[string]string{"history.edn": run.edn(40)[:2000]}, "history.edn", 20, true, ""},
		{"only a cut log", map[string]string{"jepsen.log": run.log(5) + "INFO [jepsen worker] jepsen.util: 0\t:ok\t:txn\t[[:app"}, "jepsen.log", 5, true, ""},
		{"nothing that can be read", map[string]string{"history.edn": "{:type :what}\n"}, "", 0, false, ""},
		{"broken in the middle", map[string]string{"history.edn": run.edn(3) + "?\n" + run.edn(4)}, "", 0, false, ""},
	} {
		dir := runWith(t, c.files)
		h, err := openRun(t, dir).History(context.Background(), Options{})
		if err != nil || c.source == "" {
			if (err != nil) != (c.source == "") {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if h.Len() != c.ops || h.Lossy() != c.lossy || h.Source().Name != filepath.Join(dir, c.source) {
			t.Errorf("%s: %d ops of %s, lossy is %v; want %d of %s, %v", c.name, h.Len(), h.Source().Name, h.Lossy(), c.ops, c.source, c.lossy)
		}
		why := ""
		for _, w := range h.Warnings() {
			if w.Code == "other-source" {
				why = w.Msg
			}
		}
		if !strings.Contains(why, c.why) || (why == "") != (c.why == "") {
			t.Errorf("%s: got %q, want %q", c.name, why, c.why)
		}
	}
}

// emptyFile is the .jepsen file of a test that has not begun.
func emptyFile(t *testing.T) (string, error) {
	w, path := create(t, WriterOptions{Seal: -1})
	err := w.Close()
	return readFile(t, path), err
}
