// Package par runs independent pieces of work on all cores.
//
// Work may read a mapped file. If the file shrank meanwhile, touching a page
// that is gone is a fault, which would end the program: here it becomes a
// [FaultError]. A panic in a piece of work reappears in the caller, whose
// recover can then see it.
package par

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// A FaultError says that a mapped file could not be read any more.
type FaultError struct{ Addr uintptr }

func (e *FaultError) Error() string {
	return "the input could not be read to its end: the file shrank or its device failed while it was in use"
}

// Do calls f(0), ..., f(n-1), as many at a time as there are cores, and
// returns the error of the smallest i that failed. After an error or the end
// of ctx no further call begins.
func Do(ctx context.Context, n int, f func(i int) error) error {
	return Workers(ctx, n, func(int) func(int) error { return f })
}

// Workers is Do for work that wants scratch space: start is called once for
// each worker, with the worker's number below MaxWorkers, and returns what the
// worker calls with each i.
func Workers(ctx context.Context, n int, start func(worker int) func(i int) error) error {
	workers := min(n, MaxWorkers())
	if workers <= 0 {
		return ctx.Err()
	}
	g := group{ctx: ctx, n: int64(n), failed: int64(n)}
	if workers == 1 {
		g.run(0, start)
	} else {
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() { g.run(w, start) })
		}
		wg.Wait()
	}
	if g.panicked != nil {
		panic(fmt.Sprintf("%v\n\n%s", g.panicked.value, g.panicked.stack))
	}
	if g.err != nil {
		return g.err
	}
	return ctx.Err()
}

// MaxWorkers is how many pieces of work run at a time.
func MaxWorkers() int { return runtime.GOMAXPROCS(0) }

// Guard calls f and turns a fault on a mapped file into an error.
func Guard(f func() error) error {
	return Do(context.Background(), 1, func(int) error { return f() })
}

type group struct {
	ctx    context.Context
	n      int64
	next   atomic.Int64
	stop   atomic.Bool
	mu     sync.Mutex
	failed int64 // the smallest i that failed
	err    error

	panicked *panicValue
}

type panicValue struct {
	value any
	stack []byte
}

func (g *group) run(worker int, start func(int) func(int) error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	i := int64(-1)
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if fault, ok := v.(interface{ Addr() uintptr }); ok {
			g.fail(i, &FaultError{Addr: fault.Addr()})
			return
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.stop.Store(true)
		if g.panicked == nil {
			g.panicked = &panicValue{v, debug.Stack()}
		}
	}()
	f := start(worker)
	for !g.stop.Load() && g.ctx.Err() == nil {
		if i = g.next.Add(1) - 1; i >= g.n {
			return
		}
		if err := f(int(i)); err != nil {
			g.fail(i, err)
			return
		}
	}
}

func (g *group) fail(i int64, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stop.Store(true)
	if i < g.failed {
		g.failed, g.err = i, err
	}
}
