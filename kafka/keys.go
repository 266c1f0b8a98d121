package kafka

import (
	"slices"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
)

// keyTable numbers keys as they are first seen. JSON has only strings for the
// keys of a poll's object, so there "3" is the key 3, too.
type keyTable struct {
	ints  map[int64]int32
	texts map[string]int32
	first []edn.Value
	buf   []byte
}

// at returns the number of the key that s has just read.
func (t *keyTable) at(s *edn.Scanner) (int32, error) {
	n, isInt, err := t.spell(s)
	if err != nil {
		return -1, err
	}
	if k := t.get(n, isInt); k >= 0 {
		return k, nil
	}
	k := int32(len(t.first))
	t.first = append(t.first, s.Value())
	if isInt {
		if t.ints == nil {
			t.ints = map[int64]int32{}
		}
		t.ints[n] = k
		return k, nil
	}
	if t.texts == nil {
		t.texts = map[string]int32{}
	}
	t.texts[string(t.buf)] = k
	return k, nil
}

// spell returns a key as an integer, or else leaves its text in t.buf.
func (t *keyTable) spell(s *edn.Scanner) (n int64, isInt bool, err error) {
	if s.Kind == edn.Int {
		return s.Int, true, nil
	}
	v := s.Value()
	if s.Kind == edn.String && v.Syntax() == edn.JSON {
		name := string(s.Name())
		if n, err := strconv.ParseInt(name, 10, 64); err == nil && strconv.FormatInt(n, 10) == name {
			return n, true, nil
		}
	}
	t.buf, err = edn.AppendCanonical(t.buf[:0], v)
	return 0, false, err
}

func (t *keyTable) get(n int64, isInt bool) int32 {
	var k int32
	var ok bool
	if isInt {
		k, ok = t.ints[n]
	} else {
		k, ok = t.texts[string(t.buf)]
	}
	if !ok {
		return -1
	}
	return k
}

// reader returns a table for concurrent lookups of keys.
func (t *keyTable) reader() *keyTable { return &keyTable{ints: t.ints, texts: t.texts} }

// lookup returns the number of the key that s has just read, -1 if it has none.
func (t *keyTable) lookup(s *edn.Scanner) int32 {
	n, isInt, err := t.spell(s)
	if err != nil {
		return -1
	}
	return t.get(n, isInt)
}

func (t *keyTable) len() int { return len(t.first) }

// ranks returns the rank of each key in the order of values.
func (t *keyTable) ranks() []int32 {
	order := make([]int32, t.len())
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return edn.Compare(t.first[a], t.first[b]) })
	rank := make([]int32, len(order))
	for i, k := range order {
		rank[k] = int32(i)
	}
	return rank
}
