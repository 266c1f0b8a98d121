package graph

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestNewMerges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := genModel(t, 6, 3, 40)
		if rapid.Bool().Draw(t, "a busy node") { // rows above a size are sorted in another way
			for range 20 {
				m.edges = append(m.edges, Edge{0, rapid.Int32Range(0, int32(m.nodes-1)).Draw(t, "to"), WW})
			}
		}
		want := map[[2]int32]Rel{}
		for _, e := range m.edges {
			if e.From != e.To {
				want[[2]int32{e.From, e.To}] |= e.Rel
			}
		}
		g, got := m.graph(), map[[2]int32]Rel{}
		all := Rel(0)
		for u := range int32(g.Len()) {
			dst, rel := g.Out(u)
			if !slices.IsSorted(dst) {
				t.Fatalf("successors of %d: %v", u, dst)
			}
			for i, v := range dst {
				if g.dst[g.FirstEdge(u)+int32(i)] != v {
					t.Fatalf("FirstEdge(%d) is %d", u, g.FirstEdge(u))
				}
				if r, ok := g.Rel(u, v); !ok || r != rel[i] {
					t.Fatalf("Rel(%d, %d) is %d, %v, want %d", u, v, r, ok, rel[i])
				}
				got[[2]int32{u, v}] = rel[i]
				all |= rel[i]
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%v: (-want +got)\n%s", m, diff)
		}
		if g.Edges() != len(want) || g.Ops() != m.ops || g.Len() != m.nodes || g.Rels() != all {
			t.Fatalf("%d edges, %d ops, %d nodes, relations %b", g.Edges(), g.Ops(), g.Len(), g.Rels())
		}
		if _, ok := g.Rel(0, 0); ok {
			t.Fatal("a loop")
		}
	})
}

func TestEmpty(t *testing.T) {
	g := New(0, 0, nil)
	if comp, size := g.Components(AllRels); len(comp) != 0 || len(size) != 0 {
		t.Errorf("components %v of sizes %v", comp, size)
	}
	if c := g.Cyclic(AllRels); len(c) != 0 {
		t.Errorf("cyclic %v", c)
	}
	if i := g.FirstReach(nil, AllRels); i != -1 {
		t.Errorf("FirstReach is %d", i)
	}
	if comp := g.SpacedComponents(Rules{}); len(comp) != 0 {
		t.Errorf("SpacedComponents is %v", comp)
	}
}

func TestInduce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := genModel(t, 6, 3, 30)
		var nodes []int32
		for v := range int32(m.nodes) {
			if rapid.Bool().Draw(t, "keep") {
				nodes = append(nodes, v)
			}
		}
		g := m.graph()
		sub := g.Induce(nodes)
		ops, edges := 0, 0
		for i, u := range nodes {
			if int(u) < m.ops {
				ops++
			}
			for j, v := range nodes {
				want, wantOK := g.Rel(u, v)
				got, ok := sub.Rel(int32(i), int32(j))
				if got != want || ok != wantOK {
					t.Fatalf("%v, nodes %v: from %d to %d: got %d, %v, want %d, %v", m, nodes, u, v, got, ok, want, wantOK)
				}
				if ok {
					edges++
				}
			}
		}
		if sub.Ops() != ops || sub.Len() != len(nodes) || sub.Edges() != edges {
			t.Fatalf("%d ops, %d nodes, %d edges", sub.Ops(), sub.Len(), sub.Edges())
		}
	})
}
