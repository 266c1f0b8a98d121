package query_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/query"
)

// ask returns the ops for which an expression is true, or the error.
func ask(t testing.TB, h *history.History, text string) string {
	t.Helper()
	e, err := query.Compile(text)
	if err != nil {
		return err.Error()
	}
	f := query.Filter{Where: e}
	ops, err := f.Ops(context.Background(), h)
	if err != nil {
		return err.Error()
	}
	return strings.Trim(fmt.Sprint(ops), "[]")
}

const small = `
	i 0 txn [[:append 559 77] [:r "k" nil]] @0
	o 0 txn [[:append 559 77] [:r "k" [1 2]]] @1500
	i 1 read [3 nil]
	x 1 read [3 nil] ; :error [:timeout "10 s"], :node "n1"
	n nemesis start-partition :majority
	i 2 poll [[:poll]]
	o 2 poll [[:poll {9 [[0 1]]}] [:send 8 5]]
	n nemesis stop-partition
	i 3 sum {0 10, :a 5N, [1 2] 2.5}
	n 3 sum {0 10, :a 5N, [1 2] 2.5} ; :error :oops
	i 4 odd #{1/2 1.5M 123456789012345678901 \a a/b #inst "2020" true}
	i 5 keyed [7 [[:w 1 2]]]`

// fieldTests are expressions with the ops of the small history that satisfy them.
var fieldTests = []struct{ where, want string }{
	{`index == 3`, "3"},
	{`index in 2..4 && index not in [3]`, "2 4"},
	{`time == 1500000000`, "1"},
	{`seconds == 1.5`, "1"},
	{`time > duration("1s")`, "1"},
	{`process == 0`, "0 1"},
	{`process == "nemesis"`, "4 7"},
	{`!client`, "4 7"},
	{`type == "fail"`, "3"},
	{`type in ["fail", "info"] && client`, "3 9"},
	{`invoke && f == "txn"`, "0"},
	{`ok`, "1 6"},
	{`fail`, "3"},
	{`info and client`, "9"},
	{`f == "poll"`, "5 6"},
	{`value == [3, nil]`, "2 3"},
	{`kind(value) == "map"`, "8 9"},
	{`kind(value) == "string"`, "4"},
	{`value == "majority"`, "4"},
	{`f == "sum" && value[0] == 10 && value.a == "5" || f == "sum" && value.a == 5`, "8 9"},
	{`f == "sum" && value["[1 2]"] == 2.5`, "8 9"},
	{`f == "odd" && has(value, 0.5) && has(value, 1.5) && has(value, "123456789012345678901") && has(value, "a") && has(value, "a/b") && has(value, "2020") && has(value, true)`, "10"},
	{`key == 3`, "2 3"},
	{`key == 7`, "11"},
	{`key == nil && client`, "0 1 5 6 8 9 10"},
	{`559 in keys`, "0 1"},
	{`keys == [559, "k"]`, "0 1"},
	{`9 in keys && 8 in keys`, "6"},
	{`0 in keys && "a" in keys`, "8 9"},
	{`len(keys) == 0`, "4 5 7 10"},
	{`any(mops, .key == 559 && .value == 77)`, "0 1"},
	{`any(mops, .f == "r" && 2 in (.value ?? []))`, "1"},
	{`any(mops, .f == "poll" && .key == nil && .value != nil)`, "6"},
	{`map(mops, .f) == ["poll", "send"]`, "6"},
	{`any(mops, .f == "w" && .key == 1 && .value == 2)`, "11"},
	{`len(mops) == 0 && client`, "2 3 8 9 10"},
	{`error == "oops"`, "9"},
	{`fail && error[0] == "timeout"`, "3"},
	{`text(error) contains "timeout"`, "3"},
	{`op.node == "n1"`, "3"},
	{`op["process"] == 3 && op.time == 9000000`, "9"},
	{`completion.type == "ok"`, "0 1 5 6"},
	{`completion.index == 3 && invocation.index == 2`, "2 3"},
	{`invocation.index == -1`, "4 7"},
	{`completion.time == -1 && invocation.seconds >= 0.01`, "10 11"},
	{`completion.f == "" && completion.value == nil && completion.process == nil && !completion.ok && len(completion.mops) == 0 && completion.op.node == nil`, "10 11"},
	{`invoke && completion.error == "oops"`, "8"},
	{`any(completion.mops, .key == 8)`, "5 6"},
	{`invoke && !paired`, "10 11"},
	{`latency == 1500000000`, "0 1"},
	{`latency == -1`, "4 7 10 11"},
	{`latency == duration("1ms")`, "2 3 5 6 8 9"},
	{`client && faults == ["partition"]`, "5 6"},
	{`client && during("partition")`, "5 6"},
	{`during("start-partition") && !client`, "4"},
	{`during("kill")`, ""},
	{`has(value, 77)`, "0 1"},
	{`has(mops, 559) && has(mops, 77) || has(mops, "w") || has(value, 2.5)`, "0 1 8 9 11"},
	{`has(faults, "partition") && has(1..3, 2) && !has(groupBy(mops, .f), 9)`, "4 5 6"},
	{`process in [1, "nemesis"]`, "2 3 4 7"},
	{`key in [3, 8] && f in ["read", "x"]`, "2 3"},
	{`f + "x" == "txnx"`, "0 1"},
	{`let n = len(mops); n == 2 && f != "txn"`, "6"},
	{`let a = index + 1; a == 4`, "3"},
	{`f matches "^o" or f startsWith "ke"`, "10 11"},
	{`sum(filter(keys, kind(#) == "int")) == 17`, "6"},
	{`(ok && f == "txn") == true`, "1"},
	{`op.nothing`, ""}, // nil counts as false
	{`true`, "0 1 2 3 4 5 6 7 8 9 10 11"},
}

