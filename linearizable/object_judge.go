package linearizable

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/verdict"
)

// A span is when an operation ran, by its caller's clock.
type span struct {
	client    int
	call, ret int64
	pending   bool
}

// ordered checks that no operation returned before it was called.
func ordered(spans []span) error {
	for i, s := range spans {
		if !s.pending && s.ret < s.call {
			return &OperationError{i, fmt.Sprintf("it returns at %d, before its call at %d", s.ret, s.call)}
		}
	}
	return nil
}

// sequential checks ordered, and that no client called while it waited. Whoever
// waits for a pending operation may give up, so these are in nobody's way.
func sequential(spans []span) error {
	if err := ordered(spans); err != nil {
		return err
	}
	last := map[int]int32{}
	for _, i := range byTime(len(spans), func(i int32) int64 { return spans[i].call }) {
		s := spans[i]
		if s.pending {
			continue
		}
		if j, ok := last[s.client]; ok && spans[j].ret > s.call {
			return &OperationError{int(i), fmt.Sprintf("client %d calls at %d while its operation %d runs, from %d to %d", s.client, s.call, j, spans[j].call, spans[j].ret)}
		}
		last[s.client] = i
	}
	return nil
}

// byTime returns 0 to n-1 by their times, equal ones in their order.
func byTime(n int, time func(i int32) int64) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = int32(i)
	}
	slices.SortStableFunc(list, func(a, b int32) int { return cmp.Compare(time(a), time(b)) })
	return list
}

// rank turns times into positions. At the same time calls come before returns,
// which makes operations that touch concurrent.
func rank(spans []span) []searchOp {
	ops := make([]searchOp, len(spans))
	for i := range ops {
		ops[i] = searchOp{ret: never, id: int32(i)}
	}
	calls := byTime(len(spans), func(i int32) int64 { return spans[i].call })
	returns := byTime(len(spans), func(i int32) int64 { return spans[i].ret })
	at := int32(0)
	c := 0
	callsUntil := func(time int64) {
		for ; c < len(calls) && spans[calls[c]].call <= time; c++ {
			ops[calls[c]].inv = at
			at++
		}
	}
	for _, i := range returns {
		if spans[i].pending {
			continue
		}
		callsUntil(spans[i].ret)
		ops[i].ret = at
		at++
	}
	for ; c < len(calls); c++ {
		ops[calls[c]].inv = at
		at++
	}
	return ops
}

// A subject is one object as the search sees it.
type subject struct {
	ctx     context.Context
	members []int32    // its operations
	ranked  []searchOp // all operations, by index
	ops     []searchOp // of these, what the search needs to see
	pending int
	// blind is when the first operation with unknown effects was called; never if there
	// is none.
	blind   int32
	blindOp int32
	machine *memo
	show    func(state int32) string
	tell    func(op int32) string
}

// use is what the search makes of an operation.
type use uint8

const (
	searched use = iota
	idle         // left out: it may be pending for ever
	blind        // left out, though it may have done something
)

// keep decides which operations the search sees, as which transitions.
func (p *subject) keep(decide func(op int32) (t int32, u use)) {
	p.ops = make([]searchOp, 0, len(p.members))
	p.blind = never
	for _, i := range p.members {
		op := p.ranked[i]
		if op.ret == never {
			p.pending++
		}
		t, u := decide(i)
		switch {
		case u == searched:
			op.t = t
			p.ops = append(p.ops, op)
		case u == blind && op.inv < p.blind:
			p.blind, p.blindOp = op.inv, op.id
		}
	}
}

// A memo is a machine that remembers the steps of an object that its caller made.
type memo struct {
	ctx    context.Context // of the run: a step may take long, and look at it
	pures  []bool
	states func() int64 // bytes of all states so far
	next   func(state, t int32) int32
	steps  map[uint64]int32
	// ended says that ctx ended a step, so that illegal may mean nothing.
	ended bool
}

func newMemo(ctx context.Context, pures []bool, states func() int64, next func(state, t int32) int32) *memo {
	return &memo{ctx: ctx, pures: pures, states: states, next: next, steps: map[uint64]int32{}}
}

func (m *memo) bytes() int64 { return m.states() + mapEntry*int64(len(m.steps)) }

func (m *memo) initial() int32 { return 0 }

func (m *memo) pure(t int32) bool { return m.pures[t] }

func (m *memo) step(s, t int32) int32 {
	key := uint64(uint32(s))<<32 | uint64(uint32(t))
	if next, ok := m.steps[key]; ok {
		return next
	}
	if m.ended || m.ctx.Err() != nil {
		m.ended = true
		return illegal
	}
	next := m.next(s, t)
	if m.ctx.Err() != nil {
		m.ended = true
		return illegal
	}
	m.steps[key] = next
	return next
}

// judgeParts decides objects, each for itself. fill makes the machine of one.
func judgeParts(ctx context.Context, keys []any, parts [][]int32, ranked []searchOp, opt Options, fill func(*subject)) (*Outcome, error) {
	if opt.Progress != nil {
		opt.Progress("search")
	}
	budget := opt.Budget
	if budget.Memory == 0 {
		budget.Memory = DefaultMemory
	}
	out := &Outcome{Keys: keys, Parts: make([]Part, len(parts))}
	err := share(ctx, len(parts), budget.Memory, func(i int, memory int64) error {
		p := &subject{ctx: ctx, members: parts[i], ranked: ranked}
		fill(p)
		out.Parts[i] = p.judge(Budget{budget.Steps, memory}, opt.Witness)
		return nil
	})
	if err != nil && !(ctx.Err() != nil && errors.Is(err, ctx.Err())) {
		return nil, err
	}
	out.conclude(ctx)
	if opt.Witness && out.Valid == verdict.Valid {
		out.Witness = merge(out.Parts, ranked)
	}
	return out, nil
}

