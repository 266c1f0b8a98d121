package graph

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/topo"
	"pgregory.net/rapid"
)

func ids(nodes gonum.Nodes) []int64 {
	out := []int64{}
	for _, n := range gonum.NodesOf(nodes) {
		out = append(out, n.ID())
	}
	return out
}

func TestGonum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := genModel(t, 8, 4, 30)
		d := m.graph().Gonum()
		want := map[[2]int64]Rel{}
		for _, e := range m.expand() {
			if e.From != e.To {
				want[[2]int64{int64(e.From), int64(e.To)}] |= e.Rel
			}
		}
		got := map[[2]int64]Rel{}
		for u := range int64(m.ops) {
			from := []int64{}
			for _, r := range d.Relations(u) {
				got[[2]int64{r.From().ID(), r.To().ID()}] = r.Rel
				from = append(from, int64(r.T))
			}
			if diff := cmp.Diff(from, ids(d.From(u))); diff != "" {
				t.Fatalf("From(%d): (-want +got)\n%s", u, diff)
			}
			to := []int64{}
			for v := range int64(m.ops) {
				rel, ok := want[[2]int64{v, u}]
				if ok {
					to = append(to, v)
				}
				if d.HasEdgeFromTo(v, u) != ok || ok && d.Edge(v, u).(Relation) != (Relation{Op(v), Op(u), rel}) {
					t.Fatalf("edge from %d to %d: %v", v, u, d.Edge(v, u))
				}
				_, back := want[[2]int64{u, v}]
				if d.HasEdgeBetween(u, v) != (ok || back) {
					t.Fatalf("edge between %d and %d", u, v)
				}
			}
			if diff := cmp.Diff(to, ids(d.To(u))); diff != "" {
				t.Fatalf("To(%d): (-want +got)\n%s", u, diff)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%v: (-want +got)\n%s", m, diff)
		}
		if len(ids(d.Nodes())) != m.ops || d.Node(int64(m.ops)) != nil || d.Node(-1) != nil || d.Node(0) != Op(0) {
			t.Fatal("nodes")
		}
	})
}

// Our components and gonum's algorithms over our graph agree, with barriers.
func TestGonumAlgorithms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := genModel(t, 10, 3, 30)
		g := m.graph()
		var cyclic [][]int32
		for _, c := range sorted(topo.TarjanSCC(g.Gonum())) {
			if len(c) > 1 {
				cyclic = append(cyclic, c)
			}
		}
		var want [][]int32
		for _, c := range g.Cyclic(AllRels) {
			for len(c) > 0 && int(c[len(c)-1]) >= m.ops {
				c = c[:len(c)-1]
			}
			want = append(want, c)
		}
		if diff := cmp.Diff(want, cyclic); diff != "" {
			t.Fatalf("%v: (-want +got)\n%s", m, diff)
		}
		reach := m.reach(AllRels)
		for u := range int64(m.ops) {
			shortest := path.DijkstraFrom(Op(u), g.Gonum())
			for v := range int64(m.ops) {
				if got := !math.IsInf(shortest.WeightTo(v), 1); got != reach[u][v] {
					t.Fatalf("%v: path from %d to %d: got %v", m, u, v, got)
				}
			}
		}
	})
}

func TestGonumReversed(t *testing.T) {
	d := New(3, 4, []Edge{{0, 3, Realtime}, {3, 1, Via}, {3, 2, Via}, {0, 1, WW}}).Gonum()
	e := d.Edge(0, 1)
	if e != (Relation{0, 1, WW | Realtime}) || e.ReversedEdge() != (Relation{1, 0, WW | Realtime}) {
		t.Errorf("got %v and %v", e, e.ReversedEdge())
	}
	if d.Edge(1, 0) != nil || d.Edge(5, 0) != nil || d.To(5) != gonum.Empty || d.Relations(-1) != nil {
		t.Error("edges that are not there")
	}
	if e := d.Edge(0, 9); e != nil {
		t.Errorf("got %v", e)
	}
}
