package elle_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// benchCheck checks one history again and again, and reports time and what is
// allocated for each transaction.
func benchCheck(b *testing.B, c simulate.Config, opt elle.Options) {
	h := read(b, lines(b, c))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		res, err := elle.Check(context.Background(), h, opt)
		if err != nil {
			b.Fatal(err)
		}
		if c.DB == "serial" && res.Valid != verdict.Valid {
			b.Fatalf("%v %v", res.Valid, res.Types())
		}
	}
	runtime.ReadMemStats(&after)
	txns := float64(b.N) * float64(c.Txns)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/txns, "ns/txn")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/txns, "B/txn")
}

// BenchmarkRegisters checks registers that are in memory as text: decoding of
// values included, reading of ops not.
func BenchmarkRegisters(b *testing.B) {
	for _, db := range []string{"serial", "snapshot-isolation"} {
		for _, keys := range []oracle.KeyOptions{{}, {Linearizable: true}} {
			name := map[bool]string{false: "none", true: "linearizable"}[keys.Linearizable]
			for _, size := range sizes {
				b.Run(fmt.Sprintf("db=%s/keys=%s/n=%s", db, name, size.name), func(b *testing.B) {
					c := simulate.Config{Workload: simulate.RWRegister, DB: db, Txns: size.txns, Clients: 10}
					benchCheck(b, c, assume(keys, "strict-serializable"))
				})
			}
		}
	}
}

// BenchmarkWeak checks the levels below snapshot isolation on transactions of ten
// micro-ops by fifty processes.
func BenchmarkWeak(b *testing.B) {
	for _, w := range simulate.Workloads() {
		for _, model := range []string{"strong-session-monotonic-atomic-view", "strong-session-read-atomic", "causal-convergence", "causal", "transactional-causal", "PRAM"} {
			for _, size := range sizes {
				if w == simulate.ListAppend && size.txns > 100_000 || testing.Short() && size.txns > 100_000 {
					continue
				}
				b.Run(fmt.Sprintf("%s/model=%s/n=%s", w, model, size.name), func(b *testing.B) {
					c := simulate.Config{Workload: w, DB: "serial", Txns: size.txns, Clients: 50, Keys: 1000, KeyDist: "uniform", MinOps: 10, MaxOps: 10}
					benchCheck(b, c, elle.Options{Models: []string{model}})
				})
			}
		}
	}
}

// BenchmarkProcesses checks registers written and read by many processes, each a
// transaction at a time: with the default keys, and all on one.
func BenchmarkProcesses(b *testing.B) {
	for _, keys := range []int{10, 1} {
		for _, clients := range []int{10, 1000, 100_000} {
			b.Run(fmt.Sprintf("keys=%d/processes=%d", keys, clients), func(b *testing.B) {
				c := simulate.Config{Workload: simulate.RWRegister, Txns: 200_000, Clients: clients}
				if keys == 1 {
					c.Keys, c.MaxWritesPerKey = 1, 1<<30
				}
				benchCheck(b, c, elle.Options{})
			})
		}
	}
}

// BenchmarkFixedKeys checks registers of many versions each.
func BenchmarkFixedKeys(b *testing.B) {
	benchCheck(b, simulate.Config{Workload: simulate.RWRegister, DB: "serial", Txns: 300_000, Clients: 10, MaxWritesPerKey: 1 << 30}, elle.Options{})
}

// BenchmarkFound checks histories in which nearly every transaction shows something.
func BenchmarkFound(b *testing.B) {
	for _, w := range simulate.Workloads() {
		b.Run(w.String(), func(b *testing.B) {
			benchCheck(b, simulate.Config{Workload: w, DB: "aborted-read", Txns: 200_000, Clients: 10}, elle.Options{MaxCases: 10_000})
		})
	}
}
