package lin_test

import (
	"fmt"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/lin"
)

type op = lin.Op[string, int]

// register has ops "r", which returns a value, and "1", "2", ..., which write.
func register(s int, op op) (int, bool) {
	if op.In == "r" {
		return s, op.Pending() || op.Out == s
	}
	return int(op.In[0] - '0'), true
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name string
		ops  []op
		want bool
	}{
		{"nothing", nil, true},
		{"one after the other", []op{{0, 1, "1", 0}, {2, 3, "r", 1}}, true},
		{"a stale read", []op{{0, 1, "1", 0}, {2, 3, "r", 0}}, false},
		{"a read during the write", []op{{0, 3, "1", 0}, {1, 2, "r", 0}}, true},
		{"a read before the write", []op{{0, 1, "r", 1}, {2, 3, "1", 0}}, false},
		{"a pending write seen late", []op{{0, lin.Never, "1", 0}, {1, 2, "r", 0}, {3, 4, "r", 1}}, true},
		{"a pending write undone", []op{{0, lin.Never, "1", 0}, {1, 2, "r", 1}, {3, 4, "r", 0}}, false},
		{"a pending write from the future", []op{{0, 1, "r", 1}, {2, lin.Never, "1", 0}}, false},
		{"reads that disagree", []op{{0, 9, "1", 0}, {1, 8, "2", 0}, {2, 3, "r", 2}, {4, 5, "r", 1}, {6, 7, "r", 2}}, false},
	} {
		order, ok := lin.Check(test.ops, 0, register)
		if ok != test.want {
			t.Errorf("%s: %v, want %v", test.name, ok, test.want)
		}
		if ok {
			if err := lin.Verify(test.ops, order, 0, register); err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
		}
	}
}

func TestVerify(t *testing.T) {
	ops := []op{{0, 1, "1", 0}, {2, 3, "r", 1}, {4, lin.Never, "2", 0}}
	for _, test := range []struct {
		order []int
		good  bool
	}{
		{[]int{0, 1}, true},
		{[]int{0, 1, 2}, true},
		{[]int{0}, false},
		{[]int{1, 0}, false},
		{[]int{0, 1, 1}, false},
		{[]int{0, 1, 3}, false},
		{[]int{0, 2, 1}, false},
	} {
		if err := lin.Verify(ops, test.order, 0, register); (err == nil) != test.good {
			t.Errorf("%v: %v", test.order, err)
		}
	}
}

func Example() {
	ops := []op{{Inv: 0, Ret: 2, In: "1"}, {Inv: 1, Ret: 3, In: "r", Out: 0}}
	fmt.Println(lin.Check(ops, 0, register))
	// Output: [1 0] true
}
