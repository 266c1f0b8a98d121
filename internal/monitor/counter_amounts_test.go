package monitor

import "testing"

func TestCounterOfAmounts(t *testing.T) {
	for _, back := range []int{8, 1} {
		testRung(t, counters(func(ops []Op) Answer {
			s := CounterOfAmounts(ops)
			s.(*amounts).jumps = jumps{back: back, patience: back}
			return toEnd(s)
		}, 1, 2, 3))
	}
}
