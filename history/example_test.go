package history_test

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/history"
)

func ExampleBuilder() {
	b := history.NewBuilder(nil)
	for _, e := range []history.Entry{
		{Type: history.Invoke, Process: 0, Time: 10, F: "write", Value: 3},
		{Type: history.Invoke, Process: 1, Time: 12, F: "read"},
		{Type: history.OK, Process: 0, Time: 15, F: "write", Value: 3},
		{Type: history.OK, Process: 1, Time: 17, F: "read", Value: 3},
	} {
		if err := b.Append(e); err != nil {
			fmt.Println(err)
			return
		}
	}
	h, err := b.History()
	if err != nil {
		fmt.Println(err)
		return
	}
	for op := range h.Ops() {
		fmt.Printf("%v: %s %v, pair %d\n", op, op.F, op.Value, h.Pair(op.Pos))
	}
	// Output:
	// op 0 (invoke by process 0): write 3, pair 2
	// op 1 (invoke by process 1): read nil, pair 3
	// op 2 (ok by process 0): write 3, pair 0
	// op 3 (ok by process 1): read 3, pair 1
}

// An op that no process can have done is an error.
func ExampleBuilder_discipline() {
	b := history.NewBuilder(nil)
	_ = b.Append(history.Entry{Type: history.Invoke, Process: 3, F: "read"})
	err := b.Append(history.Entry{Type: history.Invoke, Process: 3, F: "read"})
	fmt.Println(err)
	// Output:
	// history:2:1: process 3 invoked twice: expected a completion of its op 0 (line 1) before op 1
}
