package query

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/file"

	"github.com/seed-c33ae711/jcheck/internal/suggest"
)

// An ExprError is a mistake in an expression, or an op that it cannot be applied to.
type ExprError struct {
	Text      string // of the expression
	Line, Col int    // the position in it, from 1, in characters; 0 for the whole expression
	Msg       string
}

// Error shows the place below the message.
func (e *ExprError) Error() string {
	if e.Line == 0 {
		if e.Text == "" {
			return e.Msg
		}
		return e.Msg + "\n  " + strings.ReplaceAll(e.Text, "\n", "\n  ")
	}
	at := fmt.Sprintf("column %d", e.Col)
	lines := strings.Split(e.Text, "\n")
	if len(lines) > 1 {
		at = fmt.Sprintf("line %d, %s", e.Line, at)
	}
	line, col := around([]rune(lines[min(e.Line, len(lines))-1]), e.Col-1)
	return fmt.Sprintf("%s: %s\n  %s\n  %s^", at, e.Msg, strings.ReplaceAll(line, "\t", " "), strings.Repeat(" ", col))
}

// around returns the part of a line that is near a column, and which column it is
// there.
func around(line []rune, col int) (part string, at int) {
	const near = 60
	before, after := "", ""
	if len(line) > col+near {
		line, after = line[:col+near], "…"
	}
	if col > 2*near {
		line, before, col = line[col-near:], "…", near
	}
	return before + string(line) + after, col + len([]rune(before))
}

// The library's messages have no types, so they are recognized by their text. One that
// is not recognized is shown as it is.
var (
	unknownName  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^unknown name (\S+)$`) })
	unknownField = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^type (\S+) has no (?:field|method) (\S+)$`)
	})
	notBool = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:expected bool, but got (.*)|invalid operation: bool\((.*)\))$`)
	})
	plainWords = sync.OnceValue(func() *strings.Replacer {
		return strings.NewReplacer(
			"unexpected token EOF", "expected more",
			"invalid operation: int(string)", "expected an integer as the index of a list or text, found a name",
			"memory budget exceeded", fmt.Sprintf("this makes lists of more than %d elements", maxCells),
			"*query.env", "op", "query.env", "op", "query.opFields", "op", "query.Mop", "micro-op",
			"map[interface {}]interface {}", "map", "map[string]interface {}", "map", "[]interface {}", "list", "interface {}", "any value", "<nil>", "nil",
		)
	})
)

// exprError makes an ExprError of an error of the library, in plain words and with
// the name that was probably meant. The end of a context stays what it is.
func exprError(text string, err error) error {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			return end
		}
	}
	e := &ExprError{Text: text, Msg: err.Error()}
	if at := new(file.Error); errors.As(err, &at) {
		e.Msg, e.Line, e.Col = at.Message, at.Line, at.Column+1
	}
	if m := unknownName().FindStringSubmatch(e.Msg); m != nil {
		e.Msg += suggest.DidYouMean(m[1], names())
	} else if m := unknownField().FindStringSubmatch(e.Msg); m != nil {
		known := []string{"f", "key", "value"}
		if strings.HasSuffix(m[1], "opFields") {
			known = fieldNames()
		}
		e.Msg = m[1] + " has no field " + m[2] + suggest.DidYouMean(m[2], known)
	} else if m := notBool().FindStringSubmatch(e.Msg); m != nil {
		e.Msg = "expected a condition, which is true or false, found " + m[1] + m[2]
	}
	e.Msg = plainWords().Replace(e.Msg)
	return e
}

func fieldNames() (out []string) {
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return out
}

// names are all that an expression can use.
func names() []string {
	out := append(fieldNames(), "invocation", "completion", "paired", "latency", "faults", "during", "has", "text", "kind", "duration")
	for _, name := range builtin.Names {
		if !slices.Contains(left, name) {
			out = append(out, name)
		}
	}
	return out
}
