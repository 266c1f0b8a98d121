package elle_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// isolated runs the transactions that randomItems makes up, in the order of
// their completions, on a database that keeps a model: each micro-op sees the
// state after as many commits as see says, besides its own transaction's writes.
// A transaction fails if it overwrites what it did not see and the model forbids
// that.
func isolated(txns []itemTxn, firstWins bool, see func(t, mop int) int) {
	states := []map[int]int{{}}
	changed := map[int]int{} // per key: the first state that has what was written last
	for t := range txns {
		x := &txns[t]
		x.typ = "ok"
		written, seen := map[int]int{}, len(states)-1
		deleted := map[int]bool{}
		for i := range x.mops {
			at := see(t, i)
			seen = min(seen, at)
			state := maps.Clone(states[at])
			maps.Copy(state, written)
			maps.DeleteFunc(state, func(k, _ int) bool { return deleted[k] })
			one := itemTxn{typ: "ok", mops: x.mops[i : i+1]}
			one.run(state, true)
			switch m := x.mops[i]; m.f {
			case "r", "rp":
			case "delete":
				deleted[m.key] = true
			default:
				written[m.key] = m.val
				delete(deleted, m.key)
			}
		}
		next := maps.Clone(states[len(states)-1])
		lost := slices.ContainsFunc(x.mops, func(m itemMop) bool {
			return m.f != "r" && m.f != "rp" && changed[m.key] > seen
		})
		if lost && firstWins {
			x.typ = "fail"
		} else {
			maps.Copy(next, written)
			maps.DeleteFunc(next, func(k, _ int) bool { return deleted[k] })
			for _, m := range x.mops {
				if m.f != "r" && m.f != "rp" {
					changed[m.key] = len(states)
				}
			}
		}
		states = append(states, next)
	}
}

// TestPredicatesLevels: a database that keeps a model weaker than serializable
// is never said to violate it.
func TestPredicatesLevels(t *testing.T) {
	t.Parallel()
	n := 20_000
	if testing.Short() {
		n = 3_000
	}
	invalid := 0
	for i := range n {
		rng := rand.New(rand.NewPCG(uint64(i), 4))
		txns := randomItems(rng, 1+i%4, false)
		first := 0 // what everybody sees, since an init came before
		for j := range txns {
			if txns[j].init {
				first = 1
			} else {
				txns[j].before = max(txns[j].before, first)
			}
		}
		model, start, last := []string{"snapshot-isolation", "strong-snapshot-isolation", "read-committed"}[i%3], -1, 0
		isolated(txns, i%3 < 2, func(t, mop int) int {
			lo := min(first, t)
			if model != "snapshot-isolation" {
				lo = txns[t].before
			}
			switch {
			case start != t:
				start, last = t, lo+rng.IntN(t-lo+1)
			case model == "read-committed":
				last += rng.IntN(t - last + 1)
			}
			return last
		})
		text := itemText(txns)
		models := []string{model}
		if model != "read-committed" { // what it implies is decided by other means
			models = append(models, "causal-cerone", "read-atomic", "monotonic-atomic-view")
		}
		res, err := elle.Check(context.Background(), readItems(t, text), elle.Options{Workload: elle.ClosedPredicate, Models: models})
		if err != nil {
			t.Fatal(err, text)
		}
		if res.Valid == verdict.Invalid {
			t.Fatalf("%d: a false alarm under %s: %v\n%s", i, model, res.Types(), text)
		}
		if len(res.Not) > 0 {
			invalid++
		}
	}
	t.Log(invalid, "violate a stronger model")
}
