package query

import (
	"fmt"
	"slices"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm/runtime"
)

// Fields returns what an expression can ask of an op. The first of them it can
// also ask of the op's invocation and completion.
func Fields() []Field {
	return append(slices.Clone(fields), more...)
}

// more are the fields of an op that its invocation and completion do not have.
var more = []Field{
	{Name: "invocation, completion", Doc: "the op that began or ended the operation, as in completion.type; if there is none, text is empty and numbers are -1"},
	{Name: "paired", Doc: "whether the operation has both"},
	{Name: "latency", Doc: "nanoseconds between them, -1 if unknown"},
	{Name: "faults", Doc: `names of the faults that the operation met, such as ["partition"]`},
}

// Functions returns what an expression can call besides the language's own
// functions.
func Functions() []Field {
	return []Field{
		{Name: `during("partition")`, Doc: "whether the operation met a fault of that name"},
		{Name: `duration("1.5s")`, Doc: "nanoseconds, to compare with time and latency"},
		{Name: "has(x, y)", Doc: "whether y is x or anywhere inside it: has(value, 77)"},
		{Name: "text(x)", Doc: "x as EDN text: text(error) contains \"timeout\""},
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

// add is + of what may be text.
func add(args ...any) (any, error) {
	if a, ok := args[0].(string); ok {
		if b, ok := args[1].(string); ok && len(a)+len(b) > maxText {
			return nil, fmt.Errorf("this makes a text of more than %d bytes", maxText)
		}
	}
	return runtime.Add(args[0], args[1]), nil
}
