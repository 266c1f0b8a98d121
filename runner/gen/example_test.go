package gen_test

import (
	"fmt"
	"time"

	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/runner/gen/gentest"
)

// Unique writes and reads, about 100 a second for 30 s, with a fault every 5 s or so. Then the nemesis
// heals, the test waits, and each client reads until it succeeds.
func Example() {
	g := gen.Phases(
		gen.TimeLimit(30*time.Second,
			gen.ClientsAndNemesis(
				gen.Stagger(10*time.Millisecond, gen.Mix(
					gen.Repeat(gen.Call("read", nil)),
					gen.Count(func(i int) gen.Op { return gen.Op{F: "write", Value: i} }))),
				gen.Stagger(5*time.Second, gen.Cycle(gen.Of(
					gen.Op{F: "start-partition", Value: "majority"},
					gen.Op{F: "stop-partition"}))))),
		gen.Say("healing"),
		gen.Nemesis(gen.Call("stop-partition", nil)),
		gen.Pause(10*time.Second),
		gen.Clients(gen.EachThread(gen.UntilOK(gen.Repeat(gen.Call("final-read", nil))))))

	history, err := gentest.Simulate(gentest.Ctx(), gen.Seed(1, g), gentest.Perfect)
	ops := gentest.Invocations(history)
	fmt.Println(err, len(ops) > 2500)
	for _, op := range ops[len(ops)-3:] {
		process, _ := op.Process()
		fmt.Println(process, op.F)
	}
	// Output:
	// <nil> true
	// -1 stop-partition
	// 0 final-read
	// 1 final-read
}

// A group of two clients works on each key.
func ExampleConcurrentKeys() {
	g := gen.ConcurrentKeys(2, []any{"x", "y", "z"}, func(any) gen.Gen {
		return gen.Limit(2, gen.Count(func(i int) gen.Op { return gen.Op{F: "write", Value: i} }))
	})
	history, _ := gentest.Simulate(gen.NewCtx(4, nil), g, gentest.Perfect)
	for _, op := range gentest.Invocations(history) {
		fmt.Println(op)
	}
	// Output:
	// 0 invoke write {x 0} at 0 ns
	// 1 invoke write {x 1} at 0 ns
	// 2 invoke write {y 0} at 0 ns
	// 3 invoke write {y 1} at 0 ns
	// 0 invoke write {z 0} at 10 ns
	// 1 invoke write {z 1} at 10 ns
}

// Two of four clients write, and the others read.
func ExampleReserve() {
	reads, writes := gen.Repeat(gen.Call("read", nil)), gen.Repeat(gen.Call("write", 1))
	g := gen.Clients(gen.Limit(4, gen.Reserve(reads, gen.Share{Threads: 2, Gen: writes})))
	history, _ := gentest.Simulate(gen.NewCtx(4, nil), g, gentest.Quick)
	for _, op := range gentest.Invocations(history) {
		process, _ := op.Process()
		fmt.Println(op.F == "write", process < 2)
	}
	// Unordered output:
	// true true
	// true true
	// false false
	// false false
}
