package nemesis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/seed-c33ae711/jcheck/runner"
)

// The targets of a fault, as the values of its operations name them. Instead of a name, a value
// may list nodes.
const (
	One       = "one"       // a random node
	Few       = "minority"  // fewer than half of the nodes, at random
	Many      = "majority"  // more than half of them
	Primaries = "primaries" // those of the nodes that think that they are primaries, at random
	All       = "all"
)

// targets are the nodes that a value means; some, at random, if it is nil.
func targets(ctx context.Context, r *runner.Run, rnd *rand.Rand, value any) ([]string, error) {
	nodes := shuffled(r.Test.Nodes, rnd)
	if len(nodes) == 0 {
		return nil, errors.New("the test has no nodes")
	}
	switch v := value.(type) {
	case nil:
		return sorted(nodes[:1+rnd.IntN(len(nodes))]), nil
	case []string:
		for _, n := range v {
			if !slices.Contains(nodes, n) {
				return nil, fmt.Errorf("%s is no node of the test", n)
			}
		}
		return v, nil
	case string:
		switch v {
		case One:
			return nodes[:1], nil
		case Few:
			return sorted(nodes[:Minority(len(nodes))]), nil
		case Many:
			return sorted(nodes[:Majority(len(nodes))]), nil
		case All:
			return r.Test.Nodes, nil
		case Primaries:
			p, ok := r.Test.DB.(runner.Primary)
			if !ok {
				return nil, errors.New("the database does not say which nodes are primaries")
			}
			found, err := p.Primaries(ctx, r)
			if err != nil || len(found) == 0 {
				return nil, err
			}
			return sorted(shuffled(found, rnd)[:1+rnd.IntN(len(found))]), nil
		}
	}
	return nil, fmt.Errorf("expected nodes, or one of %s, %s, %s, %s and %s, found %v", One, Few, Many, Primaries, All, value)
}

func sorted(nodes []string) []string { return slices.Sorted(slices.Values(nodes)) }
