package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/runner/control"
	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/store"
)

// A Run is a test that is carried out. It is safe for concurrent use.
type Run struct {
	Test *Test  // with its defaults filled in; not to be changed
	Dir  string // of the run in the store

	log      *slog.Logger
	logFile  io.Closer
	record   *store.Recording
	nodes    map[string]*Node
	barrier  *barrier
	mu       sync.Mutex
	phases   []Phase
	warnings []string
	unclean  []error      // of the teardown
	late     atomic.Int64 // calls that did not return in time
	sched    *scheduler
}

// A Phase is a part of a run.
type Phase struct {
	Name string
	Took time.Duration
	Err  error
}

// A Result is what became of a run.
type Result struct {
	Dir      string // in the store; empty if it was not begun
	Seed     uint64
	Complete bool // the generator was carried out to its end
	Stats    *Stats
	Late     int // operations that a client did not return from in time, and that go on by themselves
	Phases   []Phase
	Warnings []string // what went wrong beside, such as logs that could not be saved
	Unclean  error    // what failed of the teardown, which may have left the nodes in disorder
}

// Log is the logger of the run.
func (r *Run) Log() *slog.Logger { return r.log }

// Path is a file in the directory of the run.
func (r *Run) Path(elem ...string) string { return filepath.Join(append([]string{r.Dir}, elem...)...) }

// Node is a node of the test.
func (r *Run) Node(name string) *Node { return r.nodes[name] }

// Sync waits until it was called for each node of the test. It fails if one of them fails.
func (r *Run) Sync(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, r.Test.Timeouts.Sync, errors.New("some nodes did not come to Sync in time"))
	defer cancel()
	return r.barrier.wait(ctx)
}

// A Node is a node of a test.
type Node struct {
	Name  string
	conn  control.Conn
	shell control.Shell
}

// Shell runs commands on the node.
func (n *Node) Shell() control.Shell { return n.shell }

// Run carries out the test: it returns when everything is torn down. An error means that the run
// crashed, or was stopped because ctx ended. What there is of the history is stored anyway.
func (t *Test) Run(ctx context.Context) (*Result, error) {
	test, err := t.filled()
	if err != nil {
		return &Result{}, err
	}
	r := &Run{Test: test, nodes: map[string]*Node{}, barrier: newBarrier(len(test.Nodes))}
	for _, name := range test.Nodes {
		r.nodes[name] = &Node{Name: name}
	}
	if err := r.begin(); err != nil {
		return &Result{}, err
	}
	complete, err := r.carryOut(ctx)
	if test.Close != nil {
		r.warn(test.Close())
	}
	if closed := r.record.Close(); err == nil {
		err = closed
	}
	if err == nil && test.Analyze != nil {
		err = r.phase(ctx, "analysis", func(ctx context.Context) error { return test.Analyze(ctx, r.Dir) })
	}
	res := &Result{Dir: r.Dir, Seed: test.Seed, Complete: complete, Stats: &Stats{}, Late: int(r.late.Load()), Phases: r.phases, Warnings: r.warnings, Unclean: errors.Join(r.unclean...)}
	if r.sched != nil {
		res.Stats = &r.sched.stats
	}
	if err != nil {
		r.log.Error("the run crashed", "error", err)
	}
	err = errors.Join(err, summarize(r.Path(summaryFile), test.Name, res, err))
	return res, errors.Join(err, r.logFile.Close())
}

// begin makes the run in the store, and its log.
func (r *Run) begin() error {
	t := r.Test
	nodes := make([]any, len(t.Nodes))
	for i, n := range t.Nodes {
		nodes[i] = n
	}
	m := edn.Entries{
		{edn.Kw("name"), t.Name}, {edn.Kw("nodes"), nodes}, {edn.Kw("concurrency"), t.Concurrency}, {edn.Kw("seed"), edn.Raw(fmt.Sprint(t.Seed))},
		{edn.Kw("leave-db-running?"), t.LeaveDBRunning},
	}
	for _, f := range t.Fields {
		m = append(m, [2]any{edn.Kw(f.Name), f.Value})
	}
	text, err := edn.Append(nil, m)
	if err != nil {
		return fmt.Errorf("the fields of the test: %w", err)
	}
	value, err := edn.Parse(string(text), edn.EDN)
	if err != nil {
		return fmt.Errorf("the fields of the test: %w", err)
	}
	if r.record, err = store.Record(t.Store, value, store.WriterOptions{}); err != nil {
		return err
	}
	r.Dir = r.record.Dir
	file, err := os.Create(r.Path("jepsen.log"))
	if err != nil {
		return errors.Join(err, r.record.Close())
	}
	r.logFile = file
	r.log = slog.New(slog.NewMultiHandler(t.Logger.Handler(), slog.NewTextHandler(file, nil)))
	r.log.Info("test began", "name", t.Name, "nodes", t.Nodes, "concurrency", t.Concurrency, "seed", t.Seed, "dir", r.Dir)
	return nil
}

