package kafka_test

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/kafka"
)

// Two messages are acknowledged. A consumer gets the second one, and never the first.
func ExampleCheck() {
	b := history.NewBuilder(nil)
	add := func(typ history.Type, process int64, f, value string) {
		b.Append(history.Entry{Type: typ, Process: process, F: f, Value: edn.Raw(value)})
	}
	add(history.Invoke, 0, "send", "[[:send 0 :a] [:send 0 :b]]")
	add(history.OK, 0, "send", "[[:send 0 [0 :a]] [:send 0 [1 :b]]]")
	add(history.Invoke, 1, "assign", "[0]")
	add(history.OK, 1, "assign", "[0]")
	add(history.Invoke, 1, "poll", "[[:poll]]")
	add(history.OK, 1, "poll", "[[:poll {0 [[1 :b]]}]]")
	h, err := b.History() // returns the first error of any Append
	if err != nil {
		panic(err)
	}
	res, err := kafka.Check(context.Background(), h, kafka.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println("valid:", res.Valid)
	for _, f := range res.Findings() {
		fmt.Printf("%s: %s (ops %v)\n", f.Type, f.Msg, f.Ops)
	}
	// Output:
	// valid: false
	// lost-write: key 0: message :a must be in the log at index 0, but no successful poll returned it, though polls reached index 1 (ops [1 5])
	// unseen: key 0: no successful poll returned 1 acknowledged message: :a (ops [1 5])
}
