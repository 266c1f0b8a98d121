package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

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
