package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// Mutex decides a history of Acquire and Release ops on a lock that is free at first
// and that any process may release.
func Mutex(ops []Op) Answer { return Semaphore(ops, 1) }

// Semaphore decides a history of Acquire and Release ops on a lock that so many
// can hold at a time, at least 1. Each takes or gives back one permit, and anyone
// may give back what is held.
//
// Ops of one kind are alike, so what matters is only when each takes effect. None
// does before it has to: at its Ret, or when another at its Ret cannot otherwise.
// Then, of those of the other kind, the one that returns first is as good as any.
func Semaphore(ops []Op, permits int32) Answer {
	return inOrder(ops, func(ops []Op) Answer { return semaphore(ops, permits) })
}

func semaphore(ops []Op, permits int32) Answer {
	for i := range ops {
		if f := ops[i].F; f != Acquire && f != Release {
			return undecided()
		}
	}
	order := huge.Make[int32](len(ops))
	done := make([]bool, len(ops))
	var wait [2]waiting // Acquire, Release
	held := int32(0)
	// effect lets the op of a kind that returns first take effect.
	effect := func(f F) bool {
		i := wait[f-Acquire].pop()
		if i == none {
			return false
		}
		done[i] = true
		order = append(order, i)
		if f == Acquire {
			held++
		} else {
			held--
		}
		return true
	}
	invoke := func(i int32) { wait[ops[i].F-Acquire].push(ops[i].Ret, i) }
	ok := sweep(ops, invoke, func(i int32) bool {
		f := ops[i].F
		switch {
		case done[i]:
			return true
		case f == Acquire && held == permits && !effect(Release), f == Release && held == 0 && !effect(Acquire):
			return false
		}
		return effect(f) // of its kind it returns first
	})
	if !ok {
		return illegal() // a matter of how many there are, so no few ops show it
	}
	return linearizable(order)
}
