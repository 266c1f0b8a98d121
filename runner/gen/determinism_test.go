package gen_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/runner/gen/gentest"
)

// The same generator with the same seed is the same history in a simulation.
func TestSameSeedSameHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		depth := rapid.IntRange(1, 5).Draw(t, "depth")
		seed, completions := rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "completions")
		tree := rapid.Custom(func(t *rapid.T) gen.Gen { return (&forest{t: t}).tree(depth) })
		example := rapid.IntRange(0, 1<<20).Draw(t, "example")
		run := func() []gen.Op {
			history, _ := gentest.Simulate(gen.NewCtx(3, nil), gen.Seed(seed, gen.Limit(60, tree.Example(example))), randomly(completions))
			return history
		}
		if one, two := run(), run(); !reflect.DeepEqual(one, two) {
			t.Fatalf("%s\nand\n%s", show(one, full), show(two, full))
		}
	})
}

// random emits ops f with values at random.
func random(f string) gen.Gen {
	return gen.Func(func(r *rand.Rand, _ *gen.Ctx) gen.Op { return gen.Op{F: f, Value: r.Uint64()} })
}

// workload is a stack such as tests have, which is random everywhere.
func workload() gen.Gen {
	return gen.Limit(400, gen.ClientsAndNemesis(
		gen.Reserve(
			gen.Mix(random("a"), random("b"), gen.Repeat(random("c")), gen.Cycle(gen.Limit(3, random("d")))),
			gen.Share{Threads: 2, Gen: gen.EachThread(random("each"))},
			gen.Share{Threads: 1, Gen: gen.SequentialKeys([]any{"x", "y"}, func(any) gen.Gen { return gen.Limit(40, gen.Stagger(20, random("keyed"))) })}),
		gen.Stagger(30*time.Nanosecond, gen.FlipFlop(random("start"), random("stop")))))
}

// The values that each leaf emits are the same whatever the timing, though not how many it emits.
func TestValuesDoNotDependOnTiming(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		emitted := func(complete gentest.Completer) map[string][]any {
			c := gen.NewCtx(5, nil)
			history, err := gentest.Simulate(c, gen.Seed(seed, workload()), complete)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string][]any{}
			for _, op := range gentest.Invocations(history) {
				leaf := op.F
				if p, _ := op.Process(); leaf == "each" {
					leaf += fmt.Sprint(c.Thread(p))
				}
				out[leaf] = append(out[leaf], op.Value)
			}
			return out
		}
		one, two := emitted(gentest.Perfect), emitted(randomly(rapid.Uint64().Draw(t, "completions")))
		for leaf, values := range one {
			n := min(len(values), len(two[leaf]))
			if n == 0 || !reflect.DeepEqual(values[:n], two[leaf][:n]) {
				t.Fatalf("%s emits %v, or %v", leaf, values, two[leaf])
			}
		}
	})
}

// Another seed is another history, so the tests above can fail.
func TestSeedsDiffer(t *testing.T) {
	one, _ := gentest.Simulate(gen.NewCtx(5, nil), gen.Seed(1, workload()), gentest.Perfect)
	two, _ := gentest.Simulate(gen.NewCtx(5, nil), gen.Seed(2, workload()), gentest.Perfect)
	if reflect.DeepEqual(one, two) {
		t.Error("two seeds, one history")
	}
}

// Copies of one generator are random each for itself.
func TestCopiesDiffer(t *testing.T) {
	for name, g := range map[string]gen.Gen{
		"each thread":     gen.EachThread(gen.Once(random("a"))),
		"repeat":          gen.RepeatN(3, random("a")),
		"cycle":           gen.CycleN(3, gen.Once(random("a"))),
		"any":             gen.Any(gen.Once(random("a")), gen.Once(random("a"))),
		"mix":             gen.Mix(gen.Once(random("a")), gen.Once(random("a"))),
		"concat":          gen.Concat(gen.Once(random("a")), gen.Once(random("a"))),
		"sequence":        gen.SequentialKeys([]any{1, 2}, func(any) gen.Gen { return gen.Once(random("a")) }),
		"concurrent keys": gen.ConcurrentKeys(1, []any{1, 2, 3}, func(any) gen.Gen { return gen.Once(random("a")) }),
		"function":        gen.Limit(3, gen.FuncGen(func(*rand.Rand, *gen.Ctx) gen.Gen { return gen.Once(random("a")) })),
	} {
		seen := map[any]bool{}
		ops := gentest.Invocations(simulate(t, g, gentest.Perfect))
		for _, op := range ops {
			if tuple, ok := op.Value.(gen.Tuple); ok {
				op.Value = tuple.Value
			}
			seen[op.Value] = true
		}
		if len(ops) < 2 || len(seen) != len(ops) {
			t.Errorf("%s: %s", name, show(ops, nameValue))
		}
	}
}
