package nemesis

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// A Net cuts connections between nodes and mends them.
type Net interface {
	// Check finds out whether it can.
	Check(ctx context.Context, r *runner.Run) error
	// Drop lets nodes drop the packets of others, in addition to what they drop already.
	Drop(ctx context.Context, r *runner.Run, g Grudge) error
	// Heal ends all of that. It may be called at any time.
	Heal(ctx context.Context, r *runner.Run) error
}

// The ways to cut a network, as the values of start-partition name them.
const (
	CutOne    = "one"             // one node from the rest
	CutHalves = "majority"        // a majority from a minority
	CutRing   = "majorities-ring" // each sees another majority
	CutBridge = "bridge"          // halves that one node connects
)

// Partition cuts the network: start-partition as its value says, a name or a Grudge, at random if
// it is nil; stop-partition mends it.
func Partition(net Net, seed uint64) runner.Nemesis {
	return &partition{net: net, rnd: rand.New(rand.NewPCG(seed, 2))}
}

type partition struct {
	net Net
	rnd *rand.Rand
}

// Setup finds out whether the network can be cut, and mends it.
func (p *partition) Setup(ctx context.Context, r *runner.Run) (runner.Nemesis, error) {
	if err := p.net.Check(ctx, r); err != nil {
		return nil, err
	}
	return p, p.net.Heal(ctx, r)
}

// Fs are the names of its operations.
func (*partition) Fs() []string { return []string{"start-partition", "stop-partition"} }

// Invoke cuts or mends, and says what is cut.
func (p *partition) Invoke(ctx context.Context, r *runner.Run, op gen.Op) (gen.Op, error) {
	if op.F == "stop-partition" {
		return op.With("network-healed"), p.net.Heal(ctx, r)
	}
	g, err := p.grudge(r.Test.Nodes, op.Value)
	if err != nil {
		return op, err
	}
	return op.With([]any{"isolated", map[string][]string(g)}), p.net.Drop(ctx, r, g)
}

func (p *partition) grudge(nodes []string, value any) (Grudge, error) {
	switch v := value.(type) {
	case nil:
		return p.grudge(nodes, []string{CutOne, CutHalves, CutRing, CutBridge}[p.rnd.IntN(4)])
	case Grudge:
		return v, nil
	case string:
		switch v {
		case CutOne:
			return RandomNode(nodes, p.rnd), nil
		case CutHalves:
			return RandomHalves(nodes, p.rnd), nil
		case CutRing:
			return MajoritiesRing(nodes, p.rnd), nil
		case CutBridge:
			return Bridge(shuffled(nodes, p.rnd)), nil
		}
	}
	return nil, fmt.Errorf("expected a Grudge, or one of %s, %s, %s and %s, found %v", CutOne, CutHalves, CutRing, CutBridge, value)
}

// Teardown mends the network.
func (p *partition) Teardown(ctx context.Context, r *runner.Run) error { return p.net.Heal(ctx, r) }
