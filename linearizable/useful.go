package linearizable

// useful returns the operations that the search needs to see: all but pending
// ones that no linearization needs. For registers these are writes of values
// that nobody is known to have met, and compares that lead to none; a search
// could let them take effect, but has no reason to.
//
// As in Knossos, pending operations that take something out can be left out as
// well; so can they always if the object keeps no order, since to take less is
// never wrong.
func useful(o *object, knossos bool) []searchOp {
	needed := o.needed()
	ops := make([]searchOp, 0, len(o.calls))
	for _, c := range o.calls {
		if t := &o.ts[c.t]; c.ret == never && t.a == anyValue && (knossos || o.bag) && (t.f == opDequeue || t.f == opPop) {
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
// met, directly or through pending compares; nil if the object is no register.
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
