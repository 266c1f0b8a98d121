package query

import (
	"fmt"
	"strconv"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/optimizer"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// The limits of an expression, so that no op takes forever or all memory.
const (
	maxLength = 10_000     // bytes of its text
	maxNodes  = 10_000     // of its syntax tree
	maxCells  = 10_000_000 // elements of the lists that it makes, for one op
	maxSteps  = 10_000_000 // elements that any, all, filter and so on look at, for one op
	maxText   = 1_000_000  // bytes of a text that + makes
)

// An Expr is an expression about an op, in the language of
// https://expr-lang.org: f == "txn" && ok && any(mops, .key == 559). The names
// it can use are those of [Fields] and [Functions]. It is safe for concurrent
// use.
//
// The library is for the cold part of a query, which is its text: lexer, parser, type
// checker and a virtual machine. This package decides how an op is presented.
type Expr struct {
	text  string
	parts []part // all of which must hold
}

// A part is an operand of the && that joins the whole. Each asks for fields of
// its own, so an op that fails the first part is not decoded for the second.
type part struct {
	program *vm.Program
	need    need
}

// need says what a part asks for.
type need struct {
	own, inv, done []int // rows of fields
	latency        bool
	faults         bool // and during
}

// Compile reads a condition. An error is an [*ExprError].
func Compile(text string) (*Expr, error) {
	tree, config, err := parse(text, true)
	if err != nil {
		return nil, err
	}
	e := &Expr{text: text}
	for _, node := range conjuncts(tree.Node, nil) {
		p, err := compile(&parser.Tree{Node: node, Source: tree.Source}, config)
		if err != nil {
			return nil, exprError(text, err)
		}
		e.parts = append(e.parts, p)
	}
	return e, nil
}

// String returns the text that was compiled.
func (e *Expr) String() string { return e.text }

// parse reads and checks the text of a condition, or of an expression of any type.
func parse(text string, condition bool) (*parser.Tree, *conf.Config, error) {
	switch {
	case strconv.IntSize < 64:
		return nil, nil, &ExprError{Text: text, Msg: "expressions need a machine of 64 bits"}
	case len(text) > maxLength:
		return nil, nil, &ExprError{Msg: fmt.Sprintf("expected at most %d bytes, found %d", maxLength, len(text))}
	}
	config := newConfig(condition)
	tree, err := parser.ParseWithConfig(text, config)
	if err == nil {
		_, err = checker.Check(tree, config)
	}
	if err != nil {
		return nil, nil, exprError(text, err)
	}
	return tree, config, nil
}

// left are the language's functions that an expression cannot use: those that
// depend on the clock, and those that build text, of which a few in a row would
// take all memory.
var left = []string{
	"now", "date", "timezone",
	"reduce", "repeat", "replace", "join", "toJSON", "fromJSON", "toBase64", "fromBase64",
}

func newConfig(condition bool) *conf.Config {
	config := conf.CreateNew()
	for _, option := range append(functionOptions(), expr.Env(env{}), expr.MaxNodes(maxNodes)) {
		option(config)
	}
	if condition {
		expr.AsBool()(config)
	}
	for _, name := range left {
		config.Disabled[name] = true
		delete(config.Builtins, name)
	}
	return config
}

// conjuncts appends the operands of the && that a tree begins with.
func conjuncts(n ast.Node, to []ast.Node) []ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "&&" || b.Operator == "and") {
		return conjuncts(b.Right, conjuncts(b.Left, to))
	}
	return append(to, n)
}

func compile(tree *parser.Tree, config *conf.Config) (p part, err error) {
	r := newReader()
	ast.Walk(&tree.Node, r)
	if err := r.finish(); err != nil {
		return p, err.Bind(tree.Source)
	}
	if _, err := checker.Check(tree, config); err != nil {
		return p, err
	}
	if err := optimizer.Optimize(&tree.Node, config); err != nil {
		return p, err
	}
	p.program, err = compiler.Compile(tree, config)
	p.need = r.need
	return p, err
}
