package checker_test

import (
	"context"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Whatever a check finds in a history that lacks ops, it proves nothing, and is warned of once.
func TestDistrust(t *testing.T) {
	b := history.NewBuilder(nil)
	add := func(process int64, typ history.Type, txn []any) {
		t.Helper()
		if err := b.Append(history.Entry{Process: process, Type: typ, F: "txn", Time: history.NoTime, Value: txn}); err != nil {
			t.Fatal(err)
		}
	}
	appended, read := []any{[]any{"append", "x", 1}}, []any{[]any{"r", "x", []int{1}}}
	add(0, history.Invoke, appended)
	add(0, history.Fail, appended)
	b.Gap(3)
	add(1, history.Invoke, []any{[]any{"r", "x", nil}})
	add(1, history.OK, read)
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	warned := func(ws []verdict.Warning) (n int) {
		for _, w := range ws {
			if w.Code == history.LostOps {
				n++
			}
		}
		return n
	}
	for i := range checker.Table() {
		c := &checker.Table()[i]
		r, err := c.Check(context.Background(), h, checker.Options{})
		if err != nil {
			continue // it is no history for this one
		}
		checker.Distrust(h, r) // once more changes nothing
		if r.Verdict() != verdict.Unknown {
			t.Errorf("%s: %v", c.Name, r.Verdict())
		}
		if report, ok := r.(result.Report); ok && warned(report.About().Warnings) != 1 {
			t.Errorf("%s: warnings %v", c.Name, report.About().Warnings)
		}
	}
	g, err := checker.RunFitting(context.Background(), h, checker.Options{})
	if err != nil || g.Verdict() != verdict.Unknown {
		t.Errorf("%v, %v", g, err)
	}
	res, err := elle.Check(context.Background(), h, elle.Options{Ladder: true})
	if err != nil || res.Valid != verdict.Invalid || len(res.Not) == 0 {
		t.Fatalf("%v, %v", res, err)
	}
	checker.Distrust(h, res)
	if res.Valid != verdict.Unknown || res.Reason == "" || res.Not != nil || res.AlsoNot != nil || res.Ladder != nil || warned(res.Warnings) != 1 {
		t.Errorf("got %+v", res)
	}
}
