package runner

import (
	"context"

	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// A Nemesis breaks things. It performs the operations that the generator has for the nemesis,
// one at a time.
type Nemesis interface {
	// Setup finds out whether the nemesis can do what it is for, and prepares it. It breaks
	// nothing. It returns the nemesis to use.
	Setup(ctx context.Context, r *Run) (Nemesis, error)
	// Invoke does something and returns op with what it did as its value.
	Invoke(ctx context.Context, r *Run, op gen.Op) (gen.Op, error)
	// Teardown heals everything.
	Teardown(ctx context.Context, r *Run) error
	// Fs are the names of the operations that Invoke knows.
	Fs() []string
}

// NoNemesis breaks nothing.
type NoNemesis struct{}

// Setup does nothing.
func (NoNemesis) Setup(context.Context, *Run) (Nemesis, error) { return NoNemesis{}, nil }

// Invoke does nothing.
func (NoNemesis) Invoke(_ context.Context, _ *Run, op gen.Op) (gen.Op, error) { return op, nil }

// Teardown does nothing.
func (NoNemesis) Teardown(context.Context, *Run) error { return nil }

// Fs is empty.
func (NoNemesis) Fs() []string { return nil }
