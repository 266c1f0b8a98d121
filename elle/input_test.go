package elle_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
)

// badInputs are histories with the place and a piece of the message of the error that
// they are refused with.
type badInputs map[string]struct {
	text      string
	line, col int
	want      string
}

func (inputs badInputs) check(t *testing.T, w elle.Workload) {
	t.Helper()
	for name, c := range inputs {
		t.Run(name, func(t *testing.T) {
			h, err := format.ReadBytes(context.Background(), "h", []byte(c.text), format.Options{})
			if err == nil {
				_, err = elle.Check(context.Background(), h, elle.Options{Workload: w})
			}
			var syntax *edn.SyntaxError
			if !errors.As(err, &syntax) || syntax.Line != c.line || syntax.Col != c.col || !strings.Contains(syntax.Msg, c.want) {
				t.Errorf("got %v, want h:%d:%d: ... %s", err, c.line, c.col, c.want)
			}
		})
	}
}

// txnOf is a transaction that completed with a value.
func txnOf(value string) string {
	return "{:type :invoke, :process 0, :value nil}\n{:type :ok, :process 0, :value " + value + "}\n"
}

// TestBadInput: what cannot be interpreted is an error that says where, and what
// was expected there.
func TestBadInput(t *testing.T) {
	badInputs{
		"no transaction":        {txnOf("5"), 2, 32, "expected a transaction"},
		"a map":                 {txnOf("{:a 1}"), 2, 32, "expected a transaction"},
		"no micro-op":           {txnOf("[5]"), 2, 33, "expected a micro-op"},
		"empty micro-op":        {txnOf("[[]]"), 2, 34, "begins with :append or :r"},
		"unknown micro-op":      {txnOf("[[:append 1 2] [:cas 1 2]]"), 2, 48, "expected :append or :r, found :cas"},
		"another workload":      {txnOf("[[:w 1 2]]"), 2, 34, "rw-register"},
		"append of nothing":     {txnOf("[[:append 1]]"), 2, 43, "expected an element"},
		"read of nothing":       {txnOf("[[:r]]"), 2, 36, "expected a key"},
		"read of a number":      {txnOf("[[:r 1 2]]"), 2, 39, "expected the list"},
		"read of a set":         {txnOf("[[:r 1 #{2}]]"), 2, 39, "expected the list"},
		"too long a micro-op":   {txnOf("[[:r 1 [2] 3]]"), 2, 43, "expected the end of the micro-op"},
		"appended twice":        {txnOf("[[:append 1 2] [:append 1 2]]"), 2, 58, "op 1 and op 1 (line 2) both append 2 to key 1"},
		"twice, spelled apart":  {txnOf("[[:append 1 2] [:append 1N 0x2]]"), 2, 59, "both append"},
		"no JSON number":        {`{"type":"ok","process":0,"value":[["append",01,1]]}`, 1, 45, "expected a number"},
		"no JSON element":       {`{"type":"ok","process":0,"value":[["append",1,01]]}`, 1, 47, "expected a number"},
		"no JSON comma":         {`{"type":"ok","process":0,"value":[["append",1,1]["r",1,[]]]}`, 1, 49, "expected a comma"},
		"malformed inside":      {txnOf("[[:r 1 [1 08]]]"), 2, 42, "expected a number"},
		"malformed deep inside": {txnOf("[[:r 1 [1 [08]]]]"), 2, 43, "expected a number"},
	}.check(t, elle.ListAppend)
}

