package nemesis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// Process kills and pauses the database: kill and start, pause and resume, each of the nodes that
// its value means. The database is a runner.Killer or a runner.Pauser.
func Process(seed uint64) runner.Nemesis { return &process{rnd: rand.New(rand.NewPCG(seed, 1))} }

type process struct{ rnd *rand.Rand }

// Setup finds out whether the database can be killed or paused.
func (p *process) Setup(_ context.Context, r *runner.Run) (runner.Nemesis, error) {
	_, kills := r.Test.DB.(runner.Killer)
	_, pauses := r.Test.DB.(runner.Pauser)
	if !kills && !pauses {
		return nil, errors.New("the database can neither be killed nor paused: it is no runner.Killer and no runner.Pauser")
	}
	return p, nil
}

// Fs are the names of its operations.
func (*process) Fs() []string { return []string{"kill", "start", "pause", "resume"} }

// does is what an operation does to a node.
func does(r *runner.Run, f string) (do func(context.Context, *runner.Run, *runner.Node) error, done string, err error) {
	k, kills := r.Test.DB.(runner.Killer)
	p, pauses := r.Test.DB.(runner.Pauser)
	switch {
	case f == "kill" && kills:
		return k.Kill, "killed", nil
	case f == "start" && kills:
		return k.Start, "started", nil
	case f == "pause" && pauses:
		return p.Pause, "paused", nil
	case f == "resume" && pauses:
		return p.Resume, "resumed", nil
	}
	return nil, "", fmt.Errorf("the database cannot %s", f)
}

// Invoke does something to some nodes, and says of each what.
func (p *process) Invoke(ctx context.Context, r *runner.Run, op gen.Op) (gen.Op, error) {
	do, done, err := does(r, op.F)
	if err != nil {
		return op, err
	}
	value := op.Value
	if value == nil && (op.F == "start" || op.F == "resume") {
		value = All
	}
	nodes, err := targets(ctx, r, p.rnd, value)
	if err != nil {
		return op, err
	}
	var mu sync.Mutex
	said := map[string]string{}
	err = r.OnAll(ctx, nodes, func(ctx context.Context, n *runner.Node) error {
		word := done
		if err := do(ctx, r, n); err != nil {
			word = err.Error()
		}
		mu.Lock()
		defer mu.Unlock()
		said[n.Name] = word
		return nil
	})
	return op.With(said), err
}

// Teardown starts and resumes the database everywhere, unless it goes anyway.
func (p *process) Teardown(ctx context.Context, r *runner.Run) error {
	var errs []error
	for _, f := range []string{"resume", "start"} {
		if f == "start" && !r.Test.LeaveDBRunning {
			continue
		}
		if do, _, err := does(r, f); err == nil {
			errs = append(errs, r.OnAll(ctx, nil, func(ctx context.Context, n *runner.Node) error { return do(ctx, r, n) }))
		}
	}
	return errors.Join(errs...)
}
