package weak

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// BenchmarkCheck measures histories that are consistent, of transactions of ten
// ops, half of them writes, over many and over few keys, recorded in order and
// slightly out of it. With -cpu 1, ns/op is what all cores spend.
func BenchmarkCheck(b *testing.B) {
	sizes := []int{10_000, 100_000}
	if os.Getenv("JCHECK_BENCH_1M") != "" {
		sizes = append(sizes, 1_000_000)
	}
	for _, txns := range sizes {
		for _, keys := range []int{txns / 100, txns} {
			for _, shuffle := range []int{0, 50} {
				h := simulated(sim{txns: txns, sessions: 50, keys: keys, shuffle: shuffle, seed: 1})
				for level := range Level(levels) {
					b.Run(fmt.Sprintf("level=%v/txns=%d/keys=%d/shuffle=%d", level, txns, keys, shuffle), func(b *testing.B) {
						benchmark(b, h, level, true)
					})
				}
			}
		}
	}
}

// BenchmarkManySessions measures what depends on how many sessions there are.
func BenchmarkManySessions(b *testing.B) {
	for _, sessions := range []int{1, 100, 10_000} {
		h := simulated(sim{txns: 100_000, sessions: sessions, keys: 10_000, shuffle: 50, alone: 1, seed: 1})
		for _, level := range []Level{ReadAtomic, CausalConvergence, PRAMPlus} {
			b.Run(fmt.Sprintf("level=%v/sessions=%d", level, sessions), func(b *testing.B) { benchmark(b, h, level, true) })
		}
		b.Run(fmt.Sprintf("level=%v/sessions=none", CausalConvergence), func(b *testing.B) { benchmark(b, h, CausalConvergence, false) })
	}
}

// BenchmarkConcurrent measures what depends on how many transactions are concurrent,
// and so on how far from their places they are recorded.
func BenchmarkConcurrent(b *testing.B) {
	for _, n := range []int{50, 1000, 20_000} {
		h := simulated(sim{txns: 100_000, sessions: n, keys: 10_000, shuffle: n, seed: 1})
		for _, level := range []Level{ReadAtomic, CausalConvergence, Causal} {
			b.Run(fmt.Sprintf("level=%v/concurrent=%d", level, n), func(b *testing.B) { benchmark(b, h, level, true) })
		}
	}
}

// BenchmarkLag measures a database that shows versions from long ago, over few
// keys: many versions are written between each that is read and its reader.
func BenchmarkLag(b *testing.B) {
	for _, lag := range []int{100, 1000, 10_000} {
		h := simulated(sim{txns: 100_000, sessions: 50, keys: 100, lag: lag, seed: 1})
		for level := range Level(levels) {
			b.Run(fmt.Sprintf("level=%v/lag=%d", level, lag), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					check(b, h, level, true)
				}
			})
		}
	}
}

// BenchmarkBroken measures histories that break most levels everywhere.
func BenchmarkBroken(b *testing.B) {
	for _, stale := range []int{1, 100} {
		h := simulated(sim{txns: 100_000, sessions: 50, keys: 1000, stale: stale, shuffle: 50, seed: 1})
		for level := range Level(levels) {
			b.Run(fmt.Sprintf("level=%v/stale=%d", level, stale), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					check(b, h, level, true)
				}
			})
		}
	}
}

// BenchmarkOneBlock measures consistent histories in which a known order leads
// from the end to the beginning, so that everything has to be looked at.
func BenchmarkOneBlock(b *testing.B) {
	for _, keys := range []int{100, 10_000} {
		h := simulated(sim{txns: 100_000, sessions: 50, keys: keys, shuffle: 50, seed: 1})
		alone := func(t int32) { // t only writes a key that nobody reads
			h.Session[t] = -1
			for o := h.Off[t]; o < h.Off[t+1]; o++ {
				h.Key[o], h.From[o] = int32(keys), Write
			}
			for o, f := range h.From {
				if f == t {
					h.From[o] = Unknown
				}
			}
		}
		last := int32(len(h.Off) - 2)
		h.Keys++
		alone(0)
		alone(last)
		h.Order = []Before{{int32(keys), last, 0}}
		for level := range Level(levels) {
			b.Run(fmt.Sprintf("level=%v/keys=%d", level, keys), func(b *testing.B) { benchmark(b, h, level, true) })
		}
	}
}

// BenchmarkInfer measures Infer on a consistent history.
func BenchmarkInfer(b *testing.B) {
	h := simulated(sim{txns: 100_000, sessions: 50, keys: 10_000, shuffle: 50, seed: 1})
	for level := range Level(levels) {
		b.Run(fmt.Sprintf("level=%v", level), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f, err := Infer(context.Background(), h, level, true)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(f)), "orders")
			}
		})
	}
}

func benchmark(b *testing.B, h *History, level Level, sessions bool) {
	b.ReportAllocs()
	for b.Loop() {
		if w, err := Check(context.Background(), h, level, sessions); err != nil || w != nil {
			b.Fatal(w, err)
		}
	}
}
