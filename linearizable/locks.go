package linearizable

import (
	"math"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// owner numbers who acquires or releases a lock: the :client or :owner that the
// value names, or else the process.
func (d *decoder) owner(in, out edn.Value) (int32, error) {
	for _, v := range []edn.Value{in, out} {
		if v.Kind() != edn.Map {
			continue
		}
		for _, name := range []string{"client", "owner"} {
			if who, ok := v.Get(name); ok && !who.IsNil() {
				return d.v.id(who)
			}
		}
	}
	p := d.h.Process(d.op)
	if id, ok := d.processes[p]; ok {
		return id, nil
	}
	name := d.h.ProcessName(p)
	if _, err := strconv.Atoi(name); err != nil {
		name = strconv.Quote(name)
	}
	who, err := edn.Parse(name, edn.EDN)
	if err != nil {
		return 0, err
	}
	id, err := d.v.id(who)
	if d.processes == nil {
		d.processes = map[history.Process]int32{}
	}
	d.processes[p] = id
	return id, err
}

func ownerCall(d *decoder, f string, in, out edn.Value, _ bool) (t transition, err error) {
	if t.f = opLock; f == "release" {
		t.f = opUnlock
	}
	t.a, err = d.owner(in, out)
	return t, err
}

// fencedCall decodes an operation on a lock that gives out tokens: the value of an
// acquire that is ok, or the :fence or :token in it.
func fencedCall(d *decoder, f string, in, out edn.Value, known bool) (transition, error) {
	t, err := ownerCall(d, f, in, out, known)
	if err != nil || f == "release" || !known {
		return t, err
	}
	token := out
	if out.Kind() == edn.Map {
		var ok bool
		if token, ok = out.Get("fence"); !ok {
			token, _ = out.Get("token")
		}
	}
	if token.IsNil() {
		return t, nil
	}
	t.f = opFence
	var ok bool
	if t.n, ok = token.Int(); !ok || t.n == noToken {
		return t, d.errorf("expected a fencing token, an integer, found %s", token)
	}
	return t, nil
}

// semaphoreCall decodes an operation on permits: as many as the value or the
// :permits in it says, or one.
func semaphoreCall(d *decoder, f string, in, out edn.Value, known bool) (t transition, err error) {
	if t.f = opTake; f == "release" {
		t.f = opGive
	}
	in = d.same(in, out, known)
	n := in
	if in.Kind() == edn.Map {
		n, _ = in.Get("permits")
	}
	if t.n = 1; n.IsNil() {
		return t, nil
	}
	var ok bool
	if t.n, ok = n.Int(); !ok || t.n < 1 {
		return t, d.errorf("expected a number of permits, found %s", n)
	}
	return t, nil
}

// reentrantState is a lock that its owner acquired so often; no owner if it is free.
type reentrantState struct{ owner, depth int32 }

func reentrantOf(_ int32, _ *vocabulary, ts []transition) machine {
	return newMemoMachine(reentrantState{}, ts, reentrantStep)
}

func reentrantStep(s reentrantState, t *transition) (reentrantState, bool) {
	switch {
	case t.f == opLock && (s.depth == 0 || s.owner == t.a):
		return reentrantState{t.a, s.depth + 1}, true
	case t.f != opUnlock || s.owner != t.a:
		return s, false
	case s.depth == 1:
		return reentrantState{}, true
	}
	return reentrantState{s.owner, s.depth - 1}, true
}

// fencedState is a lock with an owner, or none, and the last token that was given
// out.
type fencedState struct {
	owner int32
	token int64
}

const noToken = math.MinInt64

func fencedOf(_ int32, _ *vocabulary, ts []transition) machine {
	return newMemoMachine(fencedState{token: noToken}, ts, fencedStep)
}

// fencedStep takes the least token that there may have been for one that nobody
// knows, since any other would leave fewer for those after it.
func fencedStep(s fencedState, t *transition) (fencedState, bool) {
	switch {
	case t.f == opUnlock:
		return fencedState{unlocked, s.token}, s.owner == t.a
	case s.owner != unlocked:
		return s, false
	case t.f == opLock && s.token < math.MaxInt64:
		return fencedState{t.a, s.token + 1}, true
	}
	return fencedState{t.a, t.n}, t.f == opFence && t.n > s.token
}

// tokens are the tokens that were given out, by transition.
func (o *object) tokens() []int64 {
	tokens := make([]int64, len(o.ts))
	for i := range o.ts {
		tokens[i] = o.ts[i].n
	}
	return tokens
}

// permits is how many permits there are: the initial value with that id, or 1.
func permits(init int32, v *vocabulary) int64 {
	n, _ := v.value(init).Int()
	return max(n, 1)
}

func semaphoreOf(init int32, v *vocabulary, ts []transition) machine {
	all := permits(init, v)
	return newMemoMachine(all, ts, func(free int64, t *transition) (int64, bool) {
		switch t.f {
		case opTake:
			return free - t.n, free >= t.n
		case opGive:
			return free + t.n, all-free >= t.n
		}
		return free, false
	})
}
