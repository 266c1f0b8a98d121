package format

import (
	"context"
	"errors"
	"io"
	"testing"
)

func TestWrite(t *testing.T) {
	tests := []struct{ name, text, edn, json string }{
		{
			"edn",
			"#jepsen.history.Op{:type :invoke,:f  :txn, :process 0, :value [[:append 1 2] [:r \"x\" nil]] :error #{:a} #_ 1} ; end",
			`{:type :invoke, :f :txn, :process 0, :value [[:append 1 2] [:r "x" nil]], :error #{:a}}`,
			`{"type":"invoke","f":"txn","process":0,"value":[["append",1,2],["r","x",null]],"error":{"#set":["a"]}}`,
		},
		{
			"json",
			`{"type": "invoke", "f": ":txn", "process": "nemesis", "value": [["append", "k", 2], ["r", [1], null], []], "error": ["a", "b"]}`,
			`{:type :invoke, :f :txn, :process :nemesis, :value [[:append "k" 2] [:r [1] nil] []], :error ["a" "b"]}`,
			`{"type":"invoke","f":":txn","process":"nemesis","value":[["append","k",2],["r",[1],null],[]],"error":["a","b"]}`,
		},
		{
			"json, no transaction",
			`{"type":"ok","value":["r",1],"time":null}`,
			`{:type :ok, :value ["r" 1], :time nil}`,
			`{"type":"ok","value":["r",1],"time":null}`,
		},
		{
			"json, not all micro-ops",
			`{"type":"ok","value":[["r",1],2,"a",["b"],["c d"]]}`,
			`{:type :ok, :value [[:r 1] 2 "a" [:b] ["c d"]]}`,
			`{"type":"ok","value":[["r",1],2,"a",["b"],["c d"]]}`,
		},
		{
			"names that are no keywords",
			`{"type":"ok","f":"a b","process":"n 1","my field":1,"":2}`,
			`{:type :ok, :f "a b", :process "n 1", "my field" 1, "" 2}`,
			`{"type":"ok","f":"a b","process":"n 1","my field":1,"":2}`,
		},
		{"empty", "[]", "[]", "[]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := mustRead(t, tt.text)
			if got, err := written(h, EDN); err != nil || got != tt.edn+"\n" {
				t.Errorf("EDN: %v\ngot  %swant %s", err, got, tt.edn)
			}
			if got, err := written(h, JSONL); err != nil || got != tt.json+"\n" {
				t.Errorf("JSON: %v\ngot  %swant %s", err, got, tt.json)
			}
			roundTrip(t, h, EDN, JSONL)
		})
	}
}

func TestWriteContainers(t *testing.T) {
	for name, text := range containers() {
		t.Run(name, func(t *testing.T) { roundTrip(t, mustRead(t, text), EDN, JSONL) })
	}
}

type failing struct{}

var errFull = errors.New("disk full")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestWriteStops(t *testing.T) {
	h := mustRead(t, okEDN)
	if err := Write(context.Background(), failing{}, h, EDN); !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Write(ctx, io.Discard, h, EDN); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
