package simulate

import (
	"fmt"
	"iter"
)

// An Object describes a history of operations on single objects to make, such as
// registers or queues, for checks of linearizability. The zero Object is 1000
// operations of five clients on a register.
//
// Every operation takes effect at one moment between its invocation and its completion,
// except for those that go wrong at BugRate. Without these, the history is
// linearizable. One whose client crashes takes effect at any later time, or never.
// Impossible operations fail and change nothing: a cas whose old value is not the
// register's, a dequeue or pop from an empty object, an acquire of a lock that stays
// held. So do operations that are refused at FailRate, which have :error :aborted. A
// checker that treats a failed cas as an observation must leave those out.
//
// A lock does not say who holds it: a client that crashed while it acquired or
// released releases it next, as another process.
type Object struct {
	Kind       Kind
	Operations int // how many operations to invoke; 0 means 1000, negative none
	Clients    int // how many clients run at once; 0 means 5
	Seed       uint64

	// Keys is how many objects are in use at a time; 0 means 1. PerKey operations
	// retire an object, and a fresh one takes its place; 0 means never. If there may
	// be more than one object, values are independent tuples [key value].
	Keys   int
	PerKey int

	// Values is the number of values that arguments are drawn from, 1, 2, 3 and so on.
	// 0 means that an object gets every value only once; a counter then gets adds of 1
	// to 5.
	Values int

	FailRate  float64 // share of operations that are refused for no reason
	CrashRate float64 // share whose outcome the client never learns: info, at once or at the end
	BugRate   float64 // share that goes wrong: see Kind
}

// A Kind is a kind of object. What operations go wrong at BugRate depends on it:
// updates may be acknowledged and lost, reads may be of an older state, a dequeue
// or pop may leave the element where it is, or take another than the one whose
// turn it is; an acquire may be granted while the lock is held.
type Kind uint8

const (
	Register       Kind = iota // :write v, :read
	CASRegister                // and :cas [old new]
	Set                        // :add v, :read of all elements; the more there are, the rarer
	FIFOQueue                  // :enqueue v, :dequeue of the oldest
	UnorderedQueue             // :enqueue v, :dequeue of any
	Stack                      // :push v, :pop of the newest
	Mutex                      // :acquire, :release
	Counter                    // :add v, :read
)

// String returns the name of the kind, such as cas-register.
func (k Kind) String() string { return kinds[k].name }

// Doc describes the operations of the kind in a line.
func (k Kind) Doc() string { return kinds[k].doc }

// Kinds returns the kinds of objects.
func Kinds() []Kind {
	list := make([]Kind, len(kinds))
	for i := range list {
		list[i] = Kind(i)
	}
	return list
}

// withDefaults fills in the zero fields, or answers what is wrong with o.
func (o Object) withDefaults() (Object, error) {
	o.Operations = max(or(o.Operations, 1000), 0)
	o.Clients = or(o.Clients, 5)
	o.Keys = or(o.Keys, 1)
	if o.Values == 0 && o.Kind == Counter {
		o.Values = 5
	}
	switch {
	case int(o.Kind) >= len(kinds):
		return o, fmt.Errorf("unknown kind %d of object", o.Kind)
	case o.Clients < 0 || o.Keys < 0 || o.PerKey < 0 || o.Values < 0:
		return o, fmt.Errorf("expected clients, keys, operations per key and values not to be negative")
	case !isRate(o.FailRate) || !isRate(o.CrashRate) || !isRate(o.BugRate):
		return o, fmt.Errorf("expected rates between 0 and 1, found fail %g, crash %g, bug %g", o.FailRate, o.CrashRate, o.BugRate)
	}
	return o, nil
}

func isRate(r float64) bool { return r >= 0 && r <= 1 }

// Ops returns the ops of the history, in order, as they happen. Ranging over it
// again makes the same history again.
func (o Object) Ops() (iter.Seq[Op], error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	return func(yield func(Op) bool) {
		s := objectSim{Object: o, kind: &kinds[o.Kind], world: newWorld(o.Seed, yield)}
		s.run()
	}, nil
}
