package adya_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/adya"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/render"
)

func TestOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		id := 0
		text := histtest.Random(rt, func() histtest.Call {
			id++
			v := fmt.Sprintf("[%d [%d nil]]", rapid.IntRange(1, 3).Draw(rt, "key"), id)
			return histtest.Call{F: "insert", In: v, Out: v}
		})
		h := histtest.Parse(t, text)
		r, err := adya.Check(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		oks, keys := map[byte]int{}, map[byte]bool{}
		for i := range h.Len() {
			key := h.Value(i).String()[1]
			keys[key] = true
			if h.Type(i) == history.OK {
				oks[key]++
			}
		}
		legal, want := 0, ""
		for _, key := range []byte("123") {
			if oks[key] == 1 {
				legal++
			} else if oks[key] > 1 {
				want += fmt.Sprint(string(key), "*", oks[key], " ")
			}
		}
		got := ""
		for _, k := range r.Illegal {
			got += fmt.Sprint(k.Key, "*", len(k.Inserts), " ")
		}
		valid := "true"
		switch {
		case want != "":
			valid = "false"
		case legal == 0:
			valid = "unknown"
		}
		if got != want || r.Keys != len(keys) || r.Legal != legal || r.Valid.String() != valid {
			rt.Fatalf("%s\n%s, %d keys, %d legal, want %s", text, got, r.Keys, r.Legal, want)
		}
	})
}

func TestBadInput(t *testing.T) {
	for _, v := range []string{"5", "[]", "nil", "{1 2}", "#{1 2}"} {
		_, err := adya.Check(context.Background(), histtest.Parse(t, "i 0 insert "+v))
		if want := "history.edn:1:1: op 0 inserts " + v + ": expected [key [a-id b-id]]"; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :insert :value [1 [1 nil]]}
		{:process 1 :type :invoke :f :insert :value [1 [nil 2]]}
		{:process 0 :type :ok :f :insert :value [1 [1 nil]]}
		{:process 1 :type :ok :f :insert :value [1 [nil 2]]}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := adya.Check(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Illegal[0].Key)
	// Output: false 1
}

// Two inserts of key 1 succeed, of key 2 none, of key 3 one.
func TestCases(t *testing.T) {
	text := "i 0 insert [1 [1 nil]]\no 0 insert [1 [1 nil]]\ni 0 insert [1 [nil 2]]\no 0 insert [1 [nil 2]]\ni 0 insert [2 [3 nil]]\nx 0 insert [2 [3 nil]]\ni 0 insert [3 [nil 4]]\no 0 insert [3 [nil 4]]\n"
	for _, c := range []struct{ name, history, want string }{
		{"Jepsen's example", text, "{:valid? false, :key-count 3, :legal-count 1, :illegal-count 1, :illegal {1 2}"},
		{"another operation", "i 0 read 5\no 0 read 5", "{:valid? :unknown, :key-count 0, :legal-count 0, :illegal-count 0, :illegal {}"},
		{"lists", "i 0 insert (1 (1 nil))\no 0 insert (1 (1 nil))\ni 0 insert [1 [nil 2]]\no 0 insert [1 [nil 2]]", "{:valid? false, :key-count 1, :legal-count 0, :illegal-count 1, :illegal {1 2}"},
		{"one of two crashed", "i 0 insert [:k [1 nil]]\ni 1 insert [:k [nil 2]]\no 0 insert [:k [1 nil]]\nn 1 insert [:k [nil 2]]", "{:valid? true, :key-count 1, :legal-count 1"},
	} {
		r, err := adya.Check(context.Background(), histtest.Parse(t, c.history))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := render.EDN(nil, r); err != nil || !strings.HasPrefix(string(got), c.want) {
			t.Errorf("%s: %s, %v, want %s", c.name, got, err, c.want)
		}
	}
	r, err := adya.Check(context.Background(), histtest.Parse(t, text))
	if err != nil || fmt.Sprint(r.Findings()[0].Ops) != "[1 3]" {
		t.Errorf("%+v, %v", r, err)
	}
}
