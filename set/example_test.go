package set_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/set"
)

func ExampleCheckFull() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :add :value 1}
		{:process 0 :type :ok :f :add :value 1}
		{:process 1 :type :invoke :f :read :value nil}
		{:process 1 :type :ok :f :read :value #{}}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := set.CheckFull(context.Background(), h, set.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Findings()[0].Msg)
	// Output: false 1 element was known, and then missing for good: 1
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :add :value 1}
		{:process 0 :type :info :f :add :value 1}
		{:process 1 :type :invoke :f :read :value nil}
		{:process 1 :type :ok :f :read :value [1]}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := set.Check(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Recovered)
	// Output: true [1]
}
