package graph

import (
	"fmt"

	"pgregory.net/rapid"
)

// model is a graph as its edges: what the real one is compared with.
type model struct {
	ops, nodes int
	edges      []Edge
}

func (m model) graph() *Graph { return New(m.ops, m.nodes, m.edges) }

func (m model) String() string { return fmt.Sprintf("%d ops, %d nodes, %v", m.ops, m.nodes, m.edges) }

// genModel generates a graph: edges out of ops have relations, those out of
// barriers have none, and no barrier leads to one before it.
func genModel(t *rapid.T, maxOps, maxBarriers, maxEdges int) model {
	m := model{ops: rapid.IntRange(1, maxOps).Draw(t, "ops")}
	m.nodes = m.ops + rapid.IntRange(0, maxBarriers).Draw(t, "barriers")
	for range rapid.IntRange(0, maxEdges).Draw(t, "edges") {
		u := rapid.IntRange(0, m.nodes-1).Draw(t, "from")
		v := rapid.IntRange(0, m.nodes-1).Draw(t, "to")
		rel := rapid.SampledFrom([]Rel{WW, WR, RW, RW, WW | RW, WR | RW, Realtime, Process | RW}).Draw(t, "rel")
		if u >= m.ops {
			if rel = Via; v >= m.ops && v <= u {
				continue
			}
		}
		m.edges = append(m.edges, Edge{int32(u), int32(v), rel})
	}
	return m
}

// expand returns the steps that m allows: the edges between ops, and one for
// each way through barriers. Duplicates stay, and so do loops through barriers.
func (m model) expand() []Edge {
	var out []Edge
	var follow func(from, at int32, rel Rel)
	follow = func(from, at int32, rel Rel) {
		if int(at) < m.ops {
			out = append(out, Edge{from, at, rel})
			return
		}
		for _, e := range m.edges {
			if e.From == at {
				follow(from, e.To, rel)
			}
		}
	}
	// Only merged edges count: an edge is a jump or not by all its relations.
	merged := map[[2]int32]Rel{}
	for _, e := range m.edges {
		if e.From != e.To {
			merged[[2]int32{e.From, e.To}] |= e.Rel
		}
	}
	for u := range int32(m.ops) {
		for v := range int32(m.nodes) {
			if rel, ok := merged[[2]int32{u, v}]; ok {
				follow(u, v, rel)
			}
		}
	}
	return out
}

// reach answers which nodes are reachable from which by edges with a relation
// in mask, in no steps or more.
func (m model) reach(mask Rel) [][]bool {
	out := make([][]bool, m.nodes)
	for u := range out {
		out[u] = make([]bool, m.nodes)
		out[u][u] = true
		todo := []int{u}
		for len(todo) > 0 {
			v := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, e := range m.edges {
				if int(e.From) == v && (e.Rel&mask != 0 || e.Rel == Via) && !out[u][e.To] {
					out[u][e.To] = true
					todo = append(todo, int(e.To))
				}
			}
		}
	}
	return out
}

// closed returns the length of the shortest closed walk that begins with the
// step first, or -1: a breadth-first search over steps, not over edges. Whether
// the walk may pass through its beginning is for again to say.
func closed(steps []Edge, first Edge, jump, again bool, r Rules) int {
	type state struct {
		at   int32
		jump bool
	}
	dist := map[state]int{{first.To, jump}: 1}
	queue := []state{{first.To, jump}}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if s.at == first.From {
			if !r.Spaced || !(jump && s.jump) {
				return dist[s]
			}
			if !again {
				continue
			}
		}
		for _, e := range steps {
			if e.From != s.at {
				continue
			}
			// A step that may be ridden is not a jump, though it could be.
			ride := e.Rel&r.Ride != 0
			if !ride && !(r.Spaced && r.IsJump(e.Rel) && !s.jump) {
				continue
			}
			to := state{e.To, !ride}
			if _, ok := dist[to]; !ok {
				dist[to] = dist[s] + 1
				queue = append(queue, to)
			}
		}
	}
	return -1
}
