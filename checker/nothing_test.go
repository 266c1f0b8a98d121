package checker_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// asked are operations that some check knows, as they are invoked.
var asked = []string{
	"read nil", "write 1", "write [1 2]", "cas [1 2]", "acquire nil", "release nil", "add 1", "add [1 2]", "increment 1",
	"enqueue 1", "dequeue nil", "drain nil", "push 1", "pop nil", "get nil", `put "a"`, `append "a"`,
	"txn [[:append 1 1] [:r 1 nil]]", "txn [[:w 1 1] [:r 1 nil]]", "txn [[:write 1 1] [:read 1 nil]]", "read [[:r 1 nil] [:r 2 nil]]", "write [[:w 1 1]]",
	"generate nil", "transfer {:from 0, :to 1, :amount 1}", "read-init nil", "echo 1", "insert [1 [1 nil]]",
	"send [[:send 1 1]]", "poll [[:poll]]", "assign [1]",
}

// nothing draws a history in which no operation of a client succeeded: each failed,
// is indeterminate, or never ended. With luck it is empty.
func nothing(t *rapid.T, fs []string, keyed bool) string {
	var b strings.Builder
	process := 0
	for range rapid.IntRange(0, 8).Draw(t, "ops") {
		if rapid.IntRange(0, 4).Draw(t, "nemesis") == 0 {
			b.WriteString("n nemesis start nil\nn nemesis start :done\n")
			continue
		}
		f, v, _ := strings.Cut(rapid.SampledFrom(fs).Draw(t, "f"), " ")
		if keyed {
			v = "[7 " + v + "]"
		}
		fmt.Fprintf(&b, "i %d %s %s\n", process, f, v)
		if end := rapid.SampledFrom([]string{"x", "x", "n", ""}).Draw(t, "end"); end != "" {
			fmt.Fprintf(&b, "%s %d %s %s\n", end, process, f, v)
		}
		process++
	}
	return b.String()
}

// TestNothing: a history in which nothing was judged passes no check of a property,
// and the result says why.
func TestNothing(t *testing.T) {
	type run struct {
		name string
		c    *checker.Checker
		opt  checker.Options
	}
	var runs []run
	for _, name := range checker.Names() {
		if name == "unhandled-exceptions" {
			continue // it lists what there is, and judges nothing
		}
		c, err := checker.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run{name, c, checker.Options{}})
		if name == "linearizable" {
			for _, model := range linearizable.Names() {
				runs = append(runs, run{name + " " + model, c, checker.Options{Model: model}})
			}
		}
	}
	for _, r := range runs {
		for _, keyed := range []bool{false, true} {
			if r.opt.Keyed = keyed; keyed {
				r.name += " keyed"
			}
			t.Run(r.name, func(t *testing.T) {
				decided := 0
				rapid.Check(t, func(rt *rapid.T) {
					fs := rapid.SliceOfN(rapid.SampledFrom(asked), 1, 2).Draw(rt, "fs")
					if r.opt.Model == "etcd" && slices.Contains(fs, "cas [1 2]") {
						return // one that fails tells that the value was another
					}
					text := nothing(rt, fs, keyed)
					h := histtest.Parse(t, text)
					got, err := r.c.Check(context.Background(), h, r.opt)
					if err != nil {
						return // the check does not know such operations
					}
					decided++
					if got.Verdict() == verdict.Valid {
						rt.Fatalf("valid:\n%s", text)
					}
					if report, ok := got.(result.Report); ok && got.Verdict() == verdict.Unknown && report.About().Reason == "" {
						rt.Fatalf("unknown without a reason:\n%s", text)
					}
					if lin, ok := got.(*linearizable.Result); ok && lin.Reason == "" {
						rt.Fatalf("unknown without a reason:\n%s", text)
					}
				})
				if decided == 0 {
					t.Error("all histories were refused")
				}
			})
		}
	}
}
