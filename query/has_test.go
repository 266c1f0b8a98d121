package query_test

import (
	"fmt"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/query"
)

func TestHasValue(t *testing.T) {
	for _, c := range []struct {
		value, x string
		want     bool
	}{
		{"77", "77", true}, {"77", "7", false}, {"nil", "nil", true}, {":a", "a", true},
		{"[559 77]", "77", true}, {"[559 [1 77]]", "77", true}, {"[559 [[1 77]]]", "77", false},
		{"[[:append 559 77]]", "77", true}, {"[[:append 559 77]]", "559", false}, {"[[:r 559 nil] [:r 559 [1 77]]]", "77", true},
		{"[[:r 559 [1 77]]]", "[1 77]", true}, {"[[:r 559 #{77}]]", "77", true}, {"[[:rp :true {559 77}]]", "77", true}, {"[[:rp :true {77 1}]]", "77", false},
		{"[[:poll {3 [[0 77]]}]]", "[[0 77]]", true}, {"[[:poll]]", "3", false}, {"[[:send 3 [0 77]]]", "77", true},
		{"[9 [[:append 5 77]]]", "77", true}, {"[9 [[:append 77 5]]]", "77", false}, {"[9 [[:append 77 5]]]", "9", true},
		{"#{1 77}", "77", true}, {"(1 2 77)", "77", true}, {"{0 10, 1 77}", "77", true}, {"{77 1}", "77", false}, {"[]", "77", false},
		{"[[:r 1 nil] 5]", "5", true},
	} {
		got, err := query.HasValue(edn.MustParse(c.value), edn.MustParse(c.x))
		if err != nil || got != c.want {
			t.Errorf("%s has %s: %v, %v", c.value, c.x, got, err)
		}
	}
	v, err := edn.Parse(`[["r",5,["a","77"]]]`, edn.JSON)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := query.HasValue(v, edn.MustParse("77")); err != nil || !got {
		t.Errorf("JSON: %v, %v", got, err)
	}
}

// The keys that an expression sees are those for which --key finds an op.
func TestKeysTouch(t *testing.T) {
	values := []string{
		"[5 1]", "[5 6 7]", "[:x nil]", "[[:append 9 1] [:r 8 nil]]", "[[:append 9 1]]", "[[:poll {3 [[1 2]]}] [:send 4 1]]", "[[:poll]]",
		"{0 10, :a 5}", "7", "nil", "[]", "[[1 2] 3]", "[[:a 1] 7]", "[7 [[:w 2 1]]]", `["s" 9]`, "#{3 4}", "(5 [6 7])", "[[:r 3 nil] 4 5]",
	}
	asked := []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", `"x"`, `"a"`, `"s"`, "[1 2]"}
	for _, v := range values {
		h := histtest.Parse(t, "i 0 f "+v)
		for _, k := range asked {
			touches, err := query.Touches(edn.MustParse(v), edn.MustParse(k))
			if err != nil {
				t.Fatal(err)
			}
			if in := ask(t, h, fmt.Sprintf("%s in keys", commas(k))) == "0"; in != touches {
				t.Errorf("%s: key %s touches: %v, is in keys: %v", v, k, touches, in)
			}
		}
	}
}

// commas writes a vector as an expression does.
func commas(k string) string {
	if k == "[1 2]" {
		return "[1, 2]"
	}
	return k
}

// What a micro-op has behind its key is its value, however much that is.
func TestMops(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{"[[:a]]", `[["a" nil nil]]`}, {"[[:a 1]]", `[["a" 1 nil]]`}, {"[[:a 1 2]]", `[["a" 1 2]]`}, {"[[:a 1 2 3]]", `[["a" 1 [2 3]]]`},
		{"[[:a 1 [2 :b] nil 4]]", `[["a" 1 [[2 "b"] nil 4]]]`}, {"[[:a {1 2}]]", `[["a" nil {1 2}]]`}, {"[[:a {1 2} 3]]", `[["a" nil [{1 2} 3]]]`},
		{"[5 [[:a 1 2]]]", `[["a" 1 2]]`}, {"([:a 1 2] (:b [1] (2)))", `[["a" 1 2] ["b" [1] [2]]]`},
		{"[[:a 1 2] 3]", "[]"}, {"[]", "[]"}, {"[[1 2] [3 4]]", "[]"}, {"{:a 1}", "[]"}, {"nil", "[]"}, {"[5 [:a 1 2]]", "[]"},
	} {
		// An op before it leaves nothing behind.
		h := histtest.Parse(t, "i 0 txn [[:x 7 8] [:y 9 0] [:z 7 8]]\ni 1 f "+c.value)
		if got := count(t, h, "index == 1 ? mops : 0"); got != `index == 1 ? mops : 0: 0 1, `+c.want+" 1" {
			t.Errorf("%s: %s, want %s", c.value, got, c.want)
		}
	}
}
