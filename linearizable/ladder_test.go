package linearizable

import (
	"context"
	"testing"

	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// withoutMonitors runs f as if no monitor could decide anything.
func withoutMonitors(f func()) {
	kept := rungs
	rungs = nil
	defer func() { rungs = kept }()
	f()
}

// TestRungsAgree: a monitor says what the search says, and both find the same
// culprit; each linearization and each state before a failure is checked.
func TestRungsAgree(t *testing.T) {
	for _, kind := range simulate.Kinds() {
		monitored, valid, invalid, told := 0, 0, 0, 0
		for seed := range uint64(240) {
			o := simulate.Object{Kind: kind, Operations: 6 + int(seed%18), Clients: 2 + int(seed%3), Seed: seed, CrashRate: float64(seed%3) * 0.1, BugRate: float64(seed%2) * 0.2}
			if seed%5 == 0 {
				o.Values = 3
			}
			h, err := o.History()
			if err != nil {
				t.Fatal(err)
			}
			m, err := ByName(kind.String(), "")
			if err != nil {
				t.Fatal(err)
			}
			opt := Options{Witness: true}
			fast, err := Check(context.Background(), h, m, opt)
			if err != nil {
				t.Fatal(err)
			}
			var slow *Result
			withoutMonitors(func() { slow, err = Check(context.Background(), h, m, opt) })
			if err != nil {
				t.Fatal(err)
			}
			a, b := &fast.Parts[0], &slow.Parts[0]
			// A monitor of a queue or stack does not use what an operation took if it has
			// not returned by then, so that it may look further.
			takes := kind == simulate.FIFOQueue || kind == simulate.Stack || kind == simulate.UnorderedQueue
			same := a.Culprit == b.Culprit && a.PreviousOK == b.PreviousOK || takes && a.Culprit >= b.Culprit
			if a.Valid != b.Valid || !same {
				t.Fatalf("%s, seed %d: %s says %v (op %d after %d), %s says %v (op %d after %d)",
					kind, seed, a.Rung, a.Valid, a.Culprit, a.PreviousOK, b.Rung, b.Valid, b.Culprit, b.PreviousOK)
			}
			if a.Rung != "search" {
				monitored++
			}
			ops, err := operations(h)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range []*Part{a, b} {
				if p.Vacuous {
					continue
				}
				if p.Valid == verdict.Valid {
					valid++
					checkWitness(t, h, &m, ops, p.Witness)
					continue
				}
				invalid++
				if len(p.Final) > 0 {
					told++
				}
			}
		}
		t.Logf("%s: %d monitored, %d valid, %d invalid", kind, monitored, valid, invalid)
		if monitored < 60 || valid < 60 || invalid < 10 || told < invalid*9/10 {
			t.Errorf("%s: %d monitored, %d valid, %d invalid, of which %d tell the states before", kind, monitored, valid, invalid, told)
		}
	}
}
