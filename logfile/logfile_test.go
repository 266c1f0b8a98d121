package logfile_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"

	"github.com/seed-c33ae711/jcheck/logfile"
)

func Example() {
	logs := []logfile.Log{
		{Node: "n1", Text: []byte("foo\nevil1\r\nevil2 more text\nbar")},
		{Node: "n2", Text: []byte("nothing")},
		{Node: "n3"}, // a node without the file
	}
	r, err := logfile.Check(context.Background(), logs, regexp.MustCompile(`evil\d+`))
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Matches)
	// Output: false [{n1 2 evil1} {n1 3 evil2 more text}]
}

func TestNothing(t *testing.T) {
	r, err := logfile.Check(context.Background(), nil, regexp.MustCompile("x"))
	if err != nil || r.Valid.String() != "unknown" || len(r.Findings()) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Lines come node by node, in the order given, and Fields has Jepsen's keys.
func TestOrder(t *testing.T) {
	logs := []logfile.Log{{Node: "b", Text: []byte("x1\nno\nx2")}, {Node: "a", Text: []byte("\n\nx3\n")}}
	r, err := logfile.Check(context.Background(), logs, regexp.MustCompile(`^x\d$`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(r.Matches), "[{b 1 x1} {b 3 x2} {a 3 x3}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := fmt.Sprint(r.Fields()), "[[count 3] [matches [[[node b] [line x1]] [[node b] [line x2]] [[node a] [line x3]]]]]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if f := r.Findings(); len(f) != 1 || f[0].Count != 3 || f[0].Msg != "b: x1" {
		t.Errorf("%+v", f)
	}
}
