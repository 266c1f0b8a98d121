package command

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/linearizable"
)

// checkTimeout is how long check and analyze spend on a history at most, unless told
// otherwise: a search that never ends would stop a pipeline.
const checkTimeout = 10 * time.Minute

// limits bound what a check may cost.
type limits struct {
	timeout   time.Duration
	maxSteps  int64
	maxMemory int64
}

// addTimeout adds --timeout, which is for any check.
func (l *limits) addTimeout(cmd *cobra.Command, preset time.Duration) {
	cmd.Flags().DurationVar(&l.timeout, "timeout", preset, "`time` limit for each history, such as 30s or 5m; 0 for none")
}

// addSearch adds the bounds of a search for linearizations.
func (l *limits) addSearch(cmd *cobra.Command) {
	cmd.Flags().Int64Var(&l.maxSteps, "max-steps", 0, "objects: limit on the steps of each search; 0 for none")
	cmd.Flags().Var(newByteSize(&l.maxMemory, linearizable.DefaultMemory), "max-memory", "objects: limit on the memory of all searches together, in `bytes`")
}

func (l *limits) validate() error {
	switch {
	case l.timeout < 0:
		return usagef("expected a --timeout that is not negative, found %s", l.timeout)
	case l.maxSteps < 0:
		return usagef("expected --max-steps not to be negative, found %d", l.maxSteps)
	case l.maxMemory < 1:
		return usagef("expected --max-memory of at least 1, found %d", l.maxMemory)
	}
	return nil
}

func (l *limits) budget() linearizable.Budget {
	return linearizable.Budget{Steps: l.maxSteps, Memory: l.maxMemory}
}

// within returns a context that ends when the time is up.
func (l *limits) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if l.timeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, l.timeout, fmt.Errorf("no answer within %s (--timeout)", l.timeout))
}
