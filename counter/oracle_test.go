package counter_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/counter"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
)

// A read is explained if some subset of the adds that need not have happened
// comes to it, with those that must. Final reads, if there are any, are all that counts.
func TestOracle(t *testing.T) {
	impossible, final := 0, 0
	check := func(rt *rapid.T) {
		amounts := rapid.SampledFrom([][]int{{-3, -2, -1, 1, 2, 3, 4, 5, 6}, {4, 6, 10}, {-4, 6}, {1 << 40, 3 << 40, 5<<40 + 1}}).Draw(rt, "amounts")
		marks := rapid.Bool().Draw(rt, "marks")
		text := histtest.Random(rt, func() histtest.Call {
			n := fmt.Sprint(rapid.SampledFrom(amounts).Draw(rt, "n"))
			switch rapid.IntRange(0, 6).Draw(rt, "f") {
			case 0, 1:
				return histtest.Call{F: "add", In: n, Out: n}
			case 2:
				return histtest.Call{F: "decrement", In: n, Out: "nil"}
			case 3:
				return histtest.Call{F: "increment", In: "nil", Out: "nil"}
			}
			mark := ""
			if marks && rapid.Bool().Draw(rt, "final") {
				mark = " ; :final? true"
			}
			out := 0
			for range rapid.IntRange(0, 3).Draw(rt, "terms") {
				out += rapid.SampledFrom(amounts).Draw(rt, "term")
			}
			return histtest.Call{F: "read", In: "nil" + mark, Out: fmt.Sprint(out) + mark}
		})
		h := histtest.Parse(t, text)
		r, err := counter.Check(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		want, bad := explain(h)
		got := fmt.Sprint(r.Reads, r.Errors, r.Impossible)
		valid := "true"
		switch {
		case bad.errors+bad.impossible > 0:
			valid = "false"
		case bad.judged == 0:
			valid = "unknown"
		}
		if got != want || r.Valid.String() != valid || (len(r.Findings()) > 0) != (valid == "false") {
			rt.Fatalf("%s\ngot  %s %s\nwant %s %s", text, got, r.Valid, want, valid)
		}
		impossible += bad.impossible
		if bad.judged < len(r.Reads) {
			final++
		}
	}
	for n := 0; n < 50 && (impossible == 0 || final == 0); n++ { // few checks may have neither
		rapid.Check(t, check)
	}
	if impossible == 0 || final == 0 {
		t.Errorf("%d impossible reads and %d histories with final reads: expected some", impossible, final)
	}
}

type tally struct{ errors, impossible, judged int }

// explain tries all subsets of the adds that may be in each read.
func explain(h *history.History) (want string, n tally) {
	var reads []counter.Read
	var errors, impossible []int
	isFinal := func(i int) bool { return strings.Contains(h.Text(i).String(), ":final? true") }
	finals := false
	for i := range h.Len() {
		finals = finals || h.F(i) == "read" && isFinal(i)
	}
	for i := range h.Len() {
		if h.F(i) != "read" || h.Type(i) != history.OK {
			continue
		}
		v, _ := h.Value(i).Int()
		sums := sums(h, i)
		rd := counter.Read{Lower: slices.Min(sums), Value: v, Upper: slices.Max(sums)}
		if !finals || isFinal(i) {
			n.judged++
			switch {
			case v < rd.Lower || v > rd.Upper:
				n.errors++
				errors = append(errors, len(reads))
			case !slices.Contains(sums, v):
				n.impossible++
				impossible = append(impossible, len(reads))
			}
		}
		reads = append(reads, rd)
	}
	return fmt.Sprint(reads, errors, impossible), n
}

// sums are all that a read may return.
func sums(h *history.History, read int) []int64 {
	sums := []int64{0}
	for i := range read {
		if h.F(i) == "read" || h.Type(i) != history.Invoke {
			continue
		}
		n, ok := h.Value(i).Int()
		if !ok {
			n = 1
		}
		if h.F(i) == "decrement" {
			n = -n
		}
		done := h.Pair(i)
		if done >= 0 && h.Type(done) == history.Fail {
			continue
		}
		must := done >= 0 && done < h.Pair(read) && h.Type(done) == history.OK
		for k := range len(sums) {
			if must {
				sums[k] += n
			} else {
				sums = append(sums, sums[k]+n)
			}
		}
	}
	return sums
}

func TestCases(t *testing.T) {
	for _, c := range []struct{ name, history, want string }{
		{"nothing", "i 0 read", "unknown [] [] []"},
		{"a first read", "i 0 read\no 0 read 0", "true [{0 0 0}] [] []"},
		{"a failed add", "i 0 add 1\nx 0 add 1\ni 0 read\no 0 read 0", "true [{0 0 0}] [] []"},
		{"a crashed add", "i 0 add 1\nn 0 add 1\ni 1 read\no 1 read 1", "true [{0 1 1}] [] []"},
		{"an open add", "i 0 add 1\ni 1 read\no 1 read 0\ni 1 read\no 1 read 1", "true [{0 0 1} {0 1 1}] [] []"},
		{"all at once", "i 0 read\ni 1 add 1\ni 2 read\ni 3 add 2\ni 4 read\ni 5 add 4\ni 6 read\ni 7 add 8\ni 8 read\no 0 read 6\no 1 add 1\no 2 read 0\no 3 add 2\no 4 read 3\no 5 add 4\no 6 read 100\no 7 add 8\no 8 read 15",
			"false [{0 6 15} {0 0 15} {0 3 15} {0 100 15} {0 15 15}] [3] []"},
		{"below zero", "i 0 add -3\ni 1 add 2\ni 2 read\no 2 read -1\ni 2 read\no 2 read 3", "false [{-3 -1 2} {-3 3 2}] [1] []"},
		{"a failed add of what is no number", "i 0 add :x\nx 0 add :x\ni 0 read\no 0 read 0", "true [{0 0 0}] [] []"},
		{"nothing at all but the nemesis", "n nemesis start", "unknown [] [] []"},
		{"from nowhere", "i 0 read\no 0 read 1", "false [{0 1 0}] [0] []"},
		{"rolling", "i 0 read\ni 1 add 1\no 0 read 0\ni 0 read\no 1 add 1\ni 1 add 2\no 0 read 3\ni 0 read\no 1 add 2\no 0 read 5", "false [{0 0 1} {0 3 3} {1 5 3}] [2] []"},
		{"the nemesis' values", "i 0 add 1\nn nemesis start {:a 1}\no 0 add 1\ni 0 read\no 0 read 1", "true [{1 1 1}] [] []"},
		{"a read of nil", "i 0 read\no 0 read nil", "unknown [] [] []"},
		{"a difference of values", "i 0 add 5\no 0 add 7\ni 0 read\no 0 read 5", "true [{5 5 5}] [] []"},
		{"no number", "i 0 read\no 0 read :x", "history.edn:2:1: op 1 reads :x: expected an integer"},
		{"a fraction", "i 0 read\no 0 read 1.5", "history.edn:2:1: op 1 reads 1.5: expected an integer"},
		{"no number to add", "i 0 add [1]\no 0 add [1]", "history.edn:1:1: op 0 adds [1]: expected an integer"},
		{"an impossible sum", "i 2 add 4\ni 3 add 6\ni 1 read\no 1 read 5\no 2 add 4\no 3 add 6", "false [{0 5 10}] [] [0]"},
		{"eventually", "i 0 add 40\no 0 add 40\ni 1 add -7\no 1 add -7\ni 1 read\no 1 read -7\ni 0 read nil ; :final? true\no 0 read 33 ; :final? true", "true [{33 -7 33} {33 33 33}] [] []"},
		{"never converged", "i 0 add 40\no 0 add 40\ni 1 read\no 1 read 0\ni 0 read nil ; :final? true\no 0 read 39", "false [{40 0 40} {40 39 40}] [1] []"},
		{"no final read succeeded", "i 0 add 40\no 0 add 40\ni 1 read\no 1 read 0\ni 0 read nil ; :final? true\nn 0 read nil ; :final? true", "unknown [{40 0 40}] [] []"},
		{"an increment", "i 0 increment\no 0 increment 1\ni 0 decrement 3\no 0 decrement\ni 0 read\no 0 read -2", "true [{-2 -2 -2}] [] []"},
		{"too much", "i 0 add 9223372036854775807\no 0 add 9223372036854775807", "history.edn:1:1: op 0 adds 9223372036854775807: expected sums of less than 2^61"},
	} {
		r, err := counter.Check(context.Background(), histtest.Parse(t, c.history))
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(r.Valid, " ", r.Reads, " ", r.Errors, " ", r.Impossible)
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
		{"i 0 read\no 0 read 1\ni 0 read\no 0 read 9\ni 0 read\no 0 read 2", "a read returned 9, but can return no more than 0: the adds acknowledged before it was invoked sum to 0, and no other that may have happened before it returned can raise that; the read furthest out of bounds is shown [3]"},
		{"i 0 add 5\no 0 add 5\ni 0 read\no 0 read 4", "a read returned 4, but can return no less than 5: the adds acknowledged before it was invoked sum to 5, and no other that may have happened before it returned can lower that [3]"},
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
