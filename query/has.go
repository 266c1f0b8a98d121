package query

import "github.com/seed-c33ae711/jcheck/edn"

// HasValue reports whether an op's value contains a value: it is that value or a
// collection with it, or it is a tuple or a transaction, and the same holds for the
// tuple's value or for a micro-op's value. So 77 is in [:append 5 77] and in [:r 5 [1
// 77]].
func HasValue(value, x edn.Value) (bool, error) {
	mops, txn, err := txnOf(value)
	if err != nil {
		return false, err
	}
	if txn {
		return anyHolds(mops, x)
	}
	if ok, err := holds(value, x); ok || err != nil {
		return ok, err
	}
	_, inner, is, err := tuple(value)
	if !is || err != nil {
		return false, err
	}
	if mops, txn, err = txnOf(inner); txn && err == nil {
		return anyHolds(mops, x)
	}
	if err != nil {
		return false, err
	}
	return holds(inner, x)
}

// txnOf returns the micro-ops of a transaction, and whether the value is one.
func txnOf(value edn.Value) (mops []edn.Value, is bool, err error) {
	if k := value.Kind(); k != edn.Vector && k != edn.List {
		return nil, false, nil
	}
	mops, err = value.Items(nil)
	for _, m := range mops {
		if !isMop(m) {
			return nil, false, err
		}
	}
	return mops, len(mops) > 0 && err == nil, err
}

// anyHolds looks behind the keys of micro-ops.
func anyHolds(mops []edn.Value, x edn.Value) (bool, error) {
	for _, m := range mops {
		items, err := m.Items(nil)
		if err != nil {
			return false, err
		}
		for n, v := range items {
			if n == 0 || n == 1 && v.Kind() != edn.Map {
				continue // the name, and the key
			}
			if ok, err := holds(v, x); ok || err != nil {
				return ok, err
			}
		}
	}
	return false, nil
}

// holds reports whether v is x, or a collection with it.
func holds(v, x edn.Value) (bool, error) {
	if same(v, x) {
		return true, nil
	}
	s := v.Scanner()
	k := s.Next()
	switch k {
	case edn.Vector, edn.List, edn.Set, edn.Map:
	default:
		return false, nil
	}
	for n := 0; ; n++ {
		switch s.Datum() {
		case edn.Close:
			return false, nil
		case edn.Invalid, edn.EOF:
			return false, s.Err()
		}
		if (k != edn.Map || n%2 == 1) && same(s.Value(), x) {
			return true, nil
		}
	}
}
