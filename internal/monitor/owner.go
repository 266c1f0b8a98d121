package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// OwnerMutex decides a history of Acquire and Release ops on a lock that is free
// at first and that only its holder may release. It is not reentrant.
//
// It decides if the ops of each owner come one after the other, the last of
// which may be pending.
//
// Then each owner must acquire and release in turn. An Acquire and the Release
// after it are a cluster: no others may take effect in between. See zone. What is
// never released is never free again, so its last is at the end.
func OwnerMutex(ops []Op) Answer { return inOrder(ops, ownerMutex) }

func ownerMutex(ops []Op) Answer {
	top := int32(none)
	for i := range ops {
		if f := ops[i].F; f != Acquire && f != Release {
			return undecided()
		}
		top = max(top, ops[i].A)
	}
	until := column(int(top)+1, none) // by owner: the Ret of the latest op
	for i := range ops {
		op := &ops[i]
		if until[op.A] > op.Inv {
			return undecided()
		}
		until[op.A] = op.Ret
	}
	holds := column(int(top)+1, none) // by owner: the Acquire, if that was its latest op
	release := column(len(ops), none) // of an Acquire
	for i := range ops {
		op := &ops[i]
		since := holds[op.A]
		switch {
		case since != none && op.F == Release:
			release[since] = int32(i)
			holds[op.A] = none
		case op.pending(): // without effect
		case since != none || op.F == Release:
			return illegal(since, int32(i))
		default:
			holds[op.A] = int32(i)
		}
	}
	acquire := huge.Make[int32](len(ops)) // by zone
	zones := huge.Make[zone](len(ops))
	for i := range ops {
		if op := &ops[i]; op.F == Acquire && !op.pending() {
			z := zone{op.Ret, Never}
			if r := release[i]; r != none {
				z.last = ops[r].Inv
			}
			acquire = append(acquire, int32(i))
			zones = append(zones, z)
		}
	}
	keys, c, d := arrange(zones)
	if c != none {
		c, d = acquire[c], acquire[d]
		return illegal(c, release[c], d, release[d])
	}
	order := huge.Make[int32](len(ops))
	for _, k := range keys {
		a := acquire[id(k)]
		order = emit(append(order, a), release[a])
	}
	return linearizable(order)
}
