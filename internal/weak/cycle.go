package weak

import (
	"context"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// cycleWork bounds the search for a shortest cycle, in edges looked at. After
// that the shortest one found so far has to do.
const cycleWork = 1 << 25

// A link is a step of a cycle between nodes of a component.
type link struct {
	from, to int32
	rel      graph.Rel
}

// shortest returns a witness of the shortest cycle in the components, or nil if
// there are none.
func (c *checker) shortest(ctx context.Context, found []component, edges []Forced, err error) (*Witness, error) {
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var best []link
	var in *component
	work := int64(0)
	for i := range found {
		s := newSearch(found[i].g)
		for v := range int32(s.g.Len()) {
			// Two is the least, and nothing is found without any search.
			if len(best) == 2 || work+s.work > cycleWork && best != nil {
				break
			}
			if !s.leadsBack(v) { // but some node of each cycle does
				continue
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if cycle := s.through(v, len(best)); cycle != nil {
				best, in = cycle, &found[i]
			}
		}
		work += s.work
	}
	return c.witness(in, best, edges), nil
}

// search looks for short cycles in a component, breadth first. Session order is
// transitive, so any stretch of it is one step.
type search struct {
	g      *graph.Graph
	run    int32
	seen   []int32 // per node: the run that reached it
	ridden []int32 // per node: the run that followed session order from it
	back   []link  // per node: the step by which it was reached
	queue  []int32
	stack  []int32
	work   int64
}

func newSearch(g *graph.Graph) *search {
	n := g.Len()
	return &search{g: g, seen: make([]int32, n), ridden: make([]int32, n), back: make([]link, n)}
}

// leadsBack reports whether an edge leads from v to a smaller node.
func (s *search) leadsBack(v int32) bool {
	dst, _ := s.g.Out(v)
	return len(dst) > 0 && dst[0] < v
}

// through returns the shortest cycle through v, if it is shorter than limit
// steps or limit is zero.
func (s *search) through(v int32, limit int) []link {
	s.run++
	s.queue = append(s.queue[:0], v)
	depth, levelEnd := 1, 1
	for i := 0; i < len(s.queue); i++ {
		if i == levelEnd {
			depth++
			levelEnd = len(s.queue)
		}
		if limit > 0 && depth >= limit {
			return nil
		}
		u := s.queue[i]
		dst, rel := s.g.Out(u)
		s.work += int64(len(dst)) + 1
		for j, w := range dst {
			if rel[j]&relSession != 0 {
				s.ride(u, w)
			} else {
				s.reach(link{u, w, rel[j]})
			}
		}
		if s.seen[v] == s.run {
			return s.trace(v)
		}
	}
	return nil
}

func (s *search) reach(l link) {
	if s.seen[l.to] != s.run {
		s.seen[l.to] = s.run
		s.back[l.to] = l
		s.queue = append(s.queue, l.to)
	}
}

// ride reaches w and all that comes after it in session order, from u.
func (s *search) ride(u, w int32) {
	s.stack = append(s.stack[:0], w)
	for len(s.stack) > 0 {
		w := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		if s.ridden[w] == s.run {
			continue
		}
		s.ridden[w] = s.run
		s.reach(link{u, w, relSession})
		dst, rel := s.g.Out(w)
		s.work += int64(len(dst))
		for j, next := range dst {
			if rel[j]&relSession != 0 {
				s.stack = append(s.stack, next)
			}
		}
	}
}

// trace returns the cycle, from v to v.
func (s *search) trace(v int32) []link {
	var cycle []link
	for at := v; ; {
		cycle = append(cycle, s.back[at])
		if at = s.back[at].from; at == v {
			break
		}
	}
	for i, j := 0, len(cycle)-1; i < j; i, j = i+1, j-1 {
		cycle[i], cycle[j] = cycle[j], cycle[i]
	}
	return cycle
}
