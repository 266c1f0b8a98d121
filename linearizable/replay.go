package linearizable

import "errors"

// A Replay is an object of a history, for drawing it.
type Replay struct {
	Calls []Call // in the order of invocations
	m     *Model
	o     *object
}

// A Call is an operation that may have taken effect, by positions in the history.
type Call struct {
	Op       int // its completion, or its invocation if it never completed
	Invoked  int
	Returned int // -1 if it is pending
}

// Replay returns the object of a part of r, a result of Check. It leaves out operations
// that do not matter: failed ones, and reads with unknown results.
func (r *Result) Replay(p *Part) (*Replay, error) {
	m := r.model
	if m.kind == nil {
		return nil, errors.New("linearizable: the result is not one of Check")
	}
	ops, key, err := operationsOf(r, &m, p)
	if err != nil {
		return nil, err
	}
	o, err := newDecoder(r.History, &m, key).object(ops)
	if err != nil {
		return nil, err
	}
	re := &Replay{m: &m, o: o}
	for _, c := range o.calls {
		call := Call{Op: int(c.op), Invoked: int(c.inv), Returned: int(c.ret)}
		if c.ret == never {
			call.Returned = -1
		}
		re.Calls = append(re.Calls, call)
	}
	return re, nil
}

// States returns what the object was, as text, after each of some operations that took
// effect in that order, such as Part.Witness or State.Order. It stops before one that
// is impossible or is not in Calls.
func (re *Replay) States(order []int) (states []string) {
	byOp := map[int]int32{}
	for _, c := range re.o.calls {
		byOp[int(c.op)] = c.t
	}
	mach := re.m.kind.make(re.o.init, re.o.v, re.o.ts)
	state := mach.initial()
	for _, op := range order {
		t, ok := byOp[op]
		if !ok {
			break
		}
		if state = mach.step(state, t); state == illegal {
			break
		}
		states = append(states, re.m.show(re.o, mach, state))
	}
	return states
}

// A Refusal is an operation that cannot take effect next, and why.
type Refusal struct {
	Op  int // as in Call
	Why string
}

// Refused returns the operations that ran when the last of some operations that took
// effect in that order did, and that cannot take effect next, with the object's reason.
// Those that never completed are left out: they need not take effect. There are none if
// the order itself is impossible.
func (re *Replay) Refused(order []int) (out []Refusal) {
	done := map[int]bool{}
	byOp := map[int]int32{}
	for _, op := range order {
		done[op] = true
	}
	first := int32(never) // the first return of what has not taken effect
	for _, c := range re.o.calls {
		byOp[int(c.op)] = c.t
		if !done[int(c.op)] {
			first = min(first, c.ret)
		}
	}
	mach := re.m.kind.make(re.o.init, re.o.v, re.o.ts)
	state := mach.initial()
	for _, op := range order {
		t, ok := byOp[op]
		if !ok {
			return nil
		}
		if state = mach.step(state, t); state == illegal {
			return nil
		}
	}
	is := re.m.show(re.o, mach, state)
	for _, c := range re.o.calls {
		if !done[int(c.op)] && c.inv < first && c.ret != never && mach.step(state, c.t) == illegal {
			out = append(out, Refusal{int(c.op), re.m.tell(re.o, c.t) + " is impossible when it is " + is})
		}
	}
	return out
}
