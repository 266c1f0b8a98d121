package linearizable

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Shrink searches an invalid part of r for a few operations that are not linearizable
// by themselves. It returns their ops, invocations and completions, in order, and the
// invocations of the pending operations that it left out because they must have taken
// effect before. m is the model that r was checked with. The budget of opt limits each
// attempt. When ctx is done, Shrink returns the best result so far.
//
// A smaller invalid history proves something only if it could not be invalid while the
// whole is linearizable: a read of 1 without the write of 1 proves nothing. So
// operations are left out only where leaving them out of any linearization leaves a
// linearization:
//
//   - Later operations: a prefix of a linearizable history is linearizable if
//     operations that had not returned by then count as pending.
//   - Operations that never change anything: reads, and takes that found nothing.
//   - For registers, writes of a value, and compares that lead to it, if no remaining
//     operation can see it: none reads or expects the value, or another write comes
//     between, or it had ended before. A value that an operation read was written last
//     before it, so that write stays, and nothing comes between.
//   - For registers that are read and written together, the same for each of them.
//   - For registers and texts, all operations that had completed when a write began,
//     and concurrent reads, unless a concurrent operation needs an earlier state; and
//     the pending operations without which what had completed cannot be explained.
//   - For sets and lists, adds of elements that no remaining read has.
//   - For queues and stacks, with priorities or without, all operations on a value: the
//     rest of a queue keeps its order. A pending take that took the value need not
//     happen.
//   - For texts, a put with which no text that was read begins, and an append that is
//     in no such text.
//   - For locks and counters, operations that completed between two moments when only
//     pending operations ran, if acquires and releases balance, or the adds sum to 0.
//   - Everything but a conflict, if a monitor found one.
//
// The result is minimal: after any further step of this kind, it is no longer invalid.
// Chunks of operations are left out at a time, halved again and again (Zeller &
// Hildebrandt 2002).
func Shrink(ctx context.Context, r *Result, m Model, p *Part, opt Options) (kept, spent []int, err error) {
	// A pending take that is left out of the search is a reason of its own to fail.
	opt.Knossos, opt.Witness = false, false
	m.knossos = r.knossos
	err = par.Guard(func() error {
		s, err := newShrinker(ctx, &check{h: r.History, m: &m, opt: opt}, r, p)
		if err != nil {
			return err
		}
		s.run()
		for s.rebase() { // which fewer operations beside a write allow
			s.link()
			s.run()
		}
		s.recall()
		kept, spent = s.kept(), s.spentOps()
		return nil
	})
	return kept, spent, err
}

// shrinkSteps is how many steps an attempt may take at least; a hard history gets
// as many as it took at first, several times.
const shrinkSteps = 1 << 17

type shrinker struct {
	ctx    context.Context
	c      *check
	key    *edn.Value
	o      *object // its calls are what is left
	try    func(o *object, calls []call) bool
	fails  func(o *object, calls []call) bool // whether the beginning of the history is certainly not linearizable
	steps  int64
	memory int64
	links  []link // per transition
	count  map[int64]int
	nots   map[int32]int // compares that must fail, by what they expected
	allNot int
	all    []call  // what rebase began with
	spent  []int32 // invocations of pending calls that must have taken effect before what is left
	work   int     // of spend so far
	base   int32   // where the write was invoked that the history begins with, -1 if there is none
}

func newShrinker(ctx context.Context, c *check, r *Result, p *Part) (*shrinker, error) {
	ops, key, err := operationsOf(r, c.m, p)
	if err != nil {
		return nil, err
	}
	s := &shrinker{ctx: ctx, c: c, key: key, base: -1, steps: max(shrinkSteps, 8*p.Steps), memory: cmp.Or(c.opt.Budget.Memory, DefaultMemory)}
	s.try, s.fails = s.invalid, s.invalid
	if s.o, err = newDecoder(c.h, c.m, key).object(ops); err != nil {
		return nil, err
	}
	if s.keepConflict(p) {
		if err := s.cutFirst(); err != nil {
			return nil, err
		}
	} else if p.Culprit >= 0 {
		if _, err := s.cut(int32(p.Culprit)); err != nil {
			return nil, err
		}
	}
	s.unwind()
	s.all = slices.Clone(s.o.calls)
	s.rebase()
	s.link()
	return s, nil
}

