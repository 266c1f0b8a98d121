package runner_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// BenchmarkRun performs operations by clients that do nothing, and stores them. The metric ops/s is of
// the phase in which they are performed; ns/op is of all of the test, with the history as text.
func BenchmarkRun(b *testing.B) {
	const ops = 200_000
	reads := gen.Repeat(gen.Call("read", nil))
	stack := gen.Stagger(time.Nanosecond, gen.Mix(reads, gen.Func(func(r *rand.Rand, _ *gen.Ctx) gen.Op { return gen.Op{F: "write", Value: r.IntN(5)} })))
	for _, x := range []struct {
		name string
		g    gen.Gen
	}{{"Trivial", reads}, {"Stack", stack}} {
		for _, clients := range []int{10, 100, 1024} {
			b.Run(fmt.Sprintf("%s/%d", x.name, clients), func(b *testing.B) { benchmarkRun(b, clients, ops, x.g) })
		}
	}
}

func benchmarkRun(b *testing.B, clients, ops int, g gen.Gen) {
	var performing time.Duration
	for b.Loop() {
		test := &runner.Test{
			Name: "bench", Concurrency: clients, Store: b.TempDir(), Nodes: []string{"n1"}, Generator: gen.Clients(gen.Limit(ops, g)),
			Client: runner.ClientFunc(func(_ context.Context, op gen.Op) (gen.Op, error) { return op.As(gen.OK).With(1), nil }),
		}
		res, err := test.Run(b.Context())
		if err != nil || res.Stats.OK != ops {
			b.Fatal(res, err)
		}
		for _, p := range res.Phases {
			if p.Name == "performing operations" {
				performing += p.Took
			}
		}
	}
	b.ReportMetric(float64(ops*b.N)/performing.Seconds(), "ops/s")
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(ops*b.N), "ns/op")
}
