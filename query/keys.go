package query

import "github.com/seed-c33ae711/jcheck/edn"

// Touches reports whether an op's value is about a key: it is a tuple [key value],
// a transaction with a micro-op [f key ...], or a map with that key.
func Touches(value, key edn.Value) (touches bool, err error) {
	err = eachKey(value, func(k edn.Value, _ bool) bool {
		touches = same(k, key)
		return !touches
	})
	return touches, err
}

// eachKey yields the keys that a value is about, as [Touches] defines them, until
// yield says no, and whether they are keys of a map. A key that occurs twice comes
// twice.
func eachKey(value edn.Value, yield func(key edn.Value, inMap bool) bool) error {
	s := value.Scanner()
	switch s.Next() {
	case edn.Map:
		_, err := eachMapKey(&s, yield)
		return err
	case edn.Vector, edn.List:
	default:
		return nil
	}
	var first edn.Value
	mops := true // so far
	for n := 0; ; n++ {
		isMop := false
		switch s.Datum() {
		case edn.Close:
			if n == 2 && !mops {
				yield(first, false)
			}
			return nil
		case edn.Invalid, edn.EOF:
			return s.Err()
		case edn.Vector, edn.List:
			var more bool
			var err error
			if isMop, more, err = mopKeys(s.Value(), yield); err != nil || !more {
				return err
			}
		}
		mops = mops && isMop
		if n == 0 {
			first = s.Value()
		}
	}
}

// mopKeys yields the key of a micro-op, or the keys of the map that it has in its
// place, such as a poll's. It reports whether the value is a micro-op, and whether
// to go on.
func mopKeys(mop edn.Value, yield func(key edn.Value, inMap bool) bool) (is, more bool, err error) {
	s := mop.Scanner()
	s.Next()
	if k := s.Datum(); k != edn.Keyword && k != edn.String {
		return false, true, s.Err()
	}
	switch s.Datum() {
	case edn.Close:
		return true, true, nil
	case edn.Invalid, edn.EOF:
		return true, false, s.Err()
	case edn.Map:
		m := s.Value().Scanner()
		m.Next()
		more, err = eachMapKey(&m, yield)
		return true, more, err
	}
	return true, yield(s.Value(), false), nil
}

// eachMapKey yields the keys of the map that s has entered, and reports whether to
// go on.
func eachMapKey(s *edn.Scanner, yield func(key edn.Value, inMap bool) bool) (more bool, err error) {
	for {
		switch s.Datum() {
		case edn.Close:
			return true, nil
		case edn.Invalid, edn.EOF:
			return false, s.Err()
		}
		if !yield(s.Value(), true) {
			return false, nil
		}
		if k := s.Datum(); k == edn.Invalid || k == edn.EOF || k == edn.Close {
			return false, s.Err()
		}
	}
}

// same reports whether a value is the key that was asked for: equal, or of that
// name, so that x finds :x and "x", and 0 a JSON object's "0".
func same(v, key edn.Value) bool {
	if edn.Equal(v, key) {
		return true
	}
	name, ok := v.Name()
	if !ok {
		return false
	}
	asked, ok := key.Name()
	if !ok {
		asked = key.String()
	}
	return name == asked
}

// EachKey yields the keys that a value is about, as [Touches] defines them, until yield
// says no. A key that occurs twice comes twice.
func EachKey(value edn.Value, yield func(key edn.Value) bool) error {
	return eachKey(value, func(key edn.Value, _ bool) bool { return yield(key) })
}
