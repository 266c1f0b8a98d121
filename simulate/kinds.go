package simulate

import "slices"

// kind is in what kinds of objects differ.
type kind struct {
	name, doc string
	draw      func(s *objectSim, c *call)      // chooses the operation that a client asks for next
	apply     func(s *objectSim, c *call) bool // lets it take effect, and reports whether it has
}

var kinds = [...]kind{
	Register:       {"register", "write a value, or read", (*objectSim).drawRegister, (*objectSim).applyRegister},
	CASRegister:    {"cas-register", "write a value, read, or compare and set", (*objectSim).drawCASRegister, (*objectSim).applyRegister},
	Set:            {"set", "add an element, or read all of them", (*objectSim).drawSet, (*objectSim).applySet},
	FIFOQueue:      {"fifo-queue", "enqueue a value, or dequeue the oldest", draws("enqueue", "dequeue"), applies(oldestFirst)},
	UnorderedQueue: {"unordered-queue", "enqueue a value, or dequeue any", draws("enqueue", "dequeue"), applies(anyOne)},
	Stack:          {"stack", "push a value, or pop the newest", draws("push", "pop"), applies(newestFirst)},
	Mutex:          {"mutex", "acquire a lock, or release it", (*objectSim).drawMutex, (*objectSim).applyMutex},
	Counter:        {"counter", "add to a number, or read it", (*objectSim).drawCounter, (*objectSim).applyCounter},
}

// An object is the state of one object.
type object struct {
	id     int64
	asked  int                // operations that clients asked for
	given  int64              // the last value given out, if every value is
	elems  []int64            // its elements, or the last versions of a register or a counter; the newest is last
	member map[int64]struct{} // of a set, if a value may be added twice
	owner  *caller            // of a lock that is held
	test   *testState         // of a test
}

// value draws an argument.
func (s *objectSim) value(k *object) Value {
	if s.Values > 0 {
		return Value{Form: One, N: 1 + s.rng.Int64N(int64(s.Values))}
	}
	k.given++
	return Value{Form: One, N: k.given}
}

func (s *objectSim) drawRegister(c *call) {
	if s.chance(0.5) {
		c.f = "read"
		return
	}
	c.f, c.arg = "write", s.value(c.object)
}

// drawCASRegister draws a cas of what the register may well hold: else hardly any
// would succeed where every value is written once.
func (s *objectSim) drawCASRegister(c *call) {
	k := c.object
	switch n := s.rng.IntN(3); {
	case n == 0:
		c.f = "read"
	case n == 1 || len(k.elems) == 0:
		c.f, c.arg = "write", s.value(k)
	default:
		old := k.version(s.rng.IntN(2)).N
		if s.Values > 0 {
			old = s.value(k).N
		}
		c.f, c.arg = "cas", Value{Form: Pair, N: old, New: s.value(k).N}
	}
}

func (s *objectSim) applyRegister(c *call) bool {
	k := c.object
	switch c.f {
	case "read":
		c.result = k.version(s.age(c))
	case "write":
		s.update(c, c.arg.N)
	default:
		if now := k.version(0); now.Form == None || now.N != c.arg.N {
			c.fail("mismatch")
		} else {
			s.update(c, c.arg.New)
		}
	}
	return true
}

// version returns the value that was there before the last so many updates.
func (k *object) version(age int) Value {
	if age >= len(k.elems) {
		return Value{}
	}
	return Value{Form: One, N: k.elems[len(k.elems)-1-age]}
}

// age is how old a version a read finds.
func (s *objectSim) age(c *call) int {
	if c.wrong {
		return 1 + s.rng.IntN(maxLag)
	}
	return 0
}

// update gives a register or a counter a new version, unless it goes wrong. It
// forgets those that are too old to be read.
func (s *objectSim) update(c *call, n int64) {
	k := c.object
	if c.wrong {
		return
	}
	if len(k.elems) == 4*maxLag {
		k.elems = append(k.elems[:0], k.elems[3*maxLag-1:]...)
	}
	k.elems = append(k.elems, n)
}

