package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// Mutex decides a history of Acquire and Release ops on a lock that is free at
// first and that anyone may release, whoever holds it.
//
// Ops of one kind are alike, so what matters is only when each takes effect. None
// does before it has to: at its Ret, or when another at its Ret cannot otherwise.
// Then, of those of the other kind, the one that returns first is as good as any.
func Mutex(ops []Op) Answer { return inOrder(ops, mutex) }

func mutex(ops []Op) Answer {
	for i := range ops {
		if f := ops[i].F; f != Acquire && f != Release {
			return undecided()
		}
	}
	order := huge.Make[int32](len(ops))
	done := make([]bool, len(ops))
	var wait [2]waiting // Acquire, Release
	next := Acquire     // what is possible
	effect := func(i int32) {
		done[i] = true
		order = append(order, i)
		next = Acquire + Release - next
	}
	invoke := func(i int32) { wait[ops[i].F-Acquire].push(ops[i].Ret, i) }
	ok := sweep(ops, invoke, func(i int32) bool {
		if done[i] {
			return true
		}
		if ops[i].F != next {
			other := wait[next-Acquire].pop()
			if other == none {
				return false
			}
			effect(other)
		}
		// Of its kind it returns first.
		effect(wait[ops[i].F-Acquire].pop())
		return true
	})
	if !ok {
		return illegal() // a matter of how many there are, so no few ops show it
	}
	return linearizable(order)
}
