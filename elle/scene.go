package elle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// How much of a case is drawn: steps of a cycle, ops of a lost update, micro-ops of
// a transaction, bytes of a micro-op, a key, a sentence.
const (
	drawnSteps  = 12
	drawnLost   = 5
	drawnMops   = 8
	cellText    = 36
	cellKey     = 24
	sceneReason = 400
)

// Scenes returns what to draw for the anomalies that make the result invalid.
func (r *Result) Scenes(limit int) (scenes []result.Scene) {
	if r.Valid != verdict.Invalid {
		return nil
	}
	for i := range r.Anomalies {
		a := &r.Anomalies[i]
		for j := range a.Cases {
			if limit > 0 && j == limit {
				break
			}
			s := result.Scene{Kind: string(a.Type), Number: j, Of: a.Count, Title: a.Cases[j].Gloss()}
			if d := (drawing{r: r, c: &a.Cases[j], scene: &s}); d.draw() {
				scenes = append(scenes, s)
			}
		}
	}
	return scenes
}

// A drawing makes a scene of a case.
type drawing struct {
	r     *Result
	c     *Case
	scene *result.Scene
	tell  Teller
	nodes map[int]int // by op
	marks map[int]map[int]bool
}

// draw fills in the scene, and reports whether there is anything to see.
func (d *drawing) draw() bool {
	d.tell = Teller{Result: d.r, Names: map[int]string{-1: "initial state"}}
	d.nodes, d.marks = map[int]int{}, map[int]map[int]bool{}
	if len(d.c.Steps) > 0 {
		d.cycle()
	} else {
		d.single()
	}
	return len(d.scene.Nodes) > 0
}

// mark says that a micro-op matters, so that it will be among the parts of its op.
func (d *drawing) mark(op, mop int) {
	if d.marks[op] == nil {
		d.marks[op] = map[int]bool{}
	}
	if mop >= 0 {
		d.marks[op][mop] = true
	}
}

// node returns the place of an op in the scene, and adds it if it is not there.
func (d *drawing) node(op int, name string) int {
	if i, ok := d.nodes[op]; ok {
		return i
	}
	i := len(d.scene.Nodes)
	d.nodes[op] = i
	if op >= 0 {
		d.tell.Names[op] = name
	}
	d.scene.Nodes = append(d.scene.Nodes, d.op(op, d.tell.name(op)))
	return i
}

func (d *drawing) op(op int, name string) result.Node {
	n := result.Node{Op: op, Name: name, Invoked: -1, Completed: -1, Start: history.NoTime, End: history.NoTime}
	if op < 0 {
		n.Type, n.Full = history.OK, name
		return n
	}
	h := d.r.History
	n.Type, n.Process = h.Type(op), result.Clip(h.ProcessName(h.Process(op)), cellKey)
	n.Invoked = d.tell.invoked(op)
	n.Start = h.Time(n.Invoked)
	if n.Type == history.Invoke {
		n.Type = history.Info // as far as is known
	} else {
		n.Completed, n.End = op, h.Time(op)
		if n.Invoked == op {
			n.Invoked, n.Start = -1, history.NoTime
		}
	}
	n.Parts = d.parts(op)
	n.Full = result.Clip(h.Op(op).String()+"\n"+result.Text(d.r.Txn(op)), result.MaxFull)
	return n
}

// parts are the micro-ops of a transaction. Of a long one, those that are marked
// and the first few others are there.
func (d *drawing) parts(op int) (parts []result.Part) {
	txn := d.r.Txn(op)
	mops, err := txn.Items(nil)
	if err != nil || txn.Kind() == edn.Map {
		return []result.Part{{Mop: -1, Text: result.Clip(result.ItemsText(txn), cellText), Full: result.Clip(result.Text(txn), result.MaxFull)}}
	}
	others, left := drawnMops-len(d.marks[op]), 0
	rest := func() {
		if left > 0 {
			parts = append(parts, result.Part{Mop: -1, Text: fmt.Sprintf("... %d more ...", left)})
			left = 0
		}
	}
	for i, m := range mops {
		marked := d.marks[op][i]
		if !marked {
			others--
		}
		if len(mops) > drawnMops && !marked && others < 0 {
			left++
			continue
		}
		rest()
		parts = append(parts, partOf(i, m))
	}
	rest()
	return parts
}

// partOf is a micro-op as a cell: r x [1 2].
func partOf(i int, m edn.Value) result.Part {
	p := result.Part{Mop: i, Full: result.Clip(result.Text(edn.Value(m)), result.MaxFull)}
	short := strings.TrimSuffix(strings.TrimPrefix(result.MopText(m), "["), "]")
	p.Text = result.Clip(strings.TrimPrefix(short, ":"), cellText)
	if parts, err := m.Items(nil); err == nil && len(parts) > 1 {
		if name, _ := parts[0].Name(); mopName(name) != "rp" {
			p.Key = result.Clip(result.Text(parts[1]), cellKey)
		}
	}
	return p
}

// end is where an edge ends: the part of an op that stands for a micro-op.
func (d *drawing) end(op, mop int) result.End {
	e := result.End{Node: d.nodes[op], Part: -1}
	if mop >= 0 {
		e.Part = slices.IndexFunc(d.scene.Nodes[e.Node].Parts, func(p result.Part) bool { return p.Mop == mop })
	}
	return e
}

// edge adds an edge, or a relation to one that is there between the same parts. What
// is between ops as a whole joins any edge between them.
func (d *drawing) edge(from, to result.End, heavy bool, rel, why string) {
	relation := result.Relation{Rel: rel, Why: result.Clip(why, sceneReason)}
	whole := from.Part < 0 && to.Part < 0
	for i := range d.scene.Edges {
		e := &d.scene.Edges[i]
		same := e.From == from && e.To == to
		if !same && whole && e.From.Node == from.Node && e.To.Node == to.Node {
			same = true
		}
		if same {
			if !slices.Contains(e.Relations, relation) {
				e.Relations = append(e.Relations, relation)
			}
			e.Heavy = e.Heavy || heavy
			return
		}
	}
	d.scene.Edges = append(d.scene.Edges, result.Edge{From: from, To: to, Heavy: heavy, Relations: []result.Relation{relation}})
}
