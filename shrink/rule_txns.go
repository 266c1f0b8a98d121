package shrink

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
)

// transactions makes an atom of each micro-op.
func (r *reader) transactions() error {
	for k := range int32(len(r.items)) {
		mops, err := r.mops(r.decider(&r.items[k]))
		if err != nil {
			return err
		}
		if len(mops) == 0 {
			r.alone(k, none)
			continue
		}
		for _, m := range mops {
			a := r.atom(k, r.id(m.key))
			if m.write {
				text := canonical(m.key, m.value)
				r.writers[text] = append(r.writers[text], a)
			}
		}
	}
	for k := range int32(len(r.items)) {
		decider := r.decider(&r.items[k])
		if len(r.items[k].atoms) == 0 || decider.value.atom != none {
			continue
		}
		owners, err := r.txn(decider, r.items[k].atoms, nil)
		if err != nil {
			return err
		}
		for _, o := range r.both(k) {
			if o == decider {
				continue
			}
			if _, err := r.txn(o, r.items[k].atoms, owners); err != nil {
				return err
			}
		}
	}
	return nil
}

// A mop is a micro-op.
type mop struct {
	parts      []edn.Value
	key, value edn.Value
	write      bool
}

// mops reads the micro-ops of an op, none if it has no value.
func (r *reader) mops(o *op) (mops []mop, err error) {
	v := o.edn()
	if v.IsZero() || v.IsNil() || v.Kind() != edn.Vector {
		return nil, nil
	}
	all, err := v.Items(nil)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		parts, err := m.Items(nil)
		if err != nil || len(parts) != 3 {
			return nil, &UnsupportedError{fmt.Sprintf("expected micro-ops [f k v] to shrink transactions, found %s", m)}
		}
		one := mop{parts: parts, key: parts[1], value: parts[2]}
		switch name, _ := parts[0].Name(); name {
		case "append", "w", "write":
			one.write = true
		case "r", "read":
		default:
			return nil, &UnsupportedError{fmt.Sprintf("expected micro-ops append, w and r to shrink transactions, found %s", m)}
		}
		mops = append(mops, one)
	}
	return mops, nil
}

// txn makes an op's value a list of micro-ops that stand and fall with their atoms. A
// register's read also stands and falls with the writes of its value, and so does the
// micro-op of the invocation, to which they are given. It returns them.
func (r *reader) txn(o *op, atoms []int32, given [][]int32) (owners [][]int32, err error) {
	mops, err := r.mops(o)
	if err != nil || len(mops) != len(atoms) {
		return nil, err // it stays as it is as long as the transaction does
	}
	o.whole = true
	o.value = node{atom: none, open: "[", close: "]"}
	for i, m := range mops {
		kid := node{atom: atoms[i], open: "[", close: "]", kids: []node{leaf(m.parts[0]), leaf(m.key), leaf(m.value)}}
		switch {
		case given != nil:
			kid.owners = given[i]
		case m.write || m.value.IsNil():
		case isCollection(m.value):
			kid.kids[2], err = r.collection(m.value, func(e edn.Value) []int32 { return r.writers[canonical(m.key, e)] })
		default:
			kid.owners = r.writers[canonical(m.key, m.value)]
		}
		if err != nil {
			return nil, err
		}
		o.value.kids = append(o.value.kids, kid)
		owners = append(owners, kid.owners)
	}
	return owners, nil
}
