package longfork_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/longfork"
	"github.com/seed-c33ae711/jcheck/render"
)

// randomGroups is a history of writes of one key each, and of reads of one of two
// groups of n keys.
func randomGroups(rt *rapid.T, n int) string {
	next := 0
	return histtest.Random(rt, func() histtest.Call {
		if rapid.IntRange(0, 3).Draw(rt, "write") == 0 {
			next++
			w := fmt.Sprintf("[[:w %d 1]]", next-1)
			return histtest.Call{F: "write", In: w, Out: w}
		}
		group := rapid.IntRange(0, 1).Draw(rt, "group")
		in, out := "[", "["
		for k := range n {
			in += fmt.Sprintf("[:r %d nil] ", group*n+k)
			out += fmt.Sprintf("[:r %d %s] ", group*n+k, rapid.SampledFrom([]string{"nil", "1"}).Draw(rt, "v"))
		}
		return histtest.Call{F: "read", In: in + "]", Out: out + "]"}
	})
}

// naiveRead is a read and whether it saw a write of each key.
type naiveRead struct {
	op  int
	saw map[string]bool
}

func naiveReads(h *history.History) (reads []naiveRead) {
	for i := range h.Len() {
		if h.F(i) != "read" || h.Type(i) != history.OK {
			continue
		}
		mops, _ := h.Value(i).Items(nil)
		r := naiveRead{i, map[string]bool{}}
		for _, m := range mops {
			x, _ := m.Items(nil)
			r.saw[x[1].String()] = !x[2].IsNil()
		}
		reads = append(reads, r)
	}
	return reads
}

// seen counts the keys of which the read saw a write.
func (r naiveRead) seen() (n int) {
	for _, saw := range r.saw {
		if saw {
			n++
		}
	}
	return n
}

// forked tells whether two reads of the same keys each saw a write that the other did
// not.
func forked(a, b naiveRead) bool {
	ahead, behind, same := false, false, true
	for k, v := range a.saw {
		w, ok := b.saw[k]
		same = same && ok
		ahead = ahead || v && !w
		behind = behind || w && !v
	}
	return same && ahead && behind
}

// All pairs of reads are compared.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 3).Draw(rt, "n")
		text := randomGroups(rt, n)
		h := histtest.Parse(t, text)
		r, err := longfork.Check(context.Background(), h, longfork.Options{Group: n})
		if err != nil {
			rt.Fatal(err)
		}
		reads := naiveReads(h)
		early, late := 0, 0
		want := map[[2]int]bool{}
		for i, a := range reads {
			switch a.seen() {
			case 0:
				early++
			case n:
				late++
			}
			for _, b := range reads[i+1:] {
				if forked(a, b) {
					want[[2]int{a.op, b.op}] = true
				}
			}
		}
		valid := "true"
		switch {
		case len(want) > 0:
			valid = "false"
		case len(reads) == 0 || n == 1:
			valid = "unknown"
		}
		if len(want) != r.ForkCount || len(r.Forks) != len(want) || r.Reads != len(reads) || r.Early != early || r.Late != late || r.Valid.String() != valid {
			rt.Fatalf("%s\n%v of %d reads, %d early, %d late, want %v", text, r.Forks, r.Reads, r.Early, r.Late, want)
		}
		for _, f := range r.Forks {
			if !want[f] {
				rt.Fatalf("%s\n%v is no fork", text, f)
			}
		}
	})
}

