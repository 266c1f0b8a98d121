package query

import "github.com/seed-c33ae711/jcheck/edn"

// A Mop is a micro-op of a transaction, such as [:append 5 1], as an expression
// sees it. Its key is nil if it has the keys of a map in its place.
type Mop struct {
	F     string `expr:"f"`
	Key   any    `expr:"key"`
	Value any    `expr:"value"`
}

// AppendEDN writes the micro-op as a vector.
func (m Mop) AppendEDN(dst []byte) ([]byte, error) {
	return edn.Append(dst, []any{m.F, m.Key, m.Value})
}

// mopsOf decodes the micro-ops of a transaction, or of a tuple [key transaction],
// into the memory of dst. There are none if the value is neither.
func mopsOf(dst []Mop, value edn.Value) ([]Mop, error) {
	mops, ok, err := mopsIn(dst, value)
	if ok || err != nil {
		return mops, err
	}
	_, inner, is, err := tuple(value)
	if !is || err != nil {
		return dst[:0], err
	}
	if mops, ok, err = mopsIn(dst, inner); !ok {
		mops = dst[:0]
	}
	return mops, err
}

// mopsIn decodes a list of micro-ops, and reports whether it is one.
func mopsIn(dst []Mop, value edn.Value) (mops []Mop, ok bool, err error) {
	s := value.Scanner()
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return nil, false, nil
	}
	mops = dst[:0]
	for {
		switch s.Datum() {
		case edn.Close:
			return mops, len(mops) > 0, nil
		case edn.Invalid, edn.EOF:
			return nil, false, s.Err()
		case edn.Vector, edn.List:
		default:
			return nil, false, nil
		}
		m, ok, err := mopOf(s.Value())
		if !ok || err != nil {
			return nil, false, err
		}
		mops = append(mops, m)
	}
}

func mopOf(value edn.Value) (m Mop, ok bool, err error) {
	s := value.Scanner()
	s.Next()
	if k := s.Datum(); k != edn.Keyword && k != edn.String {
		return m, false, s.Err()
	}
	m.F = string(s.Name())
	behind := 0 // the key
	for first := true; ; first = false {
		k := s.Datum()
		if k == edn.Close {
			return m, true, nil
		}
		if k == edn.Invalid || k == edn.EOF {
			return m, false, s.Err()
		}
		v, err := decodeDatum(&s)
		if err != nil {
			return m, false, err
		}
		if first && k != edn.Map {
			m.Key = v
			continue
		}
		switch behind++; behind {
		case 1:
			m.Value = v
		case 2:
			m.Value = []any{m.Value, v}
		default:
			m.Value = append(m.Value.([]any), v)
		}
	}
}

// tuple splits a value of two elements, which is not a transaction of two
// micro-ops.
func tuple(value edn.Value) (key, rest edn.Value, is bool, err error) {
	s := value.Scanner()
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return key, rest, false, nil
	}
	var items [2]edn.Value
	for i := range items {
		switch s.Datum() {
		case edn.Close:
			return key, rest, false, nil
		case edn.Invalid, edn.EOF:
			return key, rest, false, s.Err()
		}
		items[i] = s.Value()
	}
	if s.Datum() != edn.Close {
		return key, rest, false, s.Err()
	}
	return items[0], items[1], !isMop(items[0]) || !isMop(items[1]), nil
}

// isMop reports whether a value looks like a micro-op: a sequence that begins with
// a name.
func isMop(v edn.Value) bool {
	s := v.Scanner()
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return false
	}
	k := s.Datum()
	return k == edn.Keyword || k == edn.String
}
