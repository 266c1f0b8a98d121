package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// mostPending is how long the scheduler waits before it asks a generator again that had nothing
// to do.
const mostPending = time.Millisecond

// A GeneratorError is a generator that failed, by a panic or with an op that cannot be performed.
type GeneratorError struct {
	Msg   string
	Op    gen.Op // the answer or the event
	Stack string // empty if there was no panic
}

func (e *GeneratorError) Error() string { return "generator: " + e.Msg }

// A scheduler decides the order of events. It alone asks the generator, knows who is free, and
// records: an invocation before a worker has it, a completion after the worker ended, so that
// the intervals of the history contain the true ones.
type scheduler struct {
	run     *Run
	log     *slog.Logger
	gen     gen.Gen
	ctx     *gen.Ctx
	origin  time.Time
	last    int64 // time of the previous event
	record  func(*gen.Op) error
	flush   func() error // what was recorded goes to the store, since nothing happens for a while
	workers []*worker
	done    chan completion // completions, one for each busy thread at most
	open    []gen.Op        // what each busy thread performs
	ev      gen.Op          // the event that the generator is told of
	busy    int
	stats   Stats
	left    int // ops that had not ended when the test did
	timer   *time.Timer
	grace   time.Duration // for what runs when the test is stopped
	drain   time.Duration // for what runs when the generator is done
}

// A completion is how an op of a thread ended.
type completion struct {
	thread int
	op     gen.Op
}

// loop performs the ops of the generator until it is done, the context ends or something fails.
// Then it waits for what runs.
func (s *scheduler) loop(ctx context.Context) error {
	s.timer = time.NewTimer(time.Hour)
	defer s.timer.Stop()
	var wait time.Duration
	for ctx.Err() == nil {
		c, ok := s.await(ctx, wait)
		if ok {
			if err := s.complete(c); err != nil {
				return s.fail(ctx, err)
			}
			wait = 0
			continue
		}
		k, due, err := s.dispatch()
		switch {
		case err != nil:
			return s.fail(ctx, err)
		case k == gen.Done:
			return s.finish(ctx, s.drain)
		}
		if wait = due; wait > 0 {
			if err := s.flush(); err != nil {
				return s.fail(ctx, err)
			}
		}
	}
	return s.fail(ctx, context.Cause(ctx))
}

// fail ends the test because of an error. What runs may end by itself for a while.
func (s *scheduler) fail(ctx context.Context, err error) error {
	return errors.Join(err, s.finish(context.WithoutCancel(ctx), s.grace))
}

// await returns a completion as soon as there is one. It waits so long at most.
func (s *scheduler) await(ctx context.Context, wait time.Duration) (c completion, ok bool) {
	select {
	case c = <-s.done:
		return c, true
	default:
	}
	if wait <= 0 {
		return c, false
	}
	s.timer.Reset(wait)
	select {
	case c = <-s.done:
		return c, true
	case <-s.timer.C:
	case <-ctx.Done():
	}
	return c, false
}

// now is the time since the test began. No two events have the same.
func (s *scheduler) now() int64 {
	s.last = max(int64(time.Since(s.origin)), s.last+1)
	return s.last
}

// dispatch asks the generator, and hands over an op that is due. It returns how long nothing
// need be asked again, unless something ends before.
func (s *scheduler) dispatch() (k gen.Kind, wait time.Duration, err error) {
	s.ctx.Time = s.now()
	op, k, next, err := s.ask()
	if err != nil || k == gen.Done {
		return k, 0, err
	}
	if k == gen.Pending {
		return k, mostPending, nil
	}
	if op.Time > s.ctx.Time {
		return k, time.Duration(op.Time - s.ctx.Time), nil
	}
	process, _ := op.Process()
	thread := s.ctx.Thread(process)
	op.Time = s.ctx.Time
	if op.Type.Recorded() { // before its worker has it
		if err := s.record(&op); err != nil {
			return k, 0, err
		}
	}
	s.ctx.Begin(thread)
	s.open[thread] = op
	s.busy++
	s.workers[thread].inbox <- op
	s.ev = op
	return k, 0, s.update(next)
}

// ask asks the generator, and verifies its answer.
func (s *scheduler) ask() (op gen.Op, k gen.Kind, next gen.Gen, err error) {
	defer s.caught(&err)
	s.ev = gen.Op{}
	op, k, next = gen.Next(s.gen, s.ctx)
	if k == gen.Ready {
		s.ev = op
		if wrong := s.ctx.Verify(&s.ev); wrong != nil {
			err = &GeneratorError{Msg: wrong.Error(), Op: op}
		}
	}
	return op, k, next, err
}

// update tells a generator of the event, and goes on with what becomes of it.
func (s *scheduler) update(g gen.Gen) (err error) {
	defer s.caught(&err)
	s.gen = gen.Update(g, s.ctx, &s.ev)
	return nil
}

// caught makes an error of a panic of the generator.
func (s *scheduler) caught(err *error) {
	if p := recover(); p != nil {
		*err = &GeneratorError{Msg: fmt.Sprint(p), Op: s.ev, Stack: string(debug.Stack())}
	}
}

// complete records that an op ended, and frees its thread.
func (s *scheduler) complete(c completion) error {
	s.ev = c.op
	s.ev.Time = s.now()
	s.ctx.Time = s.ev.Time
	s.ctx.End(c.thread)
	s.busy--
	if s.ev.Type.Recorded() { // first, so that a generator that fails does not lose it
		s.stats.count(&s.ev, s.ev.Time-s.open[c.thread].Time)
		if err := s.record(&s.ev); err != nil {
			return err
		}
	}
	if err := s.update(s.gen); err != nil {
		return err
	}
	if c.op.Type == gen.Info || c.op.EndProcess {
		s.ctx.Renew(c.thread)
	}
	return nil
}

// finish waits for what runs, so long at most, and records what does not end as info. If the test is
// stopped meanwhile, there is less patience.
func (s *scheduler) finish(ctx context.Context, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	s.gen = nil
	for s.busy > 0 {
		c, ok := s.await(ctx, time.Until(deadline))
		switch {
		case ok:
			if err := s.complete(c); err != nil {
				return err
			}
		case ctx.Err() != nil:
			return s.fail(ctx, context.Cause(ctx))
		case !time.Now().Before(deadline):
			return s.abandon()
		}
	}
	return nil
}

// abandon records ops that did not end. Their workers go on until they notice.
func (s *scheduler) abandon() error {
	for thread, op := range s.open {
		if s.ctx.Free().Has(thread) {
			continue
		}
		s.left++
		s.workers[thread].abandoned.Store(true)
		if !op.Type.Recorded() {
			continue
		}
		op.Type, op.Error, op.Time = gen.Info, "abandoned: it had not ended when the test did", s.now()
		s.stats.count(&op, op.Time-s.open[thread].Time)
		if err := s.record(&op); err != nil {
			return err
		}
	}
	return nil
}
