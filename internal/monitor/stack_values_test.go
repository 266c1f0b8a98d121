package monitor

import "testing"

func TestStackOfValues(t *testing.T) {
	for _, values := range []int{1, 2, 3, 20} {
		r := container(Push, Pop, false, func(ops []Op) Answer { return toEnd(StackOfValues(ops)) })
		r.noConflict = true
		repeated(&r, values)
		if values == 2 {
			testRung(t, r)
			continue
		}
		t.Run("random", func(t *testing.T) { t.Parallel(); r.random(t) })
	}
}

// The search goes back far, and finds what it left aside.
func TestStackOfValuesJumps(t *testing.T) {
	r := container(Push, Pop, false, func(ops []Op) Answer {
		s := StackOfValues(ops)
		s.(*sharedStack).jumps = jumps{back: 1, patience: 1}
		return toEnd(s)
	})
	r.noConflict = true
	repeated(&r, 3)
	r.random(t)
}
