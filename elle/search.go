package elle

import (
	"strings"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/result"
)

// A cycle is a witness, as nodes of the dependency graph.
type cycle struct {
	name   Anomaly
	steps  []step
	around result.Component
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
// worse kind implies. order is Process, Realtime, both, or 0 if the graph has no
// order.
//
// The chains of cycles are searched worst first, each without and then with the
// order. Whether a kind exists is decided exactly and in polynomial time:
// without rw by strongly connected components, exactly one rw by reachability,
// spaced rw by components of a product graph, any rw by components again. Since
// a kind is searched only if none that implies it was found, a cycle that may
// use the order must use it, and one that may use wr or rw edges must too.
func search(g *graph.Graph, order graph.Rel) []cycle {
	f := &finder{g: g, s: graph.NewSearcher(g), order: order}
	rels := g.Rels()
	levels := []graph.Rel{0}
	if order == graph.Process|graph.Realtime && rels&graph.Process != 0 {
		levels = append(levels, graph.Process)
	}
	if order != 0 && rels&(order|timed) != 0 {
		levels = append(levels, order)
	}
	write, item, predicate := len(writeCycles), len(itemCycles), len(predicateCycles) // the rank of the worst found of each chain
	for _, level := range levels {
		write = f.chain(writeCycles, level, write)
		force := rels & forced
		if level == 0 {
			force &^= timed
		}
		if force != 0 {
			item = f.chain(withForced(force, write == len(writeCycles)), level, item)
		} else {
			item = f.chain(itemCycles, level, item)
		}
		if rels&graph.RWP != 0 {
			predicate = f.chain(predicateCycles, level, min(item, predicate))
		}
	}
	return f.out
}

// withForced is itemCycles for a graph in which some steps are forced. What is
// forced may also close a cycle without any rw, if alone is set and so no such
// cycle is there without it.
func withForced(force graph.Rel, alone bool) (out []cycleSpec) {
	for _, s := range itemCycles {
		s.ride |= force & forcedWW
		s.jump |= force & forcedRW
		if s.rw == anyRW {
			s.ride |= force
		}
		out = append(out, s)
		if alone && s.rw != spacedRW {
			out = append(out, cycleSpec{s.rank, s.ride, 0, noRW})
		}
	}
	return out
}

// chain searches the kinds of a chain that are worse than worst, and returns the
// rank of the first that it found, worst if none.
func (f *finder) chain(specs []cycleSpec, level graph.Rel, worst int) int {
	for _, s := range specs {
		if s.rank < worst && f.add(s, level) {
			return s.rank
		}
	}
	return worst
}

// add searches a kind of cycle and keeps its witness.
func (f *finder) add(spec cycleSpec, level graph.Rel) bool {
	steps := f.find(spec, level)
	if steps != nil {
		f.out = append(f.out, cycle{name: classify(rels(steps), f.order), steps: steps})
	}
	return steps != nil
}

func rels(steps []step) []graph.Rel {
	out := make([]graph.Rel, len(steps))
	for i, s := range steps {
		out[i] = s.rel
	}
	return out
}

type finder struct {
	g     *graph.Graph
	s     *graph.Searcher
	order graph.Rel
	out   []cycle
}

// find returns the witness of a kind of cycle, nil if there is none.
func (f *finder) find(spec cycleSpec, order graph.Rel) []step {
	ride := spec.ride | order
	rules := graph.Rules{Ride: ride, Jump: spec.jump, Not: reads}
	switch spec.rw {
	case noRW:
		comp, size := f.g.Components(ride)
		return f.shortest(f.backEdges(comp, size, ride), false, rules, comp)
	case anyRW:
		comp, size := f.g.Components(ride)
		return f.shortest(f.jumps(comp, size, rules), true, rules, comp)
	case oneRW:
		comp, size := f.g.Components(ride | spec.jump)
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
	comp, size := f.g.Components(rules.Ride | rules.Jump)
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
			if steps = simplest(steps, f.order); steps == nil {
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
			rel = p.Rel & rules.Jump
		}
		steps[i] = step{p.From, p.To, rel & -rel} // the lowest bit
	}
	return steps
}

// simplest cuts a closed walk at the ops that it visits twice, and returns a
// piece that is a cycle with spaced rw steps, nil if there is none. A piece
// between two visits of an op has adjacent jumps at most where it was cut, and
// not both pieces do; so unless some piece has no rw steps at all, one serves.
func simplest(walk []step, order graph.Rel) []step {
	at := map[int32]int{}
	for i, s := range walk {
		if j, ok := at[s.from]; ok {
			inner := simplest(walk[j:i:i], order)
			if inner != nil {
				return inner
			}
			return simplest(append(append([]step(nil), walk[:j]...), walk[i:]...), order)
		}
		at[s.from] = i
	}
	if strings.HasPrefix(string(classify(rels(walk), order)), string(GNonadjacentPred)) {
		return walk
	}
	return nil
}