func TestFields(t *testing.T) {
	h := histtest.Parse(t, small)
	for _, c := range fieldTests {
		if got := ask(t, h, c.where); got != c.want {
			t.Errorf("%s: %s, want %s", c.where, got, c.want)
		}
	}
}

// A history in JSON looks the same.
func TestFieldsJSON(t *testing.T) {
	h := histtest.Read(t, "h.jsonl", `{"type":"invoke","process":0,"f":"txn","value":[[":append","x",1],["r",5,null]]}
{"type":"ok","process":0,"f":"txn","value":[[":append","x",1],["r",5,[3]]]}
{"type":"ok","process":"nemesis","f":"read","value":{"0":10,"a":{"#set":[1]}}}
`)
	for where, want := range map[string]string{
		`any(mops, .f == "append" && .key == "x")`:                 "0 1",
		`5 in keys && ok`:                                          "1",
		`process == "nemesis" && value[0] == 10`:                   "2",
		`0 in keys && "a" in keys`:                                 "2",
		`kind(value) == "map" && value.a == [1]`:                   "2",
		`time == -1 && seconds == -1 && latency == -1`:             "0 1 2",
		`paired && invocation.index == 0 && completion.index == 1`: "0 1",
	} {
		if got := ask(t, h, where); got != want {
			t.Errorf("%s: %s, want %s", where, got, want)
		}
	}
}

