package elle

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestOrderedPairs compares both ways of counting the pairs of versions that are
// ordered with the transitive closure.
func TestOrderedPairs(t *testing.T) {
	defer func(old int) { bitPasses = old }(bitPasses)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, maxChains+1).Draw(t, "versions")
		if rapid.Bool().Draw(t, "many") {
			n = rapid.IntRange(2, 150).Draw(t, "many versions")
		}
		g, m, want := randomOrder(t, n)
		bitPasses = 1 << 10
		if got, counted := g.ordered(m); !counted || got != want {
			t.Fatalf("with bits %d pairs, %v, want %d", got, counted, want)
		}
		bitPasses = 0
		if got, counted := g.ordered(m); counted && got != want || !counted && n <= maxChains {
			t.Fatalf("with chains %d pairs, %v, want %d", got, counted, want)
		}
	})
}

// randomOrder draws an order of n versions, of which the first is the initial one,
// and returns how many have a writer, and how many pairs of these are ordered.
func randomOrder(t *rapid.T, n int) (g *registerEdges, m, pairs int64) {
	r := &registers{first: []int32{0, 0}, writer: make([]int32, n), x: &txns{status: make([]status, n)}}
	g = &registerEdges{registerOrder: &registerOrder{r: r, n: int32(n)}}
	place := rapid.Permutation(numbers(n)[1:]).Draw(t, "order") // version v+1 is at place[v]
	if rapid.Bool().Draw(t, "forward") {
		slices.Sort(place)
	}
	density := rapid.IntRange(1, 20).Draw(t, "density")
	after := make([][]bool, n)
	for v := range after {
		after[v] = make([]bool, n)
		r.x.status[v] = committed
		if r.writer[v] = int32(v); v == 0 || rapid.IntRange(0, 9).Draw(t, "writer") == 0 {
			r.writer[v] = noWriter
		} else {
			m++
		}
	}
	for a := 1; a < n; a++ {
		for b := 1; b < n; b++ {
			if place[a-1] < place[b-1] && (place[b-1]-place[a-1] == 1 && density > 10 || rapid.IntRange(0, 100).Draw(t, "edge") < density) {
				after[a][b] = true
				g.registerOrder.edges = append(g.registerOrder.edges, versionEdge{from: int32(a), to: int32(b)})
			}
		}
	}
	g.bucketEdges()
	for via := range n { // Warshall 1962
		for a := range n {
			for b := range n {
				after[a][b] = after[a][b] || after[a][via] && after[via][b]
			}
		}
	}
	for a := range n {
		for b := range n {
			if after[a][b] && r.writer[a] >= 0 && r.writer[b] >= 0 {
				pairs++
			}
		}
	}
	return g, m, pairs
}

func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
