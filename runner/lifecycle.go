package runner

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/seed-c33ae711/jcheck/runner/control"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// setupTries is how often a database is set up that fails with SetupFailed.
const setupTries = 3

// carryOut sets everything up, performs the ops and tears everything down, whatever fails:
// whatever was begun to be set up is torn down. It reports whether the generator came to its end.
func (r *Run) carryOut(ctx context.Context) (complete bool, err error) {
	defer func() { r.warn(r.disconnect()) }()
	if err := r.phase(ctx, "connecting", r.connect); err != nil {
		return false, err
	}
	if os := r.Test.OS; os != nil && ctx.Err() == nil {
		defer r.teardown(ctx, "tearing down the nodes", os.Teardown)
		if err := r.phase(ctx, "setting up the nodes", func(ctx context.Context) error {
			return r.OnNodes(ctx, nil, func(ctx context.Context, n *Node) error { return os.Setup(ctx, r, n) })
		}); err != nil {
			return false, err
		}
	}
	if db := r.Test.DB; db != nil && ctx.Err() == nil {
		defer r.endDB(ctx, db)
		if err := r.phase(ctx, "setting up the database", r.setupDB); err != nil {
			return false, err
		}
	}
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	return r.perform(ctx)
}

// teardown calls a function for all nodes, even if the run was stopped.
func (r *Run) teardown(ctx context.Context, name string, f func(context.Context, *Run, *Node) error) {
	ctx, cancel := r.afterwards(ctx)
	defer cancel()
	r.tornDown(r.phase(ctx, name, func(ctx context.Context) error {
		return r.OnAll(ctx, nil, func(ctx context.Context, n *Node) error { return f(ctx, r, n) })
	}))
}

// afterwards is a context for what is to happen although the run was stopped.
func (r *Run) afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(context.WithoutCancel(ctx), r.Test.Timeouts.Teardown, errors.New("the teardown took too long"))
}

// connect opens a connection to each node.
func (r *Run) connect(ctx context.Context) error {
	if r.Test.Remote == nil {
		return nil
	}
	return r.OnNodes(ctx, nil, func(ctx context.Context, n *Node) error {
		spec := r.Test.Spec
		spec.Node = n.Name
		if spec.Host == "" {
			spec.Host = n.Name
		}
		conn, err := r.Test.Remote.Connect(ctx, spec)
		if err != nil {
			return err
		}
		n.conn, n.shell = conn, control.NewShell(conn, n.Name, spec.User)
		return nil
	})
}

func (r *Run) disconnect() error {
	var errs []error
	for _, n := range r.nodes {
		if n.conn != nil {
			errs = append(errs, n.conn.Close())
		}
	}
	return errors.Join(errs...)
}

// setupDB sets up the database on all nodes, after it was torn down there.
func (r *Run) setupDB(ctx context.Context) (err error) {
	db := r.Test.DB
	for range setupTries {
		err = r.OnNodes(ctx, nil, func(ctx context.Context, n *Node) error { return db.Teardown(ctx, r, n) })
		if err != nil {
			return err
		}
		err = r.OnNodes(ctx, nil, func(ctx context.Context, n *Node) error { return db.Setup(ctx, r, n) })
		if p, ok := db.(Primary); ok && err == nil && len(r.Test.Nodes) > 0 {
			err = p.SetupPrimary(ctx, r, r.nodes[r.Test.Nodes[0]])
		}
		if !errors.As(err, new(setupFailed)) {
			return err
		}
		r.log.Warn("setting up the database failed, and is tried again", "error", err)
	}
	return err
}

// endDB saves the logs of the database, and tears it down.
func (r *Run) endDB(ctx context.Context, db DB) {
	late, cancel := r.afterwards(ctx)
	defer cancel()
	if logs, ok := db.(LogFiles); ok {
		if k, ok := db.(Killer); ok && !r.Test.LeaveDBRunning { // so that the files do not change
			r.teardown(ctx, "stopping the database", k.Kill)
		}
		r.warn(r.phase(late, "saving the logs", func(ctx context.Context) error { return r.saveLogs(ctx, logs) }))
	}
	if !r.Test.LeaveDBRunning {
		r.teardown(ctx, "tearing down the database", db.Teardown)
	}
}

