package linearizable

import (
	"math"
	"runtime"
	"testing"

	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestShare: of many keys, each is decided that is decided alone with a 16th of the
// memory, and whatever the number of cores, the same ones are.
func TestShare(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	o := simulate.Object{Kind: simulate.FIFOQueue, Operations: 40_000, Clients: 200, Seed: 3, Values: 3, CrashRate: 0.05, Keys: 40}
	h, err := o.History()
	if err != nil {
		t.Fatal(err)
	}
	m, err := ByName("fifo-queue", "")
	if err != nil {
		t.Fatal(err)
	}
	const memory = 4 << 20
	c := &check{h: h, m: &m}
	ops, err := operations(h)
	if err != nil {
		t.Fatal(err)
	}
	keys, parts, err := divide(h, &m, ops, Keyed)
	if err != nil {
		t.Fatal(err)
	}
	alone := make([]verdict.Verdict, len(parts))
	count := map[verdict.Verdict]int{}
	for i := range parts {
		o, err := newDecoder(h, &m, keyOf(keys, i)).object(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		j := newJob(c, o)
		if !j.open() {
			alone[i] = j.part.Valid
			continue
		}
		j.run(t.Context(), math.MaxInt64, memory/atATime)
		alone[i] = j.part.Valid
		count[alone[i]]++
	}
	if count[verdict.Valid] < 20 || count[verdict.Unknown] == 0 {
		t.Fatalf("the history is too easy or too hard: %v", count)
	}
	var first *Result
	for _, cores := range []int{1, 4, 32} {
		runtime.GOMAXPROCS(cores)
		res, err := Check(t.Context(), h, m, Options{Budget: Budget{Memory: memory}})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = res
		}
		for i, p := range res.Parts {
			if f := first.Parts[i]; p.Valid != f.Valid || p.Steps != f.Steps || p.Reason != f.Reason {
				t.Errorf("%d cores, key %s: %v (%s, %d steps), with one %v (%s, %d steps)", cores, p.Key, p.Valid, p.Reason, p.Steps, f.Valid, f.Reason, f.Steps)
			}
			if alone[i] == verdict.Valid && p.Valid != verdict.Valid {
				t.Errorf("%d cores, key %s: %v (%s), alone it is valid", cores, p.Key, p.Valid, p.Reason)
			}
		}
	}
}