// TestFieldRows checks that the documented fields are the existing ones.
func TestFieldRows(t *testing.T) {
	h := histtest.Parse(t, small)
	for _, f := range query.Fields() {
		if f.Doc == "" {
			t.Errorf("%s is not explained", f.Name)
		}
		for name := range strings.SplitSeq(f.Name, ", ") {
			if name == "invocation" || name == "completion" {
				name += ".index"
			}
			if got := ask(t, h, name+" == "+name); got != "0 1 2 3 4 5 6 7 8 9 10 11" {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
}

func TestExprErrors(t *testing.T) {
	h := histtest.Parse(t, "i 0 read 5\no 0 read x")
	for _, c := range []struct{ where, want string }{
		{`typ == "ok"`, "column 1: unknown name typ; did you mean type?\n  typ == \"ok\"\n  ^"},
		{`ok && lateny > 5`, "column 7: unknown name lateny; did you mean latency?\n  ok && lateny > 5\n        ^"},
		{"ok &&\n  typ == 5", "line 2, column 3: unknown name typ; did you mean type?\n    typ == 5\n    ^"},
		{`durin("x")`, "column 1: unknown name durin; did you mean during?\n"},
		{`lenn(mops) > 1`, "column 1: unknown name lenn; did you mean len?\n"},
		{`completion.typ == "ok"`, "column 12: op has no field typ; did you mean type?\n"},
		{`any(mops, .kee == 1)`, "column 12: micro-op has no field kee; did you mean key?\n"},
		{`type == "okay"`, "column 9: expected a type, which is invoke, ok, fail or info, found \"okay\"\n"},
		{`"fial" == completion.type`, "column 1: expected a type, which is invoke, ok, fail or info, found \"fial\"\n"},
		{`type in ["ok", "inf"]`, "column 16: expected a type, which is invoke, ok, fail or info, found \"inf\"; did you mean info?\n"},
		{`completion == nil`, "column 1: expected a field after completion, such as completion.type; paired says whether there is one\n"},
		{`latency > duration("1 s")`, "column 20: expected a duration such as \"1.5s\" or \"200ms\", found \"1 s\"\n"},
		{`latency > "1s"`, "column 9: invalid operation: > (mismatched types int and string)\n"},
		{`index`, "expected a condition, which is true or false, found int\n  index"},
		{`index + 1`, "expected a condition, which is true or false, found int\n  index + 1"},
		{`mops`, "expected a condition, which is true or false, found []micro-op\n  mops"},
		{`f ==`, "column 4: expected more\n  f ==\n     ^"},
		{``, "column 1: expected more\n  \n  ^"},
		{`f == "a`, "column 8: literal not terminated\n"},
		{`f matches "("`, "column 3: error parsing regexp: missing closing ): `(`\n"},
		{`$env.f == "read"`, "column 1: unknown name $env\n"},
		{`now() == now()`, "column 1: unknown name now\n"},
		{`reduce([1], #acc + #, 0) == 1`, "column 1: unknown name reduce\n"},
		{strings.Repeat("(", 10_000), "column 10000: expected more\n  …((((("},
		{strings.Repeat("!", 10_001), "expected at most 10000 bytes, found 10001"},
		// What only an op can tell.
		{`value > 3`, "history.edn:2:1: op 1: column 7: invalid operation: string > int\n  value > 3\n        ^"},
		{`value == 5 || value.x`, "history.edn:2:1: op 1: column 21: expected an integer as the index of a list or text, found a name\n"},
		{`value`, "history.edn:1:1: op 0: column 1: expected a condition, which is true or false, found int\n  value\n  ^"},
		{`len(1..100000000) > 2`, "history.edn:1:1: op 0: column 6: this makes lists of more than 10000000 elements\n"},
		{`all(1..3000, let a = #; all(1..1000, # > 0)) && all(1..3000, let a = #; all(1..3400, # > 0))`, "column 88: this takes more than 10000000 steps\n"},
		{`let a = f + "0123456789"; let b = a+a+a+a+a+a+a+a+a+a; let c = b+b+b+b+b+b+b+b+b+b; let d = c+c+c+c+c+c+c+c+c+c; let e = d+d+d+d+d+d+d+d+d+d; let g = e+e+e+e+e+e+e+e+e+e; g == "x"`, "this makes a text of more than 1000000 bytes"},
		{`let a = [1,1,1,1,1,1,1,1,1,index]; let b = [a,a,a,a,a,a,a,a,a,a]; let c = [b,b,b,b,b,b,b,b,b,b]; let d = [c,c,c,c,c,c,c,c,c,c]; let e = [d,d,d,d,d,d,d,d,d,d]; let g = [e,e,e,e,e,e,e,e,e,e]; let h = [g,g,g,g,g,g,g,g,g,g]; text(h) == "x"`, "this is larger than 10000000 elements"},
	} {
		if got := ask(t, h, c.where); !strings.Contains(got, c.want) || c.want == "" {
			t.Errorf("%.200s: %.500s\nwant %s", c.where, got, c.want)
		}
	}
	var at *query.ExprError
	if _, err := query.Compile(`ok && f = 3`); !errors.As(err, &at) || at.Line != 1 || at.Col != 9 {
		t.Errorf("no place: %v", err)
	}
}

// A condition is a text, and what it means for an op.
type condition struct {
	text  string
	holds func(op history.Op) bool
}

// conditions draws conditions on histories of [key value] and [[:w k v] [:r k nil]].
func conditions() *rapid.Generator[condition] {
	simple := rapid.Custom(func(t *rapid.T) condition {
		n := rapid.IntRange(0, 9).Draw(t, "n")
		return rapid.SampledFrom([]condition{
			{fmt.Sprintf("index > %d", n), func(op history.Op) bool { return op.Index > int64(n) }},
			{fmt.Sprintf("process == %d", n%4), func(op history.Op) bool { return op.Process == fmt.Sprint(n%4) }},
			{"ok", func(op history.Op) bool { return op.Type == history.OK }},
			{`type != "fail"`, func(op history.Op) bool { return op.Type != history.Fail }},
			{`f == "txn"`, func(op history.Op) bool { return op.F == "txn" }},
			{fmt.Sprintf("key == %d", n%3), func(op history.Op) bool { return op.Value.String() == fmt.Sprintf("[%d 1]", n%3) }},
			{fmt.Sprintf("%d in keys", n%3), func(op history.Op) bool {
				return strings.Contains(op.Value.String(), fmt.Sprintf("[%d ", n%3)) || strings.Contains(op.Value.String(), fmt.Sprintf(" %d ", n%3))
			}},
			{fmt.Sprintf(`any(mops, .f == "w" && .key == %d)`, n%3), func(op history.Op) bool {
				return strings.Contains(op.Value.String(), fmt.Sprintf("[:w %d ", n%3))
			}},
			{`len(mops) == 2`, func(op history.Op) bool { return op.F == "txn" }},
		}).Draw(t, "condition")
	})
	return rapid.Custom(func(t *rapid.T) condition {
		c := simple.Draw(t, "a")
		for range rapid.IntRange(0, 3).Draw(t, "more") {
			a, b := c, simple.Draw(t, "b")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				c = condition{"(" + a.text + ") && (" + b.text + ")", func(op history.Op) bool { return a.holds(op) && b.holds(op) }}
			case 1:
				c = condition{"(" + a.text + ") or (" + b.text + ")", func(op history.Op) bool { return a.holds(op) || b.holds(op) }}
			case 2:
				c = condition{"!(" + a.text + ")", func(op history.Op) bool { return !a.holds(op) }}
			}
		}
		return c
	})
}

// call draws operations that conditions are about.
func call(t *rapid.T) func() histtest.Call {
	return func() histtest.Call {
		k := rapid.IntRange(0, 2).Draw(t, "key")
		if rapid.Bool().Draw(t, "txn") {
			v := fmt.Sprintf("[[:w %d 5] [:r %d nil]]", k, rapid.IntRange(0, 2).Draw(t, "read"))
			return histtest.Call{F: "txn", In: v, Out: v}
		}
		v := fmt.Sprintf("[%d 1]", k)
		return histtest.Call{F: "write", In: v, Out: v}
	}
}

// Expressions pick what a loop with ifs picks.
func TestWhere(t *testing.T) {
	all := conditions()
	rapid.Check(t, func(rt *rapid.T) {
		h := histtest.Parse(t, histtest.Random(rt, call(rt)))
		c := all.Draw(rt, "where")
		var want []int
		for i := range h.Len() {
			if c.holds(h.Op(i)) {
				want = append(want, i)
			}
		}
		if got := ask(t, h, c.text); got != strings.Trim(fmt.Sprint(want), "[]") {
			rt.Fatalf("%s: %s, want %v", c.text, got, want)
		}
	})
}

// Whatever the number of cores, the answer is the same, and so is the first error.
func TestWhereCores(t *testing.T) {
	var text strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&text, "{:index %d, :type :invoke, :process %d, :f :write, :value %d}\n", i, i, i%7)
	}
	h := histtest.Read(t, "history.edn", text.String())
	var answers []string
	for _, cores := range []int{1, 4} {
		old := runtime.GOMAXPROCS(cores)
		columns, err := query.CompileColumns("value % 2, process > 9")
		if err != nil {
			t.Fatal(err)
		}
		f := query.Filter{Index: &query.Range{Lo: 100, Hi: 29_000}}
		ops, err := f.Ops(context.Background(), h)
		if err != nil {
			t.Fatal(err)
		}
		groups, err := columns.Count(context.Background(), h, ops)
		answers = append(answers, ask(t, h, "value == 3 && index % 11 == 0"), ask(t, h, "index < 8000 || value.x == 1"), fmt.Sprint(groups, err))
		runtime.GOMAXPROCS(old)
	}
	if !reflect.DeepEqual(answers[:3], answers[3:]) {
		t.Errorf("one core answers %s\nfour cores %s", answers[:3], answers[3:])
	}
	if !strings.HasPrefix(answers[1], "history.edn:8001:1: op 8000: column 23:") {
		t.Errorf("the first error is %s", answers[1])
	}
}

// ending is a context that ends after it was asked a few times.
type ending struct {
	context.Context
	left *int
}

func (c ending) Err() error {
	if *c.left--; *c.left < 0 {
		return context.Canceled
	}
	return nil
}

// The end of a context ends an evaluation.
func TestWhereCancelled(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	h := histtest.Parse(t, small)
	e, err := query.Compile(`all(1..3000, let a = #; all(1..3000, # > 0))`)
	if err != nil {
		t.Fatal(err)
	}
	f := query.Filter{Where: e}
	left := 3
	if ops, err := f.Ops(ending{context.Background(), &left}, h); !errors.Is(err, context.Canceled) || ops != nil {
		t.Errorf("%v, %v", ops, err)
	}
	if left < -9 {
		t.Errorf("it went on, and asked %d times more", -left)
	}
}
