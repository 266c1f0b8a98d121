package query_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/query"
)

// count writes groups down: the values of each, and how many ops it has.
func count(t testing.TB, h *history.History, by string) string {
	t.Helper()
	c, err := query.CompileColumns(by)
	if err != nil {
		return err.Error()
	}
	all, err := (&query.Filter{}).Ops(context.Background(), h)
	if err != nil {
		t.Fatal(err)
	}
	groups, err := c.Count(context.Background(), h, all)
	if err != nil {
		return err.Error()
	}
	var rows []string
	for _, g := range groups {
		row := ""
		for _, v := range g.Values {
			row += v.String() + " "
		}
		rows = append(rows, fmt.Sprintf("%s%d", row, g.Count))
	}
	return strings.Join(c.Names, " ") + ": " + strings.Join(rows, ", ")
}

func TestCount(t *testing.T) {
	h := histtest.Parse(t, small)
	for by, want := range map[string]string{
		"type":                      `type: "fail" 1, "info" 3, "invoke" 6, "ok" 2`,
		"client, ok":                `client ok: false false 2, true false 8, true true 2`,
		"index / 4 >= 1":            `index / 4 >= 1: false 4, true 8`,
		"int(index/5)":              `int(index / 5): 0 5, 1 5, 2 2`, // 10 behind 9 would be 2 behind 10
		"error":                     `error: nil 10, "oops" 1, ["timeout" "10 s"] 1`,
		"map(mops, .f)":             `map(mops, .f): [] 7, ["poll"] 1, ["w"] 1, ["append" "r"] 2, ["poll" "send"] 1`,
		"filter(mops, .f == \"w\")": `filter(mops, .f == "w"): [] 11, [["w" 1 2]] 1`,
		"index > 10 ? op.value : 0": `index > 10 ? op.value : 0: 0 11, [7 [["w" 1 2]]] 1`,
		"faults, client ? 1 : 2":    `faults client ? 1 : 2: [] 1 8, [] 2 1, ["partition"] 1 2, ["partition"] 2 1`,
	} {
		if got := count(t, h, by); got != want {
			t.Errorf("%s\n%s\nwant\n%s", by, got, want)
		}
	}
	for by, want := range map[string]string{
		"":             "expected fields to count by, such as f, type",
		"typ":          "column 1: unknown name typ; did you mean type?\n  typ\n  ^",
		"f, typ":       "column 4: unknown name typ; did you mean type?\n  f, typ\n     ^",
		"f, (":         "unexpected token",
		"f], [typ":     "column 3: unexpected token",
		"f][0":         "expected fields to count by",
		"during":       "during",
		"f, value.x":   "history.edn:1:1: op 0: column 10: ",
		"completion":   "column 1: expected a field after completion",
		"f // by name": "f: ",
	} {
		if got := count(t, h, by); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", by, got, want)
		}
	}
	var e *query.ExprError
	if _, err := query.CompileColumns("f, typ"); !errors.As(err, &e) || e.Col != 4 || e.Text != "f, typ" {
		t.Errorf("no place: %v", err)
	}
}

// Counts are those of a loop with a map.
func TestCountNaive(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := histtest.Parse(t, histtest.Random(rt, call(rt)))
		want := map[string]int{}
		for op := range h.Ops() {
			want[fmt.Sprintf("%q %s ", op.Type, op.Process)]++
		}
		rows := strings.Split(strings.TrimPrefix(count(t, h, "type, process"), "type process: "), ", ")
		for _, row := range rows {
			at := strings.LastIndex(row, " ") + 1
			if fmt.Sprint(want[row[:at]]) != row[at:] {
				rt.Fatalf("%s, want %d", row, want[row[:at]])
			}
		}
		if len(rows) != len(want) {
			rt.Fatalf("%d groups, want %d", len(rows), len(want))
		}
	})
}
