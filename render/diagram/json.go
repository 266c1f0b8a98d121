package diagram

import (
	"encoding/json"

	"github.com/seed-c33ae711/jcheck/result"
)

// JSON writes a scene for programs, as an object on one line: what is wrong, the ops by
// their positions in the history with their micro-ops, and the edges, whose ends are
// places in the lists of ops and of their parts, -1 for the op as a whole.
func JSON(s *result.Scene) ([]byte, error) {
	type part struct {
		Mop  int    `json:"mop"`
		Key  string `json:"key,omitempty"`
		Text string `json:"text"`
		Bad  bool   `json:"bad,omitempty"`
	}
	type op struct {
		Op      int    `json:"op"`
		Name    string `json:"name"`
		Process string `json:"process"`
		Type    string `json:"type"`
		Start   int64  `json:"start"`
		End     int64  `json:"end"`
		Parts   []part `json:"parts"`
	}
	type relation struct {
		Rel string `json:"rel"`
		Why string `json:"why"`
	}
	type edge struct {
		From      [2]int     `json:"from"`
		To        [2]int     `json:"to"`
		Heavy     bool       `json:"heavy"`
		Relations []relation `json:"relations"`
	}
	out := struct {
		Kind   string   `json:"kind"`
		Number int      `json:"number"`
		Of     int      `json:"of"`
		Title  string   `json:"title"`
		Says   []string `json:"says,omitempty"`
		Ops    []op     `json:"ops"`
		Edges  []edge   `json:"edges"`
	}{Kind: s.Kind, Number: s.Number, Of: s.Of, Title: s.Title, Says: s.Says}
	for _, n := range s.Nodes {
		o := op{Op: n.Op, Name: n.Name, Process: n.Process, Type: n.Type.String(), Start: n.Start, End: n.End}
		for _, p := range n.Parts {
			o.Parts = append(o.Parts, part{p.Mop, p.Key, p.Text, p.Bad})
		}
		out.Ops = append(out.Ops, o)
	}
	for _, e := range s.Edges {
		x := edge{From: [2]int{e.From.Node, e.From.Part}, To: [2]int{e.To.Node, e.To.Part}, Heavy: e.Heavy}
		for _, r := range e.Relations {
			x.Relations = append(x.Relations, relation(r))
		}
		out.Edges = append(out.Edges, x)
	}
	b, err := json.Marshal(&out)
	return append(b, '\n'), err
}
