package graph

import (
	"testing"

	"pgregory.net/rapid"
)

// TestRealtime: an op leads to another by barriers alone exactly if it precedes it.
func TestRealtime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := int32(rapid.IntRange(1, 12).Draw(t, "ops"))
		before, ok := make([]int32, n), make([]bool, n)
		for v := range n {
			before[v] = int32(rapid.IntRange(0, int(v)).Draw(t, "before"))
			ok[v] = rapid.Bool().Draw(t, "precedes")
		}
		lo := int32(rapid.IntRange(0, int(n)-1).Draw(t, "lo"))
		hi := int32(rapid.IntRange(int(lo)+1, int(n)).Draw(t, "hi"))
		var edges []Edge
		nodes := AddRealtime(lo, hi, hi-lo, before, func(v int32) bool { return ok[v] }, func(e Edge) { edges = append(edges, e) })
		g := New(int(hi-lo), int(nodes), edges)
		var reach func(from int32, seen []bool) []bool
		reach = func(from int32, seen []bool) []bool {
			dst, _ := g.Out(from)
			for _, v := range dst {
				if !seen[v] {
					if seen[v] = true; int(v) >= g.Ops() {
						reach(v, seen)
					}
				}
			}
			return seen
		}
		for a := lo; a < hi; a++ {
			seen := reach(a-lo, make([]bool, g.Len()))
			for b := lo; b < hi; b++ {
				if want := ok[a] && a < before[b]; seen[b-lo] != want {
					t.Fatalf("op %d leads to %d: %v, want %v", a, b, seen[b-lo], want)
				}
			}
		}
		if len(edges) > 3*int(hi-lo) {
			t.Fatalf("%d edges among %d ops", len(edges), hi-lo)
		}
	})
}