// cutFirst leaves out what comes after the first return up to which what is left
// is invalid.
func (s *shrinker) cutFirst() error {
	var rets []int32
	for _, c := range s.o.calls {
		if c.ret != never {
			rets = append(rets, c.ret)
		}
	}
	slices.Sort(rets)
	for _, ret := range rets {
		if done, err := s.cut(ret); done || err != nil {
			return err
		}
	}
	return nil
}

// cut leaves out what comes after a position, if the rest is invalid. What returns
// later is pending, so that nobody knows what it read or took.
func (s *shrinker) cut(at int32) (bool, error) {
	var ops []operation
	for _, c := range s.o.calls {
		if c.inv > at {
			continue
		}
		op := operation{c.inv, -1}
		if c.op != c.inv && c.op <= at {
			op.done = c.op
		}
		ops = append(ops, op)
	}
	prefix, err := newDecoder(s.c.h, s.c.m, s.key).object(ops)
	if err != nil || !s.try(prefix, prefix.calls) {
		return false, err
	}
	s.o = prefix
	return true, nil
}

// keepConflict keeps only the operations that contradict each other, if a monitor
// found such. Of sets and lists a conflict leaves elements out of what was read,
// which no history of fewer operations does.
func (s *shrinker) keepConflict(p *Part) bool {
	in := map[int32]bool{}
	for _, op := range p.Conflict {
		in[int32(op)] = true
	}
	return s.c.m.kind.name != "set" && s.c.m.kind.name != "list" && s.attempt(func(c call) bool { return in[c.op] })
}

// operationsOf returns the operations of a part, and their key if they have one.
func operationsOf(r *Result, m *Model, p *Part) ([]operation, *edn.Value, error) {
	ops, err := operations(r.History)
	if err != nil || !r.Keyed {
		return ops, nil, err
	}
	keys, parts, err := split(r.History, m, ops)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(keys, func(k edn.Value) bool { return edn.Equal(k, p.Key) })
	if i < 0 {
		return nil, &p.Key, nil
	}
	return parts[i], &p.Key, nil
}

// invalid reports whether some calls of an object are certainly not linearizable.
// It is what try is, but for tests.
func (s *shrinker) invalid(o *object, calls []call) bool {
	if len(calls) == 0 || s.ctx.Err() != nil {
		return false
	}
	part := *o
	part.calls = calls
	j := newJob(s.c, &part)
	if j.open() {
		j.run(s.ctx, s.steps, s.memory)
	}
	return j.part.Valid == verdict.Invalid
}

// attempt keeps only some calls, if they are invalid.
func (s *shrinker) attempt(keep func(call) bool) bool {
	var calls []call
	for _, c := range s.o.calls {
		if keep(c) {
			calls = append(calls, c)
		}
	}
	if len(calls) == len(s.o.calls) || !s.try(s.o, calls) {
		return false
	}
	s.o.calls = calls
	return true
}

