package linearizable

import (
	"context"
	"math/rand/v2"
	"testing"
)

// TestRide: what a ride finds is a linearization; it finds one if there is one, else the
// first return up to which there is none.
func TestRide(t *testing.T) {
	ts := []transition{{f: opRead}, {f: opRead, a: 1}, {f: opWrite, a: 1}, {f: opWrite, a: 2}, {f: opCAS, a: 1, b: 2}, {f: opCAS, b: 1}}
	r := rand.New(rand.NewPCG(3, 4))
	yes, no := 0, 0
	for i := range 20_000 {
		ops := randomOps(r, 1+r.IntN(9), 1+r.IntN(5), len(ts), []float64{0, 0.25}[i%2])
		m := &registerMachine{0, ts}
		pures := make([]bool, len(ts))
		p := &subject{ops: ops, machine: newMemo(context.Background(), pures, m.bytes, m.step)}
		want := naive(m, ops)
		ride := newRide(p)
		end := outOfSteps
		for most := int64(1); end == outOfSteps; most *= 2 {
			end = ride.run(context.Background(), most, 0)
		}
		order := ride.order(ride.cur)
		if (end == found) != want || !want && end != exhausted {
			t.Fatalf("%v: %v, want %v", ops, end, want)
		}
		if !want {
			no++
			failed := ops[ride.culprit()].ret
			if naive(m, cut(ops, failed)) || failed > 0 && !naive(m, cut(ops, failed-1)) {
				t.Fatalf("%v: fails not first at %d", ops, failed)
			}
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
	if yes < 500 || no < 500 {
		t.Errorf("%d linearizable, %d not", yes, no)
	}
}
