package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
	"pgregory.net/rapid"
)

// masked returns the part of m that a mask lets see, as a graph of gonum,
// barriers as ordinary nodes.
func (m model) masked(mask Rel) *simple.DirectedGraph {
	g := simple.NewDirectedGraph()
	for v := range m.nodes {
		g.AddNode(simple.Node(v))
	}
	for _, e := range m.edges {
		if e.From != e.To && (e.Rel&mask != 0 || e.Rel == Via) {
			g.SetEdge(g.NewEdge(simple.Node(e.From), simple.Node(e.To)))
		}
	}
	return g
}

// sorted returns components of gonum in our order.
func sorted(components [][]gonum.Node) (out [][]int32) {
	for _, c := range components {
		var nodes []int32
		for _, v := range c {
			nodes = append(nodes, int32(v.ID()))
		}
		slices.Sort(nodes)
		out = append(out, nodes)
	}
	slices.SortFunc(out, slices.Compare)
	return out
}

var masks = []Rel{AllRels, WW, WW | WR, RW, WW | WR | RW, Realtime | Process}

func TestComponents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := genModel(t, 12, 4, 40)
		mask := rapid.SampledFrom(masks).Draw(t, "mask")
		g := m.graph()
		comp, size := g.Components(mask)
		groups := make([][]int32, len(size))
		for v, c := range comp {
			groups[c] = append(groups[c], int32(v))
		}
		for c, nodes := range groups {
			if len(nodes) != int(size[c]) {
				t.Fatalf("component %d has %d nodes, size says %d", c, len(nodes), size[c])
			}
		}
		for _, e := range m.edges {
			if (e.Rel&mask != 0 || e.Rel == Via) && comp[e.From] < comp[e.To] {
				t.Fatalf("%v: an edge from component %d to %d", e, comp[e.From], comp[e.To])
			}
		}
		slices.SortFunc(groups, slices.Compare)
		want := sorted(topo.TarjanSCC(m.masked(mask)))
		if diff := cmp.Diff(want, groups); diff != "" {
			t.Fatalf("%v: (-want +got)\n%s", m, diff)
		}
		want = slices.DeleteFunc(want, func(c []int32) bool { return len(c) < 2 || int(c[1]) >= m.ops })
		if diff := cmp.Diff(want, g.Cyclic(mask)); diff != "" && len(want) > 0 {
			t.Fatalf("Cyclic of %v: (-want +got)\n%s", m, diff)
		} else if len(want) == 0 && len(g.Cyclic(mask)) > 0 {
			t.Fatalf("Cyclic of %v: %v", m, g.Cyclic(mask))
		}
	})
}

// A recursion would not survive these.
func TestLongChain(t *testing.T) {
	n := int32(3_000_000)
	if testing.Short() {
		n /= 10
	}
	edges := make([]Edge, 0, n)
	for v := range n - 1 {
		edges = append(edges, Edge{v, v + 1, WW})
	}
	g := New(int(n), int(n), edges)
	comp, size := g.Components(AllRels)
	if len(size) != int(n) || comp[0] != n-1 || comp[n-1] != 0 {
		t.Errorf("a chain: %d components, from %d to %d", len(size), comp[0], comp[n-1])
	}
	if i := g.FirstReach([]Pair{{n - 1, 0}, {0, n - 1}}, WW); i != 1 {
		t.Errorf("a chain: the first pair that reaches is %d", i)
	}
	g = New(int(n), int(n), append(edges, Edge{n - 1, 0, RW}))
	if _, size := g.Components(AllRels); len(size) != 1 || size[0] != n {
		t.Errorf("a ring: %d components", len(size))
	}
	if c := g.Cyclic(WW); len(c) != 0 {
		t.Errorf("a ring without an edge: %d cyclic components", len(c))
	}
	comp, _ = g.Components(AllRels)
	if path := NewSearcher(g).Close(n-1, g.FirstEdge(n-1), true, Rules{Ride: WW, Jump: RW}, comp, int(n)); len(path) != int(n) {
		t.Errorf("a ring: a cycle of %d steps", len(path))
	}
}

// random returns a graph of n ops with 3n edges between ops that are near each
// other, most of them forward, as the order of completion has them.
func random(n int) (edges []Edge) {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	edges = make([]Edge, 0, 3*n)
	for range 3 * n {
		u := int32(r.IntN(n))
		v := min(u+1+int32(r.IntN(20)), int32(n-1))
		if r.IntN(100) == 0 {
			u, v = v, u
		}
		edges = append(edges, Edge{u, v, 1 << r.IntN(3)})
	}
	return edges
}

var sizes = []int{10_000, 100_000, 1_000_000}

func BenchmarkSCC(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			g := New(n, n, random(n))
			b.ReportAllocs()
			for b.Loop() {
				g.Components(AllRels)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/node")
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			edges := random(n)
			b.ReportAllocs()
			for b.Loop() {
				New(n, n, edges)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/node")
		})
	}
}
