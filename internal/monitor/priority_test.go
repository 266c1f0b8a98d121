package monitor

import (
	"slices"
	"testing"
)

// TestPriorityQueue: what goes in is kept sorted, so that the first goes out.
func TestPriorityQueue(t *testing.T) {
	r := container(Insert, DeleteMin, true, PriorityQueue)
	step, fill := r.step, r.fill
	arranged := func(s string) string {
		b := []byte(s)
		slices.Sort(b)
		return string(b)
	}
	r.step = func(s string, op Op) (string, bool) {
		s, ok := step(s, op)
		return arranged(s), ok
	}
	r.fill = func(s string, op Op) (Op, string) {
		op, s = fill(s, op)
		return op, arranged(s)
	}
	r.must = func(ops []Op) bool {
		for i, op := range ops {
			if op.F == DeleteMin && op.pending() {
				return false
			}
			for _, other := range ops[:i] {
				if op.F == Insert && other.F == Insert && op.A == other.A {
					return false
				}
			}
		}
		return true
	}
	testRung(t, r)
}
