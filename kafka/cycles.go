package kafka

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A Cycle is a cycle of dependencies, with the shortest path found around it, or the
// mere fact that there is one of its type.
type Cycle struct {
	Type      string
	Steps     []Step // none if Component is given
	Component []int  // ops that are all on cycles with each other, by position
}

// A Step of a cycle says that op From precedes op To.
type Step struct {
	Rel      string // ww, wr or realtime
	From, To int
	FromMop  int // the positions of the micro-ops in their ops, -1 for realtime
	ToMop    int
	Message  Message // what From sent, unless it is realtime
	Next     Message // what To sent next, for ww
}

// cycleKinds are the kinds of cycles, worst first, and what Elle says of a component
// that has one: a model that it rules out. A kind is searched if none that implies
// it was found, so that a cycle which may use other edges must.
var cycleKinds = []struct {
	name      string
	rels      graph.Rel
	impliedBy []string
	exists    string
}{
	{"G0", graph.WW, nil, "PL-1-cycle-exists"},
	{"G1c", graph.WW | graph.WR, []string{"G0"}, "PL-2-cycle-exists"},
	{"G0-realtime", graph.WW | graph.Realtime, []string{"G0"}, "strong-PL-1-cycle-exists"},
	{"G1c-realtime", graph.WW | graph.WR | graph.Realtime, []string{"G0", "G1c", "G0-realtime"}, "strong-PL-2-cycle-exists"},
}

// witnessBudget is how many edges one search for a shorter witness may look at.
// Whether there is one does not depend on it.
const witnessBudget = 1 << 22

// dependencies calls emit with every edge but those of realtime.
func dependencies(f *facts, ww bool, lo, hi int32, emit func(from, to int32, rel graph.Rel)) {
	for t := lo; t < hi; t++ {
		last := int32(-1)
		for _, m := range f.reads.of(t) {
			if w := f.source(m); w >= 0 && w != t && w != last {
				emit(w, t, graph.WR)
				last = w
			}
		}
		if !ww {
			continue
		}
		for _, m := range f.sends.of(t) {
			if f.source(m) != t {
				continue
			}
			if before := f.previous(m); before >= 0 {
				if w := f.source(before); w >= 0 && w != t {
					emit(w, t, graph.WW)
				}
			}
		}
	}
}

// source returns the event that sent m, if only one can have.
func (f *facts) source(m int32) int32 {
	if f.bits[m]&ambiguousBit != 0 {
		return -1
	}
	return f.writer[m]
}

// previous returns the message before m in its log, -1 if there is none or m is not
// the one that stands for its offset.
func (f *facts) previous(m int32) int32 {
	i := f.last[m]
	start := f.start[f.key[m]]
	if i < 1 || f.message[start+int(i)] != m {
		return -1
	}
	return f.message[start+int(i)-1]
}

// cycles finds the cycles of dependencies. Both realtime and most dependencies lead
// forward in the order of completions, so a cycle lies in a stretch of events such
// that each cut through it is crossed by a dependency that leads backward.
func cycles(ctx context.Context, f *facts, ww bool) ([]Cycle, error) {
	crossed := make([]int32, f.len()+1) // differences of how many dependencies lead back across the cut behind an event
	back := false
	dependencies(f, ww, 0, int32(f.len()), func(from, to int32, _ graph.Rel) {
		if from > to {
			crossed[to]++
			crossed[from]--
			back = true
		}
	})
	if !back {
		return nil, ctx.Err()
	}
	type block struct{ lo, hi int32 }
	var blocks []block
	depth, lo := int32(0), int32(0)
	for t := range int32(f.len()) {
		if depth += crossed[t]; depth > 0 {
			continue
		}
		if lo < t {
			blocks = append(blocks, block{lo, t + 1})
		}
		lo = t + 1
	}
	found := make([][]Cycle, len(blocks))
	err := par.Workers(ctx, len(blocks), func(int) func(int) error {
		s := blockScan{f: f, ww: ww} // there are very many blocks of two events
		return func(i int) error {
			found[i] = s.cycles(blocks[i].lo, blocks[i].hi)
			return nil
		}
	})
	return slices.Concat(found...), err
}

// blockScan is the memory in which a worker looks at one block after another.
type blockScan struct {
	f     *facts
	ww    bool
	edges []graph.Edge
	graph graph.Workspace
}

// cycles finds the cycles of the events lo to hi.
func (s *blockScan) cycles(lo, hi int32) (found []Cycle) {
	s.edges = s.edges[:0]
	dependencies(s.f, s.ww, lo, hi, func(from, to int32, rel graph.Rel) {
		if from >= lo && from < hi {
			s.edges = append(s.edges, graph.Edge{From: from - lo, To: to - lo, Rel: rel})
		}
	})
	nodes := graph.AddRealtime(lo, hi, hi-lo, s.f.before, s.f.precedes, func(e graph.Edge) { s.edges = append(s.edges, e) })
	g := s.graph.Build(int(hi-lo), int(nodes), s.edges)
	for _, part := range s.graph.Cyclic(graph.AllRels) {
		c := &component{f: s.f, ww: s.ww, g: g.Induce(part)}
		for _, v := range part[:c.g.Ops()] {
			c.events = append(c.events, v+lo)
		}
		found = append(found, c.cycles()...)
	}
	return found
}

