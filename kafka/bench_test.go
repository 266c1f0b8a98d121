package kafka_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// BenchmarkCheck checks a history that is in memory as text: decoding of values
// included, reading of ops not. Some 1.2 messages are sent per op, and each is polled
// by four or so consumers.
func BenchmarkCheck(b *testing.B) {
	for _, bugs := range []float64{0, 0.01} {
		for _, n := range []int{10_000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("bugs=%g/n=%d", bugs, n), func(b *testing.B) {
				h, err := simulate.Log{Operations: n, Clients: 5, Keys: 8, CrashRate: 0.001, BugRate: bugs}.History()
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := kafka.Check(context.Background(), h, kafka.Options{WWDeps: true}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/txn")
				b.ReportMetric(float64(len(h.Source().Text))/1e6, "MB-text")
			})
		}
	}
}
