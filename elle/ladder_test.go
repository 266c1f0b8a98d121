package elle_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestLargeLadder: the ladder's checks share what was decoded, which no worker may
// change. Only a history of several batches of keys has several workers, so the
// race detector needs a large one.
func TestLargeLadder(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	}
	h := simulated(t, simulate.Config{Workload: simulate.RWRegister, Txns: 100_000, Clients: 5, MaxOps: 2})
	res, err := elle.Check(context.Background(), h, elle.Options{Ladder: true})
	if err != nil || res.Valid != verdict.Valid || len(res.Ladder.Violated) > 0 {
		t.Errorf("got %v and %v, want a valid history that violates nothing", res, err)
	}
}
