package monitor

import (
	"slices"
)

// QueueOfValues decides what Queue does, of values that are put in more than once,
// by a search.
//
// # Two lines
//
// In a run of a queue the kth Enqueue puts in what the kth Dequeue takes. So the
// search does not go through time, but takes the kth of both, for k = 1, 2, ...: it
// need not remember what is in the queue, nor guess an order of Enqueue ops long
// before a Dequeue tells.
//
// Say the Enqueue ops have an order e1, e2, ..., the Dequeue ops d1, d2, ..., and
// nobody found the queue empty. There is a linearization with these orders iff
//
//   - neither order contradicts time: none returns before one began that it follows;
//   - dk returns what ek puts in;
//   - no dj returns before el begins, where l <= k <= j for some k: el must come before
//     ek, that before dk, and that before dj.
//
// For if the two orders, the pairs (ek, dk) and time had a cycle, there were one
// that leaves each line once: of the ways back, from a Dequeue to an Enqueue, take one
// that leaves the Dequeue line last; the next way forth leads to it or before it. If
// that way forth is a pair, the third condition is broken. If it is time, then el <=
// ei, ei returns before dj begins, dj <= dm, dm returns before el begins: so ei
// returns before el begins, or dm before dj does, against the first condition.
//
// So each ek may be any that began before what is left of Enqueue ops returns, and of
// Dequeue ops, dk itself too; and dk any that began before what is left of Dequeue ops
// returns. All these are the bounds of line.until.
//
// What remains in the end follows in the order of its returns. A pending Enqueue that
// nobody takes has no effect, nor has a pending Dequeue that is not needed; those that
// are pair up with an op that returned.
//
// # Empty queues
//
// An op that found the queue empty stands between two pairs: all that was taken is
// before it, all that is left behind it, in both lines. Time must allow that, for each
// two ops on both sides; then the lines before and behind are for themselves. If it
// can stand there, it does: what follows is not bound by it any more, and in any order
// that has it later it can be moved here. If one is left that returned before
// something that was taken began, the search goes back.
//
// # What need not be looked at
//
// Of Enqueue ops with one value that could be next, the first to return is: in an order
// that has another here and this one later, exchange them. What was in between may
// follow both, since it did not begin after the return of either. Pending ones return
// last, and of these the one that began first is as good as any.
//
// The same is true of Dequeue ops, if nobody finds the queue empty in between. Else the
// one that moves forward has to have begun before all Enqueue ops that come behind the
// empty queue return. It surely has if it began before what is left of them returns;
// if not, both are looked at.
//
// The Search is nil if ops are not those of a queue.
func QueueOfValues(ops []Op) Search {
	byInv, were := arranged(ops)
	q, ok := newTwoLines(byInv)
	if !ok {
		return nil
	}
	q.were = were
	return q
}

// twoLines is the search of QueueOfValues.
type twoLines struct {
	ops   []Op
	were  []int32
	steps int64
	deep  int
	alive bool // the last frame may lead on
	jumps jumps

	put, take, empty *line
	lostPut          [][]int32 // by value: pending Enqueue ops, by Inv
	usedPut          []int32   // by value: how many of them were used
	usedValues       []int32   // the value of each that was used, in turn
	lostTake         []int32   // pending Dequeue ops, by Inv
	usedTake         int

	hash   uint64 // of what returned and was taken
	text   []int32
	frames []twoFrame
	pairs  []pairing // of all frames
	path   []pairing // that were taken
	zs     []int32   // places of empties that were taken
	dead   dead

	best, seen, values []int32 // scratch, the first two by value
}

// A pairing is an Enqueue and the Dequeue that takes its value: a place, or -1 less
// the number of a pending op.
type pairing struct{ put, take, value int32 }

type twoFrame struct {
	from, next, end  int32 // of pairs: the first, the one to try next
	lost             bool  // some that were tried were given up before they came to an end
	zs               int32 // how many empties were taken before
	put, take, empty lineMark
}

