package render

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/simple"

	"github.com/seed-c33ae711/jcheck/elle"
)

// ModelTable lists the consistency models: name, other names, the models
// directly below, and the anomalies that it adds to theirs.
func ModelTable(models []elle.Model) string {
	var b strings.Builder
	for _, m := range models {
		names := append([]string(nil), m.Aliases...)
		if m.Canonical != m.Name {
			names = append([]string{m.Canonical}, names...)
		}
		fmt.Fprintf(&b, "%s", m.Name)
		if len(names) > 0 {
			fmt.Fprintf(&b, "  (%s)", strings.Join(names, ", "))
		}
		b.WriteByte('\n')
		if len(m.Implies) > 0 {
			fmt.Fprintf(&b, "    implies   %s\n", strings.Join(m.Implies, ", "))
		}
		var prohibits []string
		for _, a := range m.Prohibits {
			if !strings.HasSuffix(string(a), "-cycle-exists") {
				prohibits = append(prohibits, string(a))
			}
		}
		if len(prohibits) > 0 {
			fmt.Fprintf(&b, "    prohibits %s\n", strings.Join(prohibits, ", "))
		}
		if !m.Checked {
			b.WriteString("    not checked: asking for it is an error\n")
		}
	}
	return b.String()
}

// ModelDOT draws the lattice in Graphviz' language, stronger models above.
func ModelDOT(models []elle.Model) ([]byte, error) {
	g := simple.NewDirectedGraph()
	ids := map[string]int64{}
	for i, m := range models {
		ids[m.Name] = int64(i)
		g.AddNode(modelNode{int64(i), m})
	}
	for _, m := range models {
		for _, below := range m.Implies {
			g.SetEdge(g.NewEdge(g.Node(ids[m.Name]), g.Node(ids[below])))
		}
	}
	return dot.Marshal(g, "models", "", "  ")
}

type modelNode struct {
	id    int64
	model elle.Model
}

var _ graph.Node = modelNode{}

func (n modelNode) ID() int64     { return n.id }
func (n modelNode) DOTID() string { return fmt.Sprintf("%q", n.model.Name) }

func (n modelNode) Attributes() []encoding.Attribute {
	if n.model.Checked {
		return nil
	}
	return []encoding.Attribute{{Key: "style", Value: "dashed"}}
}
