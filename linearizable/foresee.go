package linearizable

import "slices"

// A sourcer knows what its transitions need and lead to, so that the search sees
// early when an op has lost all that could make it possible.
type sourcer interface {
	machine
	// needs returns the only state in which a transition is possible, illegal if there
	// are more.
	needs(t int32) int32
	// leads returns the state that a transition leads to, illegal if it never changes
	// anything.
	leads(t int32) int32
}

// sources are which ops lead to the states that others need.
type sources struct {
	on      bool
	watched int32
	last    int32     // the last op for which the search gave something up
	needs   []int32   // per transition
	leads   []int32   // per transition
	latest  []int32   // per completed op: the last invocation before its return of one that leads to what it needs, or -1
	pending [][]int32 // per state: the choices of pending ops that lead to it
	stamp   []int32   // per state: the count when something that runs led to it
	count   int32
	until   []int32 // per state: the last level at which a watched op can need it, or -1
	wanted  []int32 // per level: how many states may be needed from it on
}

// maxOffers bounds how many choices are listed by state.
const maxOffers = 1 << 22

// findSources prepares sources for the first watched of the completed ops.
func (s *search) findSources(m sourcer, watched int32) {
	f := &s.from
	f.on, f.watched = true, watched
	f.needs, f.leads = make([]int32, len(s.traits)), make([]int32, len(s.traits))
	states := int32(0)
	for _, op := range s.ops {
		f.needs[op.t], f.leads[op.t] = m.needs(op.t), m.leads(op.t)
		states = max(states, f.needs[op.t]+1, f.leads[op.t]+1)
	}
	f.stamp = make([]int32, states)
	f.pending = make([][]int32, states)
	latest := make([]int32, states) // per state: the last invocation so far of an op that leads there, or -1
	for i := range latest {
		latest[i] = -1
	}
	f.latest = make([]int32, s.n)
	begun := s.win.byInv
	for z := range s.n {
		for ; len(begun) > 0 && s.ops[begun[0]].inv < s.ops[z].ret; begun = begun[1:] {
			if to := f.leads[s.ops[begun[0]].t]; to != illegal {
				latest[to] = s.ops[begun[0]].inv
			}
		}
		f.latest[z] = -1
		if e := f.needs[s.ops[z].t]; e != illegal {
			f.latest[z] = latest[e]
		}
	}
	f.findWanted(s, states)
	if states = max(states, m.initial()+1); int64(states)*int64(len(s.pend.choices)) <= maxOffers {
		s.pend.offers = make([][]int32, states)
	}
	for j, c := range s.pend.choices {
		for state := range s.pend.offers {
			if e := f.needs[c.t]; e == illegal || e == int32(state) {
				s.pend.offers[state] = append(s.pend.offers[state], int32(j))
			}
		}
		if to := f.leads[c.t]; to != illegal {
			f.pending[to] = append(f.pending[to], int32(j))
		}
	}
}

// findWanted finds until when states may be needed.
func (f *sources) findWanted(s *search, states int32) {
	f.until = make([]int32, states)
	for i := range f.until {
		f.until[i] = -1
	}
	for z := range f.watched {
		if e := f.needs[s.ops[z].t]; e != illegal {
			f.until[e] = z
		}
	}
	f.wanted = make([]int32, s.n+1)
	for _, z := range f.until {
		if z >= 0 {
			f.wanted[z]++
		}
	}
	for z := s.n - 1; z >= 0; z-- {
		f.wanted[z] += f.wanted[z+1]
	}
}

// doomed reports whether an op that runs at c needs a state to which nothing leads
// that has not taken effect, s.tmp being what did.
func (s *search) doomed(c config) bool {
	f := &s.from
	s.win.seek(s, c.level)
	now := s.ops[c.level].ret
	f.count++
	left := f.wanted[c.level] // states to which nothing is known to lead
	for _, y := range s.win.open {
		to := f.leads[s.ops[y].t]
		if to == illegal || f.stamp[to] == f.count || has(s.tmp, s.slot[y]) {
			continue
		}
		f.stamp[to] = f.count
		if f.until[to] >= c.level {
			if left--; left == 0 {
				return false
			}
		}
	}
	for _, z := range s.win.open {
		if z >= f.watched {
			break
		}
		e := f.needs[s.ops[z].t]
		if e == illegal || e == c.state || f.stamp[e] == f.count || f.latest[z] > now || has(s.tmp, s.slot[z]) {
			continue
		}
		if !slices.ContainsFunc(f.pending[e], func(j int32) bool { return s.isLeft(s.ops[z].ret, c.used, j) }) {
			f.last = max(f.last, z)
			return true
		}
	}
	return false
}
