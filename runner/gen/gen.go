package gen

import "unsafe"

// Kind says what an answer of a generator is.
type Kind uint8

const (
	Ready   Kind = iota // an op
	Pending             // there may be one later, as soon as something happens or time has passed
	Done                // there is none, and never will be
)

// String returns ready, pending or done.
func (k Kind) String() string { return [...]string{"ready", "pending", "done"}[k] }

// Gen is a generator. Nil is one that is exhausted.
//
//   - Next does not change the receiver, and neither blocks nor does I/O. The same generator
//     asked with the same context gives the same answer.
//   - Next is the generator as it is once the op is performed, nil if nothing follows. It only
//     means something if the answer is Ready; else the generator stays what it is.
//   - An op may be due in the future. It is then thrown away and asked for again, unless
//     nothing else happens before.
//   - Done is final: who has got it does not ask that generator again.
//   - Update is told of every op that begins or ends. The thread of the op is busy by then if it
//     begins, and free if it ends, and it still runs the process that the op is of. A generator
//     that an event does not change returns itself, which spares those around it a copy.
//   - A context is valid until the call returns.
type Gen interface {
	Next(c *Ctx) (op Op, k Kind, next Gen)
	Update(c *Ctx, ev *Op) Gen
}

// Next asks a generator that may be nil.
func Next(g Gen, c *Ctx) (op Op, k Kind, next Gen) {
	if g == nil {
		return Op{}, Done, nil
	}
	return g.Next(c)
}

// Update tells a generator that may be nil.
func Update(g Gen, c *Ctx, ev *Op) Gen {
	if g == nil {
		return nil
	}
	return g.Update(c, ev)
}

// same reports whether two generators are one value. It compares the words of the interfaces, since
// == panics for a user's type that cannot be compared. Two copies of a struct count as different,
// which costs a copy and no more.
func same(a, b Gen) bool {
	return *(*[2]uintptr)(unsafe.Pointer(&a)) == *(*[2]uintptr)(unsafe.Pointer(&b))
}
