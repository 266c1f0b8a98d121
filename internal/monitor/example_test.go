package monitor_test

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/internal/monitor"
)

// A read that began after the write of 1 had returned finds what was there before.
func ExampleRegister() {
	ops := []monitor.Op{
		{Inv: 0, Ret: 2, F: monitor.Write, A: 1},
		{Inv: 1, Ret: 3, F: monitor.Read, A: 1},
		{Inv: 4, Ret: 5, F: monitor.Read, A: 0},
	}
	a := monitor.Register(ops, 0)
	fmt.Println(a.Decided, a.Linearizable, a.Conflict)
	a = monitor.Register(ops[:2], 0)
	fmt.Println(a.Decided, a.Linearizable, a.Order)
	// Output:
	// true false [0 2]
	// true true [0 1]
}

// The first of two elements never goes out, unless by a Dequeue that did not
// return.
func ExampleQueue() {
	ops := []monitor.Op{
		{Inv: 0, Ret: 1, F: monitor.Enqueue, A: 0},
		{Inv: 2, Ret: 3, F: monitor.Enqueue, A: 1},
		{Inv: 4, Ret: monitor.Never, F: monitor.Dequeue},
		{Inv: 5, Ret: 6, F: monitor.Dequeue, A: 1},
	}
	a := monitor.Queue(ops)
	fmt.Println(a.Linearizable, a.Order)
	ops[2] = ops[3]
	a = monitor.Queue(ops[:3])
	fmt.Println(a.Linearizable, a.Conflict)
	// Output:
	// true [0 1 2 3]
	// false [0 1 2]
}
