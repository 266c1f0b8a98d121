package store

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
)

// benchRun is a run of list-append of some ops, as a file and as a text.
type benchRun struct {
	path string
	text []byte
}

var benchRuns = struct {
	sync.Mutex
	runs map[int]benchRun
}{runs: map[int]benchRun{}}

func runOf(b *testing.B, ops int) benchRun {
	b.Helper()
	benchRuns.Lock()
	defer benchRuns.Unlock()
	if r, ok := benchRuns.runs[ops]; ok {
		return r
	}
	dir, err := os.MkdirTemp("", "jcheck-bench-*")
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(dir, "test.jepsen")
	w, err := Create(path, WriterOptions{Seal: -1})
	if err != nil {
		b.Fatal(err)
	}
	if err := w.SaveTest(edn.MustParse(`{:name "bench"}`)); err != nil {
		b.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	var text bytes.Buffer
	for i := range ops {
		p, typ, read := i/2%10, "invoke", "nil"
		if i%2 == 1 {
			typ, read = "ok", "["
			for range rnd.IntN(8) {
				read += fmt.Sprint(rnd.IntN(1000), " ")
			}
			read = read[:len(read)-min(1, len(read)-1)] + "]"
		}
		op := fmt.Sprintf("{:index %d, :time %d, :type :%s, :process %d, :f :txn, :value [[:append %d %d] [:r %d %s]]}", i, i*10007, typ, p, i%100, i, i%97, read)
		if err := w.Add(edn.MustParse(op)); err != nil {
			b.Fatal(err)
		}
		text.WriteString(op)
		text.WriteByte('\n')
	}
	if err := w.EndHistory(); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	r := benchRun{path, text.Bytes()}
	benchRuns.runs[ops] = r
	return r
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, r := range benchRuns.runs {
		_ = os.RemoveAll(filepath.Dir(r.path))
	}
	os.Exit(code)
}

var benchSizes = []int{10_000, 100_000, 1_000_000}

// Opening a file and reading its last op decodes one chunk.
func BenchmarkLastOp(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			r := runOf(b, n)
			for b.Loop() {
				f, err := OpenFile(r.path)
				if err != nil {
					b.Fatal(err)
				}
				if ops, err := f.Ops(n-1, n); err != nil || len(ops) != 1 {
					b.Fatal(ops, err)
				}
				f.Close()
			}
		})
	}
}

// Reading a whole history, against reading the same from a text.
func BenchmarkHistory(b *testing.B) {
	for _, n := range benchSizes {
		r := runOf(b, n)
		b.Run(fmt.Sprintf("from=jepsen/n=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(r.text)))
			b.ReportAllocs()
			for b.Loop() {
				f, err := OpenFile(r.path)
				if err != nil {
					b.Fatal(err)
				}
				h, err := f.History(context.Background(), Options{})
				if err != nil || h.Len() != n {
					b.Fatal(err)
				}
				f.Close()
			}
		})
		b.Run(fmt.Sprintf("from=spilled/n=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(r.text)))
			b.ReportAllocs()
			for b.Loop() {
				f, err := OpenFile(r.path)
				if err != nil {
					b.Fatal(err)
				}
				h, err := f.History(context.Background(), Options{SpillBytes: 1})
				if err != nil || h.Len() != n {
					b.Fatal(err)
				}
				f.Close()
			}
		})
		b.Run(fmt.Sprintf("from=edn/n=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(r.text)))
			b.ReportAllocs()
			for b.Loop() {
				h, err := format.ReadBytes(context.Background(), "text", r.text, format.Options{})
				if err != nil || h.Len() != n {
					b.Fatal(err)
				}
			}
		})
	}
}
