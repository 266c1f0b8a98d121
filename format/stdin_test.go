package format_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
)

// A plain file is read from where it stands, like what comes through a pipe, and
// stands at its end then.
func TestReadFileFromWhereItStands(t *testing.T) {
	const text = "a line before\n{:type :invoke, :process 0, :f :read}\n{:type :ok, :process 0, :f :read, :value 3}\n"
	path := filepath.Join(t.TempDir(), "history.edn")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Seek(int64(len("a line before\n")), io.SeekStart); err != nil {
		t.Fatal(err)
	}
	h, err := format.Read(context.Background(), "stdin", f, format.Options{})
	if err != nil || h.Len() != 2 || h.Value(1).String() != "3" || h.Line(1) != 2 {
		t.Fatalf("%v, %v", h, err)
	}
	if at, err := f.Seek(0, io.SeekCurrent); err != nil || at != int64(len(text)) {
		t.Errorf("stands at %d, %v", at, err)
	}
	if _, err := format.Read(context.Background(), "stdin", f, format.Options{}); err == nil {
		t.Error("expected an error at the end of the file")
	}
}

// BenchmarkPipe reads a million transactions, about 270 MB, through a pipe: compare it
// with BenchmarkRead, which maps the file.
func BenchmarkPipe(b *testing.B) {
	path, size, ops := simulated(b, format.JSONL, 1_000_000)
	b.SetBytes(size)
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		r, w, err := os.Pipe()
		if err != nil {
			b.Fatal(err)
		}
		go func() {
			_, _ = io.Copy(w, struct{ io.Reader }{f})
			f.Close()
			w.Close()
		}()
		if _, err := format.Read(context.Background(), "stdin", r, format.Options{}); err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
	perOp(b, ops)
}