// saveLogs copies the logs of the database into the run.
func (r *Run) saveLogs(ctx context.Context, logs LogFiles) error {
	return r.OnAll(ctx, nil, func(ctx context.Context, n *Node) error {
		files, err := logs.LogFiles(ctx, r, n)
		if err != nil {
			return err
		}
		for _, path := range slices.Sorted(maps.Keys(files)) {
			if !filepath.IsLocal(files[path]) {
				return fmt.Errorf("expected a name in the directory of the run for %s, found %q", path, files[path])
			}
			if _, err := n.shell.Run(ctx, "test", "-e", path); errors.As(err, new(*control.ExitError)) {
				continue
			}
			text, err := n.shell.Get(ctx, path)
			if err != nil {
				return err
			}
			to := r.Path(n.Name, files[path])
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(to, text, 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}

// perform sets up clients and the nemesis, performs the ops, and tears down what it set up.
func (r *Run) perform(ctx context.Context) (complete bool, err error) {
	origin := time.Now()
	nemesis := r.Test.Nemesis
	defer func() {
		late, cancel := r.afterwards(ctx)
		defer cancel()
		var both sync.WaitGroup
		both.Go(func() {
			r.tornDown(r.phase(late, "healing", func(ctx context.Context) error { return nemesis.Teardown(ctx, r) }))
		})
		if !r.Test.LeaveDBRunning {
			both.Go(func() {
				r.warn(r.phase(late, "tearing down the clients", func(ctx context.Context) error {
					return r.OnAll(ctx, nil, func(ctx context.Context, n *Node) error {
						return r.withClient(ctx, n, func(c Client) error { return c.Teardown(ctx, r) })
					})
				}))
			})
		}
		both.Wait()
		if ended := r.record.EndHistory(); err == nil {
			err = ended
		}
	}()
	var both sync.WaitGroup
	var nemesisErr, clientErr error
	both.Go(func() {
		nemesisErr = r.phase(ctx, "setting up the nemesis", func(ctx context.Context) error {
			n, err := nemesis.Setup(ctx, r)
			if err == nil {
				nemesis = n
			}
			return err
		})
	})
	both.Go(func() { clientErr = r.phase(ctx, "setting up the clients", r.setupClients) })
	both.Wait()
	if err := errors.Join(nemesisErr, clientErr); err != nil {
		return false, err
	}
	err = r.phase(ctx, "performing operations", func(ctx context.Context) error { return r.operate(ctx, nemesis, origin) })
	return err == nil, err
}

// setupClients prepares the database for the test, by a client of each node.
func (r *Run) setupClients(ctx context.Context) error {
	return r.OnNodes(ctx, nil, func(ctx context.Context, n *Node) error {
		return r.withClient(ctx, n, func(c Client) error {
			if err := c.Teardown(ctx, r); err != nil {
				return err
			}
			if err := r.Sync(ctx); err != nil {
				return err
			}
			return c.Setup(ctx, r)
		})
	})
}

// withClient opens a client for a while.
func (r *Run) withClient(ctx context.Context, n *Node, f func(Client) error) error {
	c, err := r.Test.Client.Open(ctx, r, n.Name)
	if err != nil {
		return fmt.Errorf("opening a client: %w", err)
	}
	using := func() (err error) {
		defer caughtAs(&err)
		return f(c)
	}
	return errors.Join(using(), c.Close(context.WithoutCancel(ctx), r))
}

// operate performs the ops of the generator.
func (r *Run) operate(ctx context.Context, nemesis Nemesis, origin time.Time) error {
	t := r.Test
	rec := newRecorder(r.record)
	done := make(chan completion, t.Concurrency+1)
	var working, stuck sync.WaitGroup
	workers := r.threads(ctx, nemesis, done, &stuck)
	// Ops that run when the test is stopped may end by themselves for a while.
	opCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	for _, w := range workers {
		working.Go(func() { w.work(opCtx) })
	}
	r.sched = &scheduler{
		run: r, log: r.log, gen: gen.Seed(t.Seed, t.Generator), ctx: gen.NewCtx(t.Concurrency, t.Nodes), origin: origin,
		record: rec.add, flush: rec.flush, workers: workers, done: done, open: make([]gen.Op, t.Concurrency+1), grace: t.Timeouts.Grace, drain: t.Timeouts.Drain,
	}
	err := r.sched.loop(ctx)
	cancel()
	for _, w := range workers {
		close(w.inbox)
	}
	if n := r.sched.left; n > 0 {
		r.warn(fmt.Errorf("%d operations had not ended when the test did, and are recorded as info", n))
	}
	if n := r.late.Load(); n > 0 {
		r.warn(fmt.Errorf("%d operations did not return in time, and are recorded as info", n))
	}
	if !endIn(t.Timeouts.Grace, &working, &stuck) {
		r.warn(errors.New("some calls of clients or the nemesis have still not returned; they go on while everything is torn down"))
	}
	return errors.Join(err, rec.close())
}

// endIn waits for goroutines, so long at most, and reports whether they ended.
func endIn(d time.Duration, groups ...*sync.WaitGroup) bool {
	ended := make(chan struct{})
	go func() {
		for _, g := range groups {
			g.Wait()
		}
		close(ended)
	}()
	select {
	case <-ended:
		return true
	case <-time.After(d):
		return false
	}
}
