package fressian

import "github.com/seed-c33ae711/jcheck/edn"

// opFields are the fields of an op that have a place of their own.
var opFields = [...]string{"index", "time", "type", "process", "f", "value"}

// AppendOp appends an op map as Jepsen's struct of seven components. What an op
// does not have is unknown: -1 as index or time, else null.
func (e *Encoder) AppendOp(dst []byte, op edn.Value) ([]byte, error) {
	return e.AppendOpAt(dst, op, -1)
}

// AppendOpAt is AppendOp for an op that has a place of its own: it gets that as its index
// if it has none.
func (e *Encoder) AppendOpAt(dst []byte, op edn.Value, place int64) ([]byte, error) {
	op, err := clean(op)
	if err != nil {
		return dst, err
	}
	var fields [len(opFields)]edn.Value
	s := op.Scanner()
	k := s.Next()
	for k == edn.Tag {
		k = s.Next()
	}
	if k != edn.Map {
		return dst, s.Errorf(s.Start, "expected an op map, found %s", s.Kind)
	}
	rest := s // to be walked again for the others
	others := 0
	for s.Next() != edn.Close {
		at := fieldAt(&s)
		if k := s.Datum(); k == edn.Invalid || k == edn.Close {
			return dst, s.Errorf(s.Start, "expected a value for every field of an op")
		}
		if at < 0 {
			others++
		} else {
			fields[at] = s.Value()
		}
	}
	dst = e.begin(dst, tagOp, len(opFields)+1)
	for i, v := range fields {
		if i == 0 && v.IsNil() {
			dst = AppendInt(dst, place)
			continue
		}
		if dst, err = e.opField(dst, i, v); err != nil {
			return dst, err
		}
	}
	if others == 0 {
		return append(dst, cNull), nil
	}
	return e.others(AppendMapHeader(dst, others), &rest)
}

// fieldAt returns which field the current token names, -1 for none of its own.
func fieldAt(s *edn.Scanner) int {
	if s.Kind == edn.Keyword || s.Kind == edn.String {
		return fieldNamed(s.Name())
	}
	return -1
}

func fieldNamed(name []byte) int {
	for i, f := range opFields {
		if string(name) == f {
			return i
		}
	}
	return -1
}

func (e *Encoder) opField(dst []byte, i int, v edn.Value) ([]byte, error) {
	if v.IsNil() {
		if i == 1 {
			return append(dst, cMinusOne), nil
		}
		return append(dst, cNull), nil
	}
	s := v.Scanner()
	s.Next()
	if (i == 2 || i == 4) && s.Kind == edn.Keyword {
		return e.keyword(dst, s.Text()[1:], true), nil
	}
	return e.datum(dst, &s)
}

// others appends the entries of an op map that have no place of their own.
func (e *Encoder) others(dst []byte, s *edn.Scanner) (_ []byte, err error) {
	for s.Next() != edn.Close {
		if fieldAt(s) >= 0 {
			s.Datum()
			continue
		}
		if dst, err = e.datum(dst, s); err != nil {
			return dst, err
		}
		s.Next()
		if dst, err = e.datum(dst, s); err != nil {
			return dst, err
		}
	}
	return dst, nil
}
