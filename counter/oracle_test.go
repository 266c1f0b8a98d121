package counter_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/counter"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
)

// The bounds of a read are the least and the greatest sum of any subset of the
// adds that need not have happened, with those that must.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := histtest.Random(rt, func() histtest.Call {
			n := fmt.Sprint(rapid.IntRange(-3, 6).Draw(rt, "n"))
			if rapid.Bool().Draw(rt, "add") {
				return histtest.Call{F: "add", In: n, Out: n}
			}
			return histtest.Call{F: "read", In: "nil", Out: n}
		})
		h := histtest.Parse(t, text)
		r, err := counter.Check(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		var want []counter.Read
		bad := 0
		for i := range h.Len() {
			if h.F(i) != "read" || h.Type(i) != history.OK {
				continue
			}
			v, _ := h.Value(i).Int()
			w := bounds(h, i)
			w.Value = v
			want = append(want, w)
			if v < w.Lower || v > w.Upper {
				bad++
			}
		}
		if fmt.Sprint(r.Reads) != fmt.Sprint(want) || len(r.Errors) != bad || (r.Valid.String() == "false") != (bad > 0) || (len(r.Findings()) > 0) != (bad > 0) {
			rt.Fatalf("%s\ngot  %v, %v, %s\nwant %v", text, r.Reads, r.Errors, r.Valid, want)
		}
	})
}

func bounds(h *history.History, read int) counter.Read {
	must := int64(0)
	var may []int64
	for i := range read {
		if h.F(i) != "add" || h.Type(i) != history.Invoke {
			continue
		}
		n, _ := h.Value(i).Int()
		switch done := h.Pair(i); {
		case done >= 0 && h.Type(done) == history.Fail:
		case done >= 0 && done < h.Pair(read) && h.Type(done) == history.OK:
			must += n
		default:
			may = append(may, n)
		}
	}
	lo, hi := must, must
	for subset := range 1 << len(may) {
		sum := must
		for k, n := range may {
			if subset>>k&1 == 1 {
				sum += n
			}
		}
		lo, hi = min(lo, sum), max(hi, sum)
	}
	return counter.Read{Lower: lo, Upper: hi}
}

func TestCases(t *testing.T) {
	for _, c := range []struct{ name, history, want string }{
		{"nothing", "i 0 read", "true [] []"},
		{"a first read", "i 0 read\no 0 read 0", "true [{0 0 0}] []"},
		{"a failed add", "i 0 add 1\nx 0 add 1\ni 0 read\no 0 read 0", "true [{0 0 0}] []"},
		{"a crashed add", "i 0 add 1\nn 0 add 1\ni 1 read\no 1 read 1", "true [{0 1 1}] []"},
		{"an open add", "i 0 add 1\ni 1 read\no 1 read 0\ni 1 read\no 1 read 1", "true [{0 0 1} {0 1 1}] []"},
		{"all at once", "i 0 read\ni 1 add 1\ni 2 read\ni 3 add 2\ni 4 read\ni 5 add 4\ni 6 read\ni 7 add 8\ni 8 read\no 0 read 6\no 1 add 1\no 2 read 0\no 3 add 2\no 4 read 3\no 5 add 4\no 6 read 100\no 7 add 8\no 8 read 15",
			"false [{0 6 15} {0 0 15} {0 3 15} {0 100 15} {0 15 15}] [3]"},
		{"below zero", "i 0 add -3\ni 1 add 2\ni 2 read\no 2 read -1\ni 2 read\no 2 read 3", "false [{-3 -1 2} {-3 3 2}] [1]"},
		{"a failed add of what is no number", "i 0 add :x\nx 0 add :x\ni 0 read\no 0 read 0", "true [{0 0 0}] []"},
		{"nothing at all but the nemesis", "n nemesis start", "true [] []"},
		{"from nowhere", "i 0 read\no 0 read 1", "false [{0 1 0}] [0]"},
		{"rolling", "i 0 read\ni 1 add 1\no 0 read 0\ni 0 read\no 1 add 1\ni 1 add 2\no 0 read 3\ni 0 read\no 1 add 2\no 0 read 5", "false [{0 0 1} {0 3 3} {1 5 3}] [2]"},
		{"the nemesis' values", "i 0 add 1\nn nemesis start {:a 1}\no 0 add 1\ni 0 read\no 0 read 1", "true [{1 1 1}] []"},
		{"a read of nil", "i 0 read\no 0 read nil", "unknown [] []"},
		{"a difference of values", "i 0 add 5\no 0 add 7\ni 0 read\no 0 read 5", "false [{7 5 5}] [0]"},
		{"no number", "i 0 read\no 0 read :x", "history.edn:2:1: op 1 reads :x: expected an integer"},
		{"a fraction", "i 0 read\no 0 read 1.5", "history.edn:2:1: op 1 reads 1.5: expected an integer"},
		{"no number to add", "i 0 add [1]\no 0 add [1]", "history.edn:1:1: op 0 adds [1]: expected an integer"},
		{"too much", "i 0 add 9223372036854775807\no 0 add 9223372036854775807", "history.edn:1:1: op 0 adds 9223372036854775807: expected sums of less than 2^61"},
	} {
		r, err := counter.Check(context.Background(), histtest.Parse(t, c.history))
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(r.Valid, " ", r.Reads, " ", r.Errors)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :add :value 2}
		{:process 0 :type :ok :f :add :value 2}
		{:process 1 :type :invoke :f :read :value nil}
		{:process 1 :type :ok :f :read :value 1}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := counter.Check(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Reads)
	// Output: false [{2 1 2}]
}

// The read that is furthest out of bounds is the witness, and says on which side.
func TestFindings(t *testing.T) {
	for _, c := range []struct{ history, want string }{
		{"i 0 read\no 0 read 1\ni 0 read\no 0 read 9\ni 0 read\no 0 read 2", "a read of 9, which can be at most 0, even if all that was invoked before it returned had been added; the furthest is shown [3]"},
		{"i 0 add 5\no 0 add 5\ni 0 read\no 0 read 4", "a read of 4, which can be at least 5, the sum of what was acknowledged before it was invoked; the furthest is shown [3]"},
	} {
		r, err := counter.Check(context.Background(), histtest.Parse(t, c.history))
		if err != nil {
			t.Fatal(err)
		}
		if f := r.Findings()[0]; fmt.Sprint(f.Msg, " ", f.Ops) != c.want {
			t.Errorf("%s: %s %v, want %s", c.history, f.Msg, f.Ops, c.want)
		}
	}
}
