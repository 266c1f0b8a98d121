// Package diagram draws scenes: what a result tells of its faults (result.Drawn). An op
// is a record of its micro-ops, in the column of its process, and time runs down: what
// stands lower began after what stands higher had ended, and what stands side by side
// was concurrent. An edge leads from micro-op to micro-op, around all records.
//
// SVG has a layout of its own, which takes less than a millisecond; DOT is for
// Graphviz, and for whoever wants to lay out a scene otherwise.
package diagram

import "github.com/seed-c33ae711/jcheck/result"

// Options say how to draw.
type Options struct {
	// Embedded leaves out the stylesheet: the picture is for a page, which has
	// svg.PageSheet.
	Embedded bool
}

// A relation is how edges look, and what they mean.
type relation struct {
	class   string
	meaning string
	dot     string // colour in DOT, that of Elle
}

// relations are those of dependency graphs. The predicate kinds look like the others.
var relations = map[string]relation{
	"ww":          {"ww", "overwrote what the other wrote", "#C02700"},
	"wwp":         {"ww", "overwrote, through a predicate", "#FF6740"},
	"wr":          {"wr", "read what the other wrote", "#C000A5"},
	"wrp":         {"wr", "saw by a predicate what the other wrote", "#FF46E5"},
	"rw":          {"rw", "did not see what the other wrote", "#5B00C0"},
	"rwp":         {"rw", "did not see, by a predicate, what the other wrote", "#9D45FF"},
	"rt":          {"rt", "completed before the other began", "#0050C0"},
	"p":           {"p", "ran before, in the same process", "#00C0C0"},
	"visible":     {"rw", "must be older: it was visible to who read the other", "#5B00C0"},
	"direct":      {"rw", "must be older: it precedes the other's write", "#5B00C0"},
	"update":      {"rw", "must be older: it overwrote what is older than the other", "#5B00C0"},
	"older":       {"ww", "is older", "#C02700"},
	"forced":      {"ww", "precedes, or else there would be another cycle", "#585858"},
	"contradicts": {"bad", "contradicts", "#C00000"},
	"lacks":       {"bad", "showed what the other lacks", "#585858"},
	"passed":      {"bad", "wrote what the other went past", "#585858"},
	"same":        {"bad", "got, or holds, the same thing", "#585858"},
	"...":         {"more", "and so on", "#585858"},
}

// order is the order of a legend.
var order = []string{"ww", "wwp", "wr", "wrp", "rw", "rwp", "rt", "p", "visible", "direct", "update", "older", "forced", "contradicts", "lacks", "passed", "same", "..."}

// look returns how a relation looks. Others than those above are drawn as what is
// wrong.
func look(rel string) relation {
	if r, ok := relations[rel]; ok {
		return r
	}
	return relation{"bad", rel, "#585858"}
}

// most is how many relations, ops and parts a picture has at most: a result may tell
// anything.
const (
	mostNodes = 14
	mostEdges = 60
	mostParts = 16
)

// bounded cuts a scene to what can be drawn.
func bounded(s *result.Scene) (nodes []result.Node, edges []result.Edge) {
	nodes = s.Nodes[:min(len(s.Nodes), mostNodes)]
	ok := func(e result.End) bool {
		return e.Node >= 0 && e.Node < len(nodes) && e.Part < min(len(nodes[e.Node].Parts), mostParts)
	}
	for _, e := range s.Edges {
		if ok(e.From) && ok(e.To) && len(e.Relations) > 0 && len(edges) < mostEdges {
			edges = append(edges, e)
		}
	}
	return nodes, edges
}
