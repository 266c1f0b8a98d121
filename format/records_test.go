package format

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// recordTests are records that other recorders write: flat maps with a key, a client,
// or names of their own, and what they are read as.
var recordTests = []struct {
	name, mapping, text string
	want                string // the ops, written as EDN, or an error
	warnings            string
	keyed               bool
}{
	{"a key", "", `{"type":"invoke","f":"write","key":"a","value":1,"process":0}
{"type":"ok","f":"write","key":"a","value":1,"process":0,"node":"n1"}`,
		`{:type :invoke, :process 0, :f :write, :value ["a" 1]}
{:type :ok, :process 0, :f :write, :value ["a" 1], :node "n1"}`, "", true},
	{"a completion without it", "", "{:type :invoke :f :read :key 3 :process :c1} {:type :ok :f :read :process :c1 :value nil}",
		"{:type :invoke, :process :c1, :f :read, :value [3 nil]}\n{:type :ok, :process :c1, :f :read, :value [3 nil]}", "", true},
	{"without a process", "", "[{:type :invoke :f :read :key :x} {:type :ok :f :read :value 5}]",
		"{:type :invoke, :f :read, :value [:x nil]}\n{:type :ok, :f :read, :value [:x 5]}", "no-process=2", true},
	{"a nemesis without it", "", "({:type :info :process :nemesis :f :kill :value 1} {:type :ok :process 1 :f :r :key 1 :value 2})",
		"{:type :info, :process :nemesis, :f :kill, :value 1}\n{:type :ok, :process 1, :f :r, :value [1 2]}", "no-invocations=2", true},
	{"an info without it", "", "{:type :invoke :process 1 :f :w :key 1 :value 2} {:type :info :process 1 :f :log}",
		"{:type :invoke, :process 1, :f :w, :value [1 2]}\n{:type :info, :process 1, :f :log, :value [1 nil]}", "lone-info=1 unfinished=1", true},
	{"tuples already", "", "{:type :invoke :process 1 :f :w :key 1 :value [1 2]} {:type :ok :process 1 :f :w :key 1 :value [1 2]}",
		"{:type :invoke, :process 1, :f :w, :value [1 2], :key 1}\n{:type :ok, :process 1, :f :w, :value [1 2], :key 1}", "", true},
	{"a cas that looks like one", "", "{:type :invoke :process 1 :f :cas :key 1 :value [1 2]} {:type :ok :process 1 :f :cas :key 1 :value [1 2]} {:type :invoke :process 1 :f :cas :key 1 :value [5 2]}",
		"{:type :invoke, :process 1, :f :cas, :value [1 [1 2]]}\n{:type :ok, :process 1, :f :cas, :value [1 [1 2]]}\n{:type :invoke, :process 1, :f :cas, :value [1 [5 2]]}", "unfinished=1", true},
	{"transactions", "", `{"type":"ok","process":1,"f":"txn","key":4,"value":[["append",1,2]]}`,
		"{:type :ok, :process 1, :f :txn, :value [[:append 1 2]], :key 4}", "field-unused=1 no-invocations=1", false},
	{"one without a key", "", "{:type :invoke :process 1 :f :w :key 1} {:type :ok :process 1 :f :w :key 1}\n{:type :invoke :process 1 :f :w}",
		"h:2:1: expected a :key in every op, as others have one, found an op without; --map key= ignores the keys", "", false},
	{"and it is meant", "key=", "{:type :ok :process 1 :f :w :key 1 :value 2} {:type :ok :process 1 :f :w}",
		"{:type :ok, :process 1, :f :w, :value 2}\n{:type :ok, :process 1, :f :w}", "no-invocations=2", false},
	{"what may be a key", "", "{:type :ok :process 1 :f :w :k 1 :value 2}",
		"{:type :ok, :process 1, :f :w, :value 2, :k 1}", "field-unused=0 no-invocations=1", false},

	{"a client", "", `{"type":"invoke","client":"c1","f":"w","value":1}{"type":"ok","client":"c1","f":"w","value":1}`,
		"{:type :invoke, :process :c1, :f :w, :value 1}\n{:type :ok, :process :c1, :f :w, :value 1}", "process-field=2", false},
	{"a thread", "", "{:type :ok :thread 7 :f :w}", "{:type :ok, :process 7, :f :w}", "process-field=1 no-invocations=1", false},
	{"a worker", "", "{:type :ok :worker-id 7 :f :w}", "{:type :ok, :process 7, :f :w}", "process-field=1 no-invocations=1", false},
	{"a clientId", "", `{"type":"ok","clientId":7,"f":"w"}`, "{:type :ok, :process 7, :f :w}", "process-field=1 no-invocations=1", false},
	{"a process and a client", "", "{:type :ok :client 7 :process 8}", "{:type :ok :client 7 :process 8}", "no-invocations=1", false},
	{"only some have a process", "", "{:type :info :process :nemesis :f :kill} {:type :ok :client 8 :f :w}",
		"{:type :info, :process :nemesis, :f :kill}\n{:type :ok, :process 8, :f :w}", "process-field=1 no-invocations=2", false},
	{"no client", "", `{"type":"ok","client":null,"f":"w"}`, "{:type :ok, :f :w, :client nil}", "no-process=1", false},

	{"another f", "f=broadcast:add,f=gossip:add", "{:type :ok :process 1 :f :broadcast} {:type :ok :process 1 :f :read} {:type :ok :process 1 :f :gossip}",
		"{:type :ok, :process 1, :f :add}\n{:type :ok, :process 1, :f :read}\n{:type :ok, :process 1, :f :add}", "no-invocations=3", false},
	{"all has another name", "process=who, f=op, key=k, value=v, type=event, type=call:invoke, type=return:ok, time=ts:ms, index=id, process=admin:nemesis",
		`{"who":1,"event":"call","op":"write","k":"a","v":1,"ts":5,"id":3,"type":"x","process":"y","value":0}
{"who":1,"event":"return","op":"write","ts":6.25,"id":4}
{"who":"admin","event":"info","op":"kill","ts":7,"id":5}`,
		`{:type :invoke, :index 3, :time 5000000, :process 1, :f :write, :value ["a" 1]}
{:type :ok, :index 4, :time 6250000, :process 1, :f :write, :value ["a" nil]}
{:type :info, :index 5, :time 7000000, :process :nemesis, :f :kill}`, "", true},
}

