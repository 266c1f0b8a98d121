package uniqueids_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/uniqueids"
)

func TestOracle(t *testing.T) {
	order := []string{"nil", "1", "2", "\"a\"", ":b", "[1 2]", "[1 3]"} // ascending
	rapid.Check(t, func(rt *rapid.T) {
		text := histtest.Random(rt, func() histtest.Call {
			return histtest.Call{F: "generate", In: "nil", Out: rapid.SampledFrom(order).Draw(rt, "id")}
		})
		h := histtest.Parse(t, text)
		r, err := uniqueids.Check(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		times, attempts, acked := map[string]int{}, 0, 0
		for i := range h.Len() {
			switch h.Type(i) {
			case history.Invoke:
				attempts++
			case history.OK:
				acked++
				times[h.Value(i).String()]++
			}
		}
		want, lo, hi := "", "nil", "nil"
		first := true
		for _, id := range order {
			if times[id] > 0 {
				if first {
					lo, first = id, false
				}
				hi = id
			}
			if times[id] > 1 {
				want += fmt.Sprint(id, "*", times[id], " ")
			}
		}
		got := ""
		for _, d := range r.Duplicated {
			got += fmt.Sprint(d.ID, "*", d.Times, " ")
		}
		if got != want || r.Attempted != attempts || r.Acknowledged != acked || r.Min.String() != lo || r.Max.String() != hi || (r.Valid.String() == "true") != (want == "") {
			rt.Fatalf("%s\n%s [%s %s], want %s [%s %s]", text, got, r.Min, r.Max, want, lo, hi)
		}
		if want != "" && len(r.Findings()[0].Ops) != 2 {
			rt.Fatalf("%s\nexpected two witnesses", text)
		}
	})
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :generate}
		{:process 0 :type :ok :f :generate :value 7}
		{:process 1 :type :invoke :f :generate}
		{:process 1 :type :ok :f :generate :value 7}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := uniqueids.Check(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Duplicated[0].ID, r.Duplicated[0].Times)
	// Output: false 7 2
}
