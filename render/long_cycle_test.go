package render_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/render"
)

// TestLongCycle: of a cycle of more steps than anybody reads, prose tells the first
// and the last, and JSON all.
func TestLongCycle(t *testing.T) {
	const n = 1000
	var b strings.Builder
	for i := range n { // each saw the append of the next, and the last that of the first
		fmt.Fprintf(&b, `{"type":"ok","f":"txn","process":%d,"value":[["append",%d,1],["r",%d,[1]]]}`+"\n", i, i, (i+1)%n)
	}
	h, err := format.ReadBytes(context.Background(), "ring", []byte(b.String()), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := elle.Check(context.Background(), h, elle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	prose := render.Prose("ring", "elle", res, render.ProseOptions{})
	for text, want := range map[string]int{" < T": 200, "over 800 more steps": 1, ": a contradiction": 1} {
		if got := strings.Count(prose, text); got != want {
			t.Errorf("prose has %q %d times, want %d:\n%s", text, got, want, prose)
		}
	}
	asJSON, err := render.JSON(nil, render.Input{File: "ring"}, "elle", res)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(asJSON), "a-mop-index"); got != n {
		t.Errorf("JSON tells %d steps, want %d", got, n)
	}
}
