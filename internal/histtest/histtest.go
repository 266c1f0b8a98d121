// Package histtest writes histories in tests, and reads the corpus of histories with
// the verdicts of other checkers.
package histtest

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
)

// Parse makes a history of a line for each op: a letter (i invoke, o ok, x fail, n
// info), the process, the operation, and the value, which may be missing. A word
// @5 at the end is the time in milliseconds, else it is that of the line's
// number; what stands in braces behind ; are further fields of EDN.
//
//	i 0 add 1
//	o 0 add 1 @5
//	n nemesis start
func Parse(t testing.TB, text string) *history.History {
	t.Helper()
	var src strings.Builder
	n := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		line, extra, _ := strings.Cut(line, ";")
		if extra = strings.TrimSpace(extra); extra != "" {
			extra = ", " + extra
		}
		time := strconv.Itoa(n)
		if at := strings.LastIndex(line, "@"); at >= 0 {
			time = strings.TrimSpace(line[at+1:])
			line = line[:at]
		}
		w := strings.SplitN(strings.TrimSpace(line), " ", 4)
		value := "nil"
		if len(w) == 4 {
			value = w[3]
		}
		typ := map[string]string{"i": ":invoke", "o": ":ok", "x": ":fail", "n": ":info"}[w[0]]
		process := w[1]
		if _, err := strconv.Atoi(process); err != nil {
			process = ":" + process
		}
		ms, err := strconv.ParseFloat(time, 64)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		src.WriteString("{:index " + strconv.Itoa(n) + ", :time " + strconv.FormatInt(int64(ms*1e6), 10) + ", :type " + typ +
			", :process " + process + ", :f :" + w[2] + ", :value " + value + extra + "}\n")
		n++
	}
	if n == 0 {
		src.WriteString("[]")
	}
	return Read(t, "history.edn", src.String())
}

// Read makes a history of a file's text.
func Read(t testing.TB, name, text string) *history.History {
	t.Helper()
	h, err := format.Read(context.Background(), name, strings.NewReader(text), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A Row is what a checker answered on a history of the corpus.
type Row struct {
	File    string
	Checker string
	Opts    string
	Valid   any // bool, or a string: unknown, timeout, throws
	Result  *string
	Error   string
}

// Name names the row in messages.
func (r *Row) Name() string { return r.File + " " + r.Checker + " " + r.Opts }

// Corpus returns the rows of some checkers, or skips the test if the corpus is
// not here. Root is where the project's root is, seen from the package.
func Corpus(t testing.TB, root string, checkers ...string) []Row {
	t.Helper()
	return slices.DeleteFunc(Index[Row](t, root), func(r Row) bool { return !slices.Contains(checkers, r.Checker) })
}

// Index returns all rows of the corpus, with the fields that R has, or skips the
// test if the corpus is not here.
func Index[R any](t testing.TB, root string) (rows []R) {
	t.Helper()
	f, err := os.Open(filepath.Join(root, "../shared/corpus/oracle/index.jsonl"))
	if err != nil {
		t.Skip("the corpus of recorded verdicts is not here")
	}
	defer f.Close()
	for lines := json.NewDecoder(f); ; {
		var r R
		if err := lines.Decode(&r); err == io.EOF {
			return rows
		} else if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
}

// History reads the row's history.
func (r *Row) History(t testing.TB, root string) *history.History {
	t.Helper()
	h, err := format.ReadFile(context.Background(), filepath.Join(root, "../shared/corpus/oracle", r.File), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Compare lists the keys in which two result maps differ; those of skip do not
// count. Got may have keys that want has not.
func Compare(t testing.TB, got []byte, want string, skip ...string) (diffs []string) {
	t.Helper()
	w, err := edn.Parse(want, edn.EDN)
	if err != nil {
		t.Fatalf("recorded result: %v", err)
	}
	g, err := edn.Parse(string(got), edn.EDN)
	if err != nil {
		t.Fatalf("our result: %v\n%s", err, got)
	}
	s := w.Scanner()
	s.Next()
	for s.Datum() != edn.Close {
		key := string(s.Name())
		s.Datum()
		if slices.Contains(skip, key) {
			continue
		}
		if mine, ok := g.Get(key); !ok || !edn.Equal(mine, s.Value()) {
			diffs = append(diffs, key+": "+mine.String()+", want "+s.Value().String())
		}
	}
	return diffs
}
