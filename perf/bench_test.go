package perf

import (
	"context"
	"fmt"
	"testing"
)

// BenchmarkMeasure is beside reading.
func BenchmarkMeasure(b *testing.B) {
	for _, n := range []int{50_000, 500_000, 5_000_000} {
		b.Run(fmt.Sprint("ops=", 2*n), func(b *testing.B) {
			if testing.Short() && n > 500_000 {
				b.Skip("long")
			}
			h := random(b, 5, n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Measure(context.Background(), h, Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(h.Len())*float64(b.N)/b.Elapsed().Seconds(), "ops/s")
		})
	}
}