// TestRecords: ops with other fields than Jepsen's become Jepsen's.
func TestRecords(t *testing.T) {
	for _, tt := range recordTests {
		t.Run(tt.name, func(t *testing.T) {
			var opt Options
			if tt.mapping != "" {
				var err error
				if opt.Map, err = ParseMapping(tt.mapping); err != nil {
					t.Fatal(err)
				}
			}
			h, err := readString(tt.text, opt)
			if err != nil {
				if err.Error() != tt.want {
					t.Errorf("got %v, want %s", err, tt.want)
				}
				return
			}
			got := strings.ReplaceAll(strings.TrimRight(string(h.Source().Text), "\n"), "} {", "}\n{")
			if diff := cmp.Diff(tt.want, got); diff != "" || h.Keyed() != tt.keyed {
				t.Errorf("keyed is %v, (-want +got)\n%s", h.Keyed(), diff)
			}
			var codes []string
			for _, w := range h.Warnings() {
				if w.Code != "no-index" && w.Code != "no-time" {
					codes = append(codes, fmt.Sprintf("%s=%d", w.Code, w.Count))
				}
			}
			if got := strings.Join(codes, " "); got != tt.warnings {
				t.Errorf("warnings: got %s, want %s", got, tt.warnings)
			}
			for i := range h.Len() {
				if want := 1 + strings.Count(tt.text[:min(len(tt.text), nth(tt.text, i))], "\n"); strings.Contains(tt.text, "}\n{") && h.Line(i) != want {
					t.Errorf("op %d is on line %d, want %d", i, h.Line(i), want)
				}
			}
		})
	}
}

// nth is where op i of a text begins whose ops are on lines of their own.
func nth(text string, i int) int {
	at := 0
	for range i {
		at += strings.Index(text[at:], "\n") + 1
	}
	return at
}

