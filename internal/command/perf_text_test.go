package command

import (
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/perf"
)

// A steady rate has no peak at its end, however little of the last window belongs to the test.
func TestRateLine(t *testing.T) {
	b := history.NewBuilder(nil)
	for at := int64(0); at <= 60_100_000_000; at += 100_000_000 {
		for _, typ := range []history.Type{history.Invoke, history.OK} {
			if err := b.Append(history.Entry{Type: typ, F: "read", Time: at}); err != nil {
				t.Fatal(err)
			}
		}
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	s, err := perf.Measure(t.Context(), h, perf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := perfText(s, "")
	if !strings.Contains(text, "  up to 10.9\n") || strings.ContainsAny(text, "▁▂▃▄▅▆") { // 12 reads in the last 1.1 s
		t.Error(text)
	}
}
