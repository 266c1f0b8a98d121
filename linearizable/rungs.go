package linearizable

import (
	"cmp"
	"context"
	"math"

	"github.com/seed-c33ae711/jcheck/internal/monitor"
)

// A rung decides an object in little more than the time of sorting, if its
// history allows.
type rung struct {
	name string
	run  func(ops []monitor.Op, o *object) monitor.Answer
	fs   map[opcode]monitor.F
	// search decides what run leaves open, in more time; nil if the search for any
	// object has to.
	search func(ops []monitor.Op) monitor.Search
}

var rungs = map[string]*rung{}

func init() {
	register := &rung{"register", func(ops []monitor.Op, o *object) monitor.Answer { return monitor.Register(ops, o.init) },
		map[opcode]monitor.F{opRead: monitor.Read, opWrite: monitor.Write, opCAS: monitor.CAS}, nil}
	rungs["register"], rungs["cas-register"], rungs["etcd"] = register, register, register
	queue := map[opcode]monitor.F{opEnqueue: monitor.Enqueue, opDequeue: monitor.Dequeue}
	rungs["mutex"] = plain("mutex", monitor.Mutex, map[opcode]monitor.F{opAcquire: monitor.Acquire, opRelease: monitor.Release})
	locks := map[opcode]monitor.F{opLock: monitor.Acquire, opFence: monitor.Acquire, opUnlock: monitor.Release}
	rungs["owner-mutex"] = plain("owner-mutex", monitor.OwnerMutex, locks)
	rungs["reentrant-mutex"] = plain("reentrant-mutex", monitor.ReentrantMutex, locks)
	rungs["fenced-mutex"] = &rung{"fenced-mutex", func(ops []monitor.Op, o *object) monitor.Answer { return monitor.FencedMutex(ops, o.tokens()) }, locks, nil}
	rungs["semaphore"] = &rung{"semaphore", func(ops []monitor.Op, o *object) monitor.Answer {
		return monitor.Semaphore(ops, int32(min(permits(o.init, o.v), math.MaxInt32)))
	}, map[opcode]monitor.F{opTake: monitor.Acquire, opGive: monitor.Release}, nil}
	rungs["list"] = &rung{"list", func(ops []monitor.Op, o *object) monitor.Answer { return monitor.List(ops, o.lists(opList)) },
		map[opcode]monitor.F{opExtend: monitor.Append, opList: monitor.ReadList}, nil}
	rungs["priority-queue"] = &rung{"priority-queue", byPriority, map[opcode]monitor.F{opInsert: monitor.Insert, opLeast: monitor.DeleteMin}, nil}
	rungs["fifo-queue"] = plain("queue", monitor.Queue, queue)
	rungs["fifo-queue"].search = monitor.QueueOfValues
	rungs["unordered-queue"] = plain("bag", monitor.Bag, queue)
	rungs["stack"] = plain("stack", monitor.Stack, map[opcode]monitor.F{opPush: monitor.Push, opPop: monitor.Pop})
	rungs["stack"].search = monitor.StackOfValues
	rungs["counter"] = plain("counter", monitor.Counter, map[opcode]monitor.F{opInc: monitor.Inc, opCount: monitor.ReadCount})
	rungs["counter"].search = monitor.CounterOfAmounts
	rungs["set"] = &rung{"set", func(ops []monitor.Op, o *object) monitor.Answer { return monitor.Set(ops, o.lists(opReadSet)) },
		map[opcode]monitor.F{opAdd: monitor.Add, opReadSet: monitor.ReadSet}, nil}
}

func plain(name string, run func([]monitor.Op) monitor.Answer, fs map[opcode]monitor.F) *rung {
	return &rung{name, func(ops []monitor.Op, _ *object) monitor.Answer { return run(ops) }, fs, nil}
}

// ops returns the calls that the search would see, in the form of the rung; nil if it
// does not know them all.
func (r *rung) ops(o *object, calls []searchOp) []monitor.Op {
	ops := make([]monitor.Op, len(calls))
	for i, c := range calls {
		t := &o.ts[c.t]
		f, ok := r.fs[t.f]
		if !ok {
			return nil
		}
		op := monitor.Op{Inv: c.inv, Ret: c.ret, F: f, A: t.a, B: t.b}
		switch {
		case t.f == opInc || t.f == opCount:
			n := t.n
			if t.f == opCount {
				start, _ := o.v.value(o.init).Int()
				n -= start
			}
			if n < math.MinInt32 || n > math.MaxInt32 {
				return nil
			}
			op.A = int32(n)
		case t.f == opReadSet || t.f == opList:
			op.A = c.t
		case t.f == opFence:
			op.B = c.t
		case t.f == opLock:
			op.B = monitor.None
		case (t.f == opTake || t.f == opGive) && t.n != 1:
			return nil
		case t.a == emptyValue:
			op.A = monitor.None
		case t.a == anyValue:
			op.A = 0 // it is pending, so that this means nothing
		}
		ops[i] = op
	}
	return ops
}

// lists are the sets or lists that were read, by transition.
func (o *object) lists(read opcode) (s monitor.Sets) {
	s.Off = make([]int, 1, len(o.ts)+1)
	for i := range o.ts {
		if o.ts[i].f == read {
			s.Elements = append(s.Elements, idsOf(o.ts[i].list)...)
		}
		s.Off = append(s.Off, len(s.Elements))
	}
	return s
}

// cut returns the history up to a position: what returned later is pending, what
// was invoked later is left out.
func cut(calls []searchOp, at int32) (out []searchOp) {
	for _, c := range calls {
		if c.inv > at {
			continue
		}
		if c.ret > at {
			c.ret = never
		}
		out = append(out, c)
	}
	return out
}

// runSearch runs a search that was made for an object.
func runSearch(ctx context.Context, s monitor.Search, b Budget) (monitor.Answer, outcome) {
	limit := monitor.Limit{Steps: cmp.Or(b.Steps, math.MaxInt64), Memory: cmp.Or(b.Memory, math.MaxInt64), Stop: func() bool { return ctx.Err() != nil }}
	a := s.Run(limit)
	switch {
	case a.Decided && a.Linearizable:
		return a, found
	case a.Decided:
		return a, exhausted
	case ctx.Err() != nil:
		return a, cancelled
	case s.Steps() >= limit.Steps:
		return a, outOfSteps
	}
	return a, outOfMemory
}
