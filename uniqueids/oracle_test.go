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
	"github.com/seed-c33ae711/jcheck/render"
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
		valid := "true"
		switch {
		case want != "":
			valid = "false"
		case acked == 0:
			valid = "unknown"
		}
		if got != want || r.Attempted != attempts || r.Acknowledged != acked || r.Min.String() != lo || r.Max.String() != hi || r.Valid.String() != valid {
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

func TestCases(t *testing.T) {
	ids := func(list ...string) (text string) {
		for _, id := range list {
			text += "i 0 generate\no 0 generate " + id + "\n"
		}
		return text
	}
	for _, c := range []struct{ name, history, want string }{
		{"nothing", "n nemesis start", ":valid? :unknown, :attempted-count 0, :acknowledged-count 0, :duplicated-count 0, :duplicated {}, :range [nil nil]"},
		{"Jepsen's example", ids("0", "1", "0", "0") + "i 0 generate\nn 0 generate", ":valid? false, :attempted-count 5, :acknowledged-count 4, :duplicated-count 1, :duplicated {0 3}, :range [0 1]"},
		{"nil is an id", ids("nil", "nil"), ":valid? false, :attempted-count 2, :acknowledged-count 2, :duplicated-count 1, :duplicated {nil 2}, :range [nil nil]"},
		{"vectors", ids("[1 2]", "[1 3]"), ":valid? true, :attempted-count 2, :acknowledged-count 2, :duplicated-count 0, :duplicated {}, :range [[1 2] [1 3]]"},
		{"kinds", ids("\"1\"", "1", ":a", "1"), ":valid? false, :attempted-count 4, :acknowledged-count 4, :duplicated-count 1, :duplicated {1 2}, :range [1 :a]"},
		{"another operation", "i 0 read\no 0 read 1\ni 0 read\no 0 read 1", ":valid? :unknown, :attempted-count 0, :acknowledged-count 0"},
	} {
		r, err := uniqueids.Check(context.Background(), histtest.Parse(t, c.history))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := render.EDN(nil, r); err != nil || !strings.Contains(string(got), c.want) {
			t.Errorf("%s: %s, %v, want %s", c.name, got, err, c.want)
		}
	}
}

// Of many duplicates Jepsen's map lists the 48 most frequent, by id; all count.
func TestManyDuplicates(t *testing.T) {
	text := ""
	for id := range 60 {
		for range 2 + id/50 {
			text += fmt.Sprintf("i 0 generate\no 0 generate %d\n", id)
		}
	}
	r, err := uniqueids.Check(context.Background(), histtest.Parse(t, text))
	if err != nil {
		t.Fatal(err)
	}
	got, err := render.EDN(nil, r)
	if err != nil || len(r.Duplicated) != 60 {
		t.Fatal(len(r.Duplicated), err)
	}
	if s := string(got); !strings.Contains(s, ":duplicated-count 60, :duplicated {0 2, 1 2,") || !strings.Contains(s, "36 2, 37 2, 50 3, 51 3") || !strings.Contains(s, "59 3}") {
		t.Error(s)
	}
}

// The witnesses are the first two ops that returned the id.
func TestWitness(t *testing.T) {
	h := histtest.Parse(t, "i 0 generate\no 0 generate 1\ni 0 generate\no 0 generate 2\ni 0 read\no 0 read 2\ni 0 generate\no 0 generate 3\ni 0 generate\nx 0 generate 2\ni 0 generate\no 0 generate 2")
	r, err := uniqueids.Check(context.Background(), h)
	if err != nil || fmt.Sprint(r.Findings()[0].Ops) != "[3 11]" {
		t.Errorf("%+v, %v", r, err)
	}
}
