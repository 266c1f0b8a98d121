package nemesis

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// A Package is a nemesis, what it does during a test, and how it heals at the end.
type Package struct {
	Nemesis   runner.Nemesis
	Generator gen.Gen // for the nemesis, for ever
	Final     gen.Gen // nil if nothing is to be done
}

// Options say what packages do.
type Options struct {
	Faults   []string      // of Faults
	Interval time.Duration // between operations of each fault, on the average; 10 s if 0
	Net      Net           // IPTables if nil
	Seed     uint64
}

// Faults are the kinds of faults that there are packages for.
func Faults() []string { return []string{"partition", "kill", "pause"} }

// New makes a package for the faults that are asked for.
func New(o Options) (*Package, error) {
	for _, f := range o.Faults {
		if !slices.Contains(Faults(), f) {
			return nil, fmt.Errorf("unknown fault %q: expected some of %s", f, strings.Join(Faults(), ", "))
		}
	}
	if o.Interval == 0 {
		o.Interval = 10 * time.Second
	}
	if o.Net == nil {
		o.Net = IPTables{}
	}
	asked := func(f string) bool { return slices.Contains(o.Faults, f) }
	p := &Package{}
	var nemeses []runner.Nemesis
	var during, final []gen.Gen
	add := func(start, stop string) {
		during = append(during, gen.Stagger(o.Interval, gen.FlipFlop(gen.Repeat(gen.Func(op(start))), gen.Repeat(gen.Call(stop, nil)))))
		final = append(final, gen.Call(stop, nil))
	}
	if asked("partition") {
		nemeses = append(nemeses, Partition(o.Net, o.Seed))
		add("start-partition", "stop-partition")
	}
	if asked("pause") || asked("kill") {
		nemeses = append(nemeses, Process(o.Seed))
	}
	if asked("pause") {
		add("pause", "resume")
	}
	if asked("kill") {
		add("kill", "start")
	}
	var err error
	if p.Nemesis, err = Compose(nemeses...); err != nil || len(nemeses) == 0 {
		p.Nemesis = runner.NoNemesis{}
		return p, err
	}
	p.Generator, p.Final = gen.Any(during...), gen.Concat(final...)
	return p, nil
}

// op makes ops that begin a fault, with targets at random.
func op(f string) func(*rand.Rand, *gen.Ctx) gen.Op {
	of := []any{One, Few, Many, All}
	if f == "start-partition" {
		of = []any{CutOne, CutHalves, CutRing, CutBridge}
	}
	return func(r *rand.Rand, _ *gen.Ctx) gen.Op { return gen.Op{F: f, Value: of[r.IntN(len(of))]} }
}
