// Package lin is a slow and plain checker of linearizability, for testing fast ones
// against it.
//
// A history is linearizable if each op can be given a point between its
// invocation and its return such that the ops, in the order of their points,
// are a run of the object alone. An op that never returned has its point
// anywhere after its invocation, or takes no effect (Herlihy & Wing 1990). Check
// tries all orders, as Wing & Gong (1993), and remembers where it has been, as
// Lowe (2017). It is meant for some fourteen ops.
package lin

import (
	"fmt"
	"math"
)

// Never is the Ret of an op that did not return.
const Never = math.MaxInt

// maxOps is what a mask has bits for.
const maxOps = 64

// An Op is one operation. Inv and Ret are positions in the history, all of them
// distinct.
type Op[I, O any] struct {
	Inv, Ret int
	In       I
	Out      O // means nothing if the op is pending
}

// Pending reports whether the op never returned.
func (op Op[I, O]) Pending() bool { return op.Ret == Never }

// A Step is an object: the state after op, and whether op, with its result, is
// possible in state s.
type Step[S comparable, I, O any] func(s S, op Op[I, O]) (S, bool)

// Check returns the indices of the ops in an order that is a linearization, or
// false if there is none. It panics if there are more than 64 ops.
func Check[S comparable, I, O any](ops []Op[I, O], init S, step Step[S, I, O]) ([]int, bool) {
	if len(ops) > maxOps {
		panic(fmt.Sprintf("lin: %d ops are too many", len(ops)))
	}
	s := search[S, I, O]{ops: ops, step: step, dead: map[config[S]]bool{}}
	for i, op := range ops {
		if !op.Pending() {
			s.must |= 1 << i
		}
	}
	if !s.from(config[S]{state: init}) {
		return nil, false
	}
	return s.order, true
}

// A config is where a search stands.
type config[S comparable] struct {
	done  uint64 // the ops that have taken effect
	state S
}

type search[S comparable, I, O any] struct {
	ops   []Op[I, O]
	step  Step[S, I, O]
	must  uint64 // the ops that returned
	dead  map[config[S]]bool
	order []int
}

// from reports whether the ops that are left can be linearized.
func (s *search[S, I, O]) from(c config[S]) bool {
	if c.done&s.must == s.must {
		return true
	}
	if s.dead[c] {
		return false
	}
	for i, op := range s.ops {
		if c.done>>i&1 == 1 || s.late(c, op) {
			continue
		}
		state, ok := s.step(c.state, op)
		if !ok {
			continue
		}
		s.order = append(s.order, i)
		if s.from(config[S]{c.done | 1<<i, state}) {
			return true
		}
		s.order = s.order[:len(s.order)-1]
	}
	s.dead[c] = true
	return false
}

// late reports whether another op that is left returned before op began.
func (s *search[S, I, O]) late(c config[S], op Op[I, O]) bool {
	for j, other := range s.ops {
		if c.done>>j&1 == 0 && other.Ret < op.Inv {
			return true
		}
	}
	return false
}

// Verify returns an error unless order is a linearization of ops.
func Verify[S comparable, I, O any](ops []Op[I, O], order []int, init S, step Step[S, I, O]) error {
	taken := make([]bool, len(ops))
	latest := math.MinInt // Inv of the ops so far
	for k, i := range order {
		switch {
		case i < 0 || i >= len(ops):
			return fmt.Errorf("place %d: there is no op %d", k, i)
		case taken[i]:
			return fmt.Errorf("place %d: op %d takes effect twice", k, i)
		case ops[i].Ret < latest:
			return fmt.Errorf("place %d: op %d returned before an earlier one began", k, i)
		}
		taken[i] = true
		latest = max(latest, ops[i].Inv)
		var ok bool
		if init, ok = step(init, ops[i]); !ok {
			return fmt.Errorf("place %d: op %d is not possible", k, i)
		}
	}
	for i, op := range ops {
		if !taken[i] && !op.Pending() {
			return fmt.Errorf("op %d returned but takes no effect", i)
		}
	}
	return nil
}
