package values

import (
	"github.com/seed-c33ae711/jcheck/edn"
)

// Each calls f with the id of each element of a collection: a vector, a list or
// a set. An unknown element gets an id if add is true, and -1 otherwise. It
// reports whether v is a collection; nil is an empty one.
func (t *Table) Each(v edn.Value, add bool, f func(id int32)) (ok bool, err error) {
	s := v.Elements().Scanner()
	switch s.Next() {
	case edn.Nil:
		return true, nil
	case edn.Vector, edn.List, edn.Set:
	case edn.Invalid:
		return false, s.Err()
	default:
		return false, nil
	}
	for {
		id := int32(-1)
		switch s.Datum() {
		case edn.Close:
			return true, nil
		case edn.EOF, edn.Invalid:
			return false, s.Err()
		case edn.Int:
			if add {
				id, _ = t.At(&s)
			} else {
				id = t.ids.LookupInt(s.Int)
			}
		default:
			if add {
				id, err = t.other(s.Value())
			} else {
				id, err = t.Lookup(s.Value())
			}
			if err != nil {
				return false, err
			}
		}
		f(id)
	}
}

// A Reader looks values up in a table that no longer changes. Several may do so
// at a time.
type Reader struct {
	t     *Table
	dense []int32 // the ids of small integers from 0, -1 for none: most elements are such
	buf   []byte
}

// Reader returns a reader.
func (t *Table) Reader() *Reader {
	r := &Reader{t: t, dense: make([]int32, 2*t.Len())}
	for n := range r.dense {
		r.dense[n] = t.ids.LookupInt(int64(n))
	}
	return r
}

// Clone returns another reader of the same table.
func (r *Reader) Clone() *Reader { return &Reader{t: r.t, dense: r.dense} }

func (r *Reader) int(n int64) int32 {
	if uint64(n) < uint64(len(r.dense)) {
		return r.dense[n]
	}
	return r.t.ids.LookupInt(n)
}

// Elements appends the ids of a collection's elements to dst, -1 for what the
// table has not, as Each does.
func (r *Reader) Elements(dst []int32, v edn.Value) (ids []int32, ok bool, err error) {
	s := v.Elements().Scanner()
	switch s.Next() {
	case edn.Nil:
		return dst, true, nil
	case edn.Vector, edn.List, edn.Set:
	case edn.Invalid:
		return dst, false, s.Err()
	default:
		return dst, false, nil
	}
	for {
		switch s.Datum() {
		case edn.Close:
			return dst, true, nil
		case edn.EOF, edn.Invalid:
			return dst, false, s.Err()
		case edn.Int:
			dst = append(dst, r.int(s.Int))
		default:
			if r.buf, err = edn.AppendCanonical(r.buf[:0], s.Value()); err != nil {
				return dst, false, err
			}
			dst = append(dst, r.t.ids.LookupText(r.buf))
		}
	}
}

// Lookup returns the id of v, or -1 if the table has it not.
func (r *Reader) Lookup(v edn.Value) (id int32, err error) {
	if n, ok := v.Int(); ok {
		return r.int(n), nil
	}
	if r.buf, err = edn.AppendCanonical(r.buf[:0], v); err != nil {
		return -1, err
	}
	return r.t.ids.LookupText(r.buf), nil
}

// HasInt reports whether the table has an integer.
func (t *Table) HasInt(n int64) bool { return t.ids.LookupInt(n) >= 0 }