func (s *objectSim) drawCounter(c *call) {
	if s.chance(0.5) {
		c.f = "read"
		return
	}
	c.f, c.arg = "add", s.value(c.object)
}

func (s *objectSim) applyCounter(c *call) bool {
	if c.f == "read" {
		c.result = Value{Form: One, N: c.object.version(s.age(c)).N}
	} else {
		s.update(c, c.object.version(0).N+c.arg.N)
	}
	return true
}

// manyElements is how large a set is that is read half as often as an empty one.
// The larger, the rarer, so that reads of all elements do not make a history grow
// with the square of its operations.
const manyElements = 64

func (s *objectSim) drawSet(c *call) {
	n := float64(len(c.object.elems))
	if s.chance(0.5 * manyElements / (manyElements + n)) {
		c.f = "read"
		return
	}
	c.f, c.arg = "add", s.value(c.object)
}

func (s *objectSim) applySet(c *call) bool {
	k := c.object
	switch {
	case c.f == "read":
		n := max(len(k.elems)-s.age(c), 0)
		c.result = Value{Form: All, Set: k.elems[:n:n]} // elements are only ever added behind these
	case !c.wrong && k.admits(s, c.arg.N):
		k.elems = append(k.elems, c.arg.N)
	}
	return true
}

// admits reports whether a set does not have an element yet.
func (k *object) admits(s *objectSim, n int64) bool {
	if s.Values == 0 {
		return true
	}
	if k.member == nil {
		k.member = map[int64]struct{}{}
	}
	_, is := k.member[n]
	k.member[n] = struct{}{}
	return !is
}

// draws draws operations of what elements are put into and taken from.
func draws(put, take string) func(*objectSim, *call) {
	return func(s *objectSim, c *call) {
		if s.chance(0.5) {
			c.f = take
			return
		}
		c.f, c.arg = put, s.value(c.object)
	}
}

// A discipline is which element is the next one to be taken.
type discipline uint8

const (
	oldestFirst discipline = iota
	newestFirst
	anyOne
)

func applies(next discipline) func(*objectSim, *call) bool {
	return func(s *objectSim, c *call) bool {
		k := c.object
		switch {
		case c.arg.Form == One: // an element is put in
			if !c.wrong || next == anyOne { // of which nobody could tell that it got lost
				k.elems = append(k.elems, c.arg.N)
			}
		case len(k.elems) == 0:
			c.fail("empty")
		default:
			s.take(c, next)
		}
		return true
	}
}

// take takes out an element. If it goes wrong, it is not its turn, or it stays.
func (s *objectSim) take(c *call, next discipline) {
	k := c.object
	last := len(k.elems) - 1
	skip, stays := 0, false
	if c.wrong {
		if stays = next == anyOne || last == 0 || s.chance(0.5); !stays {
			skip = 1 + s.rng.IntN(min(last, maxLag))
		}
	}
	var i int
	switch next {
	case oldestFirst:
		i = skip
	case newestFirst:
		i = last - skip
	case anyOne:
		i = s.rng.IntN(last + 1)
	}
	c.result = Value{Form: One, N: k.elems[i]}
	switch {
	case stays:
	case next == oldestFirst:
		copy(k.elems[1:i+1], k.elems[:i]) // few, unlike those behind
		k.elems = k.elems[1:]
	case next == newestFirst:
		k.elems = slices.Delete(k.elems, i, i+1)
	default:
		k.elems[i] = k.elems[last]
		k.elems = k.elems[:last]
	}
}

func (s *objectSim) drawMutex(c *call) {
	if c.f = "acquire"; c.by.holds != nil {
		c.f = "release"
	}
}

// patience is how often a client does not wait any longer for a lock.
const patience = 1.0 / 16

func (s *objectSim) applyMutex(c *call) bool {
	k := c.object
	switch {
	case c.f == "release" && k.owner == c.by:
		k.owner = nil
	case c.f == "release":
		c.fail("not-held")
	case k.owner == nil || c.wrong:
		k.owner = c.by
	case s.asked == s.Operations || s.chance(patience): // whoever holds it may never release it
		c.fail("held")
	default:
		return false
	}
	return true
}
