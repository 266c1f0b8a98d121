package linearizable

import (
	"context"
	"fmt"
	"reflect"

	"github.com/seed-c33ae711/jcheck/verdict"
)

// An Object is a program's own sequential object, for harnesses that have operations as
// Go values. It says what they do, one at a time. Its functions must return the same
// for the same arguments and must not change them; if Key is set, they are called from
// several goroutines at a time.
type Object[S comparable, In, Out any] struct {
	// Init is the initial state.
	Init S
	// Step reports whether out is a possible result of in, in a state, and returns the
	// next state.
	Step func(state S, in In, out Out) (S, bool)
	// Pending is Step for an operation without a known result: it returns the state
	// after in, if in takes effect, or false if it cannot. Such an operation takes
	// effect at any time after its call, or never. Without Pending, the possible
	// effects are unknown: the answer is then Unknown, unless the other operations are
	// linearizable without it, or fail before it was called.
	Pending func(state S, in In) (S, bool)
	// ReadOnly, if not nil, reports that an operation never changes the state, whatever
	// its result. It makes the search faster.
	ReadOnly func(in In) bool
	// Key, if not nil, returns which object an operation is on, as a comparable value.
	// Each object starts with Init and is judged separately.
	Key func(in In) any
	// Describe, if not nil, describes an operation for people.
	Describe func(in In, out Out, pending bool) string
}

// An Operation is one of an Object: what a client asked for, what it got, and when. Any
// clock will do that no operation sees go back. Intervals are closed: operations that
// touch are concurrent, because a clock may return the same time twice.
type Operation[In, Out any] struct {
	Client       int // which client called; operations of one client do not overlap
	In           In
	Out          Out // ignored if Pending
	Call, Return int64
	Pending      bool // it is unknown whether it took effect; Return is ignored
}

// An Outcome is the result of checking an Object. Operations are named by their
// indices.
type Outcome struct {
	Valid  verdict.Verdict
	Reason string // why Valid is Unknown
	Ops    int    // operations
	Parts  []Part // one for each object, in the order of their first operations; Part.Key is not used
	Keys   []any  // of Parts, if there are keys
	// Witness, if requested and Valid: operations of all objects in an order in which
	// they may have taken effect.
	Witness []int
}

// An OperationError names an operation that cannot have been recorded this way.
type OperationError struct {
	Op  int // its index
	Msg string
}

func (e *OperationError) Error() string { return fmt.Sprintf("operation %d: %s", e.Op, e.Msg) }

// Check decides whether operations are linearizable, as the function Check does for
// histories; Options.Keyed is ignored here. The error is an *OperationError if an
// operation returned before it was called, was called while the same client's previous
// one still ran, or has a key that is not comparable.
func (o Object[S, In, Out]) Check(ctx context.Context, ops []Operation[In, Out], opt Options) (*Outcome, error) {
	if o.Step == nil {
		return nil, &OptionError{"an Object needs a Step"}
	}
	spans := make([]span, len(ops))
	for i := range ops {
		op := &ops[i]
		spans[i] = span{op.Client, op.Call, op.Return, op.Pending}
	}
	if err := sequential(spans); err != nil {
		return nil, err
	}
	keys, parts, err := o.split(ops)
	if err != nil {
		return nil, err
	}
	return judgeParts(ctx, keys, parts, rank(spans), opt, func(p *subject) { o.fill(p, ops) })
}

// split sorts operations by their keys.
func (o *Object[S, In, Out]) split(ops []Operation[In, Out]) (keys []any, parts [][]int32, err error) {
	if o.Key == nil {
		return nil, oneObject(len(ops)), nil
	}
	ids := map[any]int{}
	for i := range ops {
		key := o.Key(ops[i].In)
		if !reflect.ValueOf(&key).Elem().Comparable() {
			return nil, nil, &OperationError{i, fmt.Sprintf("expected a comparable key, found a %T", key)}
		}
		id, ok := ids[key]
		if !ok {
			id = len(parts)
			ids[key] = id
			keys = append(keys, key)
			parts = append(parts, nil)
		}
		parts[id] = append(parts[id], int32(i))
	}
	return keys, parts, nil
}

