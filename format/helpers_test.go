package format

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// row is an op as tests compare it. Its value is written as JSON, which does
// not tell a keyword from a string, so EDN and JSON histories can be the same.
type row struct {
	Index, Time       int64
	Type              history.Type
	Process, F, Value string
	Pair              int
}

func rows(h *history.History) (out []row) {
	for op := range h.Ops() {
		value := ""
		if !op.Value.IsZero() {
			b, err := edn.AppendJSON(nil, op.Value)
			value = string(b)
			if err != nil { // what is inside a value nobody has looked at yet
				value = "broken: " + err.Error()
			}
		}
		out = append(out, row{op.Index, op.Time, op.Type, op.Process, op.F, value, h.Pair(op.Pos)})
	}
	return out
}

func readString(text string, opt Options) (*history.History, error) {
	return ReadBytes(context.Background(), "h", []byte(text), opt)
}

func mustRead(t rapid.TB, text string) *history.History {
	t.Helper()
	h, err := readString(text, Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return h
}

// compressors are the ways in which a file may be packed.
var compressors = []struct {
	name string
	new  func(io.Writer) io.WriteCloser
}{
	{"plain", nil},
	{"gzip", func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }},
	{"zstd", func(w io.Writer) io.WriteCloser {
		z, err := zstd.NewWriter(w)
		if err != nil {
			panic(err)
		}
		return z
	}},
	{"s2", func(w io.Writer) io.WriteCloser { return s2.NewWriter(w) }},
	{"xz", func(w io.Writer) io.WriteCloser {
		x, err := xz.WriterConfig{DictCap: 1 << 16}.NewWriter(w)
		if err != nil {
			panic(err)
		}
		return x
	}},
	{"snappy", func(w io.Writer) io.WriteCloser { return s2.NewWriter(w, s2.WriterSnappyCompat()) }},
}

func pack(t testing.TB, method, text string) []byte {
	t.Helper()
	for _, c := range compressors {
		if c.name != method {
			continue
		}
		if c.new == nil {
			return []byte(text)
		}
		var buf bytes.Buffer
		w := c.new(&buf)
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	t.Fatalf("no compressor %s", method)
	return nil
}

func writeFile(t testing.TB, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "h")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
