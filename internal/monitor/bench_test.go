package monitor

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
)

// BenchmarkRung measures histories that are linearizable, of many ops one after
// the other or a hundred at a time. ns/op is for the whole history.
func BenchmarkRung(b *testing.B) {
	sizes := []int{10_000, 100_000, 1_000_000}
	if os.Getenv("JCHECK_BENCH_10M") != "" {
		sizes = append(sizes, 10_000_000)
	}
	for k, s := range scenes() {
		for _, processes := range []int{10, 100} {
			for _, n := range sizes {
				b.Run(fmt.Sprintf("object=%s/processes=%d/n=%d", s.name, processes, n), func(b *testing.B) {
					s := scenes()[k] // the sets of a set are its own
					ops := s.record(rand.New(rand.NewPCG(1, 2)), n, processes, 0)
					b.ReportAllocs()
					b.ResetTimer()
					for b.Loop() {
						if a := s.run(ops); !a.Linearizable {
							b.Fatal("not linearizable")
						}
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/histop")
				})
			}
		}
	}
}
