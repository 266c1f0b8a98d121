package linearizable

import "slices"

// useful returns the operations that the search needs to see: all but pending
// ones that no linearization needs. For registers these are writes of values
// that nobody is known to have met, and compares that lead to none; a search
// could let them take effect, but has no reason to.
//
// As in Knossos, pending operations that take something out can be left out as
// well; so can they always if the object keeps no order and nobody found it empty,
// since to take less is then never wrong. If somebody did, what such an operation
// took is tried out, value by value.
func useful(o *object, knossos bool) []searchOp {
	needed, foundEmpty := o.needed(), o.foundEmpty()
	ops := make([]searchOp, 0, len(o.calls))
	for _, c := range o.calls {
		if t := &o.ts[c.t]; c.ret == never && t.a == anyValue && (knossos || o.bag) && (t.f == opDequeue || t.f == opPop || t.f == opLeast) {
			if !knossos && foundEmpty {
				ops = append(ops, o.takes(c)...)
			}
			continue
		}
		if c.ret == never && needed != nil {
			t := o.ts[c.t]
			met := t.f == opWrite && needed[t.a] || t.f == opCAS && needed[t.b]
			if !met {
				continue
			}
		}
		ops = append(ops, searchOp{c.inv, c.ret, c.t, c.op})
	}
	return ops
}

// needed returns the values of a register that something which happened may have
// met, directly or through pending compares; nil if the object is not a register.
func (o *object) needed() map[int32]bool {
	needed := map[int32]bool{}
	for _, c := range o.calls {
		switch t := o.ts[c.t]; t.f {
		case opRead, opCAS:
			if c.ret != never {
				needed[t.a] = true
			}
		case opNotCAS:
			// Any other value will do, so every write may be needed.
			return nil
		case opWrite:
		default:
			return nil
		}
	}
	for again := true; again; {
		again = false
		for _, c := range o.calls {
			if t := o.ts[c.t]; t.f == opCAS && c.ret == never && needed[t.b] && !needed[t.a] {
				needed[t.a], again = true, true
			}
		}
	}
	return needed
}

// foundEmpty reports whether an operation that took something out found nothing.
func (o *object) foundEmpty() bool {
	return slices.ContainsFunc(o.ts, func(t transition) bool { return (t.f == opDequeue || t.f == opPop) && t.a == emptyValue })
}

// takes are what a pending operation may have taken out: each value that was put
// in. At most one of those with the same id takes effect.
func (o *object) takes(c call) (ops []searchOp) {
	for v := range int32(o.v.len()) {
		put := slices.ContainsFunc(o.ts, func(t transition) bool { return t.f == opEnqueue && t.a == v })
		if !put {
			continue
		}
		take := transition{f: opDequeue, a: v}
		t := slices.Index(o.ts, take)
		if t < 0 {
			t = len(o.ts)
			o.ts = append(o.ts, take)
		}
		ops = append(ops, searchOp{c.inv, c.ret, int32(t), c.op})
	}
	return ops
}
