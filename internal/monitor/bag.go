package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// Bag decides a history of Enqueue and Dequeue ops on a bag, or unordered queue,
// that is empty at first. Values need not be distinct.
//
// It decides if no op found the bag empty. A pending Dequeue may as well have no
// effect.
//
// What goes in should do so as early as possible, at its Inv, and what goes out
// as late as possible, at its Ret. The history is linearizable if in that order
// no value goes out that is not in.
func Bag(ops []Op) Answer { return inOrder(ops, bag) }

func bag(ops []Op) Answer {
	top := int32(none)
	for i := range ops {
		switch op := &ops[i]; {
		case op.F == Dequeue && op.pending():
		case op.F != Enqueue && op.F != Dequeue || op.A == None:
			return undecided()
		default:
			top = max(top, op.A)
		}
	}
	order := huge.Make[int32](len(ops))
	inside := column(int(top)+1, 0) // by value
	missing := int32(none)          // the op whose value is not there
	enqueue := func(i int32) {
		if op := &ops[i]; op.F == Enqueue {
			inside[op.A]++
			order = append(order, i)
		}
	}
	dequeue := func(i int32) bool {
		op := &ops[i]
		if op.F != Dequeue {
			return true
		}
		order = append(order, i)
		if inside[op.A]--; inside[op.A] < 0 {
			missing = i
			return false
		}
		return true
	}
	if !sweep(ops, enqueue, dequeue) {
		return illegal(surplus(ops, ops[missing].A, ops[missing].Ret)...)
	}
	return linearizable(order)
}

// surplus returns the ops that put value v in before a position, and those that
// took it out.
func surplus(ops []Op, v, before int32) []int32 {
	var s []int32
	for i := range ops {
		op := &ops[i]
		if op.A == v && (op.F == Enqueue && op.Inv < before || op.F == Dequeue && op.Ret <= before) {
			s = append(s, int32(i))
		}
	}
	return s
}
