package checker

import (
	"context"
	"errors"
	"testing"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A check that panics is unknown, and says where; the results of the others stand.
func TestPanic(t *testing.T) {
	stats, err := Named("stats")
	if err != nil {
		t.Fatal(err)
	}
	bad := &Checker{Name: "bad", check: func(context.Context, *history.History, *Options) (result.Result, error) { panic("oh") }}
	g, err := Run(context.Background(), histtest.Parse(t, "i 0 read\no 0 read 7"), []*Checker{bad, stats}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	failed, ok := g.Members[0].Result.(*result.Failed)
	if panicked := new(result.PanicError); !ok || !errors.As(failed.Err, &panicked) || panicked.Value != "oh" || panicked.Stack == "" {
		t.Errorf("%+v", g.Members[0].Result)
	}
	if g.Members[1].Result.Verdict() != verdict.Valid || g.Verdict() != verdict.Unknown {
		t.Errorf("%+v", g)
	}
}

// A check that is interrupted before it begins has no verdict. Those that only
// count do not look.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range table {
		if c.Name == "stats" || c.Name == "unhandled-exceptions" {
			continue
		}
		text := "i 0 read\no 0 read"
		if c.Name == "elle" {
			text = "i 0 txn [[:r 1 nil]]\no 0 txn [[:r 1 nil]]"
		}
		opt := Options{Model: "register"}
		r, err := c.Check(ctx, histtest.Parse(t, text), opt)
		if err != nil || r.Verdict() != verdict.Unknown {
			t.Errorf("%s: %+v, %v", c.Name, r, err)
		}
	}
}
