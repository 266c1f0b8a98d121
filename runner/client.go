package runner

import (
	"context"
	"errors"

	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// A Client performs operations on the database. The one in the test is a template: Open makes
// those that are used, each of which is used by one goroutine at a time. Embed BaseClient to
// leave out what does nothing.
type Client interface {
	// Open connects to a node and returns a new client. It does not change the database.
	Open(ctx context.Context, r *Run, node string) (Client, error)
	// Setup prepares the database for the test: it makes tables, for example. It is called once
	// for each node, for all of them at a time, with a client of its own.
	Setup(ctx context.Context, r *Run) error
	// Invoke performs an operation and returns what it ended as: op with type OK, Fail or Info,
	// and what it returned as its value. If it returns an error, the operation failed if the
	// error is Definite, and is indeterminate otherwise.
	Invoke(ctx context.Context, r *Run, op gen.Op) (gen.Op, error)
	// Teardown undoes Setup. It is called before it, too, so nothing may be there yet.
	Teardown(ctx context.Context, r *Run) error
	// Close releases the connection. It does not change the database.
	Close(ctx context.Context, r *Run) error
}

// Reusable is a client that stays in use after an operation whose outcome is unknown. Others
// are closed then, and opened anew.
type Reusable interface{ Reusable() bool }

// BaseClient does nothing in Setup, Teardown and Close.
type BaseClient struct{}

// Setup does nothing.
func (BaseClient) Setup(context.Context, *Run) error { return nil }

// Teardown does nothing.
func (BaseClient) Teardown(context.Context, *Run) error { return nil }

// Close does nothing.
func (BaseClient) Close(context.Context, *Run) error { return nil }

// ClientFunc is a client without a connection.
type ClientFunc func(ctx context.Context, op gen.Op) (gen.Op, error)

// Open returns f.
func (f ClientFunc) Open(context.Context, *Run, string) (Client, error) { return f, nil }

// Setup does nothing.
func (ClientFunc) Setup(context.Context, *Run) error { return nil }

// Invoke calls f.
func (f ClientFunc) Invoke(ctx context.Context, _ *Run, op gen.Op) (gen.Op, error) { return f(ctx, op) }

// Teardown does nothing.
func (ClientFunc) Teardown(context.Context, *Run) error { return nil }

// Close does nothing.
func (ClientFunc) Close(context.Context, *Run) error { return nil }

// Reusable reports true.
func (ClientFunc) Reusable() bool { return true }

type definite struct{ error }

func (d definite) Unwrap() error { return d.error }

// Definite marks an error that proves that the operation had no effect, and never will: it was
// refused, for example, or no byte of it was sent. It returns nil for nil.
func Definite(err error) error {
	if err == nil {
		return nil
	}
	return definite{err}
}

// IsDefinite reports whether an error is marked so.
func IsDefinite(err error) bool { return errors.As(err, new(definite)) }
