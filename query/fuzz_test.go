package query

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
)

// FuzzExpr evaluates any expression on a small history: it never panics, and what
// is wrong with it has a place in the expression or in the history.
func FuzzExpr(f *testing.F) {
	for _, seed := range []string{
		`f == "txn" && ok && any(mops, .key == 559 && .value in [1, 2])`, `index in 1..3 or process == "nemesis"`, `value[0][1] ?? 3`,
		`text(error) contains "x" || has(value, 2)`, `completion.type == "ok" && latency > duration("1s")`, `let a = value; a?.x == nil ? true : fail`,
		`during("kill") and faults[0] startsWith "k"`, `sum(map(1..9, # * index)) % 7 == 1`, `sortBy(keys, #)[0] < 3`, `f, type`, `groupBy(mops, .f)`,
		`op.value | map(#) | len() > 1`, `-value + "a" matches f`, `{"a": value}.a == [[1]]`, `invocation["f"] != completion?.f`, `1e400 ** -seconds`,
	} {
		f.Add(seed)
	}
	h := histtest.Parse(f, `
	i 0 txn [[:append 559 77] [:r "k" nil]] @0
	o 0 txn [[:append 559 77] [:r "k" [1 2]]] @1500
	i 1 read [3 nil]
	x 1 read [3 nil] ; :error [:timeout "10 s"], :node "n1"
	n nemesis kill {:n1 #{1 2.5}}
	i 3 sum {0 10, :a 12345678901234567890, [1 2] 2.5}`)
	windows := windowsOf(h)
	f.Fuzz(func(t *testing.T, text string) {
		hasPlace := func(err error, compiling bool) {
			var e *ExprError
			var at *edn.SyntaxError
			if !errors.As(err, &e) && (compiling || !errors.As(err, &at)) {
				t.Fatalf("%q: no place in %T: %v", text, err, err)
			}
			if strings.Contains(err.Error(), "runtime error: invalid memory") {
				t.Fatalf("%q: %v", text, err)
			}
		}
		ev := newEvaluator(context.Background(), h, windows)
		ev.vm.MemoryBudget, ev.most = 1000, 1000
		e, err := Compile(text)
		if err != nil {
			hasPlace(err, true)
		}
		for i := range h.Len() {
			if e == nil {
				break
			}
			if _, err := ev.holds(e, i); err != nil {
				hasPlace(err, false)
			}
		}
		c, err := CompileColumns(text)
		if err != nil {
			hasPlace(err, true)
			return
		}
		groups := map[string]*Group{}
		for i := range h.Len() {
			if err := ev.count(c, i, groups); err != nil {
				hasPlace(err, false)
			}
		}
	})
}
