package store

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
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

// A link that cannot be made costs no run, and what is not a link stays as it is.
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
