package command

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/render/plot"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// BenchmarkPerf measures a history of a million ops and draws all pictures of it into a directory, beside reading.
func BenchmarkPerf(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	dir := b.TempDir()
	file := filepath.Join(dir, "history.jsonl")
	writeJSONL(b, file, simulate.Config{Txns: 500_000, Clients: 10, MaxWritesPerKey: 32, NemesisEvery: 10_000})
	h, err := format.ReadFile(context.Background(), file, format.Options{})
	if err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	b.ReportAllocs()
	peak := watchHeap()
	for b.Loop() {
		m, err := measureAll(context.Background(), h, perf.Options{}, nil)
		if err != nil {
			b.Fatal(err)
		}
		out := filepath.Join(dir, "pictures")
		if n, err := drawInto(context.Background(), out, m, plot.Options{}); err != nil || n < 4 {
			b.Fatal(n, err)
		}
		if err := os.RemoveAll(out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(peak())/1e6, "peak-heap-MB")
	b.ReportMetric(float64(h.Len()), "ops")
}
