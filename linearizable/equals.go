package linearizable

import (
	"fmt"
	"hash/maphash"
)

// equals numbers states that a model compares. The verdict does not depend on
// equal states having the same number, only the work does: so what costs too much
// to find stays apart.
type equals struct {
	equal func(a, b any) bool
	hash  func(any) uint64
	own   bool          // hash is the model's: equal states have the same
	kind  comparability // of states
	same  map[any]int32 // states that compare by themselves
	near  memory        // by hash: the latest state
	next  []int32       // per state: the one before with that hash, or -1
	all   []any
	held  int64 // bytes
	tries int   // how many states were compared with the latest, and
	hits  int   // how many had an equal there
}

// scanned is how many of the latest states are compared with one that looks
// new, if the model has no Hash. Equal states mostly come up close to each other.
// If none had an equal there in trials, no more are.
const (
	scanned = 64
	trials  = 64
)

func newEquals(equal func(a, b any) bool, hash func(any) uint64) *equals {
	e := &equals{equal: equal, hash: hash, own: hash != nil, same: map[any]int32{}}
	if !e.own {
		e.hash = hasher{maphash.MakeSeed()}.hash
	}
	return e
}

func (e *equals) id(s any) int32 {
	compares := e.kind.compares(s)
	if compares {
		if id, ok := e.same[s]; ok {
			return id
		}
	}
	var id int32
	switch {
	case e.equal != nil:
		id = e.search(s)
	case !compares:
		panic(fmt.Sprintf("a state of type %T is not comparable: the model needs Equal", s))
	default:
		id = e.add(s, -1)
	}
	if compares {
		e.same[s] = id
	}
	return id
}

// add numbers a state, given the one before with its hash.
func (e *equals) add(s any, before int32) int32 {
	e.all = append(e.all, s)
	e.next = append(e.next, before)
	e.held += 3*mapEntry + weighAny(s)
	return int32(len(e.all) - 1)
}

func (e *equals) bytes() int64 { return e.held }

// search returns the number of a state that the model has for the same, or a new one.
func (e *equals) search(s any) int32 {
	hash := e.hash(s)
	latest, ok := e.near.get(hash)
	if !ok {
		latest = -1
	}
	for id := latest; id >= 0; id = e.next[id] {
		if e.equal(e.all[id], s) {
			return id
		}
	}
	if !e.own && (e.tries < trials || e.hits > 0) {
		e.tries++
		for id := len(e.all) - 1; id >= max(0, len(e.all)-scanned); id-- {
			if e.equal(e.all[id], s) {
				e.hits++
				return int32(id)
			}
		}
	}
	id := e.add(s, latest)
	e.near.set(hash, id)
	return id
}
