package linearizable

import (
	"context"
	"fmt"
	"testing"

	"github.com/seed-c33ae711/jcheck/history"
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

// checkTwice checks a history by its monitor, if there is one, and by the search.
func checkTwice(t *testing.T, h *history.History, m Model, what string) (fast, slow *Result) {
	t.Helper()
	check := func() *Result {
		res, err := Check(context.Background(), h, m, Options{Witness: true})
		if err != nil {
			t.Fatalf("%v: %s", err, what)
		}
		return res
	}
	fast = check()
	withoutMonitors(func() { slow = check() })
	return fast, slow
}

// rungTally counts histories by what was found.
type rungTally struct{ monitored, valid, invalid, told int }

// count checks the witness of a part, and counts it.
func (n *rungTally) count(t *testing.T, h *history.History, m *Model, p *Part) {
	t.Helper()
	switch {
	case p.Vacuous:
	case p.Valid == verdict.Valid:
		n.valid++
		ops, err := operations(h)
		if err != nil {
			t.Fatal(err)
		}
		checkWitness(t, h, m, ops, p.Witness)
	default:
		n.invalid++
		if len(p.Final) > 0 {
			n.told++
		}
	}
}

// TestRungsAgree: a monitor says what the search says, and both find the same
// culprit; each linearization and each state before a failure is checked.
func TestRungsAgree(t *testing.T) {
	for _, kind := range simulate.Kinds() {
		m, err := ByName(kind.String(), "")
		if err != nil {
			t.Fatal(err)
		}
		// A monitor of a queue or stack does not use what an operation took if it has
		// not returned by then, so that it may look further.
		takes := kind == simulate.FIFOQueue || kind == simulate.Stack || kind == simulate.UnorderedQueue
		var n rungTally
		for seed := range uint64(240) {
			o := simulate.Object{Kind: kind, Operations: 6 + int(seed%18), Clients: 2 + int(seed%3), Seed: seed, CrashRate: float64(seed%3) * 0.1, BugRate: float64(seed%2) * 0.2}
			if seed%5 == 0 {
				o.Values = 3
			}
			h, err := o.History()
			if err != nil {
				t.Fatal(err)
			}
			fast, slow := checkTwice(t, h, m, fmt.Sprintf("%s, seed %d", kind, seed))
			a, b := &fast.Parts[0], &slow.Parts[0]
			same := a.Culprit == b.Culprit && a.PreviousOK == b.PreviousOK || takes && a.Culprit >= b.Culprit
			if a.Valid != b.Valid || !same {
				t.Fatalf("%s, seed %d: %s says %v (op %d after %d), %s says %v (op %d after %d)",
					kind, seed, a.Rung, a.Valid, a.Culprit, a.PreviousOK, b.Rung, b.Valid, b.Culprit, b.PreviousOK)
			}
			if a.Rung != "search" {
				n.monitored++
			}
			n.count(t, h, &m, a)
			n.count(t, h, &m, b)
		}
		t.Logf("%s: %+v", kind, n)
		if n.monitored < 60 || n.valid < 60 || n.invalid < 10 || n.told < n.invalid*9/10 {
			t.Errorf("%s: %+v", kind, n)
		}
	}
}
