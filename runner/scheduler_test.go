package runner

import (
	"context"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// forever emits one op again and again.
type forever struct{ op gen.Op }

func (g forever) Next(c *gen.Ctx) (gen.Op, gen.Kind, gen.Gen) {
	op, ok := c.Fill(g.op)
	if !ok {
		return op, gen.Pending, nil
	}
	return op, gen.Ready, g
}

func (g forever) Update(*gen.Ctx, *gen.Op) gen.Gen { return g }

// atMost ends after so many.
type atMost struct {
	n int
	g gen.Gen
}

func (g atMost) Next(c *gen.Ctx) (gen.Op, gen.Kind, gen.Gen) {
	if g.n == 0 {
		return gen.Op{}, gen.Done, nil
	}
	op, k, next := g.g.Next(c)
	return op, k, atMost{g.n - 1, next}
}

func (g atMost) Update(*gen.Ctx, *gen.Op) gen.Gen { return g }

func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		const ops = 200_000
		test := &Test{
			Name: "bench", Concurrency: 100, Store: b.TempDir(), Nodes: []string{"n1"},
			Generator: atMost{ops, forever{gen.Op{F: "read"}}},
			Client:    ClientFunc(func(_ context.Context, op gen.Op) (gen.Op, error) { return op.As(gen.OK).With(1), nil }),
		}
		began := time.Now()
		res, err := test.Run(b.Context())
		if err != nil || res.Stats.OK < ops*9/10 {
			b.Fatal(res, err)
		}
		b.ReportMetric(ops/time.Since(began).Seconds(), "ops/s")
	}
}
