package gen_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/runner/gen/gentest"
)

// A probe asks the generator in it three times instead of once, tells it of an event in between, and
// fails the test if that makes a difference.
type probe struct {
	*forest
	name  string
	g     gen.Gen
	ended *bool
}

func (f *forest) probed(name string, g gen.Gen) gen.Gen {
	if g == nil {
		return nil
	}
	return &probe{f, name, g, new(bool)}
}

func (p *probe) Seed(seed uint64) gen.Gen { return p.probed(p.name, gen.Seed(seed, p.g)) }

func (p *probe) Next(c *gen.Ctx) (gen.Op, gen.Kind, gen.Gen) {
	op, k, next := p.g.Next(c)
	p.again(c, op, k)
	for t := c.All().From(0); t >= 0; t = c.All().From(t + 1) {
		if !c.Free().Has(t) {
			ev := gen.Op{Type: gen.OK, F: "event", Time: c.Time}.On(c.Process(t))
			p.g.Update(c, &ev)
			break
		}
	}
	p.again(c, op, k)
	if *p.ended && !p.turns && k == gen.Ready {
		p.t.Fatalf("%s was done, and then emitted %s", p.name, op)
	}
	*p.ended = k == gen.Done
	if k != gen.Ready {
		return op, k, nil
	}
	if who, ok := op.Process(); !ok || !c.All().Has(c.Thread(who)) || !c.Free().Has(c.Thread(who)) || c.Process(c.Thread(who)) != who {
		p.t.Fatalf("%s emitted %s, whose thread is not free or not in view", p.name, op)
	}
	return op, k, p.probed(p.name, next)
}

func (p *probe) again(c *gen.Ctx, op gen.Op, k gen.Kind) {
	op2, k2, _ := p.g.Next(c)
	if k2 != k || k == gen.Ready && !reflect.DeepEqual(op, op2) {
		p.t.Fatalf("%s answered %s %s, and then %s %s", p.name, k, op, k2, op2)
	}
}

func (p *probe) Update(c *gen.Ctx, ev *gen.Op) gen.Gen {
	next := p.g.Update(c, ev)
	if next == p.g {
		return p
	}
	return p.probed(p.name, next)
}

// A forest draws generators. All of its choices are rapid's, so that what it makes of the same choices
// is the same generator.
type forest struct {
	t      *rapid.T
	leaves int
	turns  bool // there are cycle times, which end when the generator whose turn it is does: Done depends on when they are asked
}

func (f *forest) int(name string, low, high int) int {
	return rapid.IntRange(low, high).Draw(f.t, name)
}

func (f *forest) ns(name string) time.Duration { return time.Duration(f.int(name, 1, 60)) }

// leaf is one whose ops are told apart by their names.
func (f *forest) leaf() gen.Gen {
	f.leaves++
	name := fmt.Sprintf("f%d", f.leaves)
	op := gen.Op{F: name, Value: 0}
	switch f.int("leaf", 0, 6) {
	case 0:
		return gen.One(op)
	case 1:
		return gen.Repeat(gen.One(op))
	case 2:
		return gen.Count(func(i int) gen.Op { return gen.Op{F: name, Value: i} })
	case 3:
		return gen.Pause(f.ns("pause"))
	case 4:
		return gen.FromSeq(slices.Values([]gen.Gen{gen.One(op), nil, gen.One(op)}))
	case 5:
		return gen.FuncGen(func(r *rand.Rand, _ *gen.Ctx) gen.Gen {
			if r.IntN(4) == 0 {
				return nil
			}
			return gen.RepeatN(1+r.IntN(3), gen.One(op))
		})
	}
	return gen.Func(func(r *rand.Rand, _ *gen.Ctx) gen.Op { return gen.Op{F: name, Value: r.IntN(1000)} })
}

// tree is a generator of combinators to a depth.
func (f *forest) tree(depth int) gen.Gen {
	if depth == 0 {
		return f.probed("leaf", f.leaf())
	}
	sub := func() gen.Gen { return f.tree(depth - 1) }
	names := []string{
		"leaf", "concat", "any", "shortest any", "mix", "limit", "repeat", "cycle", "flip flop", "stagger", "delay", "time limit", "each thread", "each process",
		"clients", "nemesis", "both", "reserve", "synchronize", "phases", "until ok", "process limit", "concurrency limit", "cycle times", "cache", "filter",
		"map", "ignore updates", "on update", "lazy", "promise", "sequential keys",
	}
	name := rapid.SampledFrom(names).Draw(f.t, "kind")
	return f.probed(name, f.combine(name, sub))
}

