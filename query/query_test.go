package query_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/query"
)

func TestTouches(t *testing.T) {
	for _, c := range []struct {
		value, key string
		want       bool
	}{
		{"[5 1]", "5", true}, {"[5 1]", "1", false}, {"[5 1 2]", "5", false}, {"[:x nil]", "x", true},
		{"[[:append 9 1] [:r 8 nil]]", "8", true}, {"[[:append 9 1] [:r 8 nil]]", "1", false},
		{"[[:poll {3 [[1 2]]}]]", "3", true}, {"[[:poll {3 [[1 2]]}]]", "1", false}, {"[[:poll]]", "3", false},
		{"{0 10, 1 5}", "1", true}, {"{0 10, 1 5}", "5", false}, {"7", "7", false}, {"nil", "nil", false},
	} {
		got, err := query.Touches(edn.MustParse(c.value), edn.MustParse(c.key))
		if err != nil || got != c.want {
			t.Errorf("%s touches %s: %v, %v", c.value, c.key, got, err)
		}
	}
	v, err := edn.Parse(`{"0":10}`, edn.JSON)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := query.Touches(v, edn.MustParse("0")); err != nil || !got {
		t.Errorf("a JSON object: %v, %v", got, err)
	}
}

// Filters pick what a loop with ifs picks.
func TestFilter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := histtest.Parse(t, histtest.Random(rt, func() histtest.Call {
			v := fmt.Sprintf("[%d 1]", rapid.IntRange(0, 2).Draw(rt, "key"))
			return histtest.Call{F: rapid.SampledFrom([]string{"read", "write"}).Draw(rt, "f"), In: v, Out: v}
		}))
		f := query.Filter{Index: &query.Range{Lo: rapid.Int64Range(0, 9).Draw(rt, "lo"), Hi: rapid.Int64Range(0, 20).Draw(rt, "hi")}}
		if rapid.Bool().Draw(rt, "f?") {
			f.Fs = []string{"read"}
		}
		if rapid.Bool().Draw(rt, "type?") {
			f.Types = []history.Type{history.OK, history.Info}
		}
		if rapid.Bool().Draw(rt, "process?") {
			f.Processes = []string{"0", "2"}
		}
		if rapid.Bool().Draw(rt, "key?") {
			f.Keys = []edn.Value{edn.MustParse("1")}
		}
		if rapid.Bool().Draw(rt, "value?") {
			f.Values = []edn.Value{edn.MustParse("2"), edn.MustParse("3")}
		}
		if rapid.Bool().Draw(rt, "where?") {
			e, err := query.Compile(`info || time < 8000000 && key != 2`)
			if err != nil {
				rt.Fatal(err)
			}
			f.Where = e
		}
		var want []int
		for i := range h.Len() {
			op := h.Op(i)
			if op.Index >= f.Index.Lo && op.Index <= f.Index.Hi && (f.Fs == nil || op.F == "read") && (f.Types == nil || op.Type == history.OK || op.Type == history.Info) &&
				(f.Processes == nil || op.Process == "0" || op.Process == "2") && (f.Keys == nil || op.Value.String() == "[1 1]") &&
				(f.Values == nil || op.Value.String() == "[2 1]") && (f.Where == nil || op.Type == history.Info || op.Time < 8_000_000 && op.Value.String() != "[2 1]") {
				want = append(want, i)
			}
		}
		got, err := f.Ops(context.Background(), h)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			rt.Fatalf("%v, %v, want %v", got, err, want)
		}
		for _, i := range query.WithPairs(h, got) {
			if p := h.Pair(i); !contains(got, i) && !contains(got, p) {
				rt.Fatalf("op %d belongs to none of %v", i, got)
			}
		}
	})
}

func contains(is []int, i int) bool {
	for _, x := range is {
		if x == i {
			return true
		}
	}
	return false
}

func TestParseRange(t *testing.T) {
	for text, want := range map[string]string{"5": "5 5", "5..9": "5 9", "5..": "5 9223372036854775807", "..9": "-9223372036854775808 9", "x": "error", "": "error", "5..x": "error", "9..5": "error"} {
		got := "error"
		if r, err := query.ParseRange(text); err == nil {
			got = fmt.Sprintf("%d %d", r.Lo, r.Hi)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
