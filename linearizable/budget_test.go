package linearizable

import (
	"context"
	"runtime"
	"testing"

	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestBudget: a search that runs out says so, how far it got, and keeps within
// its memory.
func TestBudget(t *testing.T) {
	for _, o := range []simulate.Object{
		{Kind: simulate.FIFOQueue, Operations: 10_000, Clients: 20, Seed: 1, Values: 5, CrashRate: 0.05},
		{Kind: simulate.CASRegister, Operations: 100_000, Clients: 100, Seed: 1, Values: 20, BugRate: 2e-5},
	} {
		t.Run(o.Kind.String(), func(t *testing.T) { testBudget(t, o) })
	}
}

func testBudget(t *testing.T, o simulate.Object) {
	h, err := o.History()
	if err != nil {
		t.Fatal(err)
	}
	m, err := ByName(o.Kind.String(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []Budget{{Steps: 10_000}, {Memory: 64 << 20}} {
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		res, err := Check(context.Background(), h, m, Options{Budget: b})
		if err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		p := &res.Parts[0]
		if res.Valid != verdict.Unknown || p.Reason == "" || res.Reason != p.Reason || p.Steps == 0 || p.Reached == 0 {
			t.Errorf("%+v: %v, %q, part %q, %d steps, reached %d", b, res.Valid, res.Reason, p.Reason, p.Steps, p.Reached)
		}
		if b.Steps > 0 && p.Steps > b.Steps {
			t.Errorf("%d steps", p.Steps)
		}
		if held := int64(after.HeapSys - before.HeapSys); b.Memory > 0 && held > 2*b.Memory {
			t.Errorf("the heap grew by %d MB, with a budget of %d", held>>20, b.Memory>>20)
		}
		t.Log(res.Reason, p.Steps, p.Reached, (after.HeapSys-before.HeapSys)>>20)
	}
}
