package monitor

import (
	"cmp"
	"slices"
)

// choose lists what may be the next pair, that of the first Dequeue to return first.
func (q *twoLines) choose() {
	from := len(q.pairs)
	taken, empty := q.take.until(), q.empty.until()
	q.choosePuts(min(q.put.until(), taken, empty))
	q.chooseTakes(min(q.put.until(), taken, empty), min(taken, empty))
	for _, v := range q.values {
		q.best[v] = none
	}
	slices.SortStableFunc(q.pairs[from:], func(a, b pairing) int { return cmp.Compare(q.urgency(a), q.urgency(b)) })
}

// idle is how urgent a pending op is: later than any that returned soon.
const idle = 1 << 20

// urgency ranks the pairs to take first, the least first: whose ops return soon, in a
// sense that changes where the search does not get on.
func (q *twoLines) urgency(p pairing) int32 {
	put, take := int32(idle), int32(idle)
	if p.put >= 0 {
		put = min(idle, q.put.op(p.put).Ret-q.put.until())
	}
	if p.take >= 0 {
		take = min(idle, q.take.op(p.take).Ret-q.take.until())
	}
	switch q.jumps.count % 3 {
	case 0:
		return put + take
	case 1:
		return min(put, take)
	}
	return take
}

// choosePuts finds the Enqueue of each value that began by then and returns first.
func (q *twoLines) choosePuts(by int32) {
	q.values = q.values[:0]
	for p := q.put.first(); p != q.put.end() && q.put.op(p).Inv < by; p = q.put.next[p] {
		v := q.put.op(p).A
		if b := q.best[v]; b == none {
			q.values = append(q.values, v)
			q.best[v] = p
		} else if q.put.op(p).Ret < q.put.op(b).Ret {
			q.best[v] = p
		}
	}
}

// chooseTakes pairs them with Dequeue ops.
func (q *twoLines) chooseTakes(byPut, byTake int32) {
	safe := int32(Never)
	if q.empty.left > 0 {
		safe = q.put.until()
	}
	from := len(q.pairs)
	for p := q.take.first(); p != q.take.end() && q.take.op(p).Inv < byTake; p = q.take.next[p] {
		op := q.take.op(p)
		put := q.best[op.A]
		if at := q.seen[op.A]; at != none {
			old := &q.pairs[at]
			if op.Ret > q.take.op(old.take).Ret {
				continue
			}
			if op.Inv < safe {
				old.take = p
				continue
			}
			put = old.put
		} else if put == none {
			if put = q.lost(op.A, byPut); put == none {
				continue
			}
		}
		q.seen[op.A] = int32(len(q.pairs))
		q.pairs = append(q.pairs, pairing{put, p, op.A})
	}
	to := len(q.pairs)
	for _, p := range q.pairs[from:to] {
		q.seen[p.value] = none
	}
	if q.usedTake == len(q.lostTake) {
		return
	}
	inv := q.ops[q.lostTake[q.usedTake]].Inv
	if inv > byTake {
		return
	}
	for _, p := range q.pairs[from:to] {
		if t := q.take.op(p.take).Inv; t < max(inv, safe) {
			q.seen[p.value] = p.take
		}
	}
	for _, v := range q.values {
		if q.seen[v] == none {
			q.pairs = append(q.pairs, pairing{q.best[v], -2 - int32(q.usedTake), v})
		}
	}
	for _, p := range q.pairs[from:to] {
		q.seen[p.value] = none
	}
}

// lost returns the next pending Enqueue of a value if it began by then, as a pairing
// names it, or none.
func (q *twoLines) lost(v, by int32) int32 {
	if n := q.usedPut[v]; int(n) < len(q.lostPut[v]) && q.ops[q.lostPut[v][n]].Inv < by {
		return -2 - n
	}
	return none
}
