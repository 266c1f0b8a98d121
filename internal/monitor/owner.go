package monitor

import (
	"cmp"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// OwnerMutex decides a history of Acquire and Release ops on a lock that is free
// at first and that only its holder may release. It is not reentrant.
//
// It decides if the ops of each owner come one after the other, the last of
// which may be pending.
//
// Then each owner must acquire and release in turn. An Acquire and the Release
// after it are a cluster: no others may take effect in between. See zone. What is
// never released is never free again, so its last is at the end.
func OwnerMutex(ops []Op) Answer {
	return inOrder(ops, func(ops []Op) Answer { return arrangeHolds(ops, false) })
}

// ReentrantMutex is OwnerMutex for a lock that its holder may acquire again. It is
// free when it was released as often as it was acquired.
//
// A cluster begins with the Acquire of a free lock, and ends with the Release that
// frees it. What its owner does in between is in nobody's way.
func ReentrantMutex(ops []Op) Answer {
	return inOrder(ops, func(ops []Op) Answer { return arrangeHolds(ops, true) })
}

// holds are the times for which a lock was held.
type holds struct {
	acquire []int32 // op: the first of each
	release []int32 // by acquire: the op that ends it, or none
	next    []int32 // by op: the op of the same owner after it, while it holds the lock
}

// holdsOf finds who held the lock. The answer counts if done.
func holdsOf(ops []Op, reentrant bool) (h holds, a Answer, done bool) {
	top := int32(none)
	for i := range ops {
		if f := ops[i].F; f != Acquire && f != Release {
			return h, undecided(), true
		}
		top = max(top, ops[i].A)
	}
	until := column(int(top)+1, none) // by owner: the Ret of the latest op
	for i := range ops {
		op := &ops[i]
		if until[op.A] > op.Inv {
			return h, undecided(), true
		}
		until[op.A] = op.Ret
	}
	first := column(int(top)+1, none) // by owner: the Acquire since which it holds the lock
	last := column(int(top)+1, none)  // by owner: its latest op since
	depth := column(int(top)+1, 0)    // by owner: how often it has acquired it
	h = holds{huge.Make[int32](len(ops)), column(len(ops), none), column(len(ops), none)}
	for i := range ops {
		op, i := &ops[i], int32(i)
		since := first[op.A]
		switch {
		case op.F == Release && since != none:
			if depth[op.A]--; depth[op.A] == 0 {
				h.release[since] = i
				first[op.A] = none
			}
		case op.pending(): // without effect
			continue
		case op.F == Release || since != none && !reentrant:
			return h, illegal(since, i), true
		case since != none:
			depth[op.A]++
		default:
			first[op.A], depth[op.A] = i, 1
			h.acquire = append(h.acquire, i)
			last[op.A] = i
			continue
		}
		h.next[last[op.A]] = i
		last[op.A] = i
	}
	return h, Answer{}, false
}

// emit appends the ops of a hold.
func (h *holds) emit(order []int32, acquire int32) []int32 {
	for i := acquire; i != none; i = h.next[i] {
		order = append(order, i)
	}
	return order
}

func arrangeHolds(ops []Op, reentrant bool) Answer {
	h, a, done := holdsOf(ops, reentrant)
	if done {
		return a
	}
	zones := huge.Make[zone](len(ops))
	for _, a := range h.acquire {
		z := zone{ops[a].Ret, Never}
		if r := h.release[a]; r != none {
			z.last = ops[r].Inv
		}
		zones = append(zones, z)
	}
	keys, c, d := arrange(zones)
	if c != none {
		c, d = h.acquire[c], h.acquire[d]
		return illegal(c, h.release[c], d, h.release[d])
	}
	order := huge.Make[int32](len(ops))
	for _, k := range keys {
		order = h.emit(order, h.acquire[id(k)])
	}
	return linearizable(order)
}

// FencedMutex is OwnerMutex for a lock of which each Acquire returns a token: a
// number that is greater than all before. B is the number of the token in tokens,
// or None.
//
// It decides if, in addition, every acquire has a token. The tokens then show in which
// order it was.
func FencedMutex(ops []Op, tokens []int64) Answer {
	return inOrder(ops, func(ops []Op) Answer { return fencedMutex(ops, tokens) })
}

func fencedMutex(ops []Op, tokens []int64) Answer {
	h, a, done := holdsOf(ops, false)
	if done {
		return a
	}
	for _, a := range h.acquire {
		if ops[a].B == None {
			return undecided()
		}
	}
	token := func(a int32) int64 { return tokens[ops[a].B] }
	slices.SortStableFunc(h.acquire, func(a, b int32) int { return cmp.Compare(token(a), token(b)) })
	order := huge.Make[int32](len(ops))
	hold := column(len(ops), none) // by op: the Acquire of its hold
	for k, a := range h.acquire {
		if k > 0 {
			before := h.acquire[k-1]
			if token(before) == token(a) {
				return illegal(before, a, h.release[before], h.release[a])
			}
			if h.release[before] == none {
				return illegal(before, a, h.release[a])
			}
		}
		hold[a] = a
		if r := h.release[a]; r != none {
			hold[r] = a
		}
		order = h.emit(order, a)
	}
	if i, j := outOfOrder(ops, order); i != none {
		i, j = hold[i], hold[j]
		return illegal(i, h.release[i], j, h.release[j])
	}
	return linearizable(order)
}

// outOfOrder returns an op that returned before one that comes earlier in order
// began, and that one, or none if ops can take effect in this order.
func outOfOrder(ops []Op, order []int32) (i, earlier int32) {
	latest := int32(none) // the op that began last so far
	for _, i := range order {
		if latest != none && ops[i].Ret < ops[latest].Inv {
			return i, latest
		}
		if latest == none || ops[i].Inv > ops[latest].Inv {
			latest = i
		}
	}
	return none, none
}
