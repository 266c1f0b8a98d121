package command

import (
	"context"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/render/page"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// BenchmarkReport makes the page of a history of a million ops that is read and judged already.
func BenchmarkReport(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	ctx := context.Background()
	for _, db := range []string{"serial", "aborted-read"} {
		b.Run(db, func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "history.jsonl")
			writeJSONL(b, file, simulate.Config{Txns: 500_000, Clients: 10, MaxWritesPerKey: 32, NemesisEvery: 10_000, DB: db, FailRate: 0.01})
			h, err := format.ReadFile(ctx, file, format.Options{})
			if err != nil {
				b.Fatal(err)
			}
			r, err := checker.RunFitting(ctx, h, checker.Options{Elle: (&txnFlags{}).options()}) // as the command does
			if err != nil {
				b.Fatal(err)
			}
			runtime.GC()
			b.ReportAllocs()
			peak := watchHeap()
			size := countWriter(0)
			for b.Loop() {
				size = 0
				if err := (&page.Report{Title: "a million", Check: "check", Result: r, History: h}).Write(ctx, &size); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(peak())/1e6, "peak-heap-MB")
			if size > 5_000_000 {
				b.Errorf("a page of %d bytes", size)
			}
			b.ReportMetric(float64(size)/1e6, "page-MB")
			b.ReportMetric(float64(h.Len()), "ops")
		})
	}
}

// countWriter counts bytes.
type countWriter int

func (c *countWriter) Write(p []byte) (int, error) {
	*c += countWriter(len(p))
	return len(p), nil
}