func newTwoLines(ops []Op) (q *twoLines, ok bool) {
	q = &twoLines{ops: ops, jumps: newJumps()}
	top := int32(none)
	var puts, takes, empties []int32
	for i := range ops {
		switch op := &ops[i]; {
		case op.F == Enqueue:
			top = max(top, op.A)
			if !op.pending() {
				puts = append(puts, int32(i))
			}
		case op.F != Dequeue:
			return nil, false
		case op.pending():
			q.lostTake = append(q.lostTake, int32(i))
		case op.A == None:
			empties = append(empties, int32(i))
		default:
			top = max(top, op.A)
			takes = append(takes, int32(i))
		}
	}
	q.lostPut = make([][]int32, top+1)
	for i := range ops {
		if op := &ops[i]; op.F == Enqueue && op.pending() {
			q.lostPut[op.A] = append(q.lostPut[op.A], int32(i))
		}
	}
	q.usedPut = make([]int32, top+1)
	q.best, q.seen = column(int(top)+1, none), column(int(top)+1, none)
	q.put, q.take, q.empty = newLine(ops, puts), newLine(ops, takes), newLine(ops, empties)
	return q, true
}

func (q *twoLines) Steps() int64 { return q.steps }

func (q *twoLines) Deep() int { return q.deep }

func (q *twoLines) Run(limit Limit) Answer {
	if len(q.frames) == 0 && q.steps == 0 {
		q.alive = q.enter()
	}
	for len(q.frames) > 0 {
		if q.alive && q.take.left == 0 && q.empty.left == 0 {
			return named(linearizable(q.order()), q.were)
		}
		if limit.over(q.steps, q.dead.bytes()) {
			return undecided()
		}
		q.steps++
		if n := q.jumps.due(len(q.path)); n > 0 {
			for ; n > 0 && len(q.frames) > 1; n-- {
				q.back()
			}
			q.frames[len(q.frames)-1].lost = true
		}
		f := &q.frames[len(q.frames)-1]
		if q.alive && f.next < f.end {
			p := q.pairs[f.next]
			f.next++
			q.move(p)
			q.alive = q.enter()
			continue
		}
		if q.alive && f.lost {
			f.lost, f.next = false, f.from
			continue
		}
		if q.alive {
			q.text = q.describe(q.text[:0])
			q.dead.add(q.hash, q.text)
		}
		q.back()
	}
	return illegal()
}

// enter makes a frame of where the search stands, and reports whether that may lead
// on.
func (q *twoLines) enter() bool {
	f := twoFrame{zs: int32(len(q.zs)), put: q.put.mark(), take: q.take.mark(), empty: q.empty.mark(), next: int32(len(q.pairs)), from: int32(len(q.pairs))}
	q.stand()
	// Marks of the lines that took something are those before it: see move.
	q.frames = append(q.frames, f)
	q.deep = max(q.deep, 2*len(q.path)+len(q.zs))
	ok := q.empty.until() >= max(q.put.latest, q.take.latest) &&
		!q.isDead()
	if ok {
		q.choose()
	}
	q.frames[len(q.frames)-1].end = int32(len(q.pairs))
	return ok
}

// stand lets ops that found the queue empty take effect here, if they can.
func (q *twoLines) stand() {
	for z := q.empty.first(); z != q.empty.end(); {
		op := q.empty.op(z)
		after := q.empty.next[z]
		before := min(q.put.until(), q.take.until(), q.empty.until())
		if op.Inv > before {
			return
		}
		if late := max(q.put.latest, q.take.latest); late < before && late < op.Ret {
			q.empty.take(z)
			q.zs = append(q.zs, z)
			q.hash += scatter(uint64(q.empty.all[z]))
		}
		z = after
	}
}

func (q *twoLines) move(p pairing) {
	q.path = append(q.path, p)
	if p.put >= 0 {
		q.put.take(p.put)
		q.hash += scatter(uint64(q.putOp(p)))
	} else {
		q.usedPut[p.value]++
		q.usedValues = append(q.usedValues, p.value)
		q.put.latest = max(q.put.latest, q.ops[q.putOp(p)].Inv)
	}
	if p.take >= 0 {
		q.take.take(p.take)
		q.hash += scatter(uint64(q.takeOp(p)))
	} else {
		q.usedTake++
		q.take.latest = max(q.take.latest, q.ops[q.takeOp(p)].Inv)
	}
}

