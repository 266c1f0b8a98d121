// Package values gives the values of a history dense int32 ids, in the order in
// which they are first seen: values that are equal as edn.AppendCanonical says
// have one id.
package values

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// A Table maps values to ids. The zero Table is empty and ready. Integers cost
// no allocation.
type Table struct {
	ids   intern.Table
	first []span // where value i first stands
	srcs  []*edn.Source
	buf   []byte
}

type span struct {
	lo  int
	len uint32
	src uint32
}

// Len returns how many different values were seen.
func (t *Table) Len() int { return len(t.first) }

// ID returns the id of v.
func (t *Table) ID(v edn.Value) (int32, error) {
	if n, ok := v.Int(); ok {
		lo, hi := v.Span()
		return t.int(n, v.Source(), lo, hi), nil
	}
	return t.other(v)
}

// At returns the id of the datum that s has just read with Datum or, if it is
// no collection, with Next.
func (t *Table) At(s *edn.Scanner) (int32, error) {
	if s.Kind == edn.Int {
		if id, fresh := t.ids.Int(s.Int); !fresh {
			return id, nil
		}
		v := s.Value()
		return t.keep(v.Source(), s.Start, s.End), nil
	}
	return t.other(s.Value())
}

func (t *Table) int(n int64, src *edn.Source, lo, hi int) int32 {
	id, fresh := t.ids.Int(n)
	if fresh {
		t.keep(src, lo, hi)
	}
	return id
}

func (t *Table) other(v edn.Value) (int32, error) {
	var err error
	if t.buf, err = edn.AppendCanonical(t.buf[:0], v); err != nil {
		return -1, err
	}
	id, fresh := t.ids.Text(t.buf)
	if fresh {
		lo, hi := v.Span()
		t.keep(v.Source(), lo, hi)
	}
	return id, nil
}

func (t *Table) keep(src *edn.Source, lo, hi int) int32 {
	at := slices.Index(t.srcs, src)
	if at < 0 {
		at = len(t.srcs)
		t.srcs = append(t.srcs, src)
	}
	t.first = append(t.first, span{lo, uint32(hi - lo), uint32(at)})
	return int32(len(t.first) - 1)
}

// Lookup returns the id of v, or -1 if it was not seen.
func (t *Table) Lookup(v edn.Value) (int32, error) {
	if n, ok := v.Int(); ok {
		return t.ids.LookupInt(n), nil
	}
	var err error
	if t.buf, err = edn.AppendCanonical(t.buf[:0], v); err != nil {
		return -1, err
	}
	return t.ids.LookupText(t.buf), nil
}

// Value returns the value with the given id, as it was first seen.
func (t *Table) Value(id int32) edn.Value {
	s := t.first[id]
	src := t.srcs[s.src]
	if src == nil {
		return edn.Value{}
	}
	return src.Value(s.lo, s.lo+int(s.len))
}

// Sort sorts ids by their values, as edn.Compare orders them.
func (t *Table) Sort(ids []int32) {
	type keyed struct {
		n  int64
		id int32
	}
	ints := make([]keyed, 0, len(ids))
	for _, id := range ids {
		n, ok := t.Value(id).Int()
		if !ok {
			slices.SortFunc(ids, func(a, b int32) int { return edn.Compare(t.Value(a), t.Value(b)) })
			return
		}
		ints = append(ints, keyed{n, id})
	}
	slices.SortFunc(ints, func(a, b keyed) int {
		switch {
		case a.n < b.n:
			return -1
		case a.n > b.n:
			return 1
		}
		return 0
	})
	for i, k := range ints {
		ids[i] = k.id
	}
}