func TestCases(t *testing.T) {
	for _, c := range []struct {
		name, history, want string
		n                   int
	}{
		{"three keys", "i 0 r [[:r 0 nil] [:r 1 nil] [:r 2 nil]]\no 0 r [[:r 0 1] [:r 1 1] [:r 2 nil]]\ni 0 r [[:r 0 nil] [:r 1 nil] [:r 2 nil]]\no 0 r [[:r 2 1] [:r 1 nil] [:r 0 1]]", ":valid? false, :reads-count 2, :early-read-count 0, :late-read-count 0, :forks [[", 3},
		{"written twice", "i 0 w [[:w 5 1]]\no 0 w [[:w 5 1]]\ni 0 w [[:w 5 2]]", ":valid? :unknown, :reads-count 0, :early-read-count 0, :late-read-count 0, :error [:multiple-writes 5]", 2},
		{"nil reads nothing", "i 0 w [[:w 5 1]]\no 0 w nil\ni 0 r\no 0 r [[:r 5 1] [:r 6 nil]]", ":valid? true, :reads-count 1", 2},
		{"another value", "i 0 r\no 0 r [[:r 0 1] [:r 1 nil]]\ni 0 r\no 0 r [[:r 0 2] [:r 1 nil]]", ":valid? :unknown", 2},
		{"the group of the first read", "i 0 r\no 0 r [[:r 0 1] [:r 1 nil] [:r 2 nil]]\ni 0 r\no 0 r [[:r 0 nil] [:r 1 1] [:r 2 nil]]", ":valid? false", 0},
		{"one key a read", "i 0 r\no 0 r [[:r 0 1]]", ":valid? :unknown", 0},
		{"nothing", "n nemesis start", ":valid? :unknown, :reads-count 0, :early-read-count 0, :late-read-count 0", 2},
		{"early and late", "i 0 r\no 0 r [[:r 0 nil] [:r 1 nil]]\ni 0 r\no 0 r [[:r 1 1] [:r 0 1]]", ":valid? true, :reads-count 2, :early-read-count 1, :late-read-count 1", 2},
		{"a failed read", "i 0 r\no 0 r [[:r 0 1] [:r 1 nil]]\ni 0 r\nx 0 r [[:r 0 nil] [:r 1 1]]", ":valid? true, :reads-count 1", 2},
		{"another group", "i 0 r\no 0 r [[:r 0 1] [:r 1 nil]]\ni 0 r\no 0 r [[:r 0 nil] [:r 2 1]]", ":valid? true, :reads-count 2", 2},
		{"a key twice in a read", "i 0 r\no 0 r [[:r 0 1] [:r 0 1]]", ":valid? :unknown", 2},
		{"three keys where two are expected", "i 0 r\no 0 r [[:r 0 1] [:r 1 1] [:r 2 1]]", ":valid? :unknown", 2},
		{"a failed write counts as a write", "i 0 w [[:w 5 1]]\nx 0 w [[:w 5 1]]\ni 0 w [[:w 5 1]]\no 0 w [[:w 5 1]]", ":error [:multiple-writes 5]", 2},
		{"reads and writes mixed are neither", "i 0 w [[:w 5 1] [:r 6 nil]]\no 0 w [[:w 5 1] [:r 6 nil]]\ni 0 w [[:w 5 1]]", ":valid? :unknown, :reads-count 0", 2},
		{"other micro-ops", "i 0 r\no 0 r [[:append 0 1]]\ni 0 r\no 0 r [[1 0 1]]\ni 0 r\no 0 r [[:r]]\ni 0 r\no 0 r [[:r 1]]\ni 0 r\no 0 r [5]", ":valid? :unknown, :reads-count 0", 2},
		{"a symbol names no micro-op", "i 0 r\no 0 r ([\"r\" 0 1] (r 1 nil))", ":reads-count 0", 2},
		{"not a transaction", "i 0 r 5\no 0 r 5", ":valid? :unknown, :reads-count 0", 2},
	} {
		r, err := longfork.Check(context.Background(), histtest.Parse(t, c.history), longfork.Options{Group: c.n})
		if err != nil {
			t.Fatal(err)
		}
		got, err := render.EDN(nil, r)
		if err != nil || !strings.Contains(string(got), c.want) {
			t.Errorf("%s: %s, %v, want %s", c.name, got, err, c.want)
		}
	}
	if _, err := longfork.Check(context.Background(), histtest.Parse(t, "i 0 r 5"), longfork.Options{Group: 65}); err == nil {
		t.Error("a group of 65 keys is accepted")
	}
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 2 :type :ok :f :read :value [[:r 0 1] [:r 1 nil]]}
		{:process 3 :type :ok :f :read :value [[:r 0 nil] [:r 1 1]]}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := longfork.Check(context.Background(), h, longfork.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Forks)
	// Output: false [[0 1]]
}

// All forks are counted, and 10,000 are listed, the same ones each time.
func TestManyForks(t *testing.T) {
	text := ""
	for i := range 300 {
		text += "i 0 r\no 0 r " + []string{"[[:r 0 1] [:r 1 nil]]", "[[:r 0 nil] [:r 1 1]]"}[i%2] + "\n"
	}
	r, err := longfork.Check(context.Background(), histtest.Parse(t, text), longfork.Options{})
	if err != nil || r.ForkCount != 150*150 || len(r.Forks) != 10_000 || r.Forks[0] != [2]int{1, 3} {
		t.Errorf("%d forks, %d listed, %v", r.ForkCount, len(r.Forks), err)
	}
}
