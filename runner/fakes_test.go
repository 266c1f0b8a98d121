package runner_test

import (
	"context"
	"sync/atomic"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// client counts how often it is opened and closed.
type client struct {
	runner.BaseClient
	opened, closed *atomic.Int64
	open           func() error
	invoke         func(gen.Op) (gen.Op, error)
}

func (c *client) Open(context.Context, *runner.Run, string) (runner.Client, error) {
	if c.open != nil {
		if err := c.open(); err != nil {
			return nil, err
		}
	}
	c.opened.Add(1)
	own := *c
	return &own, nil
}

func (c *client) Close(context.Context, *runner.Run) error { c.closed.Add(1); return nil }

func (c *client) Invoke(_ context.Context, _ *runner.Run, op gen.Op) (gen.Op, error) {
	return c.invoke(op)
}

// nemesis performs ops by a function.
type nemesis struct {
	runner.NoNemesis
	invoke func(gen.Op) (gen.Op, error)
}

func (n *nemesis) Setup(context.Context, *runner.Run) (runner.Nemesis, error) { return n, nil }

func (n *nemesis) Invoke(_ context.Context, _ *runner.Run, op gen.Op) (gen.Op, error) {
	return n.invoke(op)
}
