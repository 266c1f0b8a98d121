package query

import (
	"fmt"
	"slices"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"

	"github.com/seed-c33ae711/jcheck/internal/suggest"
)

// A reader walks a syntax tree, children first. It finds the fields that are
// asked for, counts the steps of predicates, and finds mistakes that are no
// errors of type.
type reader struct {
	need need
	ends map[*ast.IdentifierNode]bool // invocation and completion, where no field follows
	err  *file.Error                  // the first
}

func newReader() *reader { return &reader{ends: map[*ast.IdentifierNode]bool{}} }

func (r *reader) complain(n ast.Node, format string, args ...any) {
	if r.err == nil || n.Location().From < r.err.From {
		r.err = &file.Error{Location: n.Location(), Message: fmt.Sprintf(format, args...)}
	}
}

// finish returns the first mistake.
func (r *reader) finish() *file.Error {
	for n := range r.ends { // complain keeps the first
		r.complain(n, "expected a field after %s, such as %s.type; paired says whether there is one", n.Value, n.Value)
	}
	return r.err
}

// Visit is called by [ast.Walk].
func (r *reader) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		r.identifier(n)
	case *ast.MemberNode:
		r.member(n)
	case *ast.BinaryNode:
		r.typeName(n)
		if t := n.Nature(); n.Operator == "+" && !t.IsNumber() {
			call := &ast.CallNode{Callee: &ast.IdentifierNode{Value: addName}, Arguments: []ast.Node{n.Left, n.Right}}
			call.Callee.SetLocation(n.Location())
			ast.Patch(node, call)
		}
	case *ast.BuiltinNode:
		if slices.Contains(left, n.Name) { // its parser knows this one whatever the configuration
			r.complain(n, "unknown name %s", n.Name)
		}
	case *ast.CallNode:
		r.call(node, n)
	case *ast.PredicateNode:
		step := &ast.CallNode{Callee: &ast.IdentifierNode{Value: stepName}}
		step.SetLocation(n.Node.Location())
		step.Callee.SetLocation(n.Node.Location())
		both := &ast.SequenceNode{Nodes: []ast.Node{step, n.Node}}
		both.SetLocation(n.Node.Location())
		n.Node = both
	}
}

func (r *reader) identifier(n *ast.IdentifierNode) {
	switch n.Value {
	case "invocation", "completion":
		r.ends[n] = true
	case "latency":
		r.need.latency = true
	case "faults", "during":
		r.need.faults = true
	case "$env":
		r.complain(n, "unknown name $env")
	default:
		addField(&r.need.own, n.Value)
	}
}

func (r *reader) member(n *ast.MemberNode) {
	of, ok := n.Node.(*ast.IdentifierNode)
	if !ok || !r.ends[of] {
		return
	}
	name, ok := n.Property.(*ast.StringNode)
	if !ok {
		return
	}
	delete(r.ends, of)
	if of.Value == "invocation" {
		addField(&r.need.inv, name.Value)
	} else {
		addField(&r.need.done, name.Value)
	}
}

func addField(to *[]int, name string) {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
	if i >= 0 && !slices.Contains(*to, i) {
		*to = append(*to, i)
	}
}

var types = []string{"invoke", "ok", "fail", "info"}

// typeName finds comparisons of a type with what is none, which would never hold.
func (r *reader) typeName(n *ast.BinaryNode) {
	if !slices.Contains([]string{"==", "!=", "in"}, n.Operator) {
		return
	}
	for _, side := range [][2]ast.Node{{n.Left, n.Right}, {n.Right, n.Left}} {
		if !isType(side[0]) {
			continue
		}
		names := []ast.Node{side[1]}
		if list, ok := side[1].(*ast.ArrayNode); ok {
			names = list.Nodes
		}
		for _, name := range names {
			if s, ok := name.(*ast.StringNode); ok && !slices.Contains(types, s.Value) {
				r.complain(s, "expected a type, which is invoke, ok, fail or info, found %q%s", s.Value, suggest.DidYouMean(s.Value, types))
			}
		}
	}
}

func isType(n ast.Node) bool {
	if m, ok := n.(*ast.MemberNode); ok {
		of, isName := m.Node.(*ast.IdentifierNode)
		name, isText := m.Property.(*ast.StringNode)
		return isName && isText && (of.Value == "invocation" || of.Value == "completion") && name.Value == "type"
	}
	id, ok := n.(*ast.IdentifierNode)
	return ok && id.Value == "type"
}

// call puts the number in the place of a duration that is written out, which finds
// mistakes at once and is faster.
func (r *reader) call(node *ast.Node, n *ast.CallNode) {
	f, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || f.Value != "duration" || len(n.Arguments) != 1 {
		return
	}
	if s, ok := n.Arguments[0].(*ast.StringNode); ok {
		d, err := time.ParseDuration(s.Value)
		if err != nil {
			r.complain(s, `expected a duration such as "1.5s" or "200ms", found %q`, s.Value)
			return
		}
		ast.Patch(node, &ast.IntegerNode{Value: int(d)})
	}
}
