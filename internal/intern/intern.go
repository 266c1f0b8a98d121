// Package intern gives values dense int32 ids, in the order in which they are
// first seen.
package intern

import "math/bits"

// A Table maps integers and texts to ids 0, 1, 2, ... The zero Table is empty
// and ready. Texts and integers are different keys. Reset is O(1) for tables
// that saw integers only, so one table can serve millions of small sets.
//
// Integers are mostly numbers that somebody counted up from 0 or 1. Where they are,
// they are looked up by place in dense, which for large sets takes half the time of
// hashing them: neighbours lie side by side.
type Table struct {
	dense  []entry // of the keys from 0 on
	slots  []slot  // of the others
	shift  uint    // 64 - log2(len(slots))
	gen    uint32
	n      int32 // ids given
	hashed int32 // slots in use
	texts  map[string]int32
}

type entry struct {
	gen uint32 // the entry is empty unless this is the table's
	id  int32
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
	t.n, t.hashed = 0, 0
	if t.gen == 0 { // the counter wrapped: old slots could look new
		clear(t.slots)
		clear(t.dense)
		t.gen = 1
	}
	if len(t.texts) > 0 {
		clear(t.texts)
	}
}

// Int returns the id of key, and whether it is new.
func (t *Table) Int(key int64) (id int32, fresh bool) {
	if uint64(key) < uint64(len(t.dense)) {
		e := &t.dense[key]
		if e.gen == t.gen {
			return e.id, false
		}
		*e = entry{t.gen, t.n}
		t.n++
		return e.id, true
	}
	return t.hash(key)
}

// hash is Int for keys that are not in dense.
func (t *Table) hash(key int64) (id int32, fresh bool) {
	if 2*int(t.hashed) >= len(t.slots) && t.grow() {
		return t.Int(key)
	}
	s := t.find(key)
	if s.gen == t.gen {
		return s.id, false
	}
	*s = slot{key: key, gen: t.gen, id: t.n}
	t.n++
	t.hashed++
	return s.id, true
}

// LookupInt returns the id of key, or -1.
func (t *Table) LookupInt(key int64) int32 {
	if uint64(key) < uint64(len(t.dense)) {
		if e := &t.dense[key]; e.gen == t.gen {
			return e.id
		}
		return -1
	}
	if t.hashed == 0 {
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

// grow makes room for another key, and reports whether it did so by moving keys to
// dense. They are moved if a good part of all keys is below twice to four times
// their number, so that dense takes no more memory than slots would.
func (t *Table) grow() (widened bool) {
	if t.gen == 0 {
		t.gen = 1
	}
	if wide := 1 << bits.Len(uint(2*t.n)); wide > len(t.dense) && t.hashed > 0 {
		below := int32(0)
		for i := range t.slots {
			if s := &t.slots[i]; s.gen == t.gen && uint64(s.key) < uint64(wide) {
				below++
			}
		}
		if 2*below >= t.hashed {
			t.widen(wide)
			return true
		}
	}
	t.rehash(max(16, 2*len(t.slots)))
	return false
}

// widen makes dense hold the keys below wide.
func (t *Table) widen(wide int) {
	dense := make([]entry, wide)
	copy(dense, t.dense)
	t.dense = dense
	for i := range t.slots {
		if s := &t.slots[i]; s.gen == t.gen && uint64(s.key) < uint64(wide) {
			dense[s.key] = entry{t.gen, s.id}
			t.hashed--
		}
	}
	t.rehash(max(16, 1<<bits.Len(uint(2*t.hashed)))) // to at most half full
}

// rehash makes n slots, and leaves out those whose keys are in dense.
func (t *Table) rehash(n int) {
	old := t.slots
	t.slots = make([]slot, n)
	t.shift = uint(64 - bits.TrailingZeros(uint(n)))
	for _, s := range old {
		if s.gen == t.gen && uint64(s.key) >= uint64(len(t.dense)) {
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
