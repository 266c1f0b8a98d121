package elle_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/result"
)

func scenesOf(t *testing.T, txns ...string) []result.Scene {
	t.Helper()
	var text strings.Builder
	for _, txn := range txns {
		part := strings.SplitN(txn, " ", 3)
		text.WriteString("{:process " + part[0] + ", :type :" + part[1] + ", :f :txn, :value " + part[2] + "}\n")
	}
	h := read(t, []byte(text.String()))
	res, err := elle.Check(context.Background(), h, elle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return res.Scenes(0)
}

// All relations of a step are told, each between the micro-ops that show it.
func TestSceneRelations(t *testing.T) {
	scenes := scenesOf(t,
		`0 invoke [[:append :x 1] [:append :y 1]]`, `0 ok [[:append :x 1] [:append :y 1]]`,
		`1 invoke [[:r :x nil] [:append :x 2] [:r :y nil]]`, `1 ok [[:r :x [1]] [:append :x 2] [:r :y []]]`,
		`2 invoke [[:r :x nil]]`, `2 ok [[:r :x [1 2]]]`)
	i := slices.IndexFunc(scenes, func(s result.Scene) bool { return strings.HasPrefix(s.Kind, "G-single-item") })
	if i < 0 {
		t.Fatalf("no G-single among %v", scenes)
	}
	var got []string
	s := scenes[i]
	for _, e := range s.Edges {
		at := func(e result.End) string {
			n := s.Nodes[e.Node]
			if e.Part < 0 {
				return n.Name
			}
			return n.Name + " " + n.Parts[e.Part].Text
		}
		for _, r := range e.Relations {
			got = append(got, at(e.From)+" -"+r.Rel+"-> "+at(e.To))
			if r.Why == "" {
				t.Errorf("no reason for %s", got[len(got)-1])
			}
		}
		if e.Heavy != (e.Relations[0].Rel == "rw") {
			t.Errorf("%v: heavy is %v", e.Relations, e.Heavy)
		}
	}
	slices.Sort(got)
	want := []string{
		"T1 append :x 1 -rt-> T2 append :x 2",
		"T1 append :x 1 -wr-> T2 r :x [1]",
		"T1 append :x 1 -ww-> T2 append :x 2",
		"T2 r :y [] -rw-> T1 append :y 1",
	}
	swap := strings.NewReplacer("T1", "T2", "T2", "T1")
	swapped := make([]string, len(got))
	for i, g := range got {
		swapped[i] = swap.Replace(g)
	}
	slices.Sort(swapped)
	if !slices.Equal(got, want) && !slices.Equal(swapped, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A value of a megabyte makes no large scene.
func TestSceneBounded(t *testing.T) {
	big := `"` + strings.Repeat("é", 1<<19) + `"`
	scenes := scenesOf(t,
		`0 invoke [[:append `+big+` `+big+`]]`, `0 fail [[:append `+big+` `+big+`]]`,
		`1 invoke [[:r `+big+` nil]]`, `1 ok [[:r `+big+` [`+big+`]]]`)
	if len(scenes) == 0 {
		t.Fatal("no scene")
	}
	for _, s := range scenes {
		size := len(s.Title) + len(strings.Join(s.Says, ""))
		for _, n := range s.Nodes {
			size += len(n.Full)
			for _, p := range n.Parts {
				size += len(p.Text) + len(p.Full) + len(p.Key)
			}
		}
		for _, e := range s.Edges {
			for _, r := range e.Relations {
				size += len(r.Why)
			}
		}
		if size > 20_000 {
			t.Errorf("%s: a scene of %d bytes", s.Kind, size)
		}
	}
}

// Of a cycle in a large component, the component's size is told; of one that is too long,
// how much is left out.
func TestSceneAround(t *testing.T) {
	const n = 40
	var txns []string
	for i := range n {
		txns = append(txns, fmt.Sprintf("%d invoke [[:append %d 1] [:r %d nil]]", i, i, (i+1)%n))
	}
	for i := range n {
		txns = append(txns, fmt.Sprintf("%d ok [[:append %d 1] [:r %d [1]]]", i, i, (i+1)%n))
	}
	scenes := scenesOf(t, txns...)
	if len(scenes) != 1 || scenes[0].Kind != "G1c" {
		t.Fatalf("got %v", scenes)
	}
	s := scenes[0]
	if s.Around.Ops != n || s.Around.Total() != n || len(s.Around.Edges) != 1 || s.Around.Edges[0].Rel != "wr" {
		t.Errorf("the component is %v", s.Around)
	}
	left := 0
	for _, e := range s.Edges {
		if e.Relations[0].Rel == "..." {
			left++
			if want := fmt.Sprintf("and so on, over %d more steps", n-12); e.Relations[0].Why != want {
				t.Errorf("got %q, want %q", e.Relations[0].Why, want)
			}
		}
	}
	if left != 1 || len(s.Edges) != 13 {
		t.Errorf("%d edges, %d of them for what is left out", len(s.Edges), left)
	}
	if ops := s.Ops(); len(ops) != len(s.Nodes) {
		t.Errorf("ops are %v", ops)
	}
}
