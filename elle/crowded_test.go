package elle

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestCrowded: where too many transactions are concurrent on a key for realtime to
// order its versions, a history without a violation is not called valid, nor a model
// that rests on that order said to hold; what needs no such order is as before.
func TestCrowded(t *testing.T) {
	defer func(old int) { realtimeOrders = old }(realtimeOrders)
	h, err := simulate.Config{Workload: simulate.RWRegister, Txns: 300, Clients: 20, Keys: 1, MaxWritesPerKey: 1000}.History()
	if err != nil {
		t.Fatal(err)
	}
	check := func(model string) *Result {
		res, err := Check(context.Background(), h, Options{Models: []string{model}, Ladder: true})
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	for _, most := range []int{1 << 24, 100} {
		realtimeOrders = most
		strict, sessions := check("strict-serializable"), check("strong-session-serializable")
		want, unknown := verdict.Valid, []string(nil)
		if most == 100 {
			want, unknown = verdict.Unknown, []string{"strong-serializable", "strong-snapshot-isolation"}
		}
		if strict.Valid != want || (want == verdict.Unknown) != strings.Contains(strict.Reason, "1 key") {
			t.Errorf("at most %d orders: %v, %q", most, strict.Valid, strict.Reason)
		}
		if sessions.Valid != verdict.Valid {
			t.Errorf("at most %d orders: %v for what needs none", most, sessions.Valid)
		}
		for _, res := range []*Result{strict, sessions} {
			if !slices.Equal(res.Ladder.Unknown, unknown) {
				t.Errorf("at most %d orders: unknown are %v", most, res.Ladder.Unknown)
			}
		}
	}
}
