package weak

import (
	"context"
	"sync/atomic"
)

// extend finds a linear extension of session order and reads. Transactions are
// numbered by when they ended, as a rule, so either the numbers are one, or few
// transactions have to move: each is placed in order of number, after those it
// depends on that have no place yet. O(ops).
func (x *index) extend(ctx context.Context) error {
	var back atomic.Bool
	err := x.chunks(ctx, func(_ int, lo, hi int32) {
		for t := lo; t < hi; t++ {
			for _, f := range x.from[x.h.Off[t]:x.h.Off[t+1]] {
				if f > t {
					back.Store(true)
					return
				}
			}
		}
	})
	if err != nil || !back.Load() {
		return err
	}
	ok, err := x.place(ctx)
	x.cyclic = !ok
	return err
}

// place gives each transaction a place. It reports false if one depends on
// itself, and then none has one.
func (x *index) place(ctx context.Context) (bool, error) {
	p := placer{x: x, pos: make([]int32, x.n), order: make([]int32, 0, x.n)}
	for t := range p.pos {
		p.pos[t] = untouched
	}
	for t := range int32(x.n) {
		if t%1024 == 0 && ctx.Err() != nil {
			return true, ctx.Err()
		}
		if p.pos[t] == untouched && !p.place(t) {
			return false, nil
		}
	}
	x.order, x.pos = p.order, p.pos
	return true, nil
}

// Of a transaction that has no place yet.
const (
	untouched int32 = -1
	waiting   int32 = -2 // it is on the stack
)

type placer struct {
	x          *index
	pos, order []int32
	stack      []frame
}

// A frame is a transaction that waits for those it depends on. Its next op to
// look at may be one before its first, which stands for session order, or beyond
// its last, for what else it comes after.
type frame struct{ txn, op int32 }

// place gives t a place, after all that it depends on. It reports false if t
// depends on itself.
func (p *placer) place(t int32) bool {
	p.push(t)
	for len(p.stack) > 0 {
		f := &p.stack[len(p.stack)-1]
		u := p.next(f)
		switch {
		case u < 0:
			p.pos[f.txn] = int32(len(p.order))
			p.order = append(p.order, f.txn)
			p.stack = p.stack[:len(p.stack)-1]
		case p.pos[u] == waiting:
			return false
		default:
			p.push(u)
		}
	}
	return true
}

func (p *placer) push(t int32) {
	p.pos[t] = waiting
	p.stack = append(p.stack, frame{t, p.x.h.Off[t] - 1})
}

// next returns the next transaction that f's depends on and that has no place,
// or -1.
func (p *placer) next(f *frame) int32 {
	x := p.x
	for end := x.h.Off[f.txn+1]; f.op < end; {
		u := x.prev[f.txn]
		if f.op >= x.h.Off[f.txn] {
			u = x.from[f.op]
		}
		f.op++
		if u >= 0 && p.pos[u] < 0 {
			return u
		}
	}
	if x.more == nil {
		return -1
	}
	from := x.more.from[x.more.off[f.txn]:x.more.off[f.txn+1]]
	for end := x.h.Off[f.txn+1]; int(f.op-end) < len(from); {
		u := from[f.op-end]
		f.op++
		if p.pos[u] < 0 {
			return u
		}
	}
	return -1
}
