// Package intern gives values dense int32 ids, in the order in which they are
// first seen.
package intern

import "math/bits"

// A Table maps integers and texts to ids 0, 1, 2, ... The zero Table is empty
// and ready. Texts and integers are different keys. Reset is O(1) for tables
// that saw integers only, so one table can serve millions of small sets.
type Table struct {
	slots []slot
	shift uint // 64 - log2(len(slots))
	gen   uint32
	n     int32 // ids given
	ints  int32 // slots in use
	texts map[string]int32
}

type slot struct {
	key int64
	gen uint32 // the slot is empty unless this is the table's
	id  int32
}

// Len returns how many ids were given.
func (t *Table) Len() int { return int(t.n) }

// Reset forgets everything.
func (t *Table) Reset() {
	t.gen++
	t.n, t.ints = 0, 0
	if t.gen == 0 { // the counter wrapped: old slots could look new
		clear(t.slots)
		t.gen = 1
	}
	if len(t.texts) > 0 {
		clear(t.texts)
	}
}

// Int returns the id of key, and whether it is new.
func (t *Table) Int(key int64) (id int32, fresh bool) {
	if 2*int(t.ints) >= len(t.slots) {
		t.grow()
	}
	s := t.find(key)
	if s.gen == t.gen {
		return s.id, false
	}
	*s = slot{key: key, gen: t.gen, id: t.n}
	t.n++
	t.ints++
	return s.id, true
}

// LookupInt returns the id of key, or -1.
func (t *Table) LookupInt(key int64) int32 {
	if t.ints == 0 {
		return -1
	}
	if s := t.find(key); s.gen == t.gen {
		return s.id
	}
	return -1
}

// find returns the slot that holds key, or the one that it belongs in.
func (t *Table) find(key int64) *slot {
	mask := len(t.slots) - 1
	// Fibonacci hashing: consecutive keys, the usual case, land far apart.
	for i := int(uint64(key) * 0x9e3779b97f4a7c15 >> t.shift); ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.gen != t.gen || s.key == key {
			return s
		}
	}
}

func (t *Table) grow() {
	old := t.slots
	if t.gen == 0 {
		t.gen = 1
	}
	t.slots = make([]slot, max(16, 2*len(old)))
	t.shift = uint(64 - bits.TrailingZeros(uint(len(t.slots))))
	for _, s := range old {
		if s.gen == t.gen {
			*t.find(s.key) = s
		}
	}
}

// Text returns the id of a text, and whether it is new.
func (t *Table) Text(key []byte) (id int32, fresh bool) {
	if id, ok := t.texts[string(key)]; ok {
		return id, false
	}
	if t.texts == nil {
		t.texts = map[string]int32{}
	}
	id = t.n
	t.texts[string(key)] = id
	t.n++
	return id, true
}

// LookupText returns the id of a text, or -1.
func (t *Table) LookupText(key []byte) int32 {
	if id, ok := t.texts[string(key)]; ok {
		return id
	}
	return -1
}