// TestRecordsRandom: a history with tuples is the same with keys beside the values, in EDN and in
// JSON, whatever fields are called.
func TestRecordsRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		json := rapid.Bool().Draw(t, "json")
		other := rapid.Bool().Draw(t, "other names")
		name := func(a, b string) string {
			if other {
				a = b
			}
			if json {
				return `"` + a + `":`
			}
			return ":" + a + " "
		}
		opt := Options{}
		if other {
			m, err := ParseMapping("process=by,f=op,key=on,value=arg,index=no")
			if err != nil {
				t.Fatal(err)
			}
			opt.Map = m
		}
		var tuples, keys strings.Builder
		open := map[int][2]int{}
		for i := range rapid.IntRange(1, 20).Draw(t, "ops") {
			p := rapid.IntRange(0, 3).Draw(t, "process")
			typ := rapid.SampledFrom([]string{"ok", "fail", "info"}).Draw(t, "type")
			kv, ok := open[p]
			if delete(open, p); !ok {
				kv, typ = [2]int{rapid.IntRange(0, 2).Draw(t, "key"), rapid.IntRange(0, 5).Draw(t, "value")}, "invoke"
				open[p] = kv
			}
			fmt.Fprintf(&tuples, "{:index %d, :type :%s, :process %d, :f :write, :value [%d %d]}\n", i, typ, p, kv[0], kv[1])
			key := fmt.Sprintf("%s%d,", name("key", "on"), kv[0])
			if typ != "invoke" && rapid.Bool().Draw(t, "without a key") {
				key = ""
			}
			typed := ":type :" + typ
			f := name("f", "op") + ":write"
			if json {
				typed, f = `"type":"`+typ+`"`, name("f", "op")+`"write"`
			}
			fmt.Fprintf(&keys, "{%s%d,%s,%s%s%d,%s,%s%d}\n", name("index", "no"), i, typed, key, name("process", "by"), p, f, name("value", "arg"), kv[1])
		}
		want := mustRead(t, tuples.String())
		got, err := readString(keys.String(), opt)
		if err != nil {
			t.Fatalf("%v\n%s", err, keys.String())
		}
		if diff := cmp.Diff(rows(want), rows(got)); diff != "" || !got.Keyed() {
			t.Fatalf("%s\n(-tuples +keys)\n%s", keys.String(), diff)
		}
	})
}

func TestBadMapping(t *testing.T) {
	for text, want := range map[string]string{
		"process":         `expected a mapping such as process=client or f=broadcast:add, found "process"`,
		"node=n":          `expected a mapping of one of f, index, key, process, time, type, value, found one of "node"`,
		"process=a,key=a": `expected each name once, found "a" twice`,
		"type=":           "expected a name for type, which every op has",
		"value=a:b":       `expected names of f, type or process, found one of "value"`,
		"time=ts:h":       `expected s, ms, us or ns as the unit of times, found "h"`,
		"":                `expected a mapping such as process=client or f=broadcast:add, found ""`,
	} {
		if _, err := ParseMapping(text); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                          "m:1:1: expected a value, found nothing",
		"[1]":                       "m:1:1: expected a map of fields, found a vector",
		"{:process 1}":              "m:1:2: expected a name, or a map of names, found an integer",
		"\n {:f {:a 1}}":            `m:2:3: expected a name for "a", found an integer`,
		"{:process \"a\" :zone :x}": `m:1:15: expected a mapping of one of f, index, key, process, time, type, value, found one of "zone"`,
		`{"f": {"a": "b"}`:          "m:1:17: expected '}', found the end of the text",
	} {
		_, err := ReadMapping("m", []byte(text))
		if message(err) != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// A file says what the flag does.
func TestReadMapping(t *testing.T) {
	const text = `{"process":"who","op":"write","k":"a","v":1,"event":"call","ts":1500}`
	want, err := ParseMapping("process=who,f=op,key=k,value=v,type=event,type=call:invoke,time=ts:ms,f=write:w")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"; a comment\n{:process :who, :f [:op {:write :w}], :key :k, :value \"v\", :type [:event {:call :invoke}], :time [:ts :ms]}",
		`{"process": "who", "f": ["op", {"write": "w"}], "key": "k", "value": "v", "type": ["event", {"call": "invoke"}], "time": ["ts", "ms"]}`,
	} {
		m, err := ReadMapping("m", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		a, errA := readString(text, Options{Map: want})
		b, errB := readString(text, Options{Map: m})
		if errA != nil || errB != nil || string(a.Source().Text) != string(b.Source().Text) {
			t.Errorf("%v, %v: %s is not %s", errA, errB, b.Source().Text, a.Source().Text)
		}
	}
}

// A mapping applies to what other formats become, too.
func TestMapLog(t *testing.T) {
	m, err := ParseMapping("f=broadcast:add")
	if err != nil {
		t.Fatal(err)
	}
	h, err := ReadBytes(context.Background(), "h", []byte("x\n0\t:ok\t:broadcast\t5\n"), Options{Map: m})
	if err != nil || h.F(0) != "add" || h.Line(0) != 2 {
		t.Errorf("%v", err)
	}
}
