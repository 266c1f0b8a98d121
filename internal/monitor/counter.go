package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// Counter decides a history of Inc and ReadCount ops on a counter that is 0 at
// first.
//
// It decides if all Inc ops add 1. Otherwise, where it is NP-hard to decide, it
// does only if some read returned less or more than any order allows: not in
// between what ops that returned before it began added, and what those that began
// before it returned did. (For what was taken away, it is the other way around.)
// This is the rule of Jepsen's counter checker, except that it also allows for
// Inc ops that take away.
//
// Unit increments are alike, so what matters is only how many have taken effect.
// None does before it has to: at its Ret, or when a read that returns has seen
// it; then the first to return is as good as any. A read must have seen those
// that had to have taken effect by its Inv.
func Counter(ops []Op) Answer { return inOrder(ops, counter) }

func counter(ops []Op) Answer {
	units := true
	for i := range ops {
		switch ops[i].F {
		case Inc:
			units = units && ops[i].A == 1
		case ReadCount:
		default:
			return undecided()
		}
	}
	if units {
		return unitCounter(ops)
	}
	return boundedCounter(ops)
}

func unitCounter(ops []Op) Answer {
	incs := huge.Make[int32](len(ops)) // in the order of effect
	done := make([]bool, len(ops))     // of an Inc
	least := column(len(ops), 0)       // of a read: what it must have seen
	var wait waiting
	effect := func() bool {
		i := wait.pop()
		if i == none {
			return false
		}
		done[i] = true
		incs = append(incs, i)
		return true
	}
	invoke := func(i int32) {
		if ops[i].F == Inc {
			wait.push(ops[i].Ret, i)
		} else {
			least[i] = int32(len(incs))
		}
	}
	ok := sweep(ops, invoke, func(i int32) bool {
		op := &ops[i]
		if op.F == Inc {
			return done[i] || effect() // of all that wait, i returns first
		}
		for len(incs) < int(op.A) {
			if !effect() {
				return false
			}
		}
		return op.A >= least[i]
	})
	if !ok {
		return illegal() // a matter of how many there are, so no few ops show it
	}
	return linearizable(withReads(ops, incs))
}

// withReads puts each read behind the increments that it saw.
func withReads(ops []Op, incs []int32) []int32 {
	start := column(len(incs)+2, 0) // of the reads that saw so many increments
	reads := 0
	for i := range ops {
		if op := &ops[i]; op.F == ReadCount && !op.pending() {
			start[op.A+1]++
			reads++
		}
	}
	order := column(len(incs)+reads, 0)
	for k := range incs {
		start[k+1] += start[k]
		order[int(start[k+1])+k] = incs[k]
	}
	for i := range ops {
		if op := &ops[i]; op.F == ReadCount && !op.pending() {
			order[start[op.A]+op.A] = int32(i)
			start[op.A]++
		}
	}
	return order
}

func boundedCounter(ops []Op) Answer {
	least := make([]int64, len(ops)) // of a read
	var taken, given [2]int64        // by Inc ops that began, and that returned
	sum := func(op *Op, n int) {
		if op.A < 0 {
			taken[n] += int64(op.A)
		} else {
			given[n] += int64(op.A)
		}
	}
	const began, returned = 0, 1
	taking := make([]int64, len(ops))
	invoke := func(i int32) {
		if op := &ops[i]; op.F == Inc {
			sum(op, began)
			return
		}
		least[i], taking[i] = given[returned], taken[returned]
	}
	ok := sweep(ops, invoke, func(i int32) bool {
		op := &ops[i]
		if op.F == Inc {
			sum(op, returned)
			return true
		}
		return least[i]+taken[began] <= int64(op.A) && int64(op.A) <= taking[i]+given[began]
	})
	if ok {
		return undecided()
	}
	return illegal()
}
