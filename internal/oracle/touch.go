package oracle

import (
	"maps"
	"slices"
)

// keys returns all keys, ascending.
func (ts Txns) keys() []int {
	set := map[int]bool{}
	for i := range ts {
		for _, m := range ts[i].Ops {
			set[m.Key] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// externalRead returns what t read from others: the version that its first
// micro-op on the key read.
func (t *Txn) externalRead(key int) (v Version, ok bool) {
	for _, m := range t.Ops {
		if m.Key != key {
			continue
		}
		if m.Append || t.unknown(&m) {
			return 0, false
		}
		if len(m.List) == 0 {
			return Nil, true
		}
		return m.List[0], true
	}
	return 0, false
}

// externalWrite returns what t leaves to others: its last write to the key.
func (t *Txn) externalWrite(key int) (v Version, ok bool) {
	if !t.appends(key, len(t.Ops)) {
		return 0, false
	}
	return t.leave(nil, key, len(t.Ops))[0], true
}

// read returns the version of a key that transaction i read from others, if it
// can be told which one that is.
func (ts Txns) read(i, key int) (Version, bool) {
	v, ok := ts[i].externalRead(key)
	return v, ok && len(ts.writers(key, v)) < 2
}

// written returns the version of a key that transaction i left, if it is known
// to have happened and no other may have left the same.
func (ts Txns) written(i, key int) (Version, bool) {
	v, ok := ts[i].externalWrite(key)
	return v, ok && ts.happened(i) && len(ts.writers(key, v)) < 2
}

// touched returns the versions of a key that transaction i read or left.
func (ts Txns) touched(i, key int) (versions []Version) {
	if v, ok := ts.read(i, key); ok {
		versions = append(versions, v)
	}
	if v, ok := ts.written(i, key); ok {
		versions = append(versions, v)
	}
	return versions
}

// writers returns the transactions that may have left version v of a key.
func (ts Txns) writers(key int, v Version) (writers []int) {
	for i := range ts {
		if w, ok := ts[i].externalWrite(key); ok && w == v && ts[i].status() != Fail {
			writers = append(writers, i)
		}
	}
	return writers
}

// happened reports whether transaction i is ok, or an ok one read something that
// only i can have left.
func (ts Txns) happened(i int) bool {
	if ts[i].status() != Info {
		return ts[i].status() == OK
	}
	for _, key := range ts.keys() {
		for j := range ts {
			v, ok := ts[j].externalRead(key)
			if ok && slices.Equal(ts.writers(key, v), []int{i}) {
				return true
			}
		}
	}
	return false
}
