package format_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/simulate"
)

var sizes = []struct {
	name string
	txns int
}{{"10k", 10_000}, {"100k", 100_000}, {"1M", 1_000_000}}

// simulated writes a simulated history to a file, one op to a line, and returns
// its path, its length, and its number of ops.
func simulated(b *testing.B, f format.Format, txns int) (path string, size int64, ops int) {
	b.Helper()
	seq, err := simulate.Config{DB: "serial", Txns: txns, Clients: 10}.Ops()
	if err != nil {
		b.Fatal(err)
	}
	path = filepath.Join(b.TempDir(), "history")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	var line []byte
	for op := range seq {
		if f == format.EDN {
			line = op.AppendEDN(line[:0], ops)
		} else {
			line = op.AppendJSON(line[:0], ops)
		}
		ops++
		n, err := w.Write(append(line, '\n'))
		if size += int64(n); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return path, size, ops
}

func perOp(b *testing.B, ops int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(ops), "ns/op_read")
}

func BenchmarkRead(b *testing.B) {
	for _, f := range []format.Format{format.EDN, format.JSONL} {
		for _, s := range sizes {
			b.Run(fmt.Sprintf("%s/n=%s", f, s.name), func(b *testing.B) {
				path, size, ops := simulated(b, f, s.txns)
				b.SetBytes(size)
				b.ReportAllocs()
				for b.Loop() {
					h, err := format.ReadFile(context.Background(), path, format.Options{})
					if err != nil || h.Len() != ops {
						b.Fatal(err)
					}
				}
				perOp(b, ops)
			})
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	path, size, ops := simulated(b, format.EDN, 10_000)
	h, err := format.ReadFile(context.Background(), path, format.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range []format.Format{format.EDN, format.JSONL} {
		b.Run(string(f), func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if err := format.Write(context.Background(), io.Discard, h, f); err != nil {
					b.Fatal(err)
				}
			}
			perOp(b, ops)
		})
	}
}

var keep *history.History

// BenchmarkHeap tells what a history keeps on the heap, beside its text.
func BenchmarkHeap(b *testing.B) {
	for _, s := range sizes[:2] {
		b.Run("n="+s.name, func(b *testing.B) {
			path, _, ops := simulated(b, format.EDN, s.txns)
			var bytes float64
			for b.Loop() {
				bytes = heapOf(b, path) / float64(ops)
			}
			b.ReportMetric(bytes, "B/op_kept")
		})
	}
}

func heapOf(b *testing.B, path string) float64 {
	b.Helper()
	keep = nil
	before := heap()
	h, err := format.ReadFile(context.Background(), path, format.Options{})
	if err != nil {
		b.Fatal(err)
	}
	keep = h
	return float64(heap()) - float64(before)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
