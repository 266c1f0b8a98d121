package elle

import (
	"context"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
)

// TestExplainRefuses: a step that the ops do not show is not explained, so a
// mistake in the search could not become a verdict.
func TestExplainRefuses(t *testing.T) {
	// Transactions 0 to 4, in the order of their completions. 3 is indeterminate
	// and completes before 4 begins, 1 and 2 overlap.
	h, err := oracle.MustParse("P0{+x1} ; (P1{+x2} | P2{?x[1] ?y_}) ; P3{+y1}~ ; P0{?x[1 2] +z1}").History()
	if err != nil {
		t.Fatal(err)
	}
	x := collect(h)
	w, err := newLists(context.Background(), x, keepAll)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[step]bool{
		{0, 1, graph.WW}: true, {0, 2, graph.WR}: true, {1, 4, graph.WR}: true,
		{2, 1, graph.RW}: true, {2, 3, graph.RW}: true, {0, 4, graph.Process}: true,
		{0, 1, graph.Realtime}: true, {0, 2, graph.Realtime}: true, {0, 3, graph.Realtime}: true, {0, 4, graph.Realtime}: true,
		{1, 3, graph.Realtime}: true, {1, 4, graph.Realtime}: true, {2, 3, graph.Realtime}: true, {2, 4, graph.Realtime}: true,
	}
	e := explainer{x: x, w: w}
	for from := range int32(x.len()) {
		for to := range int32(x.len()) {
			for _, rel := range []graph.Rel{graph.WW, graph.WR, graph.RW, graph.Process, graph.Realtime} {
				s := step{from, to, rel}
				if from == to {
					continue
				}
				if _, ok := e.step(s); ok != shown[s] {
					t.Errorf("%d to %d by %s: shown is %v, want %v", from, to, relName(rel), ok, shown[s])
				}
			}
		}
	}
	if _, err := e.explain(cycle{name: G0, steps: []step{{0, 1, graph.WW}, {1, 0, graph.WW}}}); err == nil {
		t.Error("a cycle with a step that is not there was explained")
	}
	if _, err := e.explain(cycle{name: G0, steps: []step{{0, 1, graph.WW}, {2, 1, graph.RW}}}); err == nil {
		t.Error("steps that do not hang together were explained")
	}
}
