package simulate

import (
	"fmt"
	"iter"
	"slices"
	"strconv"

	"github.com/seed-c33ae711/jcheck/history"
)

// A Test describes a history to make for a check of one property that is neither a
// consistency model of transactions nor linearizability, as in Jepsen's tests of the
// same names. The zero Test is 1000 operations of five clients on a bank.
//
// Every operation takes effect at one moment between its invocation and its completion,
// except for those that go wrong at BugRate. Without these, the property holds. One
// whose client crashes takes effect at any later time, or never. One that is refused at
// FailRate has no effect, and :error :aborted.
type Test struct {
	Property   Property
	Operations int // how many operations to invoke; 0 means 1000, negative none
	Clients    int // how many clients run at once; 0 means 5
	Seed       uint64

	FailRate  float64 // share of operations that are refused for no reason
	CrashRate float64 // share whose outcome the client never learns: info, at once or at the end
	BugRate   float64 // share that goes wrong: see Property
}

// A Property is what a history is made to check.
type Property uint8

const (
	// Bank is :transfer {:from a, :to b, :amount n} between the accounts 0 to 7,
	// which together hold 100, and :read of all balances. What would overdraw an
	// account fails with :insufficient. A read that goes wrong misses half of the
	// last transfer (read skew), so that the total is another.
	Bank Property = iota
	// UniqueIDs is :generate of an id. One that goes wrong was given out before.
	UniqueIDs
	// LongFork is :write [[:w k 1]] of a key that nobody else writes, and :read of the
	// two keys of a group. A read that goes wrong misses one of them, not the one
	// that an earlier read missed, if it can.
	LongFork
	// CausalReverse is :write of 1, 2, 3 and so on, and :read of all that were
	// written; the more there are, the rarer. A read that goes wrong misses an old one.
	CausalReverse
)

var tests = [...]kind{
	Bank:          {"bank", "transfer money between accounts, or read all balances", (*objectSim).drawBank, (*objectSim).applyBank},
	UniqueIDs:     {"unique-ids", "generate ids", (*objectSim).drawID, (*objectSim).applyID},
	LongFork:      {"long-fork", "write a key once, or read both of a group", (*objectSim).drawFork, (*objectSim).applyFork},
	CausalReverse: {"causal-reverse", "write a value, or read all that were written", (*objectSim).drawReverse, (*objectSim).applyReverse},
}

// String returns the name of the property, such as long-fork.
func (p Property) String() string { return tests[p].name }

// Doc describes the operations in a line.
func (p Property) Doc() string { return tests[p].doc }

// Tests returns the properties.
func Tests() []Property { return []Property{Bank, UniqueIDs, LongFork, CausalReverse} }

// Ops returns the ops of the history, in order, as they happen. Ranging over it
// again makes the same history again.
func (t Test) Ops() (iter.Seq[Op], error) {
	if int(t.Property) >= len(tests) {
		return nil, fmt.Errorf("unknown property %d", t.Property)
	}
	o, err := Object{
		Operations: t.Operations, Clients: t.Clients, Seed: t.Seed,
		FailRate: t.FailRate, CrashRate: t.CrashRate, BugRate: t.BugRate,
	}.withDefaults()
	if err != nil {
		return nil, err
	}
	return func(yield func(Op) bool) {
		if t.Property == LongFork {
			each := yield
			yield = func(op Op) bool { return each(op.fork()) }
		}
		s := objectSim{Object: o, kind: &tests[t.Property], world: newWorld(t.Seed, yield)}
		s.run()
	}, nil
}

// History returns the whole history, in memory.
func (t Test) History() (*history.History, error) { return inMemory(t.Ops()) }

// testState is what there is besides an object's elements.
type testState struct {
	from, to, amount int64          // the last transfer
	masks            map[int64]uint // which keys of a group a read found, if it was only one of them
}

// An Entry is an entry of a map.
type Entry struct {
	Name string // a keyword; if it is empty the key is a number
	Key  int64
	N    int64
}

func appendMap(dst []byte, entries []Entry, m *marks) []byte {
	json := m.comma == ','
	dst = append(dst, '{')
	for i, e := range entries {
		switch {
		case i == 0:
		case json:
			dst = append(dst, ',')
		default:
			dst = append(dst, ", "...)
		}
		switch {
		case json && e.Name != "":
			dst = append(append(append(dst, '"'), e.Name...), `":`...)
		case json:
			dst = append(strconv.AppendInt(append(dst, '"'), e.Key, 10), `":`...)
		case e.Name != "":
			dst = append(append(append(dst, ':'), e.Name...), ' ')
		default:
			dst = append(strconv.AppendInt(dst, e.Key, 10), ' ')
		}
		dst = strconv.AppendInt(dst, e.N, 10)
	}
	return append(dst, '}')
}

const (
	accounts    = 8
	money       = 100
	maxTransfer = 5
)

