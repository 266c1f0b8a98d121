package linearizable

import (
	"cmp"
	"fmt"
	"slices"
)

// explain tells where the object fails: at the return that no configuration gets
// past.
func (p *subject) explain(s *search, part *Part) {
	k := s.deep
	part.Culprit = int(s.ops[k].id)
	if k > 0 {
		part.PreviousOK = int(s.ops[k-1].id)
	}
	s.widen()
	open := s.openAt(k)
	running := append(slices.Clone(open), s.pendingAt(k)...)
	slices.SortFunc(running, func(a, b int32) int { return cmp.Compare(s.ops[a].inv, s.ops[b].inv) })
	part.Window = completions(s, running)
	culprit := p.tell(s.ops[k].id)
	for i := range s.nodes {
		nd := &s.nodes[i]
		if nd.level != k || nd.cursor == beaten || len(part.Final) == maxStates {
			continue
		}
		st := State{Value: p.show(nd.state), Last: -1, Order: completions(s, s.order(int32(i)))}
		if len(st.Order) > 0 {
			st.Last = st.Order[len(st.Order)-1]
		}
		for _, y := range open {
			if !has(s.mask(int32(i)), s.slot[y]) {
				st.Pending = append(st.Pending, int(s.ops[y].id))
			}
		}
		st.Why = fmt.Sprintf("%s is impossible when it is %s", culprit, st.Value)
		part.Final = append(part.Final, st)
	}
}

// explainRide is explain for what a ride could not get past.
func (p *subject) explainRide(r *ride, part *Part) {
	op := &p.ops[r.culprit()]
	part.Culprit = int(op.id)
	before := int32(-1)
	var running, open []int32 // all ops that ran, by call, and the completed ones, by return
	for i := range p.ops {
		switch o := &p.ops[i]; {
		case o.ret < op.ret && o.ret > before:
			before, part.PreviousOK = o.ret, int(o.id)
		case o.ret >= op.ret && o.inv < op.ret:
			running = append(running, int32(i))
			if o.ret != never {
				open = append(open, int32(i))
			}
		}
	}
	slices.SortFunc(running, func(a, b int32) int { return cmp.Compare(p.ops[a].inv, p.ops[b].inv) })
	for _, i := range running {
		part.Window = append(part.Window, int(p.ops[i].id))
	}
	slices.SortFunc(open, func(a, b int32) int { return cmp.Compare(p.ops[a].ret, p.ops[b].ret) })
	culprit := p.tell(op.id)
	for _, i := range r.least() {
		st := State{Value: p.show(r.stops[i].state), Last: -1, Order: r.completions(i)}
		if len(st.Order) > 0 {
			st.Last = st.Order[len(st.Order)-1]
		}
		order := r.order(i)
		for _, y := range open {
			if !slices.Contains(order, y) {
				st.Pending = append(st.Pending, int(p.ops[y].id))
			}
		}
		st.Why = fmt.Sprintf("%s is impossible when it is %s", culprit, st.Value)
		part.Final = append(part.Final, st)
	}
}

// culprit returns the op whose return no stop got past.
func (r *ride) culprit() int32 { return -1 - r.op[r.fail] }

// least returns stops that got furthest, one for each state, a few: those where the fewest
// ops took effect.
func (r *ride) least() (list []int32) {
	slices.SortFunc(r.failed, func(a, b int32) int {
		return cmp.Or(cmp.Compare(r.stops[a].depth, r.stops[b].depth), cmp.Compare(a, b))
	})
	seen := map[int32]bool{}
	for _, i := range r.failed {
		if st := r.stops[i].state; !seen[st] && len(list) < maxStates {
			seen[st] = true
			list = append(list, i)
		}
	}
	return list
}

// reached returns how many completed ops the longest linearizable prefix has.
func (r *ride) reached() (n int) {
	for i, e := range r.op {
		if e < 0 && (r.left == 0 || int32(i) < r.fail) {
			n++
		}
	}
	return n
}

// completions returns the ops that took effect on the way to a stop, as their caller
// calls them.
func (r *ride) completions(i int32) []int {
	order := r.order(i)
	out := make([]int, len(order))
	for j, y := range order {
		out[j] = int(r.p.ops[y].id)
	}
	return out
}
