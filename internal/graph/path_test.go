package graph

import (
	"testing"

	"pgregory.net/rapid"
)

func TestFirstReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := genModel(t, 12, 4, 30)
		mask := rapid.SampledFrom(masks).Draw(t, "mask")
		node := rapid.Int32Range(0, int32(m.nodes-1))
		var pairs []Pair
		for range rapid.IntRange(0, 20).Draw(t, "pairs") {
			pairs = append(pairs, Pair{node.Draw(t, "from"), node.Draw(t, "to")})
		}
		reach, want := m.reach(mask), -1
		for i, p := range pairs {
			if reach[p.From][p.To] {
				want = i
				break
			}
		}
		if want < 0 && len(pairs) > 0 && rapid.Bool().Draw(t, "several batches") {
			for len(pairs) < 1200 {
				pairs = append(pairs, pairs...)
			}
			want = len(pairs)
			pairs = append(pairs, Pair{0, 0})
		}
		if got := m.graph().FirstReach(pairs, mask); got != want {
			t.Fatalf("%v, pairs %v, mask %b: got %d, want %d", m, pairs, mask, got, want)
		}
	})
}

var rules = []Rules{
	{Ride: WW | WR, Jump: RW, Not: WW | WR},
	{Ride: WW | WR, Jump: RW, Not: WW | WR, Spaced: true},
	{Ride: WW | WR | Realtime, Jump: RW, Not: WW | WR, Spaced: true},
	{Ride: WW, Jump: RW, Spaced: true},
	{Ride: AllRels},
}

// A jump lies on a closed walk without two adjacent jumps exactly if its ends
// are in the same component of the product.
func TestSpacedComponents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := genModel(t, 6, 2, 14)
		r := rapid.SampledFrom(rules).Draw(t, "rules")
		r.Spaced = true
		g, steps := m.graph(), m.expand()
		comp := g.SpacedComponents(r)
		for u := range int32(m.ops) {
			dst, rel := g.Out(u)
			for i, v := range dst {
				if !r.IsJump(rel[i]) {
					continue
				}
				want := false
				for _, first := range m.through(u, v) {
					want = want || closed(steps, Edge{u, first, rel[i]}, true, true, r) >= 0
				}
				if got := comp[u<<1] == comp[v<<1|1]; got != want {
					t.Fatalf("%v, %+v, jump from %d to %d: got %v, want %v", m, r, u, v, got, want)
				}
			}
		}
	})
}

// through returns where the edge from u to v leads, barriers passed through.
func (m model) through(u, v int32) (out []int32) {
	if int(v) < m.ops {
		return []int32{v}
	}
	for _, e := range m.edges {
		if e.From == v {
			out = append(out, m.through(u, e.To)...)
		}
	}
	return out
}

func TestClose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := genModel(t, 7, 3, 20)
		r := rapid.SampledFrom(rules).Draw(t, "rules")
		g, steps := m.graph(), m.expand()
		comp, _ := g.Components(AllRels)
		s := NewSearcher(g)
		for u := range int32(m.ops) {
			dst, rel := g.Out(u)
			for i, v := range dst {
				if comp[u] != comp[v] {
					continue
				}
				for _, jump := range []bool{false, true} {
					if jump && !r.IsJump(rel[i]) {
						continue
					}
					want := -1
					for _, w := range m.through(u, v) {
						if w == u {
							continue // a loop, which the checkers never make
						}
						if n := closed(steps, Edge{u, w, rel[i]}, jump, false, r); n >= 0 && (want < 0 || n < want) {
							want = n
						}
					}
					e := g.FirstEdge(u) + int32(i)
					path := s.Close(u, e, jump, r, comp, 100)
					if len(path) == 1 { // the loop, again
						continue
					}
					checkWalk(t, m, path, u, v, jump, r)
					if got := length(path); got != want {
						t.Fatalf("%v, %+v, from %d to %d, jump %v: got %v, want %d steps", m, r, u, v, jump, path, want)
					}
					if want < 0 {
						continue
					}
					if got := s.Close(u, e, jump, r, comp, want); len(got) != want {
						t.Fatalf("with a limit of %d: %v", want, got)
					}
					if got := s.Close(u, e, jump, r, comp, want-1); got != nil {
						t.Fatalf("with a limit of %d: %v", want-1, got)
					}
				}
			}
		}
	})
}

func length(path []Step) int {
	if path == nil {
		return -1
	}
	return len(path)
}

// checkWalk checks that the steps make a closed walk that the rules allow.
func checkWalk(t *rapid.T, m model, path []Step, u, v int32, jump bool, r Rules) {
	if path == nil {
		return
	}
	allowed := map[Edge]bool{}
	for _, e := range m.expand() {
		allowed[e] = true
	}
	for i, s := range path {
		next := path[(i+1)%len(path)]
		switch {
		case s.To != next.From, i == 0 && (s.From != u || s.Jump != jump), !allowed[Edge{s.From, s.To, s.Rel}]:
			t.Fatalf("%v: no walk from %d to %d: %v", m, u, v, path)
		case i > 0 && s.Jump != (s.Rel&r.Ride == 0), s.Jump && !r.IsJump(s.Rel), i > 0 && s.Jump && !r.Spaced:
			t.Fatalf("%v, %+v: step %d of %v", m, r, i, path)
		case r.Spaced && s.Jump && next.Jump:
			t.Fatalf("%v: adjacent jumps in %v", m, path)
		}
	}
}
