package linearizable

import (
	"fmt"
	"slices"
)

// maxStates is how many states before a failure are shown, and maxTail how many of the
// operations that led to each with what they made of the object.
const (
	maxStates = 10
	maxTail   = 8
)

// completions names searched operations by their ops.
func completions(s *search, order []int32) []int {
	out := make([]int, len(order))
	for i, y := range order {
		out[i] = int(s.ops[y].id)
	}
	return out
}

// explain finds where an invalid object fails: at the return that no configuration gets
// past.
func (c *check) explain(o *object, s *search, p *Part) {
	k := s.deep
	p.Culprit, p.Reached = int(s.ops[k].id), int(k)
	if k > 0 {
		p.PreviousOK = int(s.ops[k-1].id)
	}
	s.widen()
	open := append(s.openAt(k), s.pendingAt(k)...)
	p.Window = completions(s, open)
	slices.Sort(p.Window)
	culprit := c.m.tell(o, s.ops[k].t)
	for i := range s.nodes {
		nd := &s.nodes[i]
		if nd.level != k || nd.cursor == beaten || len(p.Final) == maxStates {
			continue
		}
		order := s.order(int32(i))
		st := State{Value: c.m.show(o, s.m, nd.state), Last: -1, Order: completions(s, order), Tail: c.tail(o, s, order)}
		if len(st.Order) > 0 {
			st.Last = st.Order[len(st.Order)-1]
		}
		for _, op := range p.Window {
			if !slices.Contains(st.Order, op) {
				st.Pending = append(st.Pending, op)
			}
		}
		st.Why = fmt.Sprintf("%s is impossible when it is %s", culprit, st.Value)
		p.Final = append(p.Final, st)
	}
}

// tail replays operations and returns the last few.
func (c *check) tail(o *object, s *search, order []int32) (steps []Step) {
	state := s.m.initial()
	for i, y := range order {
		state = s.m.step(state, s.ops[y].t)
		if i >= len(order)-maxTail {
			steps = append(steps, Step{int(s.ops[y].id), c.m.show(o, s.m, state)})
		}
	}
	return steps
}
