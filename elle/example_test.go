package elle_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/graph/topo"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
)

// readSkew is a history made in Go: process 1 sees half of what process 0 did.
func readSkew() *history.History {
	b := history.NewBuilder(nil)
	b.Append(history.Entry{Type: history.Invoke, Process: 0, F: "txn", Value: edn.Raw("[[:append :x 1] [:append :y 1]]")})
	b.Append(history.Entry{Type: history.Invoke, Process: 1, F: "txn", Value: edn.Raw("[[:r :x nil] [:r :y nil]]")})
	b.Append(history.Entry{Type: history.OK, Process: 1, F: "txn", Value: []any{
		[]any{edn.Kw("r"), edn.Kw("x"), []int{1}},
		[]any{edn.Kw("r"), edn.Kw("y"), []int{}},
	}})
	b.Append(history.Entry{Type: history.OK, Process: 0, F: "txn", Value: edn.Raw("[[:append :x 1] [:append :y 1]]")})
	h, err := b.History() // returns the first error of any Append
	if err != nil {
		panic(err)
	}
	return h
}

func ExampleCheck() {
	res, err := elle.Check(context.Background(), readSkew(), elle.Options{Models: []string{"snapshot-isolation"}})
	if err != nil {
		panic(err)
	}
	fmt.Println("valid:", res.Valid)
	fmt.Println("not:", res.Not)
	for _, a := range res.Anomalies {
		fmt.Println(a.Type, a.Count)
		for _, s := range a.Cases[0].Steps {
			fmt.Printf("  op %d < op %d by %s on %s\n", s.From, s.To, s.Rel, s.Key)
		}
	}
	// Output:
	// valid: false
	// not: [consistent-view repeatable-read]
	// G-single-item 1
	//   op 2 < op 3 by rw on :y
	//   op 3 < op 2 by wr on :x
}

func ExampleGraph() {
	g, err := elle.Graph(context.Background(), readSkew(), elle.Options{})
	if err != nil {
		panic(err)
	}
	for _, component := range topo.TarjanSCC(g) {
		fmt.Println(len(component), "transactions depend on each other")
	}
	fmt.Println(g.Op(0), g.Op(1), g.Relations(0, 1), g.Relations(1, 0))
	// Output:
	// 2 transactions depend on each other
	// 2 3 [rw] [wr]
}
