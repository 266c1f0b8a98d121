package monitor

import "testing"

func TestStackOfValues(t *testing.T) {
	testValues(t, container(Push, Pop, false, func(ops []Op) Answer { return toEnd(StackOfValues(ops)) }))
}

func TestStackOfValuesJumps(t *testing.T) {
	testJumps(t, container(Push, Pop, false, func(ops []Op) Answer {
		s := StackOfValues(ops)
		s.(*sharedStack).jumps = early
		return toEnd(s)
	}))
}