// open makes the accounts, the first of which has all the money.
func (k *object) open() {
	if k.elems == nil {
		k.elems = make([]int64, accounts)
		k.elems[0] = money
		k.test = &testState{}
	}
}

func (s *objectSim) drawBank(c *call) {
	c.object.open()
	if c.f = "read"; s.chance(0.5) {
		return
	}
	c.f = "transfer"
	from, to := s.rng.Int64N(accounts), s.rng.Int64N(accounts-1)
	if to >= from { // another one
		to++
	}
	c.arg = Value{Form: Map, Map: []Entry{{Name: "from", N: from}, {Name: "to", N: to}, {Name: "amount", N: 1 + s.rng.Int64N(maxTransfer)}}}
}

func (s *objectSim) applyBank(c *call) bool {
	balance, last := c.object.elems, c.object.test
	if c.f == "transfer" {
		from, to, amount := c.arg.Map[0].N, c.arg.Map[1].N, c.arg.Map[2].N
		if balance[from] < amount {
			c.fail("insufficient")
			return true
		}
		balance[from] -= amount
		balance[to] += amount
		last.from, last.to, last.amount = from, to, amount
		return true
	}
	read := make([]Entry, accounts)
	for a, n := range balance {
		read[a] = Entry{Key: int64(a), N: n}
	}
	switch {
	case !c.wrong:
	case s.chance(0.5):
		read[last.from].N += last.amount
	default:
		read[last.to].N -= last.amount
	}
	c.result = Value{Form: Map, Map: read}
	return true
}

func (s *objectSim) drawID(c *call) { c.f = "generate" }

func (s *objectSim) applyID(c *call) bool {
	k := c.object
	id := k.given
	if c.wrong && k.given > 0 {
		id = max(k.given-1-s.rng.Int64N(maxLag), 0)
	} else {
		k.given++
	}
	c.result = Value{Form: One, N: id}
	return true
}

// groupKeys is how many keys a group has.
const groupKeys = 2

// fewGroups is how many groups are read, the newest first.
const fewGroups = 2

// drawFork draws the write of a fresh key, or a read of a group that was begun
// lately. The value of the latter is the first key of the group, and then which of
// its keys were there.
func (s *objectSim) drawFork(c *call) {
	k := c.object
	if k.test == nil {
		k.test = &testState{masks: map[int64]uint{}}
	}
	if k.given == 0 || s.chance(1.0/4) {
		c.f, c.arg = "write", Value{Form: One, N: k.given}
		k.given++
		k.elems = append(k.elems, 0)
		return
	}
	group := max((k.given-1)/groupKeys-s.rng.Int64N(fewGroups), 0)
	c.f, c.arg = "read", Value{Form: All, N: group * groupKeys}
}

func (s *objectSim) applyFork(c *call) bool {
	k := c.object
	first := c.arg.N
	if c.f == "write" {
		k.elems[first] = 1
		return true
	}
	there := make([]int64, groupKeys)
	copy(there, k.elems[first:])
	k.see(c, first, there)
	c.result = Value{Form: All, N: first, Set: there}
	return true
}

// see lets a read of a group go wrong: it misses the key that an earlier read
// found alone, which makes a fork, or any key, which makes one that can be half of
// a fork. Nothing is wrong with a group that is not complete.
func (k *object) see(c *call, first int64, there []int64) {
	mask := there[0] | there[1]<<1
	if c.wrong && mask == 3 {
		if mask = 1; k.test.masks[first] == 1 {
			mask = 2
		}
		there[0], there[1] = mask&1, mask>>1
	}
	if (mask == 1 || mask == 2) && !c.crash {
		k.test.masks[first] = uint(mask)
	}
	delete(k.test.masks, first-fewGroups*groupKeys*4) // which is not read any more
}

// fork makes a transaction of the value of an op.
func (o Op) fork() Op {
	v := o.Value
	o.Value, o.Workload = Value{}, RWRegister
	if v.Form == One {
		o.Txn = []Mop{{Write: true, Key: v.N, Value: 1}}
		return o
	}
	o.Txn = make([]Mop, groupKeys)
	for i := range o.Txn {
		o.Txn[i].Key = v.N + int64(i)
		if i < len(v.Set) && v.Set[i] > 0 {
			o.Txn[i].Read = []int64{1}
		}
	}
	return o
}

func (s *objectSim) drawReverse(c *call) {
	n := float64(len(c.object.elems))
	if c.f = "read"; s.chance(0.5 * manyElements / (manyElements + n)) {
		return
	}
	c.f, c.arg = "write", s.value(c.object)
}

func (s *objectSim) applyReverse(c *call) bool {
	k := c.object
	if c.f == "write" {
		k.elems = append(k.elems, c.arg.N)
		return true
	}
	n := len(k.elems)
	seen := k.elems[:n:n] // elements are only ever added behind these
	if c.wrong && n > 1 {
		i := s.rng.IntN(n / 2)
		seen = slices.Delete(slices.Clone(seen), i, i+1)
	}
	c.result = Value{Form: All, Set: seen}
	return true
}
