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

// externalReads returns what t read from others: the versions that its reads of
// the key saw before it wrote one, in its order.
func (t *Txn) externalReads(key int) (versions []Version) {
	for _, m := range t.Ops {
		switch {
		case m.Key != key:
		case m.Append:
			return versions
		case !t.unknown(&m) && !t.leaves(key, m.version()):
			versions = append(versions, m.version())
		}
	}
	return versions
}

// version returns what a read of a register saw.
func (m *Mop) version() Version {
	if len(m.List) == 0 {
		return Nil
	}
	return m.List[0]
}

// leaves reports whether t's last write to the key is of v.
func (t *Txn) leaves(key int, v Version) bool {
	w, ok := t.externalWrite(key)
	return ok && w == v
}

// externalWrite returns what t leaves to others: its last write to the key.
func (t *Txn) externalWrite(key int) (v Version, ok bool) {
	if !t.appends(key, len(t.Ops)) {
		return 0, false
	}
	return t.leave(nil, key, len(t.Ops))[0], true
}

// A value that several transactions may have left is as many versions. Which of
// them was read, nobody can tell.
const nth Version = 1 << 48

// Value returns the value of a version.
func Value(v Version) int {
	if v == Nil {
		return v
	}
	return v % nth
}

// seen returns the versions of a key that transaction i read from others, as far
// as it can be told which they are.
func (ts Txns) seen(i, key int) []Version {
	return slices.DeleteFunc(ts[i].externalReads(key), func(v Version) bool { return len(ts.writers(key, v)) > 1 })
}

// Written returns the version of a key that transaction i left, if it is known
// to have happened.
func (ts Txns) Written(i, key int) (Version, bool) {
	v, ok := ts[i].externalWrite(key)
	if at := slices.Index(ts.writers(key, v), i); at > 0 {
		v += Version(at) * nth
	}
	return v, ok && ts.happened(i)
}

// touched returns the versions of a key that transaction i read or left, in this
// order.
func (ts Txns) touched(i, key int) []Version {
	versions := ts.seen(i, key)
	if v, ok := ts.Written(i, key); ok {
		versions = append(versions, v)
	}
	return versions
}

// writers returns the transactions that may have left a value in a key.
func (ts Txns) writers(key int, v Version) (writers []int) {
	for i := range ts {
		if ts[i].leaves(key, v) && ts[i].status() != Fail {
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
	for j := range ts {
		for _, m := range ts[j].Ops {
			if !m.Append && !ts[j].unknown(&m) && slices.Equal(ts.writers(m.Key, m.version()), []int{i}) {
				return true
			}
		}
	}
	return false
}

// Ambiguous reports whether an ok transaction read a value that two other ok ones
// left, so that nobody can tell from which of them.
func (ts Txns) Ambiguous() bool { return ts.readOf(func(s Status) bool { return s == OK }) }

// Doubtful is Ambiguous with those that may have left it, too.
func (ts Txns) Doubtful() bool { return ts.readOf(func(s Status) bool { return s != Fail }) }

// readOf reports whether an ok transaction read a value that several of some
// status left, and did not write it before.
func (ts Txns) readOf(some func(Status) bool) bool {
	for i := range ts {
		for at, m := range ts[i].Ops {
			if m.Append || ts[i].unknown(&m) {
				continue
			}
			own := slices.ContainsFunc(ts[i].Ops[:at], func(w Mop) bool { return w.Append && w.Key == m.Key && w.Elem == m.version() })
			writers := slices.DeleteFunc(ts.writers(m.Key, m.version()), func(w int) bool { return !some(ts[w].status()) })
			if !own && len(writers) > 1 {
				return true
			}
		}
	}
	return false
}
