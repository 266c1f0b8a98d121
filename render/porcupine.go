package render

import (
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// maxDrawn is how many operations of an object a page shows: it becomes slow
// with more, and earlier ones matter little.
const maxDrawn = 2000

// LinearizableHTML writes Porcupine's interactive page of the objects that are not
// linearizable, at most limit of them, or of the first ones if there is no such.
// What is drawn is what the check found: Porcupine searches again, but by a model
// that allows nothing else. Its times are positions in the history.
func LinearizableHTML(w io.Writer, r *linearizable.Result, limit int) error {
	parts := byKey(r.Failures())
	if len(parts) == 0 {
		for i := range r.Parts {
			parts = append(parts, &r.Parts[i])
		}
	}
	d := &drawing{r: r, clients: map[history.Process]int{}}
	d.number()
	for _, part := range parts[:min(len(parts), max(limit, 1))] {
		if err := d.part(part); err != nil {
			return err
		}
	}
	model := d.model()
	_, info := porcupine.CheckOperationsVerbose(model, d.ops, 0)
	info.AddAnnotations(d.notes)
	return porcupine.Visualize(model, info, w)
}

// A drawing is a history as Porcupine takes it. Its states are nodes of trees, one
// for each object, whose paths are the linearizations to show.
type drawing struct {
	r       *linearizable.Result
	clients map[history.Process]int
	ops     []porcupine.Operation
	notes   []porcupine.Annotation
	nodes   []drawNode
	parts   int
}

type drawNode struct {
	state string
	next  map[int]int // by op
	whole bool        // a linearization ends here: what is pending never took effect
}

// drawn is an operation as an input to the model.
type drawn struct {
	part, root int
	op         int
	text       string
	pending    bool
}

// part adds an object: the operations up to the one that fails, and the
// linearizations that were found.
func (d *drawing) part(part *linearizable.Part) error {
	re, err := d.r.Replay(part)
	if err != nil {
		return err
	}
	d.parts++
	root := d.node("")
	calls := relevant(re.Calls, part)
	shown := map[int]bool{}
	for _, c := range calls {
		shown[c.Op] = true
	}
	for _, order := range orders(part) {
		d.path(root, order, re.States(order), shown, part.Valid == verdict.Valid)
	}
	p := newLinProse(d.r, ProseOptions{})
	key := ""
	if d.r.Keyed {
		key = "key " + result.Text(part.Key) + ", "
	}
	for _, c := range calls {
		end := c.Returned
		if end < 0 {
			end = d.r.History.Len() // after everything
		}
		d.ops = append(d.ops, porcupine.Operation{
			ClientId: d.clients[d.r.History.Process(c.Op)], Call: int64(c.Invoked), Return: int64(end),
			Input:    drawn{part: d.parts, root: root, op: c.Op, text: p.operation(c.Op), pending: c.Returned < 0},
			Metadata: key + p.who(c.Op) + ending(d.r.History, c.Op) + ", " + place(p.h, c.Op),
		})
	}
	if part.Valid == verdict.Invalid && part.Culprit >= 0 {
		d.notes = append(d.notes, porcupine.Annotation{
			Tag: "not linearizable", Start: int64(invocation(d.r, part.Culprit)), End: int64(part.Culprit),
			Description: key + p.operation(part.Culprit), Details: why(part),
		})
	}
	return nil
}

// why says for each state before a failure what is impossible.
func why(part *linearizable.Part) string {
	var parts []string
	for i := range part.Final {
		if w := abridge(part.Final[i].Why); !slices.Contains(parts, w) {
			parts = append(parts, w)
		}
	}
	return strings.Join(parts, "; ")
}

// relevant are the calls to draw: of an object that fails those that were invoked
// by then, and of many the later ones.
func relevant(calls []linearizable.Call, part *linearizable.Part) []linearizable.Call {
	if part.Valid == verdict.Invalid && part.Culprit >= 0 {
		calls = slices.DeleteFunc(slices.Clone(calls), func(c linearizable.Call) bool { return c.Invoked > part.Culprit })
	}
	early := max(len(calls)-maxDrawn, 0)
	var out []linearizable.Call
	for i, c := range calls {
		if i >= early || slices.Contains(part.Window, c.Op) {
			out = append(out, c)
		}
	}
	return out
}

// orders are the linearizations to show, one of each length: Porcupine would put
// equally long ones in any order, and a page should always be the same.
func orders(part *linearizable.Part) (out [][]int) {
	if part.Valid == verdict.Valid {
		return [][]int{part.Witness}
	}
	seen := map[int]bool{}
	for i := range part.Final {
		if o := part.Final[i].Order; !seen[len(o)] {
			seen[len(o)] = true
			out = append(out, o)
		}
	}
	return out
}

// path adds a linearization to the tree of its object.
func (d *drawing) path(root int, order []int, states []string, shown map[int]bool, whole bool) {
	at := root
	for i, op := range order[:len(states)] {
		if !shown[op] {
			continue
		}
		next, ok := d.nodes[at].next[op]
		if !ok {
			next = d.node(abridge(states[i]))
			d.nodes[at].next[op] = next
		}
		at = next
	}
	d.nodes[at].whole = whole
}

func (d *drawing) node(state string) int {
	d.nodes = append(d.nodes, drawNode{state: state, next: map[int]int{}})
	return len(d.nodes) - 1
}

// model allows what is in the trees. The page takes metadata and states for HTML,
// all else for text.
func (d *drawing) model() porcupine.Model {
	const start = -1
	return porcupine.Model{
		Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
			parts := make([][]porcupine.Operation, d.parts)
			for _, op := range all {
				i := op.Input.(drawn).part - 1
				parts[i] = append(parts[i], op)
			}
			return parts
		},
		Init: func() any { return start },
		Step: func(state, input, _ any) (bool, any) {
			in, at := input.(drawn), state.(int)
			if at == start {
				at = in.root
			}
			if next, ok := d.nodes[at].next[in.op]; ok {
				return true, next
			}
			return in.pending && d.nodes[at].whole, at
		},
		DescribeOperation:         func(input, _ any) string { return input.(drawn).text },
		DescribeOperationMetadata: func(about any) string { return html.EscapeString(fmt.Sprint(about)) },
		DescribeState: func(state any) string {
			if at := state.(int); at != start {
				return html.EscapeString(d.nodes[at].state)
			}
			return ""
		},
	}
}

// number gives the processes of an history the rows of the page.
func (d *drawing) number() {
	var all []history.Process
	for i := range d.r.History.Len() {
		if p := d.r.History.Process(i); p.IsClient() {
			all = append(all, p)
		}
	}
	slices.Sort(all)
	for i, p := range slices.Compact(all) {
		d.clients[p] = i
	}
}
