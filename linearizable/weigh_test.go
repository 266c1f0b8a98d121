package linearizable

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/verdict"
)

func TestWeigh(t *testing.T) {
	type pair struct {
		a int
		s string
	}
	for _, c := range []struct {
		state any
		want  int64
	}{
		{nil, 0},
		{7, 0},
		{[3]int{}, 0},
		{"abc", 3},
		{pair{1, "abc"}, 3},
		{&pair{1, "abc"}, 0},
		{[]int32{1, 2}, 8},
		{[]pair{{1, "abc"}}, 24 + 3},
		{[2]string{"a", "bc"}, 3},
		{[]any{1, "abc"}, 2*16 + 8 + 16 + 3},
		{map[string]int{"abc": 1}, 16 + 8 + mapEntry/2 + 3},
	} {
		if got := weigh(reflect.ValueOf(c.state)); got != c.want {
			t.Errorf("%v: %d bytes, want %d", c.state, got, c.want)
		}
	}
}

// TestObjectMemory: the states of an object count.
func TestObjectMemory(t *testing.T) {
	o := Object[string, int, int]{Step: func(s string, _, _ int) (string, bool) {
		return s + strings.Repeat("x", 1000), true
	}}
	var ops []Operation[int, int]
	for i := range 2000 { // a gigabyte of states
		ops = append(ops, Operation[int, int]{Call: int64(2 * i), Return: int64(2*i + 1)})
	}
	out, err := o.Check(context.Background(), ops, Options{Budget: Budget{Memory: 64 << 20}})
	if err != nil || out.Valid != verdict.Unknown || out.Reason != "the search stopped at its limit of memory, 64 MB" {
		t.Errorf("%v %+v", err, out)
	}
}
