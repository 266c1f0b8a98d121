package linearizable

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// putBy reports whether a call puts an element into a queue, stack, set or list.
func (o *object) putBy(c call) (v int32, ok bool) {
	switch t := o.ts[c.t]; t.f {
	case opEnqueue, opPush, opInsert, opAdd, opExtend:
		return t.a, true
	}
	return 0, false
}

// takenBy reports whether a call takes an element out, or may take any.
func (o *object) takenBy(c call) (v int32, ok bool) {
	switch t := o.ts[c.t]; t.f {
	case opDequeue, opPop, opLeast:
		return t.a, t.a != emptyValue
	}
	return 0, false
}

// takeLaw finds out why a call cannot have taken an element, or found none.
func (o *object) takeLaw(at int) *Law {
	op, t := o.calls[at], o.ts[o.calls[at].t]
	law := &Law{Op: int(op.op), Value: o.v.value(t.a), Other: -1}
	if t.a == emptyValue {
		return o.remains(law, op, NotEmpty, func(call, int32) bool { return true })
	}
	var puts, taken []call
	for i, c := range o.calls {
		if v, ok := o.putBy(c); ok && v == t.a && c.inv < op.ret {
			puts = append(puts, c)
		}
		if v, ok := o.takenBy(c); ok && i != at && v == t.a && c.ret < op.ret {
			taken = append(taken, c)
		}
	}
	law.Writers = opsOf(puts)
	if len(puts) == 0 {
		law.Rule = Absent
		return law
	}
	if len(taken) >= len(puts) {
		law.Rule, law.Takers = TakenAgain, opsOf(taken)
		return law
	}
	first, last := puts[0].inv, int32(0)
	for _, c := range puts {
		first, last = min(first, c.inv), max(last, c.ret)
	}
	switch {
	case t.f == opDequeue && !o.bag:
		return o.remains(law, op, Overtaken, func(c call, v int32) bool { return v != t.a && c.ret < first })
	case t.f == opPop:
		return o.remains(law, op, Covered, func(c call, v int32) bool { return v != t.a && c.inv > last })
	case t.f == opLeast:
		law.Writers = nil
		least, _ := law.Value.Int()
		return o.remains(law, op, Smaller, func(_ call, v int32) bool {
			n, _ := o.v.value(v).Int()
			return n < least
		})
	}
	return nil
}

// remains finds an element that was certainly there all the time while a call ran, among
// those that are not as they should be. It takes the one that came in last.
func (o *object) remains(law *Law, op call, rule Rule, wrong func(c call, v int32) bool) *Law {
	gone := map[int32]bool{}
	for _, c := range o.calls {
		v, ok := o.takenBy(c)
		if !ok || c.inv >= op.ret || c.op == op.op {
			continue
		}
		if v == anyValue {
			return nil
		}
		gone[v] = true
	}
	at := int32(-1)
	for _, c := range o.calls {
		if v, ok := o.putBy(c); ok && !gone[v] && c.ret < op.inv && c.inv > at && wrong(c, v) {
			law.Rule, law.Other, law.OtherValue, at = rule, int(c.op), o.v.value(v), c.inv
		}
	}
	if law.Other < 0 {
		return nil
	}
	return law
}

// readLaw finds out which element a read of a set or a list lacks, or has though nobody put
// it there.
func (o *object) readLaw(at int) *Law {
	op, t := o.calls[at], o.ts[o.calls[at].t]
	there := map[int32]bool{}
	for _, v := range idsOf(t.list) {
		there[v] = true
	}
	law := &Law{Op: int(op.op), Other: -1}
	begun := map[int32]bool{}
	for _, c := range o.calls {
		v, ok := o.putBy(c)
		if !ok {
			continue
		}
		if c.inv < op.ret {
			begun[v] = true
		}
		if c.ret < op.inv && !there[v] && law.Other < 0 {
			law.Rule, law.Other, law.OtherValue = Missing, int(c.op), o.v.value(v)
		}
	}
	for _, v := range idsOf(t.list) {
		if !begun[v] {
			return &Law{Rule: Absent, Op: law.Op, Value: o.v.value(v), Other: -1}
		}
	}
	if law.Other < 0 {
		return nil
	}
	return law
}

// lockLaw finds out whether a lock was certainly held when a call acquired it, or free when
// a call released it.
func (o *object) lockLaw(at int) *Law {
	op, f := o.calls[at], o.ts[o.calls[at].t].f
	law := &Law{Rule: Held, Op: int(op.op), Other: -1}
	if f == opRelease {
		law.Rule = Free
	}
	since := int32(-1)
	for i, c := range o.calls {
		if from := min(c.inv, op.inv); i != at && o.ts[c.t].f == f && c.ret < op.ret && from > since {
			law.Other, since = int(c.op), from
		}
	}
	if law.Other < 0 && (f == opAcquire || o.init != unlocked) {
		return nil
	}
	if slices.ContainsFunc(o.calls, func(c call) bool { return o.ts[c.t].f != f && c.ret > since && c.inv < op.ret }) {
		return nil
	}
	return law
}

// countLaw finds out whether a counter was read out of its bounds.
func (o *object) countLaw(at int) *Law {
	op := o.calls[at]
	law := &Law{Rule: OutOfBounds, Op: int(op.op), Count: o.ts[op.t].n, Other: -1}
	start, _ := o.v.value(o.init).Int()
	law.Low, law.High = start, start
	for _, c := range o.calls {
		t := o.ts[c.t]
		if t.f != opInc || c.inv > op.ret {
			continue
		}
		if certain := c.ret < op.inv; certain || t.n < 0 {
			law.Low += t.n
		}
		if certain := c.ret < op.inv; certain || t.n > 0 {
			law.High += t.n
		}
	}
	if law.Low <= law.Count && law.Count <= law.High {
		return nil
	}
	return law
}

// addFailed adds the failed operations that would explain what breaks a law, if they had taken
// effect: those that put the value there, or that open or close the lock meanwhile.
func (c *check) addFailed(law *Law, ops []operation, key *edn.Value) {
	if law == nil || !slices.Contains([]Rule{Absent, Overwritten, Held, Free}, law.Rule) {
		return
	}
	since := -1 // they ended later
	if law.Other >= 0 {
		since = law.Other
		if inv := c.h.Pair(law.Other); inv >= 0 && law.Rule == Overwritten {
			since = inv
		}
	}
	d := newDecoder(c.h, c.m, key)
	for _, op := range ops {
		if int(op.done) < since || int(op.inv) > law.Op || op.done < 0 || c.h.Type(int(op.done)) != history.Fail {
			continue
		}
		d.op = int(op.inv)
		t, err := d.m.kind.call(d, c.h.F(int(op.inv)), d.invoked(c.h.Value(int(op.inv))), edn.Value{}, false)
		if err == nil && c.mends(d, law, &t) {
			law.Failed = append(law.Failed, int(op.done))
		}
	}
}

// mends reports whether an operation would explain what breaks a law.
func (c *check) mends(d *decoder, law *Law, t *transition) bool {
	switch law.Rule {
	case Held:
		return t.f == opRelease
	case Free:
		return t.f == opAcquire
	}
	o := object{ts: []transition{*t}}
	v, ok := o.putBy(call{})
	if !ok {
		v, ok = o.written(call{})
	}
	return ok && edn.Equal(d.v.value(v), law.Value)
}
