package monitor

import (
	"math/rand/v2"
	"testing"
)

// toEnd runs a search in turns of a few steps.
func toEnd(s Search) Answer {
	for limit := (Limit{Memory: 1 << 30}); ; limit.Steps += 7 {
		if a := s.Run(limit); a.Decided {
			return a
		}
	}
}

// repeated makes values come up several times.
func repeated(r *rungTest[string], values int) {
	draw := r.draw
	r.draw = func(rng *rand.Rand, i int) Op {
		op := draw(rng, i)
		if op.A > 0 {
			op.A = int32(rng.IntN(values))
		}
		return op
	}
}

// testValues tests a search on histories in which few values, and many, come up.
func testValues(t *testing.T, r rungTest[string]) {
	t.Helper()
	r.noConflict = true
	for _, values := range []int{1, 2, 3, 20} {
		r := r
		repeated(&r, values)
		if values == 2 {
			testRung(t, r)
			continue
		}
		t.Run("random", func(t *testing.T) { t.Parallel(); r.random(t) })
	}
}

// testJumps tests a search that goes back far, and finds what it gave up.
func testJumps(t *testing.T, r rungTest[string]) {
	t.Helper()
	r.noConflict = true
	repeated(&r, 3)
	r.random(t)
}

var early = jumps{back: 1, patience: 1}

func TestQueueOfValues(t *testing.T) {
	testValues(t, container(Enqueue, Dequeue, true, func(ops []Op) Answer { return toEnd(QueueOfValues(ops)) }))
}

func TestQueueOfValuesJumps(t *testing.T) {
	testJumps(t, container(Enqueue, Dequeue, true, func(ops []Op) Answer {
		s := QueueOfValues(ops)
		s.(*twoLines).jumps = early
		return toEnd(s)
	}))
}
