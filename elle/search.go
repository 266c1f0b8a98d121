package elle

import (
	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// A cycle is a witness, as nodes of the dependency graph.
type cycle struct {
	name  Anomaly
	steps []step
}

// A step says that from precedes to by one relation.
type step struct {
	from, to int32
	rel      graph.Rel
}

// witnessBudget is how many edges one search for a shorter witness may look at.
// It bounds the work in huge components; whether there is a witness at all does
// not depend on it.
const witnessBudget = 1 << 22

// search finds, for one component, a short witness of each kind of cycle that no
// worse kind implies. order is Process, Realtime, or 0 if the graph has no order.
//
// The two chains of cycles are searched worst first, each without and then with
// the order. Whether a kind exists is decided exactly and in polynomial time:
// without rw by strongly connected components, exactly one rw by reachability,
// spaced rw by components of a product graph, any rw by components again. Since
// a kind is searched only if none that implies it was found, a cycle that may
// use the order must use it, and one that may use wr or rw edges must too.
func search(g *graph.Graph, order graph.Rel) []cycle {
	f := &finder{g: g, s: graph.NewSearcher(g)}
	levels := []graph.Rel{0}
	if order != 0 && g.Rels()&order != 0 {
		levels = append(levels, order)
	}
	var out []cycle
	for _, chain := range cycleChains {
		worst := len(chain)
		for _, level := range levels {
			for i := 0; i < worst; i++ {
				if steps := f.find(chain[i], level); steps != nil {
					out = append(out, cycle{classify(rels(steps)), steps})
					worst = i
				}
			}
		}
	}
	return out
}

func rels(steps []step) []graph.Rel {
	out := make([]graph.Rel, len(steps))
	for i, s := range steps {
		out[i] = s.rel
	}
	return out
}

type finder struct {
	g *graph.Graph
	s *graph.Searcher
}

// find returns the witness of a kind of cycle, nil if there is none.
func (f *finder) find(spec cycleSpec, order graph.Rel) []step {
	ride := spec.ride | order
	rules := graph.Rules{Ride: ride, Jump: graph.RW, Not: graph.WW | graph.WR}
	switch spec.rw {
	case noRW:
		comp, size := f.g.Components(ride)
		return f.shortest(f.backEdges(comp, size, ride), false, rules, comp)
	case anyRW:
		comp, size := f.g.Components(ride)
		return f.shortest(f.jumps(comp, size, rules), true, rules, comp)
	case oneRW:
		comp, size := f.g.Components(ride | graph.RW)
		starts := f.jumps(comp, size, rules)
		pairs := make([]graph.Pair, len(starts))
		for i, st := range starts {
			pairs[i] = graph.Pair{From: st.head, To: st.op}
		}
		i := f.g.FirstReach(pairs, ride)
		if i < 0 {
			return nil
		}
		return f.shortest(starts[i:], true, rules, comp)
	}
	return f.spaced(rules)
}

// spaced finds a cycle of at least two jumps that are never adjacent.
func (f *finder) spaced(rules graph.Rules) []step {
	rules.Spaced = true
	product := f.g.SpacedComponents(rules)
	comp, size := f.g.Components(rules.Ride | graph.RW)
	var starts []start
	for _, st := range f.jumps(comp, size, rules) {
		if product[st.op<<1] == product[st.head<<1|1] {
			starts = append(starts, st)
		}
	}
	return f.shortest(starts, true, rules, comp)
}

// A start is an edge that a cycle may begin with, out of an op.
type start struct {
	op, edge, head int32
}

// jumps returns the edges that can be a jump and whose ends are in the same
// component.
func (f *finder) jumps(comp, size []int32, rules graph.Rules) []start {
	return f.edges(comp, size, func(_, _ int32, rel graph.Rel) bool { return rules.IsJump(rel) })
}

// backEdges returns the edges of a cycle's relations that lead back, or into a
// barrier that may: a cycle cannot lead forward only.
func (f *finder) backEdges(comp, size []int32, ride graph.Rel) []start {
	return f.edges(comp, size, func(u, v int32, rel graph.Rel) bool {
		return rel&ride != 0 && (v < u || int(v) >= f.g.Ops() && rel&graph.Realtime == 0)
	})
}

func (f *finder) edges(comp, size []int32, want func(u, v int32, rel graph.Rel) bool) (out []start) {
	for u := range int32(f.g.Ops()) {
		if size[comp[u]] < 2 {
			continue
		}
		dst, rel := f.g.Out(u)
		first := f.g.FirstEdge(u)
		for i, v := range dst {
			if comp[u] == comp[v] && want(u, v, rel[i]) {
				out = append(out, start{u, first + int32(i), v})
			}
		}
	}
	return out
}

// shortest closes a cycle from each of the starts and keeps the shortest, the
// first of equals.
func (f *finder) shortest(starts []start, jump bool, rules graph.Rules, comp []int32) []step {
	var best []step
	limit := 2 * f.g.Len()
	budget := f.s.Work + witnessBudget
	for _, st := range starts {
		if len(best) == 2 || (best != nil && f.s.Work > budget) {
			break
		}
		path := f.s.Close(st.op, st.edge, jump, rules, comp, limit)
		if path == nil {
			continue
		}
		steps := f.label(path, rules)
		if rules.Spaced {
			if steps = simplest(steps); steps == nil {
				continue
			}
		}
		if best == nil || len(steps) < len(best) {
			best, limit = steps, len(steps)-1
		}
	}
	return best
}

// label chooses one relation for each step: the strongest of those that the
// search may ride on, in the order in which Elle explains edges.
func (f *finder) label(path []graph.Step, rules graph.Rules) []step {
	steps := make([]step, len(path))
	for i, p := range path {
		rel := p.Rel & rules.Ride
		if p.Jump {
			rel = graph.RW
		}
		steps[i] = step{p.From, p.To, rel & -rel} // the lowest bit
	}
	return steps
}

// simplest cuts a closed walk at the ops that it visits twice, and returns a
// piece that is a cycle with spaced rw steps, nil if there is none. A piece
// between two visits of an op has adjacent jumps at most where it was cut, and
// not both pieces do; so unless some piece has no rw steps at all, one serves.
func simplest(walk []step) []step {
	at := map[int32]int{}
	for i, s := range walk {
		if j, ok := at[s.from]; ok {
			inner := simplest(walk[j:i:i])
			if inner != nil {
				return inner
			}
			return simplest(append(append([]step(nil), walk[:j]...), walk[i:]...))
		}
		at[s.from] = i
	}
	if name := classify(rels(walk)); name == GNonadjacent || name == GNonadjacent.process() || name == GNonadjacent.realtime() {
		return walk
	}
	return nil
}