func (f *forest) combine(name string, sub func() gen.Gen) gen.Gen {
	switch name {
	case "leaf":
		return f.leaf()
	case "concat":
		return gen.Concat(sub(), nil, sub())
	case "any":
		return gen.Any(sub(), sub(), nil)
	case "shortest any":
		return gen.ShortestAny(sub(), sub())
	case "mix":
		return gen.Mix(sub(), sub(), sub())
	case "flip flop":
		return gen.FlipFlop(sub(), sub())
	case "limit":
		return gen.Limit(f.int("n", 1, 9), sub())
	case "repeat":
		return gen.RepeatN(f.int("n", -1, 5), sub())
	case "cycle":
		return gen.CycleN(f.int("n", -1, 4), sub())
	case "each thread":
		return gen.EachThread(sub())
	case "each process":
		return gen.EachProcess(sub())
	case "clients":
		return gen.Clients(sub())
	case "nemesis":
		return gen.Nemesis(sub())
	case "both":
		return gen.ClientsAndNemesis(sub(), sub())
	case "phases":
		return gen.Phases(sub(), sub())
	case "sequential keys":
		of := map[any]gen.Gen{"x": sub(), "y": sub()}
		return gen.SequentialKeys([]any{"x", "y"}, func(key any) gen.Gen { return of[key] })
	}
	return f.wrap(name, sub())
}

// wrap is what is around one generator.
func (f *forest) wrap(name string, g gen.Gen) gen.Gen {
	switch name {
	case "reserve":
		if f.int("all", 0, 1) == 0 {
			return gen.Reserve(g)
		}
		return gen.Reserve(g, gen.Share{Threads: 0, Gen: f.leaf()})
	case "stagger":
		return gen.Stagger(f.ns("stagger"), g)
	case "delay":
		return gen.Delay(f.ns("delay"), g)
	case "time limit":
		return gen.TimeLimit(f.ns("limit"), g)
	case "synchronize":
		return gen.Synchronize(g)
	case "until ok":
		return gen.UntilOK(g)
	case "process limit":
		return gen.ProcessLimit(f.int("n", 1, 9), g)
	case "concurrency limit":
		return gen.ConcurrencyLimit(f.int("n", 1, 3), g)
	case "cycle times":
		f.turns = true
		return gen.CycleTimes(gen.Window{For: f.ns("first"), Gen: g}, gen.Window{For: f.ns("second"), Gen: f.leaf()})
	case "cache":
		return gen.Cache(f.ns("cache"), g)
	case "filter":
		return gen.Filter(func(op gen.Op) bool { return op.Value != 1 }, g)
	case "map":
		return gen.Map(func(op gen.Op) gen.Op { return op.With(op.Value) }, g)
	case "ignore updates":
		return gen.IgnoreUpdates(g)
	case "on update":
		return gen.OnUpdate(func(this gen.Gen, _ *gen.Ctx, _ *gen.Op) gen.Gen { return this }, g)
	case "lazy":
		return gen.Lazy(func() gen.Gen { return g })
	case "promise":
		p := gen.NewPromise()
		p.Deliver(g)
		return p
	}
	panic(name)
}

// alternates fails the test unless each process performs one op at a time, each client's as a process
// that never appears again after Info.
func alternates(t *rapid.T, history []gen.Op) {
	runs, crashed := map[int]bool{}, map[int]bool{}
	last := int64(0)
	for _, op := range history {
		p, _ := op.Process()
		begins := op.Type == gen.Invoke || p == gen.NemesisProcess && !runs[p]
		if begins == runs[p] || crashed[p] || op.Time < last {
			t.Fatalf("%s does not fit in %s", op, show(history, full))
		}
		runs[p], last = begins, op.Time
		crashed[p] = op.Type == gen.Info && p != gen.NemesisProcess
	}
	for p, r := range runs {
		if r {
			t.Fatalf("an op of process %d has not ended: %s", p, show(history, full))
		}
	}
}

// randomly completes ops after a while, as anything.
func randomly(seed uint64) gentest.Completer {
	r := rand.New(rand.NewPCG(seed, 1))
	return func(_ *gen.Ctx, op gen.Op) gen.Op {
		op.Time += r.Int64N(40)
		op.Type = gen.Info
		if p, _ := op.Process(); p != gen.NemesisProcess {
			op.Type = [...]gen.Type{gen.OK, gen.OK, gen.Fail, gen.Info}[r.IntN(4)]
		}
		return op
	}
}

// Random trees of generators end, never give an op to a thread that is busy, and answer the same
// however often they are asked. So does each generator in them.
func TestRandomTrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &forest{t: t}
		g := f.tree(f.int("depth", 1, 5))
		c := gen.NewCtx(f.int("clients", 1, 4), nil)
		if f.int("keys", 0, 3) == 0 {
			n := f.int("group", 1, 2)
			c = gen.NewCtx(n*f.int("groups", 1, 3), nil)
			of := map[any]gen.Gen{0: g, 1: nil, 2: f.tree(f.int("depth", 1, 4)), 3: f.leaf(), 4: f.tree(2)}
			g = f.probed("concurrent keys", gen.ConcurrentKeys(n, []any{0, 1, 2, 3, 4}, func(key any) gen.Gen { return of[key] }))
		}
		g = gen.Limit(60, g)
		history, err := gentest.Simulate(c, gen.Seed(rapid.Uint64().Draw(t, "seed"), g), randomly(rapid.Uint64().Draw(t, "completions")))
		if err != nil && !errors.Is(err, gentest.ErrStuck) {
			t.Fatal(err, show(history, full))
		}
		if err == nil {
			alternates(t, history)
		}
	})
}
