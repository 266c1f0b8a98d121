package gen_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// stack is what a test of a database looks like.
func stack() gen.Gen {
	return gen.Phases(
		gen.TimeLimit(time.Hour, gen.ClientsAndNemesis(
			gen.Stagger(time.Nanosecond, gen.Mix(
				gen.Repeat(gen.Call("read", nil)),
				gen.Func(func(r *rand.Rand, _ *gen.Ctx) gen.Op { return gen.Op{F: "write", Value: r.IntN(5)} }))),
			gen.Stagger(5*time.Second, gen.Cycle(gen.Of(gen.Op{F: "start"}, gen.Op{F: "stop"}))))),
		gen.Clients(gen.EachThread(gen.UntilOK(gen.Repeat(gen.Call("read", nil))))))
}

// perOp performs ops by a generator as the scheduler does: half of the threads are busy.
func perOp(b *testing.B, clients int, g gen.Gen) {
	c := gen.NewCtx(clients, nil)
	g = gen.Seed(1, g)
	busy := make([]gen.Op, clients/2+1) // in a ring
	var ev gen.Op
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Time += 1000
		op, k, next := gen.Next(g, c)
		if k != gen.Ready {
			b.Fatal(k)
		}
		process, _ := op.Process()
		c.Time = max(c.Time, op.Time)
		c.Begin(c.Thread(process))
		ev = op
		g = gen.Update(next, c, &ev)
		at := i % len(busy)
		ev, busy[at] = busy[(at+1)%len(busy)], op
		if ev.Type == gen.Unset {
			continue
		}
		process, _ = ev.Process()
		if ev.Type == gen.Invoke {
			ev.Type = gen.OK
		}
		c.End(c.Thread(process))
		g = gen.Update(g, c, &ev)
	}
}

// BenchmarkNext asks a generator for an op, and tells it that one began and one ended.
func BenchmarkNext(b *testing.B) {
	keys := make([]any, 1<<16)
	for i := range keys {
		keys[i] = i
	}
	reads := gen.Repeat(gen.Call("read", nil))
	for _, x := range []struct {
		name string
		gen  func(clients int) gen.Gen
	}{
		{"Stack", func(int) gen.Gen { return stack() }},
		{"Reserve", func(n int) gen.Gen {
			return gen.Clients(gen.Reserve(reads, gen.Share{Threads: n / 2, Gen: reads}))
		}},
		{"EachThread", func(int) gen.Gen { return gen.Clients(gen.EachThread(gen.Delay(1, reads))) }},
		{"ConcurrentKeys", func(int) gen.Gen {
			return gen.ConcurrentKeys(2, keys, func(any) gen.Gen { return gen.RepeatN(1<<20, gen.Call("read", nil)) })
		}},
	} {
		for _, clients := range []int{10, 1024} {
			b.Run(fmt.Sprintf("%s/%d", x.name, clients), func(b *testing.B) { perOp(b, clients, x.gen(clients)) })
		}
	}
}
