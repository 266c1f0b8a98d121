package result

import (
	"strings"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/history"
)

// Drawn is a result that describes what to draw for its faults: the ops, and the
// relations between them. Package render/diagram draws it, so a checker gets diagrams
// by implementing Drawn.
type Drawn interface {
	Result
	// Scenes returns a scene for each fault, at most limit of each kind, or all kept
	// ones if limit is 0. They are in the order of the result.
	Scenes(limit int) []Scene
}

// A Scene is one fault as a graph of a few ops. Everything in it is text from the
// history, and may hold anything.
type Scene struct {
	Kind   string // stable and short, such as G1c; names the files of its pictures
	Number int    // its index among those of its kind, from 0
	Of     int    // how many there are of its kind
	Title  string // what is wrong, in half a line
	// Says is the part of the argument that the edges do not show, in sentences.
	Says  []string
	Nodes []Node
	Edges []Edge
	// Around is the component that a cycle is in, if that is larger than the cycle;
	// otherwise the zero value.
	Around Component
}

// Ops are the ops of a scene, by position.
func (s *Scene) Ops() (ops []int) {
	for i := range s.Nodes {
		if op := s.Nodes[i].Op; op >= 0 {
			ops = append(ops, op)
		}
	}
	return ops
}

// A Node is an op of a scene, with its parts.
type Node struct {
	Op      int    // its position in the history; -1 for the initial state
	Name    string // its name in the sentences, such as T1
	Process string // empty if unknown
	Type    history.Type
	// Invoked and Completed are positions in the history, -1 if there is no such op.
	// Start and End are their times in nanoseconds, history.NoTime if unknown.
	Invoked, Completed int
	Start, End         int64
	Parts              []Part
	Full               string // the whole op, as text of at most MaxFull bytes
}

// A Part is a micro-op, or stands for several that do not matter.
type Part struct {
	Mop  int    // its position in the transaction, -1 if it stands for several
	Key  string // empty if it has none
	Text string // in short
	Full string // at most MaxFull bytes
	Bad  bool   // it is the impossible one
}

// An Edge leads from a part of an op to one of another, or of the same.
type Edge struct {
	From, To  End
	Relations []Relation // all that hold between the two, at least one
	Heavy     bool       // it makes the fault one of its kind
}

// An End is an end of an edge: a node and a part of it, by their indices in the scene.
// Part is -1 if it is the op as a whole.
type End struct{ Node, Part int }

// A Relation says why one op precedes another.
type Relation struct {
	// Rel is ww, wr, rw, wwp, wrp, rwp, rt (realtime), p (process), or another word if it is none of
	// those that dependency graphs are made of, such as contradicts.
	Rel string
	Why string // in a sentence
}

// A Component is a set of ops each of which precedes each other.
type Component struct {
	Ops   int
	Edges []Tally // by relation
}

// A Tally is how many edges of a relation there are.
type Tally struct {
	Rel   string
	Count int
}

// Total is the number of edges.
func (c *Component) Total() (n int) {
	for _, t := range c.Edges {
		n += t.Count
	}
	return n
}

// MaxFull is the maximum length, in bytes, of the full text of an op or a micro-op: a
// value may have megabytes, which nobody reads in a picture.
const MaxFull = 2000

// Clip cuts a text to about n bytes, at the end of a character, and marks the cut.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimRight(s[:n], " ") + "..."
}
