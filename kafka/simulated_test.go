package kafka_test

import (
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestSimulatedGood: nothing is wrong with logs that work, with whatever crashes and
// aborts.
func TestSimulatedGood(t *testing.T) {
	for seed := range uint64(200) {
		l := simulate.Log{Operations: 30 + int(seed)*2, Clients: 1 + int(seed%7), Keys: 1 + int(seed%4), MaxTxn: 1 + int(seed%4), MaxBatch: 1 + int(seed%9), CrashRate: 0.1, FailRate: 0.1, Seed: seed}
		h, err := l.History()
		if err != nil {
			t.Fatal(err)
		}
		for _, ww := range []bool{false, true} {
			if _, r := result(t, h, kafka.Options{WWDeps: ww}); r.Valid != verdict.Valid || len(r.ErrorTypes) > 0 {
				t.Fatalf("%+v: %v %v %v", l, r.Valid, r.ErrorTypes, r.Findings())
			}
		}
	}
}

// TestSimulatedBugs: each bug shows as what it is.
func TestSimulatedBugs(t *testing.T) {
	shows := map[string][]string{
		"lost":      {"lost-write", "unseen"},
		"duplicate": {"duplicate", "int-nonmonotonic-poll"},
		"skip":      {"poll-skip"},
		"rewind":    {"nonmonotonic-poll"},
		"reorder":   {"int-nonmonotonic-poll"},
		"aborted":   {"G1a"},
	}
	for _, bug := range simulate.LogBugs() {
		for seed := range uint64(20) {
			h, err := simulate.Log{Operations: 1000, CrashRate: 0.02, FailRate: 0.02, BugRate: 0.02, Bug: bug.Name, Seed: seed}.History()
			if err != nil {
				t.Fatal(err)
			}
			_, r := result(t, h, kafka.Options{})
			for _, typ := range shows[bug.Name] {
				if !slices.Contains(r.BadErrorTypes, typ) {
					t.Errorf("%s, seed %d: %v has no %s", bug.Name, seed, r.BadErrorTypes, typ)
				}
			}
			sound(t, h, r)
		}
	}
}