// TestBadRegisters is TestBadInput for registers.
func TestBadRegisters(t *testing.T) {
	badInputs{
		"no transaction":       {txnOf("5"), 2, 32, "expected a transaction"},
		"no micro-op":          {txnOf("[5]"), 2, 33, "expected a micro-op"},
		"empty micro-op":       {txnOf("[[]]"), 2, 34, "begins with :w or :r"},
		"unknown micro-op":     {txnOf("[[:w 1 2] [:cas 1 2]]"), 2, 43, "expected :w or :r, found :cas"},
		"another workload":     {txnOf("[[:w 1 2] [:append 1 2]]"), 2, 43, "list-append"},
		"write of nothing":     {txnOf("[[:w 1]]"), 2, 38, "expected a value to write"},
		"write of nil":         {txnOf("[[:w 1 nil]]"), 2, 39, "expected a value to write"},
		"read of nothing":      {txnOf("[[:r]]"), 2, 36, "expected a key"},
		"too long a micro-op":  {txnOf("[[:r 1 2 3]]"), 2, 41, "expected the end of the micro-op"},
		"written twice":        {txnOf("[[:w 1 2]]") + txnOf("[[:w 1 2]]") + txnOf("[[:r 1 2]]"), 4, 39, "both write 2 to key 1, and op 5 read it"},
		"twice, spelled apart": {txnOf("[[:w 1 2]]") + txnOf("[[:w 0x1 2N]]") + txnOf("[[:r 1 2]]"), 4, 41, "both write"},
		"mixed keys":           {txnOf(`[[:w 1 2] [:w "1" 3]]`), 2, 46, "expected all keys to be of one kind, but this one is a string, and that of line 2 is an integer"},
		"no JSON number":       {`{"type":"ok","process":0,"value":[["w",01,1]]}`, 1, 40, "expected a number"},
		"no JSON comma":        {`{"type":"ok","process":0,"value":[["w",1,1]["r",1,2]]}`, 1, 44, "expected a comma"},
		"malformed inside":     {txnOf("[[:r 1 [1 08]]]"), 2, 42, "expected a number"},
	}.check(t, elle.RWRegister)
}

// TestOctal: numbers are equal by value, however they are spelled.
func TestOctal(t *testing.T) {
	h, err := format.ReadBytes(context.Background(), "h", []byte("{:type :ok, :process 0, :value [[:append 010 017]]}\n{:type :ok, :process 1, :value [[:r 8 [15]]]}\n"), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if res := check(t, h, "serializable"); res.Valid.String() != "true" || res.Stats.Edges != 1 || res.Stats.Keys != 1 {
		t.Errorf("got %s %v, %+v", res.Valid, res.Types(), res.Stats)
	}
}

func TestBadOptions(t *testing.T) {
	h := simulated(t, smallConfig)
	for _, opt := range []elle.Options{
		{Models: []string{"linearisable-ish"}}, {Anomalies: []string{"G9"}}, {Workload: "bank"},
	} {
		var bad *elle.OptionError
		if _, err := elle.Check(context.Background(), h, opt); !errors.As(err, &bad) {
			t.Errorf("%+v: got %v, want an OptionError", opt, err)
		}
	}
}

// TestMissing: what a history may leave out is assumed, and counted.
func TestMissing(t *testing.T) {
	for name, c := range map[string]struct {
		text, valid, warning string
	}{
		"no process":                  {"{:type :ok, :value [[:append 1 1]]}\n{:type :ok, :value [[:r 1 []]]}\n", "true", "no-process"},
		"invocations without process": {"{:type :invoke, :value [[:append 1 1]]}\n{:type :ok, :value [[:append 1 1]]}\n", "unknown", "no-process"},
		"completions only": {"{:type :ok, :process 0, :value [[:append 1 1]]}\n{:type :ok, :process 1, :value [[:r 1 []]]}\n",
			"true", "no-invocations"},
		"unfinished": {"{:type :invoke, :process 0, :value [[:append 1 1]]}\n{:type :invoke, :process 1, :value [[:r 1 nil]]}\n{:type :ok, :process 1, :value [[:r 1 [1]]]}\n",
			"true", "unfinished"},
		"an info without its value": {"{:type :invoke, :process 0, :value [[:append 1 1]]}\n{:type :info, :process 0}\n{:type :invoke, :process 1, :value nil}\n{:type :ok, :process 1, :value [[:r 1 [1]]]}\n",
			"true", "no-time"},
		"a fail without its value": {"{:type :invoke, :process 0, :value [[:append 1 1]]}\n{:type :fail, :process 0, :value nil}\n{:type :invoke, :process 1, :value nil}\n{:type :ok, :process 1, :value [[:r 1 [1]]]}\n",
			"false", "no-index"},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := format.ReadBytes(context.Background(), "h", []byte(c.text), format.Options{})
			if err != nil {
				t.Fatal(err)
			}
			res := check(t, h)
			if res.Valid.String() != c.valid {
				t.Errorf("valid %s %v, want %s", res.Valid, res.Types(), c.valid)
			}
			for _, w := range res.Warnings {
				if w.Code == c.warning && w.Count > 0 {
					return
				}
			}
			t.Errorf("no warning %s with a count in %v", c.warning, res.Warnings)
		})
	}
}