func (p *subject) judge(budget Budget, witness bool) Part {
	part := Part{Ops: len(p.members), Pending: p.pending, Rung: "search", Culprit: -1, PreviousOK: -1}
	if p.rides(budget, &part, witness) {
		return part
	}
	s := newSearch(p.machine, p.ops, budget)
	end := s.run(p.ctx)
	part.Steps, part.Reached = s.steps, int(s.deep)
	if end == exhausted && p.machine.ended {
		end = cancelled
	}
	switch end {
	case found:
		part.Valid = verdict.Valid
		if witness {
			part.Witness = completions(s, s.order(s.done))
		}
	case exhausted:
		if p.blind < s.ops[s.deep].ret {
			part.Reason = fmt.Sprintf("the result of operation %d is unknown, and the object does not define what it may have done", p.blindOp)
			break
		}
		part.Valid = verdict.Invalid
		p.explain(s, &part)
	case outOfSteps:
		part.Reason = fmt.Sprintf("the search stopped at its limit of steps, after %d", s.steps)
	case outOfMemory:
		part.Reason = fmt.Sprintf("the search stopped at its limit of memory, %d MB", budget.Memory>>20)
	case cancelled:
		part.Reason = "the check stopped early: " + context.Cause(p.ctx).Error()
	}
	return part
}

// rides decides an object of which the first look finds a linearization. With a limit
// of steps there is none.
func (p *subject) rides(budget Budget, part *Part, witness bool) bool {
	if budget.Steps > 0 {
		return false
	}
	r := newRide(p)
	order := r.run(budget.Memory)
	if order == nil {
		return false
	}
	part.Valid, part.Steps, part.Reached = verdict.Valid, r.steps, len(p.members)-p.pending
	for _, i := range order {
		if witness {
			part.Witness = append(part.Witness, int(p.ops[i].id))
		}
	}
	return true
}

// explain finds where the object fails: at the return that no configuration gets past.
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

func (out *Outcome) conclude(ctx context.Context) {
	out.Valid = verdict.Valid
	completed := 0
	for i := range out.Parts {
		p := &out.Parts[i]
		out.Ops += p.Ops
		completed += p.Ops - p.Pending
		out.Valid = verdict.Merge(out.Valid, p.Valid)
		if p.Valid == verdict.Unknown && out.Reason == "" {
			out.Reason = p.Reason
		}
	}
	switch {
	case out.Valid == verdict.Invalid:
		out.Reason = ""
	case ctx.Err() != nil:
		out.Valid, out.Reason = verdict.Unknown, "the check stopped early: "+context.Cause(ctx).Error()
	case out.Ops == 0:
		out.Valid, out.Reason = verdict.Unknown, "there is no operation to judge"
	case completed == 0:
		out.Valid, out.Reason = verdict.Unknown, "no operation is known to have completed, so any object would pass"
	}
}

// merge makes one linearization of those of several objects. An operation can
// take effect as soon as it and all before it on its object are called. Ordered
// by these points, objects do not disturb each other, and what returned before
// another was called is before it (Herlihy & Wing 1990, locality).
func merge(parts []Part, ranked []searchOp) (order []int) {
	var points []int32
	for i := range parts {
		latest := int32(-1)
		for _, op := range parts[i].Witness {
			latest = max(latest, ranked[op].inv)
			order = append(order, op)
			points = append(points, latest)
		}
	}
	places := byTime(len(order), func(i int32) int64 { return int64(points[i]) })
	merged := make([]int, len(order))
	for i, place := range places {
		merged[i] = order[place]
	}
	return merged
}

// maxTold is how many failed objects are described.
const maxTold = 5

// explain writes an outcome; tell writes an operation.
func (out *Outcome) explain(tell func(op int) string) string {
	switch out.Valid {
	case verdict.Valid:
		return "linearizable"
	case verdict.Unknown:
		return "unknown whether linearizable: " + out.Reason
	}
	var b strings.Builder
	b.WriteString("not linearizable")
	failures := 0
	for i := range out.Parts {
		p := &out.Parts[i]
		if p.Valid != verdict.Invalid {
			continue
		}
		if failures++; failures > maxTold {
			continue
		}
		of := ""
		if out.Keys != nil {
			of = fmt.Sprintf(" of object %v", out.Keys[i])
		}
		fmt.Fprintf(&b, "\nno order of the operations%s explains how this one ended:\n  %s\nwhen it returned, these ran too:\n", of, tell(p.Culprit))
		for _, op := range p.Window {
			if op != p.Culprit {
				fmt.Fprintf(&b, "  %s\n", tell(op))
			}
		}
		if len(p.Window) == 1 {
			b.WriteString("  none\n")
		}
		b.WriteString("just before, the object may have been:\n")
		for _, st := range p.Final {
			fmt.Fprintf(&b, "  %s", st.Value)
			if st.Last >= 0 {
				fmt.Fprintf(&b, ", after %s", tell(st.Last))
			}
			b.WriteString("\n")
		}
	}
	if failures > maxTold {
		fmt.Fprintf(&b, "\nand %d more objects are not\n", failures-maxTold)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