// back leaves the last frame for the one before.
func (q *twoLines) back() {
	f := &q.frames[len(q.frames)-1]
	for len(q.zs) > int(f.zs) {
		z := q.zs[len(q.zs)-1]
		q.zs = q.zs[:len(q.zs)-1]
		q.empty.giveBack(z, f.empty)
		q.hash -= scatter(uint64(q.empty.all[z]))
	}
	q.frames = q.frames[:len(q.frames)-1]
	if q.alive = true; len(q.frames) == 0 {
		return
	}
	f = &q.frames[len(q.frames)-1]
	q.pairs = q.pairs[:f.end]
	p := q.path[len(q.path)-1]
	q.path = q.path[:len(q.path)-1]
	if p.put >= 0 {
		q.put.giveBack(p.put, f.put)
		q.hash -= scatter(uint64(q.putOp(p)))
	} else {
		q.usedPut[p.value]--
		q.usedValues = q.usedValues[:len(q.usedValues)-1]
	}
	if p.take >= 0 {
		q.take.giveBack(p.take, f.take)
		q.hash -= scatter(uint64(q.takeOp(p)))
	} else {
		q.usedTake--
	}
	q.put.reset(f.put)
	q.take.reset(f.take)
}

func (q *twoLines) putOp(p pairing) int32 {
	if p.put >= 0 {
		return q.put.all[p.put]
	}
	return q.lostPut[p.value][-2-p.put]
}

func (q *twoLines) takeOp(p pairing) int32 {
	if p.take >= 0 {
		return q.take.all[p.take]
	}
	return q.lostTake[-2-p.take]
}

// describe says where the search is: what returned and was taken, and where in the text
// that ends, and what is pending and was used.
func (q *twoLines) describe(text []int32) []int32 {
	text = append(text, 0)
	text = q.empty.describe(q.take.describe(q.put.describe(text)))
	text[0] = int32(len(text))
	text = append(text, int32(q.usedTake))
	at := len(text)
	text = append(text, q.usedValues...)
	slices.Sort(text[at:])
	return text
}

// isDead reports whether the search came back from where it stands, or from where it
// had used no more of what is pending: that could do all that it can here.
func (q *twoLines) isDead() bool {
	var here []int32
	return q.dead.has(q.hash, func(text []int32) bool {
		if here == nil {
			q.text = q.describe(q.text[:0])
			here = q.text
		}
		n := here[0]
		return n == text[0] && slices.Equal(text[:n], here[:n]) && text[n] <= here[n] && within(text[n+1:], here[n+1:])
	})
}

// within reports whether one ascending list has of each number as many as another at
// most.
func within(few, many []int32) bool {
	for _, x := range few {
		for len(many) > 0 && many[0] < x {
			many = many[1:]
		}
		if len(many) == 0 || many[0] != x {
			return false
		}
		many = many[1:]
	}
	return true
}

// order merges the lines, by what bounds the next of each.
func (q *twoLines) order() []int32 {
	var puts, takes []int32
	for _, p := range q.path {
		puts, takes = append(puts, q.putOp(p)), append(takes, q.takeOp(p))
	}
	for _, p := range q.put.byRet {
		if !q.put.taken[p] {
			puts = append(puts, q.put.all[p])
		}
	}
	until := q.untils(puts)
	var order []int32
	i, j := 0, 0
	advance := func(toPut, toTake int) {
		for i < toPut || j < toTake {
			if j < min(i, toTake) && q.ops[takes[j]].Inv < until[i] {
				order = append(order, takes[j])
				j++
			} else {
				order = append(order, puts[i])
				i++
			}
		}
	}
	for k, f := range q.frames {
		zs := len(q.zs)
		if k+1 < len(q.frames) {
			zs = int(q.frames[k+1].zs)
		}
		if int(f.zs) < zs {
			advance(k, k)
		}
		for _, z := range q.zs[f.zs:zs] {
			order = append(order, q.empty.all[z])
		}
	}
	advance(len(puts), len(takes))
	return order
}

// untils is the first return from each place of a list on.
func (q *twoLines) untils(list []int32) []int32 {
	u := column(len(list)+1, Never)
	for i := len(list) - 1; i >= 0; i-- {
		u[i] = min(u[i+1], q.ops[list[i]].Ret)
	}
	return u
}
