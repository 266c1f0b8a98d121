package jcheck_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// From a file to a verdict, with what was found told as prose.
func Example() {
	ctx := context.Background()
	h, err := format.ReadFile(ctx, "testdata/list-append/invalid/write-skew.edn", format.Options{})
	if err != nil {
		log.Fatal(err)
	}
	res, err := elle.Check(ctx, h, elle.Options{Models: []string{"snapshot-isolation"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("snapshot isolation:", res.Valid == verdict.Valid)

	res, err = elle.Check(ctx, h, elle.Options{Models: []string{"serializable"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("serializable:", res.Valid == verdict.Valid)
	fmt.Print(render.Prose("write-skew", "elle", res, render.ProseOptions{}))

	// Output:
	// snapshot isolation: true
	// serializable: false
	// write-skew: INVALID  the history violates serializable
	//   4 ops, 2 transactions (2 ok, 0 failed, 0 indeterminate), 2 keys
	//   not repeatable-read, hence not serializable, strong-serializable, strong-session-serializable
	//
	//   G2-item       1  write skew: transactions each missed what another wrote
	//
	// G2-item
	//   Let:
	//     T1 = [:r :x []] [:append :y 1]  process 0, ok, op 2, testdata/list-append/invalid/write-skew.edn:3
	//     T2 = [:r :y []] [:append :x 1]  process 1, ok, op 3, testdata/list-append/invalid/write-skew.edn:4
	//   Then:
	//     T1 < T2  rw  T1 saw key :x when it was still empty, before T2 appended 1
	//     T2 < T1  rw  T2 saw key :y when it was still empty, before T1 appended 1: a contradiction
}

// A test harness records ops as they happen, and checks them when it is done.
// Here a read that begins after an append was acknowledged does not see it.
func Example_recorded() {
	type mop = []any
	b := history.NewBuilder(nil)
	record := func(process int64, typ history.Type, txn ...mop) {
		err := b.Append(history.Entry{Process: process, Type: typ, F: "txn", Time: history.NoTime, Value: txn})
		if err != nil {
			log.Fatal(err)
		}
	}
	record(0, history.Invoke, mop{"append", "x", 1})
	record(0, history.OK, mop{"append", "x", 1})
	record(1, history.Invoke, mop{"r", "x", nil})
	record(1, history.OK, mop{"r", "x", []int{}})

	h, err := b.History()
	if err != nil {
		log.Fatal(err)
	}
	res, err := elle.Check(context.Background(), h, elle.Options{})
	if err != nil {
		log.Fatal(err)
	}
	switch res.Valid {
	case verdict.Valid:
		fmt.Println("no violation was found")
	case verdict.Invalid:
		fmt.Println("invalid:", res.Types())
	default:
		fmt.Println("could not tell:", res.Reason)
	}
	// Output:
	// invalid: [G-single-item-realtime]
}
