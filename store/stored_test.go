package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// runWith makes the directory of a run with the given files.
func runWith(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo", "20210102T030405.006Z")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func openRun(t *testing.T, path string) *Stored {
	t.Helper()
	s, err := OpenRun(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// A run is the same whatever files it is kept in.
func TestOpenRun(t *testing.T) {
	jepsen, text := string(compactedFile(t)), strings.Join(compactedOps, "\n")+"\n"
	single := string(singleOf(t, compactedTest, compactedRuns, compactedOps))
	const named = `{:name "demo", :start-time #clj-time/date-time "2021-01-02T03:04:05.006Z"}`
	for _, c := range []struct {
		name  string
		files map[string]string
		file  string
		test  string
	}{
		{"jepsen", map[string]string{"test.jepsen": jepsen, "test.fressian": "?", "results.edn": newRuns, "history.edn": "?"}, "test.jepsen", compactedTest},
		{"fressian", map[string]string{"test.fressian": single, "history.edn": "?"}, "test.fressian", compactedTest},
		{"texts", map[string]string{"history.edn": text, "results.edn": "\n" + compactedRuns}, "history.edn", named},
		{"damaged", map[string]string{"test.jepsen": "damaged from the first byte on", "history.edn": text, "results.edn": compactedRuns}, "history.edn", named},
		{"damaged twice", map[string]string{"test.jepsen": "", "test.fressian": single}, "test.fressian", compactedTest},
	} {
		dir := runWith(t, c.files)
		if !Holds(dir) {
			t.Errorf("%s: no run", c.name)
		}
		s := openRun(t, dir)
		if s.Path() != filepath.Join(dir, c.file) || (s.File() == nil) != (c.file == "history.edn") {
			t.Errorf("%s: the run is in %s", c.name, s.Path())
		}
		h, err := s.History(context.Background(), Options{})
		if err != nil || !slices.Equal(texts(h), compactedOps) || h.Lossy() {
			t.Errorf("%s: %v, %v", c.name, h, err)
		}
		if damaged := strings.HasPrefix(c.name, "damaged"); damaged != (len(s.Losses()) == 1) || damaged != (len(h.Losses) == 1) {
			t.Errorf("%s: losses %v, %v", c.name, s.Losses(), h.Losses)
		}
		if test, err := s.Test(); err != nil || test.String() != c.test {
			t.Errorf("%s: test %s, %v", c.name, test, err)
		}
		if r, err := s.Results(); err != nil || r.String() != compactedRuns {
			t.Errorf("%s: results %s, %v", c.name, r, err)
		}
		if v, saved, err := s.Verdict(); v != verdict.Invalid || !saved || err != nil {
			t.Errorf("%s: verdict %v, %v, %v", c.name, v, saved, err)
		}
		if _, err := s.History(context.Background(), Options{MaxBytes: 20}); err == nil || !strings.Contains(err.Error(), "at most 20 bytes") {
			t.Errorf("%s: a history of 20 bytes, %v", c.name, err)
		}
	}
	s := openRun(t, tempFile(t, compactedFile(t)))
	if r, err := s.Results(); err != nil || r.String() != compactedRuns {
		t.Errorf("a file alone: results %s, %v", r, err)
	}
	for _, files := range []map[string]string{nil, {"other.log": "INFO"}} {
		dir := runWith(t, files)
		if s, err := OpenRun(dir); !errors.Is(err, fs.ErrNotExist) || s != nil || Holds(dir) {
			t.Errorf("%v: %v, %v", files, s, err)
		}
	}
	if s, err := OpenRun(runWith(t, map[string]string{"test.jepsen": "damaged from the first byte on"})); err == nil || s != nil {
		t.Errorf("got %v, %v", s, err)
	}
}

// If nothing else is left, history.txt still shows what happened in which order.
func TestHistoryTxt(t *testing.T) {
	s := openRun(t, runWith(t, map[string]string{"history.txt": "0\t:invoke\t:read\tnil\n0\t:ok\t:read\t3\n", "results.edn": "{:valid? true}"}))
	h, err := s.History(context.Background(), Options{})
	if err != nil || h.Len() != 2 || h.Value(1).String() != "3" || h.Lossy() {
		t.Errorf("%v, %v", h, err)
	}
}

// Where results.edn has what another analysis could not add to the file, it counts; and where
// the file has none.
func TestResultsBeside(t *testing.T) {
	whole := readFile(t, writeRun(t, WriterOptions{Seal: -1}))
	old := []byte(whole)
	old[len(magic)+3] = 0
	w, unjudged := create(t, WriterOptions{Seal: -1})
	if err := errors.Join(w.EndHistory(), w.Close()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, file, beside, want string }{
		{"sound", whole, newRuns, compactedRuns},
		{"version 0", string(old), newRuns, newRuns},
		{"version 0 alone", string(old), "", compactedRuns},
		{"damaged", whole[:len(whole)-1], newRuns, newRuns},
		{"no results", readFile(t, unjudged), newRuns, newRuns},
		{"no results at all", readFile(t, unjudged), "", "nil"},
		{"unreadable text", string(old), "{:valid?", compactedRuns},
		{"single", string(singleOf(t, compactedTest, compactedRuns, nil)), newRuns, newRuns},
		{"only results", "", newRuns, newRuns},
	} {
		files := map[string]string{"test.jepsen": c.file, "results.edn": c.beside}
		if c.name == "single" {
			files = map[string]string{"test.fressian": c.file, "results.edn": c.beside}
		}
		for name, text := range files {
			if text == "" {
				delete(files, name)
			}
		}
		s := openRun(t, runWith(t, files))
		if r, err := s.Results(); err != nil || r.String() != c.want {
			t.Errorf("%s: results %s, %v", c.name, r, err)
		}
		want := map[string]verdict.Verdict{compactedRuns: verdict.Invalid, newRuns: verdict.Valid, "nil": verdict.Unknown}[c.want]
		if v, saved, err := s.Verdict(); v != want || saved != (c.want != "nil") || err != nil {
			t.Errorf("%s: verdict %v, %v, %v", c.name, v, saved, err)
		}
	}
	s := openRun(t, runWith(t, map[string]string{"history.edn": "[]", "results.edn": "{:valid? "}))
	var fault *edn.SyntaxError
	if _, err := s.Results(); !errors.As(err, &fault) || filepath.Base(fault.File) != "results.edn" {
		t.Errorf("got %v", err)
	}
	if _, _, err := s.Verdict(); err == nil {
		t.Error("a verdict of results that cannot be read")
	}
}

// Runs of Jepsen read the same without their .jepsen files.
func TestCorpusTexts(t *testing.T) {
	compared := 0
	for _, path := range corpusFiles(t) {
		from := filepath.Dir(path)
		if _, err := os.Stat(filepath.Join(from, "results.edn")); err != nil {
			continue
		}
		dir := runWith(t, map[string]string{"history.edn": readFile(t, filepath.Join(from, "history.edn")), "results.edn": readFile(t, filepath.Join(from, "results.edn"))})
		whole, s := openRun(t, from), openRun(t, dir)
		want, err := whole.History(context.Background(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.History(context.Background(), Options{})
		if err != nil || got.Len() != want.Len() {
			t.Fatalf("%s: %v, %v", from, got, err)
		}
		for i := range got.Len() {
			if !edn.Equal(got.Text(i), want.Text(i)) {
				t.Fatalf("%s: op %d is %s, want %s", from, i, got.Text(i), want.Text(i))
			}
		}
		v, saved, err := s.Verdict()
		wantV, wantSaved, wantErr := whole.Verdict()
		if v != wantV || saved != wantSaved || err != nil || wantErr != nil {
			t.Errorf("%s: %v, %v, %v, want %v, %v, %v", from, v, saved, err, wantV, wantSaved, wantErr)
		}
		compared++
	}
	if compared == 0 {
		t.Error("no run of the corpus has texts")
	}
}

// singleOf is a test.fressian: the entries of a test, the history as a list of maps, and the results.
func singleOf(t testing.TB, test, results string, ops []string) []byte {
	t.Helper()
	var e fressian.Encoder
	var keys []edn.Value
	if err := entries(edn.MustParse(test), func(k, v edn.Value) error { keys = append(keys, k, v); return nil }); err != nil {
		t.Fatal(err)
	}
	keys = append(keys, edn.MustParse(":history"), edn.MustParse("["+strings.Join(ops, " ")+"]"), edn.MustParse(":results"), edn.MustParse(results))
	b := fressian.AppendMapHeader(nil, len(keys)/2)
	for _, v := range keys {
		var err error
		if b, err = e.Append(b, v); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// oldOps are ops as they were before they had indices.
var oldOps = []string{
	`{:type :invoke, :f :read, :value #jepsen/map-entry [5 nil], :process 0, :time 10}`,
	`{:type :invoke, :f :write, :value #jepsen/map-entry [6 1], :process 1, :time 20}`,
	`{:type :ok, :f :read, :value #jepsen/map-entry [5 #{1 2}], :process 0, :time 30}`,
	`{:type :info, :f :write, :value #jepsen/map-entry [6 1], :process 1, :time 40, :error [:x "y"]}`,
}

// What is left of a test.fressian that was cut short is read, never more than of a longer one, and
// a loss is stated, whose results are never taken for whole.
func TestSinglePrefixes(t *testing.T) {
	data := singleOf(t, compactedTest, compactedRuns, oldOps)
	recovered := 0
	for n := 1; n <= len(data); n++ {
		what := fmt.Sprintf("%d of %d bytes", n, len(data))
		path := tempFile(t, data[:n])
		f, err := OpenFile(path)
		if err != nil {
			if !strings.Contains(err.Error(), "offset ") || n >= fileHeader {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		h := mustHistory(t, f)
		if h.Len() < recovered || h.Len() > len(oldOps) {
			t.Errorf("%s: %d ops, before %d", what, h.Len(), recovered)
		}
		recovered = h.Len()
		for i := range h.Len() {
			if want := strings.ReplaceAll(oldOps[i], "#jepsen/map-entry ", ""); h.Text(i).String() != want || h.Op(i).Index != int64(i) {
				t.Errorf("%s: op %d is %s, %v", what, i, h.Text(i), h.Op(i))
			}
		}
		r, err := f.Results()
		whole := n == len(data)
		if err != nil || r.IsZero() == whole || whole && r.String() != compactedRuns {
			t.Errorf("%s: results %s, %v", what, r, err)
		}
		if whole != (len(f.Losses()) == 0) || whole && h.Lossy() || h.Len() < len(oldOps) && !h.Lossy() || h.Len() > 0 && !h.Tuples {
			t.Errorf("%s: losses %v, %v", what, f.Losses(), h.Losses)
		}
		if k, err := f.Len(); err != nil || k != h.Len() {
			t.Errorf("%s: %d ops, %v", what, k, err)
		}
		report, err := Verify(path)
		if err != nil || report.Ops != h.Len() || whole != (len(report.Losses) == 0) || report.Version != -1 || report.Garbage != 0 {
			t.Errorf("%s: %+v, %v", what, report, err)
		}
		f.Close()
	}
	if recovered != len(oldOps) {
		t.Errorf("%d ops", recovered)
	}
	longer := openBytes(t, append(data, 0x07))
	if h := mustHistory(t, longer); !h.Lossy() || h.Len() != len(oldOps) {
		t.Errorf("with a byte more: %d ops, losses %v", h.Len(), h.Losses)
	}
}

// A repair makes a .jepsen file of a test.fressian, or of one of version 0, whose ops have indices, and
// whose pairs are pairs.
func TestRepairOldOps(t *testing.T) {
	single := singleOf(t, compactedTest, compactedRuns, oldOps)
	var e fressian.Encoder
	list, err := e.Append(nil, edn.MustParse("["+strings.Join(oldOps, " ")+"]"))
	if err != nil {
		t.Fatal(err)
	}
	first := madeFile([]rawBlock{{valueBlock, string(list)}, testOf(1)})
	first[len(magic)+3] = 0
	for _, data := range [][]byte{single, first} {
		old, out := openBytes(t, data), filepath.Join(t.TempDir(), "out.jepsen")
		if losses, err := Repair(old.path, out); err != nil || data[0] == single[0] && len(losses) > 0 {
			t.Fatalf("got %v, %v", losses, err)
		}
		f := open(t, out)
		h := mustHistory(t, f)
		if f.Version() != newest || !h.Tuples || h.Lossy() || h.Len() != len(oldOps) {
			t.Errorf("version %d, tuples %v, %d ops, losses %v", f.Version(), h.Tuples, h.Len(), h.Losses)
		}
		want := mustHistory(t, old)
		for i := range h.Len() {
			if got := h.Text(i).String(); !strings.HasPrefix(got, fmt.Sprintf("{:index %d, ", i)) || h.Value(i).String() != want.Value(i).String() || h.Op(i).Time != want.Op(i).Time {
				t.Errorf("op %d is %s, was %s", i, got, want.Text(i))
			}
		}
		if data[0] == single[0] {
			if r, err := f.Results(); err != nil || r.String() != compactedRuns {
				t.Errorf("results %s, %v", r, err)
			}
		}
	}
}

// Before May 2019 a set did not say how many elements it has, but for the first. What follows a
// second is not guessed.
func TestOldSets(t *testing.T) {
	op := func(set string) string {
		return "\xc0\xe8\xca\xf7\xdetype\xca\xf7\xdcok\xca\xf7\xdfvalue" + set
	}
	first := "\xef\xe3\x13persistent-hash-set\x02\x01\x02"
	file := func(ops ...string) []byte {
		b := "\xc0\xe8\xca\xf7\xdename\xdedemo\xca\xf7\xe1history"
		return append(append([]byte(b), byte(0xe4+len(ops))), strings.Join(ops, "")...)
	}
	h := mustHistory(t, openBytes(t, file(op(first), op("\x07"))))
	if h.Len() != 2 || h.Lossy() || h.Value(0).String() != "#{1 2}" {
		t.Errorf("%v, losses %v", texts(h), h.Losses)
	}
	h = mustHistory(t, openBytes(t, file(op(first), op("\x07"), op("\xa0\x03\x04"), op("\x08"))))
	if h.Len() != 2 || !h.Lossy() || !strings.Contains(h.Losses[len(h.Losses)-1].Reason, "before May 2019") {
		t.Errorf("%v, losses %v", texts(h), h.Losses)
	}
}

// Ops of a run are named by their lines in the text beside the file, if it has the same
// ops.
func TestPlacesBeside(t *testing.T) {
	jepsen, text := string(compactedFile(t)), strings.Join(compactedOps, "\n")+"\n"
	place := func(files map[string]string, name string) string {
		t.Helper()
		dir := runWith(t, files)
		h, err := openRun(t, filepath.Join(dir, name)).History(context.Background(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimPrefix(filepath.ToSlash(h.Errorf(1, "no").Error()), filepath.ToSlash(dir)+"/")
	}
	for _, c := range []struct{ jepsen, text, open, want string }{
		{jepsen, text, ".", "history.edn:2:1: no"},
		{jepsen, "", ".", "test.jepsen:2:1: no"},
		{jepsen, text, "test.jepsen", "test.jepsen:2:1: no"},
	} {
		files := map[string]string{"test.jepsen": c.jepsen}
		if c.text != "" {
			files["history.edn"] = c.text
		}
		if got := place(files, c.open); got != c.want {
			t.Errorf("%s: %s, want %s", c.open, got, c.want)
		}
	}
}