// fill makes the searched operations of one object, and the machine they run on.
// Operations that compare as equal are one transition.
func (o *Object[S, In, Out]) fill(p *subject, ops []Operation[In, Out]) {
	states := newInterner(o.Init)
	kinds := newSharing()
	inCompares, outCompares := reflect.TypeFor[In]().Comparable(), reflect.TypeFor[Out]().Comparable()
	p.keep(func(i int32) (t int32, use use) {
		op := &ops[i]
		pure := o.ReadOnly != nil && o.ReadOnly(op.In)
		switch {
		case op.Pending && pure:
			return 0, idle
		case op.Pending && o.Pending == nil:
			return 0, blind
		case !inCompares || !op.Pending && !outCompares:
			return kinds.fresh(i, pure), searched
		case op.Pending:
			return kinds.id(i, signature{in: op.In, pending: true}, pure), searched
		}
		return kinds.id(i, signature{in: op.In, out: op.Out}, pure), searched
	})
	p.machine = newMemo(p.ctx, kinds.pure, states.bytes, func(s, t int32) int32 {
		op := &ops[kinds.example[t]]
		next, ok := o.step(states.all[s], op)
		if !ok {
			return illegal
		}
		return states.id(next)
	})
	p.show = func(s int32) string { return fmt.Sprintf("%v", states.all[s]) }
	p.tell = func(i int32) string { return o.describe(&ops[i]) }
}

func (o *Object[S, In, Out]) step(s S, op *Operation[In, Out]) (S, bool) {
	if op.Pending {
		return o.Pending(s, op.In)
	}
	return o.Step(s, op.In, op.Out)
}

func (o *Object[S, In, Out]) describe(op *Operation[In, Out]) string {
	switch {
	case o.Describe != nil:
		return o.Describe(op.In, op.Out, op.Pending)
	case op.Pending:
		return fmt.Sprintf("%v -> ?", op.In)
	}
	return fmt.Sprintf("%v -> %v", op.In, op.Out)
}

// Explain describes an outcome of Check for people: the verdict, and for each object
// that is not linearizable, the operation that no linearization reaches, the operations
// that ran then, and what the object may have been.
func (o Object[S, In, Out]) Explain(ops []Operation[In, Out], out *Outcome) string {
	return out.explain(func(i int) string {
		op := &ops[i]
		end := fmt.Sprint(op.Return)
		if op.Pending {
			end = "?"
		}
		return fmt.Sprintf("operation %d, client %d, %d to %s: %s", i, op.Client, op.Call, end, o.describe(op))
	})
}

// An interner numbers states. The initial one is 0.
type interner[S comparable] struct {
	ids  map[S]int32
	all  []S
	held int64 // bytes
}

func newInterner[S comparable](init S) *interner[S] {
	n := &interner[S]{ids: map[S]int32{}}
	n.id(init)
	return n
}

func (n *interner[S]) bytes() int64 { return n.held }

func (n *interner[S]) id(s S) int32 {
	id, ok := n.ids[s]
	if !ok {
		id = int32(len(n.all))
		n.ids[s] = id
		n.all = append(n.all, s)
		v := reflect.ValueOf(&n.all[id]).Elem()
		n.held += 2*int64(v.Type().Size()) + mapEntry + weigh(v)
	}
	return id
}

// A sharing numbers transitions: operations with equal arguments and results are
// one, as far as these compare.
type sharing struct {
	ids     map[signature]int32
	example []int32 // per transition: an operation
	pure    []bool  // per transition
}

type signature struct {
	in, out any
	pending bool
}

func newSharing() *sharing { return &sharing{ids: map[signature]int32{}} }

func (s *sharing) id(op int32, sig signature, pure bool) int32 {
	// A type that compares may hold an interface whose value does not.
	if !reflect.ValueOf(&sig).Elem().Comparable() {
		return s.fresh(op, pure)
	}
	id, ok := s.ids[sig]
	if !ok {
		id = s.fresh(op, pure)
		s.ids[sig] = id
	}
	return id
}

// fresh numbers a transition that no other operation shares.
func (s *sharing) fresh(op int32, pure bool) int32 {
	s.example = append(s.example, op)
	s.pure = append(s.pure, pure)
	return int32(len(s.example) - 1)
}

// oneObject is a split into one part, none if there is nothing.
func oneObject(n int) [][]int32 {
	if n == 0 {
		return nil
	}
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	return [][]int32{all}
}
