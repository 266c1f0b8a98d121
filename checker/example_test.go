package checker_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/format"
)

func ExampleRun() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :add :value 2}
		{:process 0 :type :ok :f :add :value 2}
		{:process 1 :type :invoke :f :read :value nil}
		{:process 1 :type :ok :f :read :value 1}`), format.Options{})
	if err != nil {
		panic(err)
	}
	g, err := checker.Run(context.Background(), h, checker.Fitting(h), checker.Options{})
	if err != nil {
		panic(err)
	}
	for _, m := range g.Members {
		fmt.Println(m.Name, m.Result.Verdict())
	}
	fmt.Println(g.Verdict())
	// Output:
	// stats true
	// unhandled-exceptions true
	// counter false
	// false
}
