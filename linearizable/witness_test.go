package linearizable

import (
	"testing"

	"github.com/seed-c33ae711/jcheck/history"
)

// checkWitness checks that an order of operations is a linearization.
func checkWitness(t *testing.T, h *history.History, m *Model, ops []operation, witness []int) {
	t.Helper()
	o, err := newDecoder(h, m, nil).object(ops)
	if err != nil {
		t.Fatal(err)
	}
	byOp := map[int]call{}
	for _, c := range o.calls {
		byOp[int(c.op)] = c
	}
	mach := m.kind.make(o.init, o.v, o.ts)
	state, latest := mach.initial(), int32(-1)
	for _, op := range witness {
		c, ok := byOp[op]
		if !ok {
			t.Fatalf("op %d is in the witness twice, or is none", op)
		}
		delete(byOp, op)
		if state = mach.step(state, c.t); state == illegal {
			t.Fatalf("op %d of the witness is impossible", op)
		}
		if latest = max(latest, c.inv); c.ret < latest {
			t.Fatalf("op %d of the witness takes effect after its return", op)
		}
	}
	for op, c := range byOp {
		if c.ret != never {
			t.Fatalf("op %d is not in the witness", op)
		}
	}
}
