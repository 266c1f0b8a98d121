package linearizable

import (
	"cmp"
	"context"
	"slices"
)

// A ride looks at an object whose steps are a caller's in the order of Wing & Gong (1993)
// and Lowe (2017), which is Porcupine's: it tries what was invoked first. Where that goes
// straight to an answer, the search needs more steps, since it lets ops take effect as
// late as they can. The ride takes less for each, for what it has been at it keeps as a
// tree: a configuration is the one before, and an op.
type ride struct {
	p          *subject
	next, prev []int32 // of calls and returns, by position; the last is both ends
	op         []int32 // per event: the op, or -1 less the op of a return
	call, ret  []int32 // per op: its events; ret is -1 if it is pending
	left       int     // completed ops that have not taken effect
	at         int32   // the event that is looked at
	cur        int32   // the stop that the ride is at
	stops      []stop
	table      []int32 // open addressing: stops by ops and state, from 1
	mark       []int64 // per op: see same
	marks      int64
	steps      int64
	fail       int32   // the highest return that a stop did not get past, an event
	failed     []int32 // the stops that got there
}

// A stop is a configuration: ops took effect and led to a state.
type stop struct {
	parent, op   int32
	state, depth int32
	hash         uint64 // of the ops, in any order
}

func newRide(p *subject) *ride {
	n := len(p.ops)
	r := &ride{p: p, call: make([]int32, n), ret: make([]int32, n), mark: make([]int64, n), fail: -1}
	type event struct{ at, op int32 }
	events := make([]event, 0, 2*n)
	for i, op := range p.ops {
		events = append(events, event{op.inv, int32(i)})
		if r.ret[i] = -1; op.ret != never {
			events = append(events, event{op.ret, -1 - int32(i)})
			r.left++
		}
	}
	slices.SortFunc(events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	end := int32(len(events))
	r.next, r.prev = make([]int32, end+1), make([]int32, end+1)
	for i := range end + 1 {
		r.next[i], r.prev[i] = (i+1)%(end+1), (i+end)%(end+1)
	}
	r.op = make([]int32, len(events))
	for i, e := range events {
		if r.op[i] = e.op; e.op >= 0 {
			r.call[e.op] = int32(i)
		} else {
			r.ret[-1-e.op] = int32(i)
		}
	}
	r.at = r.next[end]
	r.stops = append(make([]stop, 0, n+1), stop{parent: -1, op: -1, state: p.machine.initial()})
	r.table = make([]int32, 64)
	return r
}

// run goes on, up to a number of steps in all and to a number of bytes.
func (r *ride) run(ctx context.Context, steps, memory int64) outcome {
	m := r.p.machine
	end := int32(len(r.op))
	for r.left > 0 {
		if r.at != end && r.op[r.at] >= 0 {
			switch {
			case r.steps >= steps:
				return outOfSteps
			case r.steps&0xff == 0 && memory > 0 && m.bytes()+r.bytes() > memory:
				return outOfMemory
			case r.steps&0xfff == 0 && ctx.Err() != nil:
				return cancelled
			}
			r.steps++
			op := r.op[r.at]
			if to := m.step(r.stops[r.cur].state, r.p.ops[op].t); to != illegal && r.enter(op, to) {
				if r.lift(op); r.ret[op] >= 0 {
					r.left--
				}
				r.at = r.next[end]
			} else {
				r.at = r.next[r.at]
			}
			continue
		}
		r.note()
		if r.cur == 0 {
			return exhausted
		}
		op := r.stops[r.cur].op
		r.cur = r.stops[r.cur].parent
		if r.drop(op); r.ret[op] >= 0 {
			r.left++
		}
		r.at = r.next[r.call[op]]
	}
	return found
}

// note keeps a stop that got as far as any: to the return that is looked at.
func (r *ride) note() {
	if r.at > r.fail {
		r.fail, r.failed = r.at, r.failed[:0]
	}
	if r.at == r.fail {
		r.failed = append(r.failed, r.cur)
	}
}

// enter goes on to where an op leads, unless it has been there.
func (r *ride) enter(op, state int32) bool {
	if 2*len(r.stops) >= len(r.table) {
		r.grow()
	}
	from := &r.stops[r.cur]
	h := from.hash + mix(uint64(op)+1, 1)
	at := r.place(h, state)
	for ; r.table[at] > 0; at = (at + 1) & (len(r.table) - 1) {
		i := r.table[at] - 1
		if s := &r.stops[i]; s.hash == h && s.state == state && s.depth == from.depth+1 && r.same(i, op) {
			return false
		}
	}
	next := int32(len(r.stops))
	r.stops = append(r.stops, stop{r.cur, op, state, from.depth + 1, h})
	r.table[at] = next + 1
	r.cur = next
	return true
}

// same reports whether a stop has the same ops as cur with one more. Both have as many.
func (r *ride) same(i, op int32) bool {
	r.marks++
	for a, b := i, r.cur; ; {
		r.mark[r.stops[a].op] = r.marks
		if a = r.stops[a].parent; a == b {
			break
		}
		b = r.stops[b].parent
	}
	for a, b := i, r.cur; ; {
		if r.mark[op] != r.marks {
			return false
		}
		if a = r.stops[a].parent; a == b {
			return true
		}
		op, b = r.stops[b].op, r.stops[b].parent
	}
}

func (r *ride) place(hash uint64, state int32) int {
	return int(mix(hash, uint64(state))>>20) & (len(r.table) - 1)
}

func (r *ride) grow() {
	r.table = make([]int32, 2*len(r.table))
	for i := 1; i < len(r.stops); i++ {
		s := &r.stops[i]
		at := r.place(s.hash, s.state)
		for r.table[at] > 0 {
			at = (at + 1) & (len(r.table) - 1)
		}
		r.table[at] = int32(i) + 1
	}
}

// order returns the ops that took effect on the way to a stop.
func (r *ride) order(i int32) []int32 {
	order := make([]int32, r.stops[i].depth)
	for ; i > 0; i = r.stops[i].parent {
		order[r.stops[i].depth-1] = r.stops[i].op
	}
	return order
}

func (r *ride) bytes() int64 {
	return int64(24*cap(r.stops) + 4*(len(r.table)+cap(r.failed)+6*len(r.op)))
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
