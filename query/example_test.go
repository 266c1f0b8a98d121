package query_test

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/query"
)

func ExampleFilter() {
	b := history.NewBuilder(nil)
	for _, key := range []int{7, 8} {
		e := history.Entry{Type: history.Invoke, Process: int64(key), F: "read", Value: []any{key, nil}}
		if err := b.Append(e); err != nil {
			panic(err)
		}
	}
	h, err := b.History()
	if err != nil {
		panic(err)
	}
	f := query.Filter{Keys: []edn.Value{edn.MustParse("8")}}
	fmt.Println(f.Ops(context.Background(), h))
	// Output: [1] <nil>
}

// Which transactions read what was appended, and how many did so by process?
func ExampleCompile() {
	b := history.NewBuilder(nil)
	for _, e := range []history.Entry{
		{Type: history.Invoke, Process: 0, F: "txn", Value: edn.Raw("[[:append 5 77]]")},
		{Type: history.OK, Process: 0, F: "txn", Value: edn.Raw("[[:append 5 77]]")},
		{Type: history.Invoke, Process: 1, F: "txn", Value: edn.Raw("[[:r 5 nil]]")},
		{Type: history.OK, Process: 1, F: "txn", Value: edn.Raw("[[:r 5 [76 77]]]")},
	} {
		if err := b.Append(e); err != nil {
			panic(err)
		}
	}
	h, err := b.History()
	if err != nil {
		panic(err)
	}
	where, err := query.Compile(`ok && any(mops, .f == "r" && .key == 5 && 77 in .value)`)
	if err != nil {
		panic(err)
	}
	ops, err := (&query.Filter{Where: where}).Ops(context.Background(), h)
	fmt.Println(ops, err)

	columns, err := query.CompileColumns("process, type")
	if err != nil {
		panic(err)
	}
	groups, err := columns.Count(context.Background(), h, ops)
	fmt.Println(groups[0].Values, groups[0].Count, err)

	_, err = query.Compile(`typ == "ok"`)
	fmt.Println(err)
	// Output:
	// [3] <nil>
	// [1 "ok"] 1 <nil>
	// column 1: unknown name typ; did you mean type?
	//   typ == "ok"
	//   ^
}
