package query

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// Columns are expressions by which ops are counted, of any type. They are safe for
// concurrent use.
type Columns struct {
	Names []string // the expressions

	text  string
	parts []part
}

// A Group is the ops for which all columns have the same values.
type Group struct {
	Values []edn.Value // of the columns, in their order
	Count  int
}

// CompileColumns reads expressions with commas between them: f, type. An error is
// an [*ExprError].
func CompileColumns(text string) (*Columns, error) {
	tree, config, err := parse("["+text+"\n]", false)
	if err != nil {
		return nil, inColumns(text, err)
	}
	list, ok := tree.Node.(*ast.ArrayNode)
	if !ok || len(list.Nodes) == 0 {
		return nil, &ExprError{Text: text, Msg: "expected fields to count by, such as f, type"}
	}
	c := &Columns{text: text}
	for _, node := range list.Nodes {
		c.Names = append(c.Names, node.String())
		p, err := compile(&parser.Tree{Node: node, Source: tree.Source}, config)
		if err != nil {
			return nil, inColumns(text, err)
		}
		c.parts = append(c.parts, p)
	}
	return c, nil
}

// inColumns takes the brackets away that CompileColumns has put around the text.
func inColumns(text string, err error) error {
	e := new(ExprError)
	if !errors.As(err, &e) && !errors.As(exprError(text, err), &e) {
		return err
	}
	e.Text = text
	switch lines := strings.Count(text, "\n") + 1; {
	case e.Line > lines:
		e.Line = 0
	case e.Line == 1:
		e.Col = max(1, e.Col-1)
	}
	return e
}

// Count counts some ops of a history. Groups are ordered by their values.
func (c *Columns) Count(ctx context.Context, h *history.History, ops []int) ([]Group, error) {
	parts := make([]map[string]*Group, (len(ops)+chunk-1)/chunk)
	windows := windowsFor(h, c.parts)
	err := par.Workers(ctx, len(parts), func(int) func(int) error {
		ev := newEvaluator(ctx, h, windows)
		return func(n int) error {
			parts[n] = map[string]*Group{}
			for _, i := range ops[n*chunk : min((n+1)*chunk, len(ops))] {
				if err := ev.count(c, i, parts[n]); err != nil {
					return errorAt(h, i, err)
				}
			}
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	all := map[string]*Group{}
	for _, part := range parts {
		for key, g := range part {
			if sum := all[key]; sum != nil {
				sum.Count += g.Count
			} else {
				all[key] = g
			}
		}
	}
	groups := make([]Group, 0, len(all))
	for _, key := range slices.Sorted(maps.Keys(all)) {
		groups = append(groups, *all[key])
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		for k := range a.Values {
			if c := edn.Compare(a.Values[k], b.Values[k]); c != 0 {
				return c
			}
		}
		return 0
	})
	return groups, nil
}

// count counts op i.
func (ev *evaluator) count(c *Columns, i int, to map[string]*Group) error {
	ev.steps = 0
	key := []byte{'['}
	for k := range c.parts {
		v, err := ev.run(c.text, &c.parts[k], i)
		if err != nil {
			return inColumns(c.text, err)
		}
		cell, err := text(v)
		if err != nil {
			return &ExprError{Text: c.text, Msg: err.Error()}
		}
		key = append(append(key, ' '), cell...)
	}
	key = append(key, ']')
	if g := to[string(key)]; g != nil {
		g.Count++
		return nil
	}
	row, err := edn.Parse(string(key), edn.EDN)
	if err != nil {
		return err
	}
	values, err := row.Items(nil)
	if err != nil {
		return err
	}
	to[string(key)] = &Group{values, 1}
	return nil
}
