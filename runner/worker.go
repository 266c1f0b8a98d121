package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// How long a worker waits after it could not open a client: so long at first, and twice as long
// each time, so that a dead node does not flood the history with failures.
const (
	firstBackoff = 100 * time.Millisecond
	mostBackoff  = 2 * time.Second
)

// A worker performs the ops of one thread.
type worker struct {
	run       *Run
	stop      context.Context // ends when the test is stopped, before what runs has to end
	thread    int
	node      string
	log       *slog.Logger
	inbox     chan gen.Op
	done      chan<- completion
	timeout   time.Duration // for each op; 0 for none
	grace     time.Duration // how long an op may take beyond it
	abandoned atomic.Bool   // nobody waits for it any more

	nemesis Nemesis // of its thread; nil for clients
	client  Client  // nil if none is open
	process int     // that the client was opened for
	backoff time.Duration
	told    map[string]bool // errors that were logged
	stuck   *sync.WaitGroup // calls that did not return in time
}

// work performs ops until the inbox is closed.
func (w *worker) work(ctx context.Context) {
	defer w.close(ctx)
	for op := range w.inbox {
		out := w.perform(ctx, op)
		if w.abandoned.Load() {
			return
		}
		w.done <- completion{w.thread, out}
	}
}

func (w *worker) perform(ctx context.Context, op gen.Op) gen.Op {
	switch op.Type {
	case gen.Message:
		w.log.Info(fmt.Sprint(op.Value))
		return op
	case gen.Idle:
		d, _ := op.Value.(time.Duration)
		pause(w.stop, d)
		return op
	}
	if w.nemesis != nil {
		return w.ended(op, w.bounded(ctx, op, func(ctx context.Context) (gen.Op, error) { return w.nemesis.Invoke(ctx, w.run, op) }))
	}
	if err := w.ready(ctx, op); err != nil {
		w.tell("no client", err)
		w.backoff = min(max(2*w.backoff, firstBackoff), mostBackoff)
		pause(w.stop, w.backoff)
		op.Type, op.Error = gen.Fail, []any{"no-client", err.Error()}
		return op
	}
	w.backoff = 0
	client := w.client
	return w.ended(op, w.bounded(ctx, op, func(ctx context.Context) (gen.Op, error) { return client.Invoke(ctx, w.run, op) }))
}

// ready opens a client for the process of an op, unless there is one.
func (w *worker) ready(ctx context.Context, op gen.Op) (err error) {
	process, _ := op.Process()
	if w.client != nil && process != w.process {
		if r, ok := w.client.(Reusable); !ok || !r.Reusable() {
			w.close(ctx)
		}
	}
	if w.client == nil {
		defer caughtAs(&err)
		client, err := w.run.Test.Client.Open(ctx, w.run, w.node)
		if err != nil {
			return err
		}
		w.client = client
	}
	w.process = process
	return nil
}

// close releases the client, if there is one.
func (w *worker) close(ctx context.Context) {
	if w.client == nil {
		return
	}
	client := w.client
	w.client = nil
	closing := func() (err error) {
		defer caughtAs(&err)
		return client.Close(context.WithoutCancel(ctx), w.run)
	}
	if err := closing(); err != nil {
		w.tell("closing a client", err)
	}
}

// An outcome is what a call returned.
type outcome struct {
	op    gen.Op
	err   error
	stack []byte // of a panic
}

// bounded calls a function that performs an op. If that does not return in time, the call goes on
// by itself, with its client, and nobody sees what it returns.
func (w *worker) bounded(ctx context.Context, op gen.Op, call func(context.Context) (gen.Op, error)) outcome {
	if w.timeout <= 0 {
		return guarded(ctx, call)
	}
	limited, cancel := context.WithTimeout(ctx, w.timeout)
	result := make(chan outcome, 1)
	w.stuck.Go(func() {
		defer cancel()
		result <- guarded(limited, call)
	})
	late := time.NewTimer(w.timeout + w.grace)
	defer late.Stop()
	select {
	case out := <-result:
		return out
	case <-late.C:
	case <-ctx.Done(): // the test has ended, so the call has no more time than to notice
		late.Reset(w.grace)
		select {
		case out := <-result:
			return out
		case <-late.C:
		}
	}
	w.run.late.Add(1)
	if client := w.client; client != nil {
		w.client = nil
		w.stuck.Go(func() { // which may unblock the call
			var err error
			defer caughtAs(&err)
			_ = client.Close(context.WithoutCancel(ctx), w.run)
		})
	}
	return outcome{op, errTimeout, nil}
}

var errTimeout = errors.New("timeout")

// guarded calls a function of the user, whose panics are errors.
func guarded(ctx context.Context, call func(context.Context) (gen.Op, error)) (out outcome) {
	defer func() {
		if p := recover(); p != nil {
			out = outcome{err: fmt.Errorf("panic: %v", p), stack: debug.Stack()}
		}
	}()
	op, err := call(ctx)
	return outcome{op: op, err: err}
}

// caughtAs makes an error of a panic.
func caughtAs(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}
}

// ended makes the completion of an op from what a call returned.
func (w *worker) ended(op gen.Op, out outcome) gen.Op {
	err := out.err
	if err == nil {
		err = w.fits(&op, &out.op)
	}
	if err == nil {
		return out.op
	}
	op.Type, op.Error = gen.Info, err.Error()
	switch {
	case w.nemesis == nil && IsDefinite(err):
		op.Type = gen.Fail
	case !errors.Is(err, errTimeout):
		op.Error = "indeterminate: " + err.Error()
	}
	if out.stack != nil {
		w.log.Error("a call panicked", "f", op.F, "error", err, "stack", string(out.stack))
	} else {
		w.tell(op.F, err)
	}
	return op
}

// fits says what is wrong with a completion.
func (w *worker) fits(op, out *gen.Op) error {
	asked, _ := op.Process()
	process, known := out.Process()
	switch {
	case !known || process != asked || out.F != op.F:
		return fmt.Errorf("expected a completion of %s, found %s", op, out)
	case w.nemesis != nil && out.Type != gen.Info:
		return fmt.Errorf("expected an op of the nemesis to end as info, found %s", out)
	case out.Type != gen.OK && out.Type != gen.Fail && out.Type != gen.Info:
		return fmt.Errorf("expected a completion of type ok, fail or info, found %s", out)
	}
	return nil
}

// tell logs an error, the first time that it occurs in this thread.
func (w *worker) tell(what string, err error) {
	if msg := what + ": " + err.Error(); !w.told[msg] && len(w.told) < 100 {
		w.told[msg] = true
		w.log.Warn(what+" failed", "error", err)
	}
}

// pause waits, unless the context ends before.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
