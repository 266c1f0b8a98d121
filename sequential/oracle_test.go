package sequential_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/sequential"
)

// One client writes the parts of each key in order; a read is bad if it shows one and
// then misses another whose write was acknowledged before that of the first began.
func TestOracle(t *testing.T) {
	found := 0
	rapid.Check(t, func(rt *rapid.T) {
		const parts = 3
		next := map[int]int{}
		writing := map[int]bool{}
		text := histtest.Random(rt, func() histtest.Call {
			key := rapid.IntRange(0, 1).Draw(rt, "key")
			if n := next[key]; n < parts && !writing[key] && rapid.Bool().Draw(rt, "write") {
				next[key]++
				v := fmt.Sprintf("[%d %d]", key, 10*key+n)
				return histtest.Call{F: "add", In: v, Out: v}
			}
			seen := ""
			for n := parts - 1; n >= 0; n-- {
				if rapid.Bool().Draw(rt, "there") {
					seen += fmt.Sprint(10*key+n, " ")
				} else {
					seen += "nil "
				}
			}
			return histtest.Call{F: "read", In: fmt.Sprintf("[%d nil]", key), Out: fmt.Sprintf("[%d [%s]]", key, seen)}
		})
		h := histtest.Parse(t, text)
		r, err := sequential.Check(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		want, valid := naive(h, parts)
		if fmt.Sprint(r.All, r.Some, r.None, r.Bad, r.Valid) != want+valid || (len(r.Findings()) > 0) != (valid == "false") {
			rt.Fatalf("%s\ngot  %v\nwant %s%s", text, r, want, valid)
		}
		found += len(r.Bad)
	})
	if found == 0 {
		t.Error("no read was bad, so nothing was tested")
	}
}

// adds tells what is known of the parts of keys: in what order they were written, when
// each write began, and when it was acknowledged.
type adds struct {
	order        map[string][]string
	began, acked map[string]int
}

func naiveAdds(h *history.History) adds {
	a := adds{map[string][]string{}, map[string]int{}, map[string]int{}}
	for i := range h.Len() {
		if h.F(i) != "add" {
			continue
		}
		items, _ := h.Value(i).Items(nil)
		key, part := items[0].String(), items[1].String()
		switch {
		case h.Type(i) == history.Invoke:
			a.order[key] = append(a.order[key], part)
			a.began[part] = i
		case h.Type(i) == history.OK:
			a.acked[part] = i
		}
	}
	return a
}

// read counts the parts that a read of a key, last part first, has seen, and tells
// whether it is bad. A part that nobody knows was written by whoever wrote all parts.
func (a adds) read(key string, list []edn.Value) (there int, bad bool) {
	last := "" // that was seen
	for at, v := range list {
		if !v.IsNil() {
			there, last = there+1, v.String()
			continue
		}
		if last == "" {
			continue
		}
		start, known := a.began[last]
		rank := len(list) - 1 - at
		parts := a.order[key]
		switch {
		case !known:
			bad = true
		case rank < len(parts):
			done, ok := a.acked[parts[rank]]
			bad = bad || ok && done < start
		}
	}
	return there, bad
}

func naive(h *history.History, parts int) (want, valid string) {
	a := naiveAdds(h)
	var bad []int
	all, some, none := 0, 0, 0
	for i := range h.Len() {
		if h.F(i) != "read" || h.Type(i) != history.OK {
			continue
		}
		items, _ := h.Value(i).Items(nil)
		list, _ := items[1].Items(nil)
		there, isBad := a.read(items[0].String(), list)
		switch there {
		case parts:
			all++
		case 0:
			none++
		default:
			some++
		}
		if isBad {
			bad = append(bad, i)
		}
	}
	valid = "true"
	switch {
	case len(bad) > 0:
		valid = "false"
	case all+some+none == 0:
		valid = "unknown"
	}
	return fmt.Sprint(all, some, none, bad, " "), valid
}

func TestCases(t *testing.T) {
	adds := ""
	for n := range 3 {
		adds += fmt.Sprintf("i 0 add [0 \"0_%d\"]\no 0 add [0 \"0_%d\"]\n", n, n)
	}
	for _, c := range []struct{ name, history, want string }{
		{"all", adds + "i 1 read [0 nil]\no 1 read [0 [\"0_2\" \"0_1\" \"0_0\"]]", ":valid? true, :all-count 1, :some-count 0, :none-count 0, :bad-count 0, :bad []"},
		{"the last is not there yet", adds + "i 1 read [0 nil]\no 1 read [0 [nil \"0_1\" \"0_0\"]]", ":valid? true, :all-count 0, :some-count 1"},
		{"the first is not there", adds + "i 1 read [0 nil]\no 1 read [0 [\"0_2\" \"0_1\" nil]]", ":valid? false, :all-count 0, :some-count 1, :none-count 0, :bad-count 1, :bad [{:index 7"},
		{"an operation writes all parts", "i 0 write 5\nn 0 write 5\ni 1 read 5\no 1 read [5 [\"5_1\" nil]]", ":valid? false"},
		{"and they are there", "i 0 write 5\no 0 write 5\ni 1 read 5\no 1 read [5 [nil \"5_0\"]]", ":valid? true"},
		{"its write failed", "i 0 add [0 1]\nx 0 add [0 1]\ni 0 add [0 2]\no 0 add [0 2]\ni 1 read [0 nil]\no 1 read [0 [2 nil]]", ":valid? true"},
		{"its write crashed", "i 0 add [0 1]\nn 0 add [0 1]\ni 0 add [0 2]\no 0 add [0 2]\ni 1 read [0 nil]\no 1 read [0 [2 nil]]", ":valid? true"},
		{"only the last was written", "i 0 add [0 2]\no 0 add [0 2]\ni 1 read [0 nil]\no 1 read [0 [2 nil nil]]", ":valid? true"},
		{"nothing read", adds + "i 1 read [0 nil]\nn 1 read [0 nil]", ":valid? :unknown"},
		{"in the order of writing", adds + "i 1 read [0 nil]\no 1 read [0 [\"0_0\" \"0_1\" nil]]", "expected the reverse"},
	} {
		r, err := sequential.Check(context.Background(), histtest.Parse(t, c.history))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := render.EDN(nil, r); err != nil || !strings.Contains(string(got), c.want) {
			t.Errorf("%s: %s, %v, want %s", c.name, got, err, c.want)
		}
	}
	if _, err := sequential.Check(context.Background(), histtest.Parse(t, "i 0 read 1\no 0 read 1")); err == nil || err.Error() != "history.edn:2:1: op 1 reads 1: expected [key [part ...]]" {
		t.Errorf("%v", err)
	}
	r, err := sequential.Check(context.Background(), histtest.Parse(t, adds+"i 1 read [0 nil]\no 1 read [0 [\"0_2\" nil \"0_0\"]]"))
	if err != nil || !slices.Equal(r.Findings()[0].Ops, []int{3, 5, 7}) {
		t.Errorf("%+v, %v", r, err)
	}
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :write :value 7}
		{:process 0 :type :ok :f :write :value 7}
		{:process 1 :type :invoke :f :read :value 7}
		{:process 1 :type :ok :f :read :value [7 ["7_1" nil]]}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := sequential.Check(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Bad)
	// Output: false [3]
}
