package checker_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// lossy makes a history of the notation of histtest.Parse, where a line GAP says
// that ops are missing.
func lossy(t *testing.T, text string) *history.History {
	t.Helper()
	b := history.NewBuilder(nil)
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "GAP" {
			b.Gap(3)
			continue
		}
		one := histtest.Parse(t, line)
		e := history.Entry{Type: one.Type(0), F: one.F(0), Time: history.NoTime, Value: edn.Raw(one.Value(0).String())}
		if _, err := fmt.Sscan(one.ProcessName(one.Process(0)), &e.Process); err != nil {
			t.Fatal(err)
		}
		if err := b.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func lossWarnings(ws []verdict.Warning) (n int) {
	for _, w := range ws {
		if w.Code == history.LostOps {
			n++
		}
	}
	return n
}

// What stands whatever the missing ops were stays invalid; all else is unknown.
func TestDistrust(t *testing.T) {
	for _, c := range []struct{ name, check, history, want string }{
		{"a duplicate id", "unique-ids", "i 0 generate\no 0 generate 1\nGAP\ni 1 generate\no 1 generate 1", "false"},
		{"ids", "unique-ids", "i 0 generate\no 0 generate 1\nGAP\ni 1 generate\no 1 generate 2", "unknown"},
		{"an aborted read", "elle", "i 0 txn [[:append 1 1]]\nx 0 txn [[:append 1 1]]\nGAP\ni 1 txn [[:r 1 nil]]\no 1 txn [[:r 1 [1]]]", "false"},
		{"a read of what was lost", "elle", "i 0 txn [[:append 1 1]]\no 0 txn [[:append 1 1]]\nGAP\ni 1 txn [[:r 1 nil]]\no 1 txn [[:r 1 [1 2]]]", "unknown"},
		{"a garbage read before the loss", "elle", "i 1 txn [[:r 1 nil]]\no 1 txn [[:r 1 [1 2]]]\nGAP", "false"},
		{"a read of what was lost", "linearizable", "i 0 write 1\no 0 write 1\nGAP\ni 1 read\no 1 read 2", "unknown"},
		{"a stale read before the loss", "linearizable", "i 0 write 1\no 0 write 1\ni 0 write 2\no 0 write 2\ni 1 read\no 1 read 1\nGAP\ni 1 read\no 1 read 2", "false"},
		{"a read out of bounds before the loss", "counter", "i 0 add 1\no 0 add 1\ni 1 read\no 1 read 2\nGAP\ni 1 read\no 1 read 7", "false"},
		{"a read out of bounds behind the loss", "counter", "i 0 add 1\no 0 add 1\nGAP\ni 1 read\no 1 read 7", "unknown"},
		{"an element that the last read may have shown", "set", "i 0 add 1\no 0 add 1\ni 1 read\no 1 read []\nGAP", "unknown"},
		{"an element that came out twice", "queue", "i 0 enqueue 1\no 0 enqueue 1\ni 1 dequeue\no 1 dequeue 1\ni 1 dequeue\no 1 dequeue 1\nGAP", "false"},
		{"a fork", "long-fork", "i 0 w [[:w 1 1]]\no 0 w [[:w 1 1]]\nGAP\ni 1 r\no 1 r [[:r 1 1] [:r 2 nil]]\ni 1 r\no 1 r [[:r 1 nil] [:r 2 1]]", "false"},
		{"two inserts", "adya", "i 0 insert [1 [1 nil]]\no 0 insert [1 [1 nil]]\nGAP\ni 1 insert [1 [nil 2]]\no 1 insert [1 [nil 2]]", "false"},
		{"a message at two offsets", "kafka", "i 0 send [[:send 1 1]]\no 0 send [[:send 1 [0 1]]]\nGAP\ni 1 poll [[:poll]]\no 1 poll [[:poll {1 [[0 1] [1 1]]}]]", "false"},
		{"a message that nobody is known to have sent", "kafka", "GAP\ni 1 poll [[:poll]]\no 1 poll [[:poll {1 [[0 1]]}]]", "unknown"},
	} {
		k, err := checker.Named(c.check)
		if err != nil {
			t.Fatal(err)
		}
		h := lossy(t, c.history)
		r, err := k.Check(context.Background(), h, checker.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Verdict().String(); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.check, c.name, got, c.want)
		}
		var warnings []verdict.Warning
		switch r := r.(type) {
		case *elle.Result:
			warnings = r.Warnings
		case result.Report:
			warnings = r.About().Warnings
		default:
			continue
		}
		if lossWarnings(warnings) != 1 {
			t.Errorf("%s, %s: warnings %v", c.check, c.name, warnings)
		}
	}
}

// Of what no check can be sure nothing is valid, and nothing is said of models.
func TestDistrustAll(t *testing.T) {
	h := lossy(t, "i 0 txn [[:append 1 1]]\no 0 txn [[:append 1 1]]\nGAP\ni 1 txn [[:r 1 nil]]\no 1 txn [[:r 1 [1 2]]]")
	for i := range checker.Table() {
		c := &checker.Table()[i]
		r, err := c.Check(context.Background(), h, checker.Options{})
		if err != nil {
			continue // it is not a history for this one
		}
		if r, err = checker.Distrust(h, r, nil); err != nil { // once more changes nothing
			t.Fatal(err)
		}
		if r.Verdict() != verdict.Unknown {
			t.Errorf("%s: %v", c.Name, r.Verdict())
		}
		if report, ok := r.(result.Report); ok && lossWarnings(report.About().Warnings) != 1 {
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
	if _, err := checker.Distrust(h, res, nil); err != nil {
		t.Fatal(err)
	}
	if res.Valid != verdict.Unknown || res.Reason == "" || slices.Concat(res.Not, res.AlsoNot) != nil || res.Ladder != nil || lossWarnings(res.Warnings) != 1 {
		t.Errorf("got %+v", res)
	}
}
