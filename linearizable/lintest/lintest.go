// Package lintest checks in a Go test whether an object that goroutines share is
// linearizable.
//
// A [Recorder] records what each client asks for and gets, and in which order. The
// order comes from a counter, because clocks may return the same time twice.
// Each operation costs two steps of that counter and one allocation. At the end,
// [Recorder.Check] checks all operations, and fails the test if no order of the
// operations, one at a time, explains the results. The failure says which operation
// cannot be explained, and the recorded history is in the test's artifacts (go test
// -artifacts): operations.jsonl, explanation.txt and porcupine.html, Porcupine's
// picture of it.
//
//	func TestCounter(t *testing.T) {
//		var n atomic.Int64
//		rec := lintest.New(linearizable.Object[int64, int64, int64]{
//			Step: func(state, in, out int64) (int64, bool) { return state + in, out == state+in },
//		})
//		var clients sync.WaitGroup
//		for client := range 4 {
//			clients.Go(func() {
//				for range 1000 {
//					call := rec.Call(client, 1)
//					call.Return(n.Add(1))
//				}
//			})
//		}
//		clients.Wait()
//		rec.Check(t)
//	}
//
// Recording synchronizes goroutines a little more than they are without it,
// so it can hide a race. Run the test often, and also with -race.
package lintest

import (
	"cmp"
	"slices"
	"sync/atomic"

	"github.com/seed-c33ae711/jcheck/linearizable"
)

// shards is over how many lists the operations are spread, so that clients do not
// wait for each other.
const shards = 64

// A Recorder records the operations of clients. Its methods, and those of calls, may be
// used by several goroutines at a time.
type Recorder[S comparable, In, Out any] struct {
	// Options, set before Check, bound its search.
	Options linearizable.Options

	object linearizable.Object[S, In, Out]
	clock  atomic.Int64
	lists  [shards]list[In, Out]
}

// New returns a recorder of operations of o. Their types are inferred:
//
//	rec := lintest.New(counter)
func New[S comparable, In, Out any](o linearizable.Object[S, In, Out]) *Recorder[S, In, Out] {
	return &Recorder[S, In, Out]{object: o}
}

// list is the calls of some clients, the latest first, in a cache line of its own.
type list[In, Out any] struct {
	last atomic.Pointer[Call[In, Out]]
	_    [56]byte
}

// A Call is an operation that has begun.
type Call[In, Out any] struct {
	clock  *atomic.Int64
	before *Call[In, Out]
	client int
	in     In
	call   int64
	out    Out
	end    atomic.Int64 // 0 until it returns
}

// Call records that a client begins an operation. Call it right before the operation.
// Each client, such as a goroutine, does one thing at a time and has its own number. A
// client may continue after a call that ended as unknown.
func (r *Recorder[S, In, Out]) Call(client int, in In) *Call[In, Out] {
	c := &Call[In, Out]{clock: &r.clock, client: client, in: in}
	c.call = r.clock.Add(1)
	last := &r.lists[uint(client)%shards].last
	for {
		c.before = last.Load()
		if last.CompareAndSwap(c.before, c) {
			return c
		}
	}
}

// Return records that the operation ended with out. Call it right after the operation.
func (c *Call[In, Out]) Return(out Out) {
	end := c.clock.Add(1)
	if c.end.Load() != 0 {
		panic("lintest: an operation returns twice")
	}
	c.out = out
	c.end.Store(end)
}

// Unknown records that it is unknown whether the operation takes effect: its client
// gave up, or got an error that does not say. An operation that never ends is also
// unknown.
func (c *Call[In, Out]) Unknown() {}

// Operations returns the operations recorded so far, in the order of their calls. Those
// that have not returned are pending.
func (r *Recorder[S, In, Out]) Operations() (ops []linearizable.Operation[In, Out]) {
	for i := range r.lists {
		for c := r.lists[i].last.Load(); c != nil; c = c.before {
			op := linearizable.Operation[In, Out]{Client: c.client, In: c.in, Call: c.call}
			if op.Return = c.end.Load(); op.Return == 0 {
				op.Pending = true
			} else {
				op.Out = c.out
			}
			ops = append(ops, op)
		}
	}
	slices.SortFunc(ops, func(a, b linearizable.Operation[In, Out]) int { return cmp.Compare(a.Call, b.Call) })
	return ops
}
