package graph

// Rules say which edges a path may take. An edge with a relation of Ride may
// always be taken. One with a relation of Jump and none of Not is a jump: with
// Spaced it may be taken if the step before was not a jump, otherwise never.
// Barriers' edges only continue the step that led there.
type Rules struct {
	Ride, Jump, Not Rel
	Spaced          bool
}

// IsJump reports whether an edge with these relations can be a jump.
func (r Rules) IsJump(rel Rel) bool { return rel&r.Jump != 0 && rel&r.Not == 0 }

// A Step is an edge of a path, without barriers: from one op to the next.
type Step struct {
	From, To int32
	Rel      Rel  // all relations of the edge
	Jump     bool // it was taken as a jump
}

// A Searcher finds short paths in one graph. It reuses its memory, so it must
// not be used concurrently.
type Searcher struct {
	g      *Graph
	seen   []uint32 // per state: the search that reached it
	parent []int32  // per state: the state before
	via    []int32  // per state: the edge taken
	run    uint32
	queue  []int32
	Work   int64 // edges looked at so far, for budgets
}

// NewSearcher returns a searcher of g.
func NewSearcher(g *Graph) *Searcher {
	n := 2 * g.Len()
	return &Searcher{g: g, seen: make([]uint32, n), parent: make([]int32, n), via: make([]int32, n)}
}

// A state is a node, and whether the step that reached it was a jump: v<<1 or
// v<<1|1. Being there without a jump allows everything that being there with
// one does.
func jumped(state int32) bool { return state&1 != 0 }

// Close returns the shortest way to complete a cycle that begins with edge e,
// from op a: the steps of the whole cycle, the first along e, or nil if there
// is none of at most limit steps. The first step counts as a jump if first is
// set; then, if rules are Spaced, the last step is none. No step between leads
// to a. All nodes must be in the same component as a, as comp numbers them.
func (s *Searcher) Close(a int32, e int32, first bool, rules Rules, comp []int32, limit int) []Step {
	s.run++
	g := s.g
	start := g.dst[e] << 1
	if first {
		start |= 1
	}
	s.queue = append(s.queue[:0], start)
	s.seen[start] = s.run
	s.parent[start], s.via[start] = -1, e
	lastJump := !rules.Spaced || !first // the last step may be a jump
	level, levelEnd := 1, 1             // steps taken to reach the queue's states; where the next level begins
	if int(g.dst[e]) >= g.ops {
		level = 0
	}
	for i := 0; i < len(s.queue); i++ {
		if i == levelEnd {
			level++
			levelEnd = len(s.queue)
		}
		if level >= limit {
			return nil
		}
		if done := s.expand(i, a, rules, lastJump, comp, &levelEnd); done >= 0 {
			return s.trace(a, done)
		}
	}
	return nil
}

// expand visits the successors of the i-th state of the queue, and returns the
// state of the target if it is among them, else -1. Barriers join the level
// that is being worked on, since reaching one is no step.
func (s *Searcher) expand(i int, target int32, rules Rules, lastJump bool, comp []int32, levelEnd *int) int32 {
	g, from := s.g, s.queue[i]
	u := from >> 1
	for e := g.off[u]; e < g.off[u+1]; e++ {
		s.Work++
		v, rel := g.dst[e], g.rel[e]
		if comp[v] != comp[target] {
			continue
		}
		to := v << 1
		switch {
		case rel == Via:
			to |= from & 1
		case rel&rules.Ride != 0:
		case rules.Spaced && !jumped(from) && rules.IsJump(rel):
			to |= 1
		default:
			continue
		}
		if v == target && (lastJump || !jumped(to)) {
			s.parent[to], s.via[to] = from, e
			return to
		}
		if v == target || s.seen[to] == s.run {
			continue
		}
		s.seen[to] = s.run
		s.parent[to], s.via[to] = from, e
		s.queue = append(s.queue, to)
		if int(v) >= g.ops { // swap the barrier into this level: the queue stays sorted
			last := len(s.queue) - 1
			s.queue[*levelEnd], s.queue[last] = s.queue[last], s.queue[*levelEnd]
			*levelEnd++
		}
	}
	return -1
}

// trace returns the steps from a along the states that led to last.
func (s *Searcher) trace(a, last int32) []Step {
	var edges []int32
	var states []int32
	for st := last; st >= 0; st = s.parent[st] {
		edges = append(edges, s.via[st])
		states = append(states, st)
	}
	steps := make([]Step, 0, len(edges))
	from, rel, jump := a, Rel(0), false
	for i := len(edges) - 1; i >= 0; i-- {
		if r := s.g.rel[edges[i]]; r != Via {
			rel, jump = r, jumped(states[i])
		}
		if v := s.g.dst[edges[i]]; int(v) < s.g.ops {
			steps = append(steps, Step{From: from, To: v, Rel: rel, Jump: jump})
			from = v
		}
	}
	return steps
}
