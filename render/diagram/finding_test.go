package diagram

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

const addsAndReads = `{:process 0, :type :invoke, :f :add, :value 1, :time 1000}
{:process 0, :type :ok, :f :add, :value 1, :time 2000}
{:process 1, :type :invoke, :f :read, :value nil, :time 3000}
{:process 1, :type :ok, :f :read, :value {:x 5, "</text>" -1}, :time 4000}
{:process 1, :type :invoke, :f :txn, :value [[:r 1 nil] [:w 2 3]], :time 5000}
`

func readHistory(t testing.TB, text string) *history.History {
	t.Helper()
	h, err := format.ReadBytes(t.Context(), "h.edn", []byte(text), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A finding's ops are drawn in the order of time, with what the finding says of them by
// their places.
func TestOfFinding(t *testing.T) {
	h := readHistory(t, addsAndReads)
	s := OfFinding(h, result.Finding{Type: "lost", Count: 1, Msg: "1 is gone", Ops: []int{1, 3}})
	if len(s.Nodes) != 2 || s.Nodes[0].Name != "add" || s.Nodes[1].Name != "read" || s.Says[0] != "1 is gone" {
		t.Fatalf("nodes %+v, says %q", s.Nodes, s.Says)
	}
	if len(s.Edges) != 1 || len(s.Edges[0].Relations) != 2 || s.Edges[0].Relations[0].Rel != "lacks" || s.Edges[0].Relations[1].Rel != "rt" || !s.Edges[0].Heavy {
		t.Errorf("edges %+v", s.Edges)
	}
	var parts []string
	for _, p := range s.Nodes[1].Parts {
		parts = append(parts, p.Text)
	}
	if got := strings.Join(parts, "|"); got != `read|:x 5|"</text>" -1` {
		t.Errorf("parts of a map: %s", got)
	}
	s = OfFinding(h, result.Finding{Type: "anything", Ops: []int{4, 2, 99, -1, 2}})
	if len(s.Nodes) != 2 || len(s.Edges) != 1 || s.Edges[0].From.Node != 1 || s.Edges[0].Relations[0].Rel != "p" {
		t.Errorf("the read precedes the transaction of the same process: %+v", s.Edges)
	}
	if n := &s.Nodes[0]; n.Type != history.Info || n.Completed >= 0 || len(n.Parts) != 2 || n.Parts[1].Text != "w 2 3" || n.Parts[1].Key != "2" {
		t.Errorf("a transaction that never completed: %+v", n)
	}
	if s = OfFinding(h, result.Finding{Type: "lost", Ops: []int{1}}); len(s.Edges) != 0 || !s.Nodes[0].Parts[0].Bad {
		t.Errorf("a single op: %+v", s)
	}
}

// Any value of an op is a picture that is well-formed.
func FuzzOfFinding(f *testing.F) {
	f.Add("{:x 1}", "lost")
	f.Add("[[:r 1 nil] [:poll {1 [[2 3]]}]]", "G2")
	f.Add("\"</svg>\\u0000\"", "reversed")
	f.Fuzz(func(t *testing.T, value, typ string) {
		if _, err := edn.Parse(value, edn.EDN); err != nil {
			t.Skip()
		}
		h, err := format.ReadBytes(t.Context(), "h.edn", []byte("{:process 0, :type :invoke, :f :a, :value "+value+"}\n{:process 0, :type :ok, :f :a, :value "+value+"}\n"), format.Options{})
		if err != nil {
			t.Skip()
		}
		s := OfFinding(h, result.Finding{Type: typ, Msg: value, Ops: []int{0, 1, 0}})
		wellFormed(t, value, SVG(&s, Options{}))
	})
}

// Every relation that a claim draws is in the legend.
func TestClaimLegend(t *testing.T) {
	for typ, of := range claims {
		for _, c := range of {
			if _, ok := relations[c.rel]; !ok || !slices.Contains(order, c.rel) {
				t.Errorf("%s: no legend for %s", typ, c.rel)
			}
		}
	}
}
