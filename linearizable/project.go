package linearizable

// projected returns the machine of a register that only tells whether it holds a
// value, and ops as that sees them: each other value is as good as another. What is
// linearizable is so for the projection too, so that a failure there is one of the
// whole; and it is found in a fraction of the steps.
func (m *registerMachine) projected(ops []searchOp, value int32) (machine, []searchOp) {
	p := &registerMachine{init: project(m.init, value)}
	ids := map[transition]int32{}
	known := make([]int32, len(m.ts))
	for i, t := range m.ts {
		switch {
		case t.f == opNotCAS && t.a != value:
			t = transition{f: opReadAny} // it holds something else, or may
		case t.f == opRead || t.f == opWrite || t.f == opCAS || t.f == opNotCAS:
			t.a, t.b = project(t.a, value), project(t.b, value)
		}
		if t.f != opCAS {
			t.b = 0
		}
		id, ok := ids[t]
		if !ok {
			id = int32(len(p.ts))
			ids[t] = id
			p.ts = append(p.ts, t)
		}
		known[i] = id
	}
	out := make([]searchOp, 0, len(ops))
	for _, op := range ops {
		op.t = known[op.t]
		if p.ts[op.t].f != opReadAny {
			out = append(out, op)
		}
	}
	return p, out
}

func project(v, value int32) int32 {
	if v == value {
		return 1
	}
	return 0
}
