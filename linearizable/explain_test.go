package linearizable

import (
	"context"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// What is said of a failure is true of the ops: which overlapped the culprit, that each
// state is that of an order of what had returned before, and that the culprit cannot
// take effect in it.
func TestExplanationsHold(t *testing.T) {
	for _, kind := range simulate.Kinds() {
		m, err := ByName(kind.String(), "")
		if err != nil {
			continue
		}
		t.Run(kind.String(), func(t *testing.T) {
			told := 0
			for seed := range uint64(60) {
				h := simulated(t, simulate.Object{Kind: kind, Operations: 60, Clients: 4, Values: 3, Seed: seed, BugRate: 0.03, CrashRate: 0.03})
				r, err := Check(context.Background(), h, m, Options{})
				if err != nil {
					t.Fatal(err)
				}
				ops, err := operations(h)
				if err != nil {
					t.Fatal(err)
				}
				for i := range r.Parts {
					if p := &r.Parts[i]; p.Valid == verdict.Invalid && p.Culprit >= 0 {
						o, err := newDecoder(h, &m, nil).object(ops)
						if err != nil {
							t.Fatal(err)
						}
						told += len(p.Final)
						checkExplanation(t, &m, o, p)
					}
				}
			}
			if told == 0 {
				t.Error("nothing was explained")
			}
		})
	}
}

func checkExplanation(t *testing.T, m *Model, o *object, p *Part) {
	t.Helper()
	byOp := map[int]call{}
	for _, c := range o.calls {
		byOp[int(c.op)] = c
	}
	culprit := byOp[p.Culprit]
	for _, c := range o.calls {
		overlaps := c.inv < culprit.ret && culprit.inv < c.ret
		if slices.Contains(p.Beside, int(c.op)) != overlaps {
			t.Fatalf("op %d overlaps the culprit, op %d: %v; beside it are %v", c.op, p.Culprit, overlaps, p.Beside)
		}
	}
	for _, st := range p.Final {
		mach := m.kind.make(o.init, o.v, o.ts)
		state, latest := mach.initial(), int32(-1)
		took := map[int]bool{}
		for _, op := range st.Order {
			c := byOp[op]
			latest = max(latest, c.inv)
			state = mach.step(state, c.t)
			if took[op] || op == p.Culprit || c.ret < latest || c.inv > culprit.ret || state == illegal {
				t.Fatalf("op %d cannot take effect there in %v", op, st.Order)
			}
			took[op] = true
		}
		c := check{m: m}
		if got := c.m.show(o, mach, state); got != st.Value {
			t.Fatalf("%v leaves %s, not %s", st.Order, got, st.Value)
		}
		for _, c := range o.calls {
			if c.ret < culprit.ret && !took[int(c.op)] && o.ts[c.t].f != opReadAny {
				t.Fatalf("op %d returned before op %d, but is not in %v", c.op, p.Culprit, st.Order)
			}
		}
		if mach.step(state, culprit.t) != illegal {
			t.Fatalf("op %d can take effect in %s", p.Culprit, st.Value)
		}
	}
}

// However many operations are pending, the states before a failure are found: they are not
// compared one by one.
func TestExplainedAmongCrashes(t *testing.T) {
	m, err := ByName("cas-register", "")
	if err != nil {
		t.Fatal(err)
	}
	h := simulated(t, simulate.Object{Kind: simulate.CASRegister, Operations: 6000, Values: 5, Clients: 10, Seed: 14, BugRate: 0.001, CrashRate: 0.05})
	r, err := Check(t.Context(), h, m, Options{})
	if err != nil || r.Valid != verdict.Invalid {
		t.Fatal(r, err)
	}
	if len(r.Parts[0].Final) == 0 {
		t.Error("no state before the failure")
	}
}
