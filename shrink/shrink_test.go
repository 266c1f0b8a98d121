package shrink

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// sources make histories, good or with faults, of checks that shrink.
var sources = []struct {
	check string
	rule  Rule
	most  int // operations that are left of a fault, at most
	make  func(seed uint64, bad bool) (*history.History, error)
}{
	{"elle", Transactions, 6, txns(simulate.ListAppend)},
	{"elle", Transactions, 6, txns(simulate.RWRegister)},
	{"set", Elements, 8, object(simulate.Set)},
	{"set-full", Elements, 8, object(simulate.Set)},
	{"queue", Classes, 4, object(simulate.FIFOQueue)},
	{"bank", Free, 2, property(simulate.Bank)},
	{"unique-ids", Free, 2, property(simulate.UniqueIDs)},
	{"long-fork", Free, 2, property(simulate.LongFork)},
	{"kafka", Keys, 120, func(seed uint64, bad bool) (*history.History, error) {
		return simulate.Log{Operations: 120, Seed: seed, CrashRate: 0.05, FailRate: 0.05, BugRate: rate(bad, 0.2)}.History()
	}},
}

func rate(bad bool, r float64) float64 {
	if bad {
		return r
	}
	return 0
}

func txns(w simulate.Workload) func(uint64, bool) (*history.History, error) {
	return func(seed uint64, bad bool) (*history.History, error) {
		db := []string{"serial", "lost-update", "fractured-read", "aborted-read"}[seed%3+uint64(rate(bad, 1))]
		if !bad {
			db = "serial"
		}
		return simulate.Config{Workload: w, DB: db, Txns: 150, Keys: 3, Seed: seed, CrashRate: 0.05, FailRate: 0.1}.History()
	}
}

func object(k simulate.Kind) func(uint64, bool) (*history.History, error) {
	return func(seed uint64, bad bool) (*history.History, error) {
		return simulate.Object{Kind: k, Operations: 60, Seed: seed, CrashRate: 0.05, FailRate: 0.05, BugRate: rate(bad, 0.1)}.History()
	}
}

func property(p simulate.Property) func(uint64, bool) (*history.History, error) {
	return func(seed uint64, bad bool) (*history.History, error) {
		return simulate.Test{Property: p, Operations: 100, Seed: seed, CrashRate: 0.05, FailRate: 0.05, BugRate: rate(bad, 0.1)}.History()
	}
}

func judge(t *testing.T, name string, h *history.History) result.Result {
	t.Helper()
	c, err := checker.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	opt := checker.Options{Elle: elle.Options{Models: []string{"serializable"}}}
	r, err := c.Check(context.Background(), h, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Of a history without faults, no part that a rule leaves has one.
func TestRulesMakeNoFaults(t *testing.T) {
	for _, s := range sources {
		t.Run(fmt.Sprint(s.check, s.rule), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(1, 2))
			judged := 0
			for seed := range uint64(20) {
				h, err := s.make(seed, false)
				if err != nil {
					t.Fatal(err)
				}
				if r := judge(t, s.check, h); r.Verdict() == verdict.Invalid {
					t.Fatalf("seed %d: a history without faults is invalid: %+v", seed, r)
				}
				d, err := read(t.Context(), h, s.rule)
				if err != nil {
					t.Fatal(err)
				}
				for range 20 {
					keep, share := make([]bool, d.atoms), rnd.Float64()
					for i := range keep {
						keep[i] = rnd.Float64() < share
					}
					text := d.text(keep)
					if d.forbidden(keep) || len(text) == 0 {
						continue
					}
					part, err := format.ReadBytes(t.Context(), "part", text, format.Options{Order: history.FileOrder})
					if err != nil {
						t.Fatalf("%v\n%s", err, text)
					}
					r := judge(t, s.check, part)
					if r.Verdict() == verdict.Invalid {
						t.Fatalf("seed %d: a fault that was none:\n%s", seed, text)
					}
					if r.Verdict() == verdict.Valid {
						judged++
					}
				}
			}
			if judged < 10 {
				t.Errorf("only %d parts were judged", judged)
			}
		})
	}
}

// What is left shows the anomaly, and would not without any one part of it.
func TestShrink(t *testing.T) {
	for _, s := range sources {
		t.Run(fmt.Sprint(s.check, s.rule), func(t *testing.T) {
			t.Parallel()
			shrunk := 0
			for seed := range uint64(10) {
				h, err := s.make(seed, true)
				if err != nil {
					t.Fatal(err)
				}
				r := judge(t, s.check, h)
				if r.Verdict() != verdict.Invalid {
					continue
				}
				shrunk++
				types := typesOf(r)[:1]
				claim := func(_ context.Context, h *history.History) (bool, error) {
					r := judge(t, s.check, h)
					return r.Verdict() == verdict.Invalid && slices.Contains(typesOf(r), types[0]), nil
				}
				res, err := Shrink(t.Context(), h, claim, Options{Rule: s.rule, Seed: seedOf(r)})
				if err != nil {
					t.Fatal(err)
				}
				if ok, _ := claim(t.Context(), res.History); !ok || res.Kept > s.most || res.Kept == 0 || res.Kept >= res.Of {
					t.Fatalf("seed %d: %v: %d of %d operations are left, and show it: %v\n%s", seed, types, res.Kept, res.Of, ok, res.History.Source().Text)
				}
			}
			if shrunk < 3 {
				t.Errorf("only %d histories had a fault", shrunk)
			}
		})
	}
}

func typesOf(r result.Result) (types []string) {
	if e, ok := r.(*elle.Result); ok {
		for _, a := range e.Types() {
			types = append(types, string(a))
		}
		return types
	}
	for _, f := range r.(result.Report).Findings() {
		types = append(types, f.Type)
	}
	return types
}

func seedOf(r result.Result) []int {
	if e, ok := r.(*elle.Result); ok {
		return e.Anomalies[0].Cases[0].Witnesses()
	}
	return r.(result.Report).Findings()[0].Ops
}

// A wrong total is shown by one read; what cannot be shown is said.
func TestNoClaim(t *testing.T) {
	h, err := property(simulate.Bank)(1, false)
	if err != nil {
		t.Fatal(err)
	}
	never := func(context.Context, *history.History) (bool, error) { return false, nil }
	if _, err := Shrink(t.Context(), h, never, Options{}); err != ErrNoClaim {
		t.Errorf("got %v", err)
	}
}

// The shortest beginning shows the fault that later ops cannot undo.
func TestPrefix(t *testing.T) {
	h, err := object(simulate.Counter)(3, true)
	if err != nil {
		t.Fatal(err)
	}
	claim := func(_ context.Context, h *history.History) (bool, error) {
		return h.Len() > 0 && judge(t, "counter", h).Verdict() == verdict.Invalid, nil
	}
	if ok, _ := claim(t.Context(), h); !ok {
		t.Fatal("expected a counter with a fault")
	}
	res, err := Prefix(t.Context(), h, claim)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := claim(t.Context(), h.Prefix(res.History.Len()-1))
	if ok, _ := claim(t.Context(), res.History); !ok || before {
		t.Errorf("%d of %d ops: shown %v, without the last %v", res.History.Len(), h.Len(), ok, before)
	}
}

func TestCancelled(t *testing.T) {
	h, err := txns(simulate.ListAppend)(1, true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	claim := func(context.Context, *history.History) (bool, error) {
		if n++; n == 3 {
			cancel()
		}
		return true, nil
	}
	if res, err := Shrink(ctx, h, claim, Options{Rule: Transactions}); err != nil || res.History == nil || n > 3 {
		t.Errorf("%v, %v after %d checks", res, err, n)
	}
}
