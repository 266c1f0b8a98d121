package monitor

import "math"

// Never is the Ret of a pending op: it may take effect at any time after Inv, or
// not at all.
const Never = math.MaxInt32

// None is the A of a Dequeue, Pop or DeleteMin that found nothing, and the B of an
// Acquire whose token is not known.
const None = -1

// An Op is one operation on the object. Ops that failed are not given.
type Op struct {
	Inv, Ret int32 // positions in the history, from 0 on, all distinct; Inv < Ret
	F        F
	A, B     int32 // see F
}

func (op *Op) pending() bool { return op.Ret == Never }

// An F says what an op does. Values, elements and owners are ids: small numbers,
// dense within the object, since there are columns as long as the greatest. What
// an op returns means nothing if the op is pending.
type F uint8

const (
	Read      F = iota // returns value A
	Write              // sets value A
	CAS                // sets value B where value A was
	Add                // adds element A
	Remove             // removes element A, which was there
	Contains           // returns whether element A is there: B is 1, or 0
	ReadSet            // returns all elements: A is the number of the set in Sets
	Enqueue            // puts value A at the end
	Dequeue            // returns and removes value A, the first, or None if there is none
	Push               // puts value A on top
	Pop                // returns and removes value A, the topmost, or None if there is none
	Acquire            // takes the lock; owner A; token number B, if tokens are given out
	Release            // gives the lock back; owner A
	Inc                // adds A, a number
	ReadCount          // returns A, a number
	Append             // puts element A behind all others
	ReadList           // returns all elements in order: A is the number of the list in Sets
	Insert             // puts in value A, the lower the more urgent
	DeleteMin          // returns and removes value A, the lowest, or None if there is none
)

// An Answer is what a rung knows. The zero Answer is that it knows nothing.
type Answer struct {
	Decided      bool // Linearizable is the truth
	Linearizable bool

	// Order has the ops that take effect, by index, in an order that is a
	// linearization, if there is one.
	Order []int32

	// Conflict has a few ops, by index and ascending, that show that there is
	// none: to leave out the other ops, and their elements from what sets were
	// read, is allowed, in that it would leave a linearizable history
	// linearizable, yet these cannot be linearized. It is nil where a conflict
	// would be long, or is not of this kind.
	Conflict []int32
}

// undecided is the answer of a rung whose precondition does not hold.
func undecided() Answer { return Answer{} }

func linearizable(order []int32) Answer {
	return Answer{Decided: true, Linearizable: true, Order: order}
}

// maxConflict is how many ops a person can look at.
const maxConflict = 64

// illegal is the answer that there is no linearization. Ops that are none are
// left out of the conflict.
func illegal(conflict ...int32) Answer {
	return Answer{Decided: true, Conflict: tidy(conflict)}
}
