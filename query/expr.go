package query

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/optimizer"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
	"github.com/expr-lang/expr/vm/runtime"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/nemesis"
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
// The library is for the cold part of a query, which is its text: lexer, parser,
// type checker and a virtual machine. What an op looks like is decided here.
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

// env is what a part of an expression sees, filled for one op at a time.
type env struct {
	opFields
	Invocation opFields `expr:"invocation"`
	Completion opFields `expr:"completion"`
	Paired     bool     `expr:"paired"`
	Latency    int      `expr:"latency"`
	Faults     []string `expr:"faults"`

	During func(string) bool `expr:"during"`

	Step func(...any) any `expr:"step()"` // stepName
}

// What is called behind an expression's back has names that it cannot write.
const (
	stepName = "step()"
	addName  = "add()"
)

// An evaluator evaluates expressions on the ops of a history, for one goroutine.
type evaluator struct {
	ctx   context.Context
	h     *history.History
	vm    vm.VM
	env   env
	steps int // of this op
	most  int // of steps

	windows []window // of all faults, if any part asks for them
	met     []window // by the op
}

func newEvaluator(ctx context.Context, h *history.History, windows []window) *evaluator {
	ev := &evaluator{ctx: ctx, h: h, vm: vm.VM{MemoryBudget: maxCells}, most: maxSteps, windows: windows}
	ev.env.Step, ev.env.During = ev.step, ev.during
	return ev
}

// windowsFor finds the faults of a history, if a part asks for them.
func windowsFor(h *history.History, parts []part) []window {
	if slices.ContainsFunc(parts, func(p part) bool { return p.need.faults }) {
		return windowsOf(h)
	}
	return nil
}

// during reports whether the op met a fault of that name, or that began with that f.
func (ev *evaluator) during(name string) bool {
	return slices.ContainsFunc(ev.met, func(w window) bool { return w.f == name || nemesis.Name(w.f) == name })
}

// step is called before each evaluation of a predicate. The machine turns its
// panic into an error.
func (ev *evaluator) step(...any) any {
	ev.steps++
	if ev.steps > ev.most {
		panic(fmt.Errorf("this takes more than %d steps", ev.most))
	}
	if ev.steps%4096 == 0 && ev.ctx.Err() != nil {
		panic(ev.ctx.Err())
	}
	return nil
}

// holds evaluates a condition on op i.
func (ev *evaluator) holds(e *Expr, i int) (bool, error) {
	ev.steps = 0
	for k := range e.parts {
		v, err := ev.run(e.text, &e.parts[k], i)
		if err != nil {
			return false, err
		}
		yes, ok := v.(bool)
		if !ok {
			return false, &ExprError{Text: e.text, Msg: "expected a condition, which is true or false, found " + kindOf(v)}
		}
		if !yes {
			return false, nil
		}
	}
	return true, nil
}

func (ev *evaluator) run(text string, p *part, i int) (any, error) {
	if err := ev.fill(&p.need, i); err != nil {
		return nil, err
	}
	v, err := ev.vm.Run(p.program, &ev.env)
	if err != nil {
		return nil, exprError(text, err)
	}
	return v, nil
}

// fill fills the fields that a part needs.
func (ev *evaluator) fill(n *need, i int) error {
	for _, f := range n.own {
		if err := fields[f].fill(&ev.env.opFields, ev.h, i); err != nil {
			return err
		}
	}
	if n.faults {
		ev.met = met(ev.windows, ev.h, i)
		ev.env.Faults = faultNames(ev.met)
	}
	pair := ev.h.Pair(i)
	inv, done := i, pair
	if ev.h.Type(i) != history.Invoke {
		inv, done = pair, i
	}
	if err := ev.fillEnd(&ev.env.Invocation, n.inv, inv); err != nil {
		return err
	}
	if err := ev.fillEnd(&ev.env.Completion, n.done, done); err != nil {
		return err
	}
	ev.env.Paired = pair >= 0
	ev.env.Latency = -1
	if n.latency && pair >= 0 {
		if from, to := ev.h.Time(inv), ev.h.Time(done); from != history.NoTime && to != history.NoTime {
			ev.env.Latency = int(to - from)
		}
	}
	return nil
}

func (ev *evaluator) fillEnd(x *opFields, need []int, i int) error {
	if len(need) == 0 {
		return nil
	}
	if i < 0 {
		*x = missing
		return nil
	}
	for _, f := range need {
		if err := fields[f].fill(x, ev.h, i); err != nil {
			return err
		}
	}
	return nil
}

// add is + of what may be text.
func add(args ...any) (any, error) {
	if a, ok := args[0].(string); ok {
		if b, ok := args[1].(string); ok && len(a)+len(b) > maxText {
			return nil, fmt.Errorf("this makes a text of more than %d bytes", maxText)
		}
	}
	return runtime.Add(args[0], args[1]), nil
}

// Fields returns what an expression can ask of an op. The first of them it can
// also ask of the op's invocation and completion.
func Fields() []Field {
	return append(slices.Clone(fields), more...)
}

// more are the fields of an op that its invocation and completion do not have.
var more = []Field{
	{Name: "invocation, completion", Doc: "the op that began, ended the operation: completion.type; text is empty, numbers -1 if none"},
	{Name: "paired", Doc: "whether there are both"},
	{Name: "latency", Doc: "nanoseconds from one to the other, -1 if not known"},
	{Name: "faults", Doc: `names of the faults that the operation met, such as ["partition"]`},
}

// Functions returns what an expression can call besides the language's own
// functions.
func Functions() []Field {
	return []Field{
		{Name: `during("partition")`, Doc: "whether the operation met a fault of that name"},
		{Name: `duration("1.5s")`, Doc: "nanoseconds, to compare with time and latency"},
		{Name: "has(x, y)", Doc: "whether y is x or anywhere inside it: has(value, 77)"},
		{Name: "text(x)", Doc: "x as EDN: text(error) contains \"timeout\""},
		{Name: "kind(x)", Doc: `"nil", "bool", "int", "float", "string", "array" or "map"`},
	}
}

func functionOptions() []expr.Option {
	return []expr.Option{
		expr.Function("duration", func(args ...any) (any, error) {
			d, err := time.ParseDuration(args[0].(string))
			return int(d), err
		}, new(func(string) int)),
		expr.Function(addName, add, new(func(any, any) any)),
		expr.Function("has", func(args ...any) (any, error) {
			if err := bounded(args[0]); err != nil {
				return nil, err
			}
			return has(args[0], args[1]), nil
		}, new(func(any, any) bool)),
		expr.Function("text", func(args ...any) (any, error) { return text(args[0]) }, new(func(any) string)),
		expr.Function("kind", func(args ...any) (any, error) { return kindOf(args[0]), nil }, new(func(any) string)),
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "nil"
	case bool:
		return "bool"
	case int:
		return "int"
	case float64:
		return "float"
	case string:
		return "string"
	case map[any]any, map[string]any:
		return "map"
	}
	return "array"
}
