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
	if err != nil || r.Valid.String() != "true" || len(r.Findings()) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