// phase carries out a part of the run, unless it was stopped.
func (r *Run) phase(ctx context.Context, name string, f func(context.Context) error) (err error) {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", name, context.Cause(ctx))
	}
	r.log.Info(name)
	began := time.Now()
	func() {
		defer caughtAs(&err)
		err = f(ctx)
	}()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.phases = append(r.phases, Phase{name, time.Since(began), err})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// tornDown notes that a part of the teardown failed, which does not fail the run either.
func (r *Run) tornDown(err error) {
	if err == nil {
		return
	}
	r.log.Error(err.Error())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unclean = append(r.unclean, err)
}

// warn notes what went wrong but does not fail the run.
func (r *Run) warn(err error) {
	if err == nil {
		return
	}
	r.log.Warn(err.Error())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.warnings = append(r.warnings, err.Error())
}

// OnNodes calls a function for some nodes, or for all if names is nil, at a time. The first
// error cancels the others and is returned.
func (r *Run) OnNodes(ctx context.Context, names []string, f func(context.Context, *Node) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	return r.OnAll(ctx, names, func(ctx context.Context, n *Node) error {
		err := func() (err error) {
			defer caughtAs(&err) // a panic, too, has to release the others
			return f(ctx, n)
		}()
		if err != nil {
			cancel(&otherNodeError{n.Name, err})
		}
		return err
	})
}

// An otherNodeError is why a function on a node was told to end.
type otherNodeError struct {
	node string
	err  error
}

func (e *otherNodeError) Error() string { return fmt.Sprintf("%s failed: %v", e.node, e.err) }

// caused reports whether an error only says that the context ended.
func caused(err error) bool {
	return errors.Is(err, context.Canceled) || errors.As(err, new(*otherNodeError))
}

// OnAll is OnNodes in which an error cancels nobody, as healing and teardown need it. Of the
// errors it returns those that no other caused.
func (r *Run) OnAll(ctx context.Context, names []string, f func(context.Context, *Node) error) error {
	if names == nil {
		names = r.Test.Nodes
	}
	for _, name := range names {
		if r.nodes[name] == nil {
			return fmt.Errorf("%s is no node of the test", name)
		}
	}
	errs := make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		n := r.nodes[name]
		all.Go(func() {
			defer caughtAs(&errs[i])
			if err := f(ctx, n); err != nil {
				errs[i] = fmt.Errorf("%s: %w", name, err)
			}
		})
	}
	all.Wait()
	if own := slices.DeleteFunc(slices.Clone(errs), func(err error) bool { return err == nil || caused(err) }); len(own) > 0 {
		return errors.Join(own...)
	}
	return errors.Join(errs...)
}

// threads are the workers of a test, that of the nemesis the last.
func (r *Run) threads(stop context.Context, nemesis Nemesis, done chan<- completion, stuck *sync.WaitGroup) []*worker {
	t := r.Test
	workers := make([]*worker, t.Concurrency+1)
	for i := range workers {
		w := &worker{run: r, stop: stop, thread: i, inbox: make(chan gen.Op, 1), done: done, grace: t.Timeouts.Late, told: map[string]bool{}, stuck: stuck}
		if i < t.Concurrency {
			if len(t.Nodes) > 0 {
				w.node = t.Nodes[i%len(t.Nodes)]
			}
			w.timeout = t.Timeouts.Op
			w.log = r.log.With("thread", i, "node", w.node)
		} else {
			w.nemesis = nemesis
			w.log = r.log.With("thread", "nemesis")
		}
		workers[i] = w
	}
	return workers
}
