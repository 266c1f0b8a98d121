package elle_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

var sizes = []struct {
	name string
	txns int
}{{"10k", 10_000}, {"100k", 100_000}, {"1M", 1_000_000}}

func read(b testing.TB, text []byte) *history.History {
	b.Helper()
	h, err := format.ReadBytes(context.Background(), "bench", text, format.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return h
}

func lines(b testing.TB, c simulate.Config) []byte {
	b.Helper()
	ops, err := c.Ops()
	if err != nil {
		b.Fatal(err)
	}
	var text []byte
	i := 0
	for op := range ops {
		text = append(op.AppendJSON(text, i), '\n')
		i++
	}
	return text
}

// BenchmarkCheck checks a history that is in memory as text: decoding of values
// included, reading of ops not.
func BenchmarkCheck(b *testing.B) {
	for _, db := range []string{"serial", "snapshot-isolation", "fractured-read"} {
		for _, size := range sizes {
			b.Run(fmt.Sprintf("db=%s/n=%s", db, size.name), func(b *testing.B) {
				h := read(b, lines(b, simulate.Config{DB: db, Txns: size.txns, Clients: 10}))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := elle.Check(context.Background(), h, elle.Options{}); err != nil {
						b.Fatal(err)
					}
				}
				perOp := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(size.txns)
				b.ReportMetric(perOp, "ns/txn")
				b.ReportMetric(1e3/perOp, "Mtxn/s")
			})
		}
	}
}

// BenchmarkOneComponent checks histories whose n transactions are one strongly
// connected component.
func BenchmarkOneComponent(b *testing.B) {
	const n = 10_000
	for name, text := range map[string][]byte{
		"stale": staleLast(n), "ring": ring(n), "dense": dense(n),
	} {
		b.Run(name, func(b *testing.B) {
			h := read(b, text)
			for b.Loop() {
				res, err := elle.Check(context.Background(), h, elle.Options{})
				if err != nil {
					b.Fatal(err)
				}
				if res.Valid != verdict.Invalid || res.Stats.LargestSCC != n {
					b.Fatalf("%v, largest component %d", res.Types(), res.Stats.LargestSCC)
				}
			}
		})
	}
}

// staleLast is a sequence of transactions of which the last did not see the
// first: realtime makes one cycle of all of them.
func staleLast(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		value := fmt.Sprintf("[[:append %d 1]]", i)
		if i == n-1 {
			value = "[[:r 0 []] [:append -1 1]]"
		}
		fmt.Fprintf(&b, "{:type :invoke, :process 0, :value nil}\n{:type :ok, :process 0, :value %s}\n", value)
	}
	return b.Bytes()
}

// ring is n concurrent transactions, each of which did not see the next: one
// cycle of n anti-dependencies, and no shorter one.
func ring(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "{:type :invoke, :process %d, :value nil}\n", i)
	}
	for i := range n {
		fmt.Fprintf(&b, "{:type :ok, :process %d, :value [[:r %d []] [:append %d 1]]}\n", i, (i+1)%n, i)
	}
	return b.Bytes()
}

// dense is the ring with many other dependencies among its members, none of
// which closes a cycle of a worse kind.
func dense(n int) []byte {
	rng := rand.New(rand.NewPCG(1, 1))
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "{:type :invoke, :process %d, :value nil}\n", i)
	}
	for i := range n {
		fmt.Fprintf(&b, "{:type :ok, :process %d, :value [[:r %d []] [:append %d 1]", i, (i+1)%n, i)
		for range 3 {
			if j := rng.IntN(n); j > i+1 { // reads what a later one wrote, as the ring's edges lead
				fmt.Fprintf(&b, " [:r %d [1]]", j)
			}
		}
		fmt.Fprintf(&b, "]}\n")
	}
	return b.Bytes()
}

// BenchmarkMemory reports the heap that a result and what it rests on need, for
// each transaction, beside the text.
func BenchmarkMemory(b *testing.B) {
	const n = 100_000
	text := lines(b, simulate.Config{Txns: n, Clients: 10})
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		h := read(b, text)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(h.Len()), "B/op-of-history")
	}
}