// precedes reports whether event t precedes in realtime what was invoked after it.
func (x *events) precedes(t int32) bool { return x.kind[t].moves() && x.status[t] == committed }

// ordered reports whether any event precedes another in realtime.
func ordered(f *facts) bool {
	first := int32(0)
	for int(first) < f.len() && !f.precedes(first) {
		first++
	}
	return slices.ContainsFunc(f.before, func(b int32) bool { return b > first })
}

// A component is a strongly connected component of the graph.
type component struct {
	f      *facts
	ww     bool
	g      *graph.Graph
	events []int32 // what the graph's ops stand for
}

func (c *component) cycles() (out []Cycle) {
	s := graph.NewSearcher(c.g)
	var have []string
	for _, kind := range cycleKinds {
		if slices.ContainsFunc(kind.impliedBy, func(name string) bool { return slices.Contains(have, name) }) {
			continue
		}
		comp, size := c.g.Components(kind.rels)
		steps := c.shortest(s, kind.rels, comp, size)
		if steps == nil {
			continue
		}
		have = append(have, kind.name)
		out = append(out, Cycle{Type: kind.name, Steps: c.explain(steps, kind.rels)}, Cycle{Type: kind.exists, Component: c.smallest(comp, size)})
	}
	return out
}

// shortest returns the shortest cycle of some relations, the first of equals. Each
// has a dependency that leads back, since realtime leads forward.
func (c *component) shortest(s *graph.Searcher, rels graph.Rel, comp, size []int32) (best []graph.Step) {
	rules := graph.Rules{Ride: rels}
	budget := s.Work + witnessBudget
	for u := range int32(c.g.Ops()) {
		if size[comp[u]] < 2 {
			continue
		}
		dst, rel := c.g.Out(u)
		for i, v := range dst {
			if rel[i]&rels&^graph.Realtime == 0 || v > u || comp[u] != comp[v] {
				continue
			}
			if len(best) == 2 || best != nil && s.Work > budget {
				return best
			}
			limit := 2 * c.g.Len()
			if best != nil {
				limit = len(best) - 1
			}
			if steps := s.Close(u, c.g.FirstEdge(u)+int32(i), false, rules, comp, limit); steps != nil {
				best = steps
			}
		}
	}
	return best
}

// smallest returns the ops of the smallest component with a cycle.
func (c *component) smallest(comp, size []int32) (ops []int) {
	count := make([]int, len(size))
	for v := range c.g.Ops() {
		count[comp[v]]++
	}
	best := int32(-1)
	for v := range c.g.Ops() {
		if n := comp[v]; count[n] > 1 && (best < 0 || count[n] < count[best]) {
			best = n
		}
	}
	for v := range c.g.Ops() {
		if comp[v] == best {
			ops = append(ops, int(c.f.op[c.events[v]]))
		}
	}
	return ops
}

func (c *component) explain(steps []graph.Step, rels graph.Rel) (out []Step) {
	for _, s := range steps {
		rel := s.Rel & rels
		from, to := c.events[s.From], c.events[s.To]
		step := Step{From: int(c.f.op[from]), To: int(c.f.op[to]), FromMop: -1, ToMop: -1}
		switch rel & -rel { // the lowest bit
		case graph.WW:
			step.Rel = "ww"
			c.f.explainWW(&step, from, to)
		case graph.WR:
			step.Rel = "wr"
			c.f.explainWR(&step, from, to)
		default:
			step.Rel = "realtime"
		}
		out = append(out, step)
	}
	// A cycle may begin with any op. The first one is the earliest.
	first := 0
	for i := range out {
		if cmp.Less(out[i].From, out[first].From) {
			first = i
		}
	}
	return append(out[first:len(out):len(out)], out[:first]...)
}

func (f *facts) explainWR(s *Step, from, to int32) {
	for i, m := range f.reads.of(to) {
		if f.source(m) == from {
			s.Message, s.FromMop, s.ToMop = f.public(m), f.sentAt(from, m), int(f.reads.mop[f.reads.off[to]+i])
			return
		}
	}
}

func (f *facts) explainWW(s *Step, from, to int32) {
	for i, m := range f.sends.of(to) {
		if f.source(m) != to {
			continue
		}
		if before := f.previous(m); before >= 0 && f.source(before) == from {
			s.Message, s.Next = f.public(before), f.public(m)
			s.FromMop, s.ToMop = f.sentAt(from, before), int(f.sends.mop[f.sends.off[to]+i])
			return
		}
	}
}

// sentAt returns the place of the micro-op with which t sent m.
func (f *facts) sentAt(t, m int32) int {
	i := slices.Index(f.sends.of(t), m)
	return int(f.sends.mop[f.sends.off[t]+i])
}
