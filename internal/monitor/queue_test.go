package monitor

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// container returns tests of what elements go into and out of; first says whether
// the first of them goes out, or the last.
func container(put, take F, first bool, run func([]Op) Answer) rungTest[string] {
	// out returns the state without what goes out.
	out := func(s string) (byte, string) {
		if first {
			return s[0], s[1:]
		}
		return s[len(s)-1], s[:len(s)-1]
	}
	return rungTest[string]{
		kinds: []Op{{F: put, A: 0}, {F: put, A: 1}, {F: put, A: 2}, {F: take, A: 0}, {F: take, A: 1}, {F: take, A: 2}, {F: take, A: None}},
		step: func(s string, op Op) (string, bool) {
			switch {
			case op.F == put:
				return s + string(rune('a'+op.A)), true
			case s == "":
				return s, op.pending() || op.A == None
			case op.pending():
				_, s = out(s)
				return s, true
			}
			c, s := out(s)
			return s, op.A == int32(c-'a')
		},
		run: run,
		draw: func(rng *rand.Rand, i int) Op {
			if rng.IntN(2) == 0 {
				return Op{F: put, A: int32(i)}
			}
			return Op{F: take, A: None}
		},
		fill: func(s string, op Op) (Op, string) {
			switch {
			case op.F == put:
				return op, s + string(rune('a'+op.A))
			case s == "":
				op.A = None
				return op, s
			}
			c, s := out(s)
			op.A = int32(c - 'a')
			return op, s
		},
		// All pending ops do not help.
		project: func(all, some []Op) []Op {
			for _, op := range all {
				if op.F == take && op.pending() && !slices.Contains(some, op) {
					some = append(some, op)
				}
			}
			return some
		},
		// What put an element in, and what took it out, if anything did.
		needs: func(some []Op, op, other Op) bool {
			pending := func(op Op) bool { return op.pending() && op.F == take }
			return op.A == other.A && op.F != other.F && !pending(op) && !pending(other) &&
				!slices.ContainsFunc(some, func(op Op) bool { return op.A == other.A && op.F == other.F && !pending(op) })
		},
	}
}

// distinctPuts reports whether no value is put in twice.
func distinctPuts(ops []Op) bool {
	var s strings.Builder
	for _, op := range ops {
		if op.F == Enqueue || op.F == Push {
			if c := string(rune('a' + op.A)); strings.Contains(s.String(), c) {
				return false
			} else {
				s.WriteString(c)
			}
		}
	}
	return true
}

// pendingPop reports whether a Pop is pending.
func pendingPop(ops []Op) bool {
	return slices.ContainsFunc(ops, func(op Op) bool { return op.F == Pop && op.pending() })
}

func TestQueue(t *testing.T) {
	r := container(Enqueue, Dequeue, true, Queue)
	r.must = distinctPuts
	testRung(t, r)
}

// Without results that say empty, every history is decided.
func TestQueueNonEmpty(t *testing.T) {
	r := container(Enqueue, Dequeue, true, Queue)
	r.kinds = r.kinds[:6]
	r.must = distinctPuts
	fill := r.fill
	r.fill = func(s string, op Op) (Op, string) {
		if op.F == Dequeue && s == "" {
			op.A = 20 // a value that nobody puts in
			return op, s
		}
		return fill(s, op)
	}
	r.draw = func(rng *rand.Rand, i int) Op {
		if rng.IntN(5) < 3 {
			return Op{F: Enqueue, A: int32(i)}
		}
		return Op{F: Dequeue, A: 20}
	}
	testRung(t, r)
}

// Of two elements that cannot stay, the one that went in last has to go first, and
// each has a pending Dequeue for it.
func TestQueueDeadlines(t *testing.T) {
	ops := []Op{
		{Inv: 0, Ret: 6, F: Enqueue, A: 0},
		{Inv: 1, Ret: 2, F: Enqueue, A: 1},
		{Inv: 3, Ret: 5, F: Enqueue, A: 2},
		{Inv: 7, Ret: 8, F: Enqueue, A: 3},
		{Inv: 9, Ret: Never, F: Dequeue},
		{Inv: 10, Ret: 11, F: Dequeue, A: 2},
		{Inv: 12, Ret: Never, F: Dequeue},
		{Inv: 13, Ret: 14, F: Dequeue, A: 3},
	}
	r := container(Enqueue, Dequeue, true, Queue)
	var c tally
	r.check(t, ops, &c)
	if c.linearizable != 1 {
		t.Error(c)
	}
	ops[6].Inv, ops[7].Ret = ops[7].Ret, ops[6].Inv // too late
	r.check(t, ops, &c)
	if c.illegal != 1 {
		t.Error(c)
	}
}
