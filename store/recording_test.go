package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/verdict"
)

func record(t *testing.T, root, test string) *Recording {
	t.Helper()
	r, err := Record(root, edn.MustParse(test), WriterOptions{Seal: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// filesOf lists what is in a directory, a link with what it says.
func filesOf(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if target, err := os.Readlink(path); err == nil {
			name += " -> " + target
		}
		names = append(names, filepath.ToSlash(name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, "\n")
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Each phase of a run leaves the files and links that Jepsen's leaves.
func TestRecordingPhases(t *testing.T) {
	root := t.TempDir()
	const dir = "demo/20210102T030405.006Z"
	r := record(t, root, compactedTest)
	if got, want := filesOf(t, root), "current -> "+dir+"\n"+dir+"/test.jepsen"; got != want {
		t.Errorf("begun:\n%s\nwant\n%s", got, want)
	}
	if r.Name != "demo" || r.Dir != filepath.Join(root, filepath.FromSlash(dir)) || r.Time.Year() != 2021 {
		t.Errorf("got %+v", r.Run)
	}
	for _, op := range compactedOps {
		if err := r.Add(edn.MustParse(op)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.SaveResults(edn.MustParse(compactedRuns)); err == nil {
		t.Error("results of an incomplete history were saved")
	}
	if err := r.EndHistory(); err != nil {
		t.Fatal(err)
	}
	ended := "current -> " + dir + "\n" + dir + "/history.edn\n" + dir + "/history.txt\n" + dir + "/test.jepsen\ndemo/latest -> " + filepath.Base(dir) + "\nlatest -> " + dir
	if got := filesOf(t, root); got != ended {
		t.Errorf("ended:\n%s\nwant\n%s", got, ended)
	}
	if got, want := readFile(t, filepath.Join(r.Dir, "history.edn")), strings.Join(compactedOps, "\n")+"\n"; got != want {
		t.Errorf("history.edn: %s", got)
	}
	if got, want := readFile(t, filepath.Join(r.Dir, "history.txt")), "0\t:invoke\t:write\t3\n0\t:ok\t:write\t3\n:nemesis\t:info\t:kill\tnil\t[:x \"y\"]\n"; got != want {
		t.Errorf("history.txt: %s", got)
	}
	if err := r.SaveTest(edn.MustParse(`{:name "demo", :more 1}`)); err != nil {
		t.Fatal(err)
	}
	if err := r.SaveResults(edn.MustParse(compactedRuns)); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := filesOf(t, root), strings.Replace(ended, "test.jepsen", "results.edn\n"+dir+"/test.jepsen", 1); got != want {
		t.Errorf("analysed:\n%s\nwant\n%s", got, want)
	}
	if got := readFile(t, filepath.Join(r.Dir, "results.edn")); got != compactedRuns+"\n" {
		t.Errorf("results.edn: %s", got)
	}
	f := open(t, filepath.Join(root, "latest", "test.jepsen"))
	wantOps(t, f, compactedOps)
	if test, err := f.Test(); err != nil || test.String() != `{:name "demo", :more 1, :start-time #clj-time/date-time "2021-01-02T03:04:05.006Z"}` {
		t.Errorf("test %s, %v", test, err)
	}
	if results, err := f.Results(); err != nil || results.String() != compactedRuns {
		t.Errorf("results %s, %v", results, err)
	}
	if _, err := Record(root, edn.MustParse(compactedTest), WriterOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the same run was recorded twice: %v", err)
	}
}

// The texts of a history are Jepsen's.
func TestTextsOfCorpus(t *testing.T) {
	compared := 0
	for _, path := range corpusFiles(t) {
		dir := filepath.Dir(path)
		if _, err := os.Stat(filepath.Join(dir, "history.txt")); err != nil {
			continue
		}
		f := open(t, path)
		var ednText, txtText bytes.Buffer
		if err := f.writeTexts(&ednText, &txtText); err != nil {
			t.Fatal(err)
		}
		sameLines(t, filepath.Join(dir, "history.edn"), ednText.String())
		sameLines(t, filepath.Join(dir, "history.txt"), txtText.String())
		compared++
	}
	if compared == 0 {
		t.Error("no run of the corpus has a history.txt")
	}
}

// sameLines compares a text with a file, line by line and column by column; the entries of a map
// may stand in another order.
func sameLines(t *testing.T, path, text string) {
	t.Helper()
	got, want := strings.Split(text, "\n"), strings.Split(readFile(t, path), "\n")
	if len(got) != len(want) {
		t.Fatalf("%s: %d lines, want %d", path, len(got), len(want))
	}
	for i := range got {
		if got[i] == want[i] {
			continue
		}
		columns := strings.Split(want[i], "\t")
		for k, column := range strings.Split(got[i], "\t") {
			if k >= len(columns) || column != columns[k] && !edn.Equal(edn.MustParse(column), edn.MustParse(columns[k])) {
				t.Fatalf("%s: line %d is %s, want %s", path, i+1, got[i], want[i])
			}
		}
	}
}

// A run that stops before its history is complete has what was added, and is the current one, not
// the latest.
func TestRecordingAborted(t *testing.T) {
	root := t.TempDir()
	r := record(t, root, `{:name "a"}`)
	if err := r.Add(edn.MustParse(compactedOps[0])); err != nil {
		t.Fatal(err)
	}
	if err := r.Add(edn.MustParse(":no-op")); err == nil {
		t.Error("what is no op was taken for one")
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	runs, err := Runs(root)
	if err != nil || len(runs) != 1 || !runs[0].Time.Equal(r.Time) || runs[0].Dir != r.Dir {
		t.Fatalf("got %v, %v, want %v", runs, err, r.Run)
	}
	wantOps(t, open(t, filepath.Join(root, "current", "test.jepsen")), compactedOps[:1])
	if _, err := os.Lstat(filepath.Join(root, "latest")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("latest is there: %v", err)
	}
}

// The time is the test's, in its zone, or now.
func TestStartTimes(t *testing.T) {
	for text, want := range map[string]string{
		`#clj-time/date-time "2021-01-02T03:04:05.006Z"`:      "20210102T030405.006Z",
		`#clj-time/date-time "2021-01-02T03:04:05.006+07:00"`: "20210102T030405.006+0700",
		`#inst "2021-01-02T03:04:05.006-00:00"`:               "20210102T030405.006Z",
		`"20210102T030405.006-0500"`:                          "20210102T030405.006-0500",
	} {
		r := record(t, t.TempDir(), `{:name "a", :start-time `+text+`}`)
		if got := filepath.Base(r.Dir); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	root := t.TempDir()
	for _, test := range []string{`{:name "a", :start-time 17}`, `{:name "a", :start-time "yesterday"}`, `{:name ""}`, `{:name 3}`, `{}`, `[]`, `{:name "a", :x 1e99999999999M}`} {
		if _, err := Record(root, edn.MustParse(test), WriterOptions{}); err == nil {
			t.Errorf("%s was taken for a test", test)
		}
	}
	if got := filesOf(t, root); got != "" {
		t.Errorf("refused tests left %s", got)
	}
}

// A name is one component of a path, whatever is in it, and no two names share one.
func TestPathNames(t *testing.T) {
	for name, want := range map[string]string{
		"etcd append 3": "etcd append 3", "a/b": "a%2Fb", "../x": "%2E.%2Fx", "..": "%2E%2E", ".": "%2E", "100%": "100%25", "latest": "%6Catest",
		"Current": "%43urrent", "latests": "latests", "NUL.txt": "%4EUL.txt", "com1": "%63om1", "command": "command", "naïve\x00": "naïve%00", "a\xff": "a%FF", "a.": "a%2E",
	} {
		if got := pathName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ ./\\%a-c]{1,200}`), rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) }))
		a, b := gen.Draw(t, "a"), gen.Draw(t, "b")
		for _, name := range []string{a, b} {
			path := pathName(name)
			if name != "" && (!filepath.IsLocal(path) || filepath.Base(path) != path || path == "." || !utf8.ValidString(path) || len(path) > 255) {
				t.Fatalf("%q becomes %q", name, path)
			}
		}
		if a != b && pathName(a) == pathName(b) {
			t.Fatalf("%q and %q become %q", a, b, pathName(a))
		}
	})
}

// A link that cannot be made costs no run, and what is no link stays as it is.
func TestLinksInTheWay(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "latest"), []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(root, "current", "mine"), 0o777); err != nil {
		t.Fatal(err)
	}
	r := record(t, root, compactedTest)
	if err := r.EndHistory(); err != nil {
		t.Fatal(err)
	}
	if err := r.SaveResults(edn.MustParse(compactedRuns)); err != nil {
		t.Fatal(err)
	}
	err := r.Close()
	var link *LinkError
	if !errors.As(err, &link) || link.Path != filepath.Join(root, "current") || !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if got := readFile(t, filepath.Join(root, "latest")); got != "mine" {
		t.Errorf("latest is now %s", got)
	}
	if r, err := Verify(r.File()); err != nil || len(r.Losses) > 0 {
		t.Errorf("got %+v, %v", r, err)
	}
	if got := filesOf(t, root); strings.Contains(got, ".current") || !strings.Contains(got, "demo/latest -> ") {
		t.Errorf("there are %s", got)
	}
}

// Links move from run to run, and no run whose directory is gone gets one.
func TestLinksMove(t *testing.T) {
	root := t.TempDir()
	for _, stamp := range []string{"20210102T030405.006Z", "20210102T030406.006Z"} {
		r := record(t, root, `{:name "a", :start-time "`+stamp+`"}`)
		if err := r.EndHistory(); err != nil {
			t.Fatal(err)
		}
		if got, err := os.Readlink(filepath.Join(root, "a", "latest")); got != stamp || err != nil {
			t.Errorf("got %s, %v, want %s", got, err, stamp)
		}
	}
	r := record(t, root, `{:name "b"}`)
	if err := os.RemoveAll(r.Dir); err != nil {
		t.Skip(err)
	}
	r.linkAll()
	if got, err := os.Readlink(filepath.Join(root, "latest")); got != filepath.FromSlash("a/20210102T030406.006Z") || err != nil {
		t.Errorf("latest is %s, %v", got, err)
	}
}

// A file whose new content cannot be written stays, and nothing is left beside it.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "results.edn")
	fault := errors.New("disk full")
	for _, step := range []struct {
		text string
		err  error
		want string
	}{{"old", nil, "old"}, {strings.Repeat("new", 1<<16), fault, "old"}, {"new", nil, "new"}} {
		err := WriteFile(path, func(w io.Writer) error {
			if got, err := os.ReadFile(path); step.want != step.text && string(got) != "old" {
				t.Errorf("meanwhile %s, %v", got, err)
			}
			_, err := io.WriteString(w, step.text)
			return errors.Join(err, step.err)
		})
		if !errors.Is(err, step.err) || readFile(t, path) != step.want || filesOf(t, dir) != "results.edn" {
			t.Errorf("%v: %s, and there are %s", err, readFile(t, path), filesOf(t, dir))
		}
	}
}

// What cannot be written as results or as a test is refused, and the run goes on.
func TestRefusedSteps(t *testing.T) {
	w, path := create(t, WriterOptions{Seal: -1})
	bad := edn.MustParse(`{:name "demo", :valid? true, :x \😀}`)
	if err := w.SaveTest(bad); err == nil {
		t.Error("a test with a character beyond Java's was saved")
	}
	if err := w.SaveResults(edn.MustParse(compactedRuns)); err == nil {
		t.Error("results of an incomplete history were saved")
	}
	for _, op := range compactedOps {
		if err := w.Add(edn.MustParse(op)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.EndHistory(); err != nil {
		t.Fatal(err)
	}
	sealed := readFile(t, path)
	for _, results := range []edn.Value{bad, edn.MustParse("17")} {
		if err := w.SaveResults(results); err == nil || readFile(t, path) != sealed {
			t.Errorf("%s: got %v", results, err)
		}
	}
	if err := w.SaveResults(edn.MustParse(compactedRuns)); err != nil {
		t.Fatal(err)
	}
	f := open(t, path)
	wantOps(t, f, compactedOps)
	if v, saved, err := f.Verdict(); v != verdict.Invalid || !saved || err != nil {
		t.Errorf("got %v, %v, %v", v, saved, err)
	}
}

// errDied is what a dyingDisk says.
var errDied = errors.New("the machine stopped")

// A dyingDisk does so many writes and syncs, and a part of the next write.
type dyingDisk struct {
	disk
	left int
	part func(n int) int // how many of n bytes of the last write get through
}

func (d *dyingDisk) WriteAt(b []byte, off int64) (int, error) {
	switch d.left--; {
	case d.left >= 0:
		return d.disk.WriteAt(b, off)
	case d.left == -1:
		if n := d.part(len(b)); n > 0 {
			_, _ = d.disk.WriteAt(b[:n], off)
		}
	}
	return 0, errDied
}

func (d *dyingDisk) Sync() error {
	if d.left--; d.left < 0 {
		return errDied
	}
	return d.disk.Sync()
}

// However a second analysis ends, there are its results or those before it, and the same ops
// as ever; and a third can be saved.
func TestReanalysisDies(t *testing.T) {
	whole := readFile(t, writeRun(t, WriterOptions{Seal: -1}))
	w, path := create(t, WriterOptions{Seal: -1})
	for _, op := range compactedOps {
		if err := w.Add(edn.MustParse(op)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.EndHistory(), w.Close()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, data, old string }{{"again", whole, compactedRuns}, {"first", readFile(t, path), "nil"}} {
		parts := map[string]func(n int) int{
			"none": func(int) int { return 0 }, "10 bytes": func(n int) int { return min(n, 10) }, "a header": func(n int) int { return min(n, blockHeader) },
			"half": func(n int) int { return n / 2 }, "all but one byte": func(n int) int { return n - 1 }, "all": func(n int) int { return n },
		}
		for name, part := range parts {
			seen := map[string]bool{}
			for left := range 8 { // two parts, a root, an index, a sync, the pointer, a sync: seven
				what := fmt.Sprintf("%s: %d steps, %s of the next", c.name, left, name)
				data, got := dieSaving(t, what, c.data, left, part)
				if got == c.old && left < 7 { // and dies again, behind what is left of the first time
					if _, again := dieSaving(t, what+", twice", data, 2, func(n int) int { return n / 2 }); again != c.old {
						t.Errorf("%s, twice: results %s", what, again)
					}
				}
				if got != c.old && got != newRuns {
					t.Errorf("%s: results %s", what, got)
				}
				seen[got] = true
			}
			if !seen[c.old] || !seen[newRuns] {
				t.Errorf("%s: %s: results %v", c.name, name, seen)
			}
		}
	}
}

const newRuns = `{:valid? true, :count 2}`

// dieSaving saves results on a disk that stops, and returns the file then and the results that are
// found in it.
func dieSaving(t *testing.T, what, data string, left int, part func(int) int) (now, found string) {
	path := tempFile(t, []byte(data))
	w, err := Append(path)
	if err != nil {
		t.Fatal(err)
	}
	w.file = &dyingDisk{w.file, left, part}
	err = w.SaveResults(edn.MustParse(newRuns))
	if (err == nil) != (left >= 7) {
		t.Errorf("%s: got %v", what, err)
	}
	_ = w.release()
	now = readFile(t, path)
	if now[fileHeader:len(data)] != data[fileHeader:] {
		t.Errorf("%s: what was in the file has changed", what)
	}
	f := open(t, path)
	h := mustHistory(t, f)
	torn := len(f.Losses()) > 0 // the pointer itself
	if !slices.Equal(texts(h), compactedOps) || h.Lossy() && !torn {
		t.Errorf("%s: ops %v, losses %v", what, texts(h), h.Losses)
	}
	results, err := f.Results()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if torn {
		return now, results.String()
	}
	if w, err = Append(path); err != nil {
		t.Fatalf("%s: another analysis cannot be saved: %v", what, err)
	}
	if err := errors.Join(w.SaveResults(edn.MustParse(compactedRuns)), w.Close()); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if r, err := Verify(path); err != nil || len(r.Losses) > 0 || r.Ops != len(compactedOps) {
		t.Errorf("%s: then %+v, %v", what, r, err)
	}
	return now, results.String()
}

// Results are saved beside a file that cannot take them, which stays as it is.
func TestSaveResults(t *testing.T) {
	whole := readFile(t, writeRun(t, WriterOptions{Seal: -1}))
	old := []byte(whole)
	old[len(magic)+3] = 0
	for _, c := range []struct {
		name, data string
		why        string
	}{
		{"sound", whole, ""},
		{"damaged", whole[:len(whole)-1], "repair it first"},
		{"version 0", string(old), "expected version 1"},
		{"absent", "", "no such file"},
		{"no run", "no run at all, but something", "which begins with JEPSEN"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "test.jepsen")
		if c.data != "" {
			if err := os.WriteFile(path, []byte(c.data), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		err := SaveResults(dir, edn.MustParse(newRuns))
		var refused *AppendError
		if c.why == "" && err != nil || c.why != "" && (!errors.As(err, &refused) || refused.Path != path || !strings.Contains(err.Error(), c.why)) {
			t.Errorf("%s: got %v", c.name, err)
		}
		if got := readFile(t, filepath.Join(dir, "results.edn")); got != newRuns+"\n" {
			t.Errorf("%s: results.edn is %s", c.name, got)
		}
		if c.why == "" {
			if r, err := open(t, path).Results(); err != nil || r.String() != newRuns {
				t.Errorf("%s: results %s, %v", c.name, r, err)
			}
		} else if c.data != "" && readFile(t, path) != c.data {
			t.Errorf("%s: the file has changed", c.name)
		}
	}
}

// Who records a run keeps others from storing what they think of it so far; and what is no results is
// written nowhere.
func TestSaveResultsLocked(t *testing.T) {
	r := record(t, t.TempDir(), compactedTest)
	if err := r.EndHistory(); err != nil {
		t.Fatal(err)
	}
	var refused *AppendError
	if err := SaveResults(r.Dir, edn.MustParse(newRuns)); !errors.Is(err, ErrBusy) || errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(r.Dir, "results.edn")); err == nil {
		t.Error("results.edn was written")
	}
	if err := r.SaveResults(edn.MustParse(compactedRuns)); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := SaveResults(r.Dir, edn.MustParse("17")); err == nil || errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
	if got := readFile(t, filepath.Join(r.Dir, "results.edn")); got != compactedRuns+"\n" {
		t.Errorf("results.edn is %s", got)
	}
}

// Wherever a run dies, its file has the first of its ops, at least those that were sealed, and the
// results only if it has them all.
func TestRunDies(t *testing.T) {
	ops := manyOps(9)
	for _, part := range []func(n int) int{func(int) int { return 0 }, func(n int) int { return min(n, blockHeader) }, func(n int) int { return n / 2 }, func(n int) int { return n }} {
		for left := 0; ; left++ {
			w, path := create(t, WriterOptions{ChunkOps: 4, Seal: -1})
			w.file = &dyingDisk{w.file, left, part}
			sealed, err := 0, error(nil)
			for i, op := range ops {
				if err = w.Add(edn.MustParse(op)); err != nil {
					break
				}
				if (i+1)%4 == 0 {
					sealed = i + 1
				}
			}
			if err == nil {
				if err = w.EndHistory(); err == nil {
					sealed = len(ops)
					err = w.SaveResults(edn.MustParse(newRuns))
				}
			}
			_ = w.release()
			f := open(t, path)
			h := mustHistory(t, f)
			if n := h.Len(); n < sealed || n > len(ops) || !slices.Equal(texts(h), ops[:n]) {
				t.Errorf("%d steps: %d ops, of which %d were sealed", left, h.Len(), sealed)
			}
			r, rErr := f.Results()
			if rErr != nil || err == nil && r.String() != newRuns || !r.IsZero() && h.Len() < len(ops) {
				t.Errorf("%d steps: results %s, %v; %d ops", left, r, rErr, h.Len())
			}
			f.Close()
			w.file = nil // it is closed already
			if err == nil {
				break
			}
		}
	}
}
