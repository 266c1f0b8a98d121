package nemesis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// Compose is one nemesis of several, each for the operations that it knows. Two that know the same
// one cannot be composed.
func Compose(of ...runner.Nemesis) (runner.Nemesis, error) {
	seen := map[string]bool{}
	for _, n := range of {
		for _, f := range n.Fs() {
			if seen[f] {
				return nil, fmt.Errorf("two nemeses know the operation %s", f)
			}
			seen[f] = true
		}
	}
	return composed{of}, nil
}

type composed struct{ of []runner.Nemesis }

// Setup sets up all of them. If one fails, those before it are torn down.
func (c composed) Setup(ctx context.Context, r *runner.Run) (runner.Nemesis, error) {
	ready := composed{}
	for _, n := range c.of {
		n, err := n.Setup(ctx, r)
		if err != nil {
			return nil, errors.Join(err, ready.Teardown(context.WithoutCancel(ctx), r))
		}
		ready.of = append(ready.of, n)
	}
	return ready, nil
}

// Invoke lets the one do it that knows the operation.
func (c composed) Invoke(ctx context.Context, r *runner.Run, op gen.Op) (gen.Op, error) {
	for _, n := range c.of {
		if slices.Contains(n.Fs(), op.F) {
			return n.Invoke(ctx, r, op)
		}
	}
	return op, fmt.Errorf("no nemesis knows the operation %s, only %s", op.F, strings.Join(c.Fs(), ", "))
}

// Teardown heals everything, whatever fails.
func (c composed) Teardown(ctx context.Context, r *runner.Run) error {
	var errs []error
	for _, n := range c.of {
		errs = append(errs, n.Teardown(ctx, r))
	}
	return errors.Join(errs...)
}

// Fs are the names of all operations.
func (c composed) Fs() (fs []string) {
	for _, n := range c.of {
		fs = append(fs, n.Fs()...)
	}
	return fs
}
