package linearizable

import (
	"context"

	"github.com/seed-c33ae711/jcheck/internal/par"
)

// atATime is how many searches run at a time at most. It is the same on every
// machine, so that how much memory a search may take, and with it the answer, does
// not depend on the cores.
const atATime = 16

// share calls f for 0 to n-1 with its share of the memory, which is free for the
// next one when f returns.
func share(ctx context.Context, n int, memory int64, f func(i int, memory int64) error) error {
	places := make(chan struct{}, atATime)
	return par.Do(ctx, n, func(i int) error {
		places <- struct{}{}
		defer func() { <-places }()
		return f(i, memory/int64(min(n, atATime)))
	})
}
