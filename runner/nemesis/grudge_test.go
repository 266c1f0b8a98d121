package nemesis

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// visible are the nodes that a node exchanges packets with, itself included.
func visible(g Grudge, nodes []string, node string) (out []string) {
	for _, other := range nodes {
		if !slices.Contains(g[node], other) && !slices.Contains(g[other], node) {
			out = append(out, other)
		}
	}
	return out
}

func drawNodes(t *rapid.T) []string {
	nodes := make([]string, rapid.IntRange(1, 12).Draw(t, "nodes"))
	for i := range nodes {
		nodes[i] = fmt.Sprint("n", i+1)
	}
	return nodes
}

// Grudges are mutual, and nobody drops itself.
func TestGrudges(t *testing.T) {
	kinds := map[string]func([]string, *rand.Rand) Grudge{
		"halves": RandomHalves, "node": RandomNode, "ring": MajoritiesRing, "bridge": func(nodes []string, _ *rand.Rand) Grudge { return Bridge(nodes) },
	}
	for name, kind := range kinds {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			nodes := drawNodes(t)
			g := kind(nodes, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
			for node, dropped := range g {
				for _, other := range dropped {
					if other == node || !slices.Contains(g[other], node) {
						t.Fatalf("%s drops %s: %v", node, other, g)
					}
				}
			}
		}))
	}
}

// Every node of a ring sees a majority, and no two the same one.
func TestRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := drawNodes(t)
		if len(nodes) < 4 {
			t.Skip()
		}
		g := MajoritiesRing(nodes, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		views := map[string]bool{}
		for _, node := range nodes {
			v := visible(g, nodes, node)
			if len(v) < Majority(len(nodes)) {
				t.Fatalf("%s sees %v of %d: %v", node, v, len(nodes), g)
			}
			views[fmt.Sprint(v)] = true
		}
		if len(nodes) > 4 && len(views) < len(nodes) {
			t.Fatalf("%d different views of %d nodes: %v", len(views), len(nodes), g)
		}
	})
}

// Of a bridge, one node sees all and the others their half and that node.
func TestBridge(t *testing.T) {
	nodes := []string{"n1", "n2", "n3", "n4", "n5"}
	g := Bridge(nodes)
	for node, want := range map[string][]string{"n1": {"n1", "n2", "n3"}, "n3": nodes, "n5": {"n3", "n4", "n5"}} {
		if got := visible(g, nodes, node); !slices.Equal(got, want) {
			t.Errorf("%s sees %v, want %v", node, got, want)
		}
	}
}

func TestSizes(t *testing.T) {
	for n, want := range map[int][2]int{1: {1, 0}, 2: {2, 0}, 3: {2, 1}, 4: {3, 1}, 5: {3, 2}, 6: {4, 2}} {
		if Majority(n) != want[0] || Minority(n) != want[1] {
			t.Errorf("%d: %d and %d, want %v", n, Majority(n), Minority(n), want)
		}
	}
}
