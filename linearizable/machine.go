package linearizable

import "unsafe"

// An opcode is what an operation does to an object.
type opcode uint8

const (
	opRead    opcode = iota // a: the value read
	opReadAny               // a read of which the result does not matter
	opWrite                 // a
	opCAS                   // a: expected, b: new
	opNotCAS                // a compare that failed: the register did not hold a
	opAcquire
	opRelease
	opAdd     // a: to a set
	opReadSet // list: all elements
	opEnqueue // a
	opDequeue // a, or anyValue
	opPush    // a
	opPop     // a, or anyValue
	opInc     // n: to a counter
	opCount   // n: the count that was read
	opTxn     // list: pairs of key<<1|isWrite and value
	opPut     // a: text
	opAppend  // a
	opGet     // a
	opExtend  // a: to a list
	opList    // list: all elements, in order
	opLock    // a: the owner; the token is unknown, if there are any
	opFence   // a: the owner, n: the token
	opUnlock  // a: the owner
	opTake    // n: permits
	opGive    // n
	opInsert  // a: a number
	opLeast   // a, or anyValue
)

const (
	anyValue   = -2 // whatever there is
	emptyValue = -3 // nothing is there
)

// A transition is an operation apart from when it ran. Equal ones are one.
type transition struct {
	f    opcode
	a, b int32
	n    int64
	list string // of ids, as text
}

// pure reports whether the operation never changes anything.
func (t *transition) pure() bool {
	switch t.f {
	case opRead, opReadAny, opNotCAS, opReadSet, opCount, opGet, opList:
		return true
	case opCAS:
		return t.a == t.b
	case opDequeue, opPop, opLeast:
		return t.a == emptyValue
	}
	return false
}

// registerMachine is registers and locks: its states are values, or owners.
type registerMachine struct {
	init int32
	ts   []transition
}

func (m *registerMachine) initial() int32 { return m.init }

func (m *registerMachine) pure(t int32) bool { return m.ts[t].pure() }

func (m *registerMachine) overwrites(t int32) bool { return m.ts[t].f == opWrite }

func (m *registerMachine) exact(t int32) bool { return m.needs(t) != illegal }

func (m *registerMachine) needs(t int32) int32 {
	switch tr := &m.ts[t]; tr.f {
	case opRead, opCAS, opUnlock:
		return tr.a
	case opAcquire, opLock:
		return unlocked
	case opRelease:
		return locked
	}
	return illegal
}

func (m *registerMachine) leads(t int32) int32 {
	switch tr := &m.ts[t]; tr.f {
	case opWrite, opLock:
		return tr.a
	case opCAS:
		if tr.a != tr.b {
			return tr.b
		}
	case opAcquire:
		return locked
	case opRelease, opUnlock:
		return unlocked
	}
	return illegal
}

func (m *registerMachine) bytes() int64 { return 0 }

const (
	unlocked = 0
	locked   = 1
)

func (m *registerMachine) step(s, t int32) int32 {
	tr := &m.ts[t]
	ok := true
	next := s
	switch tr.f {
	case opReadAny:
	case opRead:
		ok = tr.a == s
	case opWrite:
		next = tr.a
	case opCAS:
		ok, next = tr.a == s, tr.b
	case opNotCAS:
		ok = tr.a != s
	case opAcquire:
		ok, next = s == unlocked, locked
	case opRelease:
		ok, next = s == locked, unlocked
	case opLock:
		ok, next = s == unlocked, tr.a
	case opUnlock:
		ok, next = s == tr.a, unlocked
	default:
		ok = false
	}
	if !ok {
		return illegal
	}
	return next
}

// memoMachine interns the states of any other model, and remembers its steps.
type memoMachine[S comparable] struct {
	ts     []transition
	f      func(S, *transition) (S, bool)
	ids    map[S]int32
	states []S
	steps  map[uint64]int32
	text   int64 // bytes of states that are texts
}

// What an entry of a map takes, about.
const mapEntry = 40

func newMemoMachine[S comparable](init S, ts []transition, f func(S, *transition) (S, bool)) *memoMachine[S] {
	m := &memoMachine[S]{ts: ts, f: f, ids: map[S]int32{}, steps: map[uint64]int32{}}
	m.id(init)
	return m
}

func (m *memoMachine[S]) id(s S) int32 {
	id, ok := m.ids[s]
	if !ok {
		id = int32(len(m.states))
		m.ids[s] = id
		m.states = append(m.states, s)
		if text, ok := any(s).(string); ok {
			m.text += int64(len(text))
		}
	}
	return id
}

func (m *memoMachine[S]) initial() int32 { return 0 }

func (m *memoMachine[S]) pure(t int32) bool { return m.ts[t].pure() }

func (m *memoMachine[S]) bytes() int64 {
	var s S
	each := 2*int64(unsafe.Sizeof(s)) + mapEntry
	return m.text + each*int64(len(m.states)) + mapEntry*int64(len(m.steps))
}

func (m *memoMachine[S]) step(s, t int32) int32 {
	key := uint64(uint32(s))<<32 | uint64(uint32(t))
	if next, ok := m.steps[key]; ok {
		return next
	}
	next := int32(illegal)
	if to, ok := m.f(m.states[s], &m.ts[t]); ok {
		next = m.id(to)
	}
	m.steps[key] = next
	return next
}
