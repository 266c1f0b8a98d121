package linearizable

import (
	"context"
	"math/rand/v2"
	"testing"
)

// TestRide: what a ride finds is a linearization, and of small histories it finds one
// if there is one, unless it takes too many steps.
func TestRide(t *testing.T) {
	ts := []transition{{f: opRead}, {f: opRead, a: 1}, {f: opWrite, a: 1}, {f: opWrite, a: 2}, {f: opCAS, a: 1, b: 2}, {f: opCAS, b: 1}}
	r := rand.New(rand.NewPCG(3, 4))
	yes, no, short := 0, 0, 0
	for i := range 20_000 {
		ops := randomOps(r, 1+r.IntN(9), 1+r.IntN(5), len(ts), []float64{0, 0.25}[i%2])
		m := &registerMachine{0, ts}
		pures := make([]bool, len(ts))
		p := &subject{ops: ops, machine: newMemo(context.Background(), pures, m.bytes, m.step)}
		want := naive(m, ops)
		ride := newRide(p)
		order := ride.run(0)
		if ride.steps > rideSteps*int64(len(ops)) {
			short++
			continue
		}
		if (order != nil) != want {
			t.Fatalf("%v: %v, want %v", ops, order, want)
		}
		if !want {
			no++
			continue
		}
		yes++
		state, latest, taken := m.initial(), int32(-1), map[int32]bool{}
		for _, y := range order {
			op := ops[y]
			latest = max(latest, op.inv)
			if state = m.step(state, op.t); state == illegal || taken[y] || op.ret < latest {
				t.Fatalf("%v: %v is no linearization", ops, order)
			}
			taken[y] = true
		}
		for y, op := range ops {
			if op.ret != never && !taken[int32(y)] {
				t.Fatalf("%v: %v leaves out %d", ops, order, y)
			}
		}
	}
	t.Log(yes, no, short)
	if yes < 500 || no < 500 || short > 1000 {
		t.Errorf("%d linearizable, %d not", yes, no)
	}
}
