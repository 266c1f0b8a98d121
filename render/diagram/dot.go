package diagram

import (
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

// DOT writes a scene for Graphviz, as Elle does: a record for each op, with a port for
// each micro-op, and an edge from port to port. All relations that an edge stands for
// are in its label, their reasons in its tooltip.
func DOT(s *result.Scene) []byte {
	nodes, edges := bounded(s)
	var b strings.Builder
	b.WriteString("digraph scene {\n")
	b.WriteString("  label=" + quoted(title(s)) + " labelloc=t fontname=Arial\n")
	b.WriteString("  node [shape=record height=0.4 fontname=Courier fontsize=12]\n  edge [fontname=Arial fontsize=12]\n")
	for i := range nodes {
		n := &nodes[i]
		label := recordText(n.Name)
		for j, p := range n.Parts[:min(len(n.Parts), mostParts)] {
			label += "|<f" + strconv.Itoa(j) + "> " + recordText(p.Text)
		}
		color := typeColor(n)
		b.WriteString("  " + nodeName(n, i) + ` [label="` + label + `" color="` + color + `" fontcolor="` + color + `" tooltip=` + quoted(n.Full) + "]\n")
	}
	for i := range edges {
		e := &edges[i]
		var rels, whys []string
		for _, r := range e.Relations {
			rels = append(rels, r.Rel)
			whys = append(whys, r.Why)
		}
		color := look(e.Relations[0].Rel).dot
		b.WriteString("  " + nodeName(&nodes[e.From.Node], e.From.Node) + portOf(e.From) + " -> " + nodeName(&nodes[e.To.Node], e.To.Node) + portOf(e.To))
		b.WriteString(" [label=" + quoted(strings.Join(rels, " ")) + ` color="` + color + `" fontcolor="` + color + `"`)
		if e.Heavy {
			b.WriteString(" penwidth=2.5")
		}
		b.WriteString(" tooltip=" + quoted(strings.Join(whys, "; ")) + "]\n")
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

// nodeName is what DOT calls a node: as Elle, by the op's position.
func nodeName(n *result.Node, place int) string {
	if n.Op < 0 {
		return "initial" + strconv.Itoa(place)
	}
	return "T" + strconv.Itoa(n.Op)
}

func portOf(e result.End) string {
	if e.Part < 0 {
		return ""
	}
	return ":f" + strconv.Itoa(e.Part)
}

func typeColor(n *result.Node) string {
	switch n.Type {
	case history.OK:
		return "#0058AD"
	case history.Fail:
		return "#A50053"
	}
	return "#AC6E00"
}

// quoted is a string of DOT. In a label, a backslash would begin an escape.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(plain(s)) + `"`
}

// recordText is text in the label of a record, where more characters mean something.
func recordText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `{`, `\{`, `}`, `\}`, `|`, `\|`, `<`, `\<`, `>`, `\>`, "\n", " ").Replace(plain(s))
}

// plain has what XML can hold: Graphviz writes control characters as they are. An
// ampersand would begin an entity.
func plain(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '\ufffd'
		}
		return r
	}, s)
	return strings.ReplaceAll(s, "&", "&amp;")
}