// unwind leaves out what completed between two moments when only pending calls
// ran, if by then the completed ones had brought the object back to where it was,
// of those objects where that can be counted. The pending ones stay, and may have
// taken effect in between: they can all do so at the later moment, acquiring and
// releasing in turn, and come to the same state.
func (s *shrinker) unwind() {
	type moment struct {
		at  int32
		sum int64
	}
	type event struct {
		at, open int32
		change   int64
	}
	var events []event
	for _, c := range s.o.calls {
		change, ok := balance(&s.o.ts[c.t])
		if !ok {
			return
		}
		if c.ret != never {
			events = append(events, event{c.inv, 1, change}, event{c.ret, -1, 0})
		}
	}
	slices.SortFunc(events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	moments, last := []moment{{-1, 0}}, map[int64]int{}
	open, sum := int32(0), int64(0)
	for i, e := range events {
		open += e.open
		sum += e.change
		if open == 0 && i < len(events)-1 { // the end is what fails
			last[sum] = len(moments)
			moments = append(moments, moment{e.at, sum})
		}
	}
	for i := 0; i < len(moments); i++ {
		j := max(i, last[moments[i].sum])
		if lo, hi := moments[i].at, moments[j].at; lo < hi {
			s.attempt(func(c call) bool { return c.ret == never || c.inv < lo || c.inv > hi })
		}
		i = j
	}
}

// balance is what an operation adds to an object that only counts.
func balance(t *transition) (change int64, ok bool) {
	switch t.f {
	case opAcquire:
		return 1, true
	case opRelease:
		return -1, true
	case opTake:
		return 1, t.n == 1
	case opGive:
		return -1, t.n == 1
	case opInc:
		return t.n, true
	}
	return 0, t.f == opCount
}

// run leaves out chunks of what is left, halving them when that leads no further.
func (s *shrinker) run() {
	for size := max(len(s.units())/2, 1); ; size /= 2 {
		again := s.pass(size)
		for size <= 1 && again {
			again = s.pass(size)
		}
		if size <= 1 || s.ctx.Err() != nil {
			return
		}
	}
}

// units are what goes together at least: of queues and stacks the calls on a
// value, of all else a call. Neighbours have to do with the same value.
func (s *shrinker) units() (units [][]call) {
	calls := slices.Clone(s.o.calls)
	group := func(c call) int64 { return s.links[c.t].group }
	slices.SortStableFunc(calls, func(a, b call) int { return cmp.Compare(group(a), group(b)) })
	for i, c := range calls {
		if i > 0 && s.links[c.t].together && group(calls[i-1]) == group(c) {
			units[len(units)-1] = append(units[len(units)-1], c)
		} else {
			units = append(units, []call{c})
		}
	}
	return units
}

// pass tries to leave out each chunk of units once, the later ones first.
func (s *shrinker) pass(size int) (changed bool) {
	units := s.units()
	for end := len(units); end > 0; end -= size {
		if s.ctx.Err() != nil {
			return false
		}
		if s.drop(slices.Concat(units[max(end-size, 0):end]...)) {
			changed = true
		}
	}
	return changed
}

// drop leaves out of a chunk what nothing left wants, if the rest is still
// invalid.
func (s *shrinker) drop(chunk []call) bool {
	chunk = s.unwanted(slices.DeleteFunc(chunk, func(c call) bool { return c.inv == s.base }))
	if len(chunk) == 0 {
		return false
	}
	gone := map[int32]bool{}
	for _, c := range chunk {
		gone[c.inv] = true
	}
	if s.attempt(func(c call) bool { return !gone[c.inv] }) {
		return true
	}
	for _, c := range chunk {
		s.want(c, 1)
	}
	return false
}

// unwanted returns what of a chunk nothing left wants, and no longer counts what
// that wants. It overwrites the chunk.
func (s *shrinker) unwanted(chunk []call) []call {
	for _, c := range chunk {
		s.want(c, -1)
	}
	for again := true; again; {
		again = false
		sight := s.sight(chunk)
		left := chunk[:0]
		for _, c := range chunk {
			if s.needed(c, sight) {
				s.want(c, 1)
				again = true
			} else {
				left = append(left, c)
			}
		}
		chunk = left
	}
	return chunk
}

// spentOps lists the invocations of pending operations that had to take effect before.
func (s *shrinker) spentOps() (ops []int) {
	for _, inv := range s.spent {
		ops = append(ops, int(inv))
	}
	slices.Sort(ops)
	return ops
}

// kept lists the ops of what is left.
func (s *shrinker) kept() (ops []int) {
	for _, c := range s.o.calls {
		ops = append(ops, int(c.inv))
		if c.op != c.inv {
			ops = append(ops, int(c.op))
		}
	}
	slices.Sort(ops)
	return ops
}
