package linearizable

import (
	"cmp"
	"slices"
)

// A ride is a first look at an object whose steps are a caller's: it tries what was
// invoked first, as Wing & Gong (1993) and Lowe (2017) do, and Porcupine after them. Where
// that goes straight to a linearization, the search needs more steps, since it lets ops
// take effect as late as they can. The ride takes few, and gives up what it has been at
// by a hash alone: it may miss a linearization, but what it finds is one.
type ride struct {
	p          *subject
	next, prev []int32 // of calls and returns, by position; the last is both ends
	op         []int32 // per event: the op, or -1 less the op of a return
	call, ret  []int32 // per op: its events; ret is -1 if it is pending
	been       map[uint64]bool
	steps      int64
}

// rideSteps bounds a ride: so many steps per op, but no more than most.
const (
	rideSteps = 32
	mostSteps = 1 << 17
)

func newRide(p *subject) *ride {
	r := &ride{p: p, been: map[uint64]bool{}, call: make([]int32, len(p.ops)), ret: make([]int32, len(p.ops))}
	type event struct{ at, op int32 }
	var events []event
	for i, op := range p.ops {
		events = append(events, event{op.inv, int32(i)})
		if r.ret[i] = -1; op.ret != never {
			events = append(events, event{op.ret, -1 - int32(i)})
		}
	}
	slices.SortFunc(events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	n := int32(len(events))
	r.next, r.prev = make([]int32, n+1), make([]int32, n+1)
	for i := range n + 1 {
		r.next[i], r.prev[i] = (i+1)%(n+1), (i+n)%(n+1)
	}
	for i, e := range events {
		if r.op = append(r.op, e.op); e.op >= 0 {
			r.call[e.op] = int32(i)
		} else {
			r.ret[-1-e.op] = int32(i)
		}
	}
	return r
}

// run returns a linearization, as indices of p.ops, or nil.
func (r *ride) run(memory int64) []int32 {
	type taken struct{ op, state int32 } // the state before
	var path []taken
	m := r.p.machine
	end := int32(len(r.op))
	state, hash := m.initial(), uint64(0)
	left := 0
	for _, e := range r.ret {
		if e >= 0 {
			left++
		}
	}
	most := min(mostSteps, int64(rideSteps*len(r.p.ops)))
	for at := r.next[end]; left > 0; {
		if at != end && r.op[at] >= 0 {
			op := r.op[at]
			if r.steps++; r.steps > most || r.steps&0xff == 0 && memory > 0 && m.bytes()+mapEntry*int64(len(r.been)) > memory/2 {
				return nil
			}
			to := m.step(state, r.p.ops[op].t)
			h := hash + mix(uint64(op)+1, 1)
			if key := mix(h, uint64(to)); to != illegal && !r.been[key] {
				r.been[key] = true
				path = append(path, taken{op, state})
				state, hash = to, h
				if r.lift(op); r.ret[op] >= 0 {
					left--
				}
				at = r.next[end]
				continue
			}
			at = r.next[at]
			continue
		}
		if len(path) == 0 {
			return nil
		}
		last := path[len(path)-1]
		path = path[:len(path)-1]
		state, hash = last.state, hash-mix(uint64(last.op)+1, 1)
		if r.drop(last.op); r.ret[last.op] >= 0 {
			left++
		}
		at = r.next[r.call[last.op]]
	}
	order := make([]int32, len(path))
	for i, t := range path {
		order[i] = t.op
	}
	return order
}

// lift takes the events of an op out; drop puts them back.
func (r *ride) lift(op int32) {
	for _, e := range [2]int32{r.call[op], r.ret[op]} {
		if e >= 0 {
			r.next[r.prev[e]], r.prev[r.next[e]] = r.next[e], r.prev[e]
		}
	}
}

func (r *ride) drop(op int32) {
	for _, e := range [2]int32{r.ret[op], r.call[op]} {
		if e >= 0 {
			r.next[r.prev[e]], r.prev[r.next[e]] = e, e
		}
	}
}
