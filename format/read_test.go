package format

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-c33ae711/jcheck/history"
)

// The ops that every container of the table below holds.
var sample = []row{
	{0, 10, history.Invoke, "0", "txn", `[["append",1,2],["r",3,null]]`, 1},
	{1, 20, history.OK, "0", "txn", `[["append",1,2],["r",3,[4,5]]]`, 0},
	{2, 30, history.Info, "nemesis", "kill", `"n1 {:index 9}\n{\"index\""`, -1},
	{3, 40, history.Invoke, "1", "txn", `[]`, 4},
	{4, 50, history.Fail, "1", "txn", `null`, 3},
}

var sampleEDN = []string{
	`{:index 0, :time 10, :type :invoke, :process 0, :f :txn, :value [[:append 1 2] [:r 3 nil]]}`,
	`{:index 1, :time 20, :type :ok, :process 0, :f :txn, :value [[:append 1 2] [:r 3 [4 5]]]}`,
	`{:index 2, :time 30, :type :info, :process :nemesis, :f :kill, :value "n1 {:index 9}\n{\"index\""}`,
	`{:index 3, :time 40, :type :invoke, :process 1, :f :txn, :value []}`,
	`{:index 4, :time 50, :type :fail, :process 1, :f :txn, :value nil, :error [:aborted "no"]}`,
}

var sampleJSON = []string{
	`{"index":0,"time":10,"type":"invoke","process":0,"f":"txn","value":[["append",1,2],["r",3,null]]}`,
	`{"index":1,"time":20,"type":"ok","process":0,"f":"txn","value":[["append",1,2],["r",3,[4,5]]]}`,
	`{"index":2,"time":30,"type":"info","process":"nemesis","f":"kill","value":"n1 {:index 9}\n{\"index\""}`,
	`{"index":3,"time":40,"type":"invoke","process":1,"f":"txn","value":[]}`,
	`{"index":4,"time":50,"type":"fail","process":1,"f":"txn","value":null,"error":["aborted","no"]}`,
}

func each(ops []string, edit func(string) string) []string {
	out := make([]string, len(ops))
	for i, op := range ops {
		out[i] = edit(op)
	}
	return out
}

func replacer(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }

func prefix(s string) func(string) string { return func(op string) string { return s + op } }

// containers are the shapes of history files in the wild.
func containers() map[string]string {
	edn, json := strings.Join(sampleEDN, "\n"), strings.Join(sampleJSON, "\n")
	spread := replacer(", :", ",\n :")
	pretty := replacer(`,"`, ",\n    \"", "{\"i", "  {\n    \"i", "\"]}", "\"]\n  }", "]}", "]\n  }", "\"}", "\"\n  }")
	return map[string]string{
		"edn lines":                 edn + "\n",
		"edn without last newline":  edn,
		"edn on one line":           strings.Join(sampleEDN, " "),
		"edn without any space":     strings.Join(sampleEDN, ""),
		"edn blank lines":           "\n\n" + strings.Join(sampleEDN, "\n\n \t\n") + "\n\n",
		"edn vector":                "[" + edn + "]\n",
		"edn vector on one line":    "[" + strings.Join(sampleEDN, " ") + "]",
		"edn vector with commas":    "[ " + strings.Join(sampleEDN, ",\n ") + ",\n]",
		"edn list":                  "(" + edn + ")",
		"edn commas between maps":   strings.Join(sampleEDN, ",,\n") + ",",
		"edn maps over many lines":  strings.Join(each(sampleEDN, spread), "\n"),
		"edn vector, many lines":    "[" + strings.Join(each(sampleEDN, spread), "\n ") + "]",
		"edn comments":              "; a comment {:index 7}\n" + strings.Join(sampleEDN, " ; {:index 8}\n;; \"\n") + " ; end",
		"edn comment in vector":     "; a [ comment\n[ ; and ( another\n" + strings.Join(sampleEDN, "\n;; ]\n") + " ; ]\n] ; end",
		"edn discards between":      "#_{:index 9} " + strings.Join(sampleEDN, "\n#_ {:index 8, :type :ok} #_#_ 1 2\n") + "#_ x",
		"edn discards in vector":    "#_ [] [ #_ 1 " + strings.Join(sampleEDN, " #_ {:index 8}\n") + " #_ 2 ] #_ [3] ,",
		"edn discards inside":       strings.Join(each(sampleEDN, replacer(" :type", " #_ {:index 7} :type", ", :f", " #_ 1 ; }\n:f")), "\n"),
		"edn metadata":              strings.Join(each(sampleEDN, prefix("^{:line 1} ")), "\n"),
		"edn tagged":                strings.Join(each(sampleEDN, prefix("#jepsen.history.Op")), "\n"),
		"edn tagged in vector":      "[" + strings.Join(each(sampleEDN, prefix("#jepsen.history.Op ")), "\n") + "]",
		"edn type as symbol":        strings.Join(each(sampleEDN, replacer(":type :", ":type ")), "\n"),
		"edn type as string":        strings.Join(each(sampleEDN, replacer(":type :invoke", `:type "invoke"`, ":type :ok", `:type ":ok"`)), "\n"),
		"edn order of fields":       strings.Join(each(sampleEDN, func(s string) string { return "{:x {:type :ok} " + s[1:] }), "\n"),
		"edn byte order mark":       "\ufeff" + edn,
		"edn shebang":               "#!/usr/bin/env jcheck {:type\n" + edn,
		"edn mark and shebang":      "\ufeff#!jcheck\r\n" + edn,
		"edn crlf":                  strings.ReplaceAll(edn, "\n", "\r\n") + "\r\n",
		"edn rare white space":      "\v\f\x1c" + strings.Join(sampleEDN, "\v\x1f\f"),
		"jsonl":                     json + "\n",
		"jsonl crlf":                strings.ReplaceAll(json, "\n", "\r\n") + "\r\n",
		"jsonl blank lines":         strings.ReplaceAll(json, "\n", "\n\n"),
		"jsonl byte order mark":     "\ufeff" + json,
		"json concatenated":         strings.Join(sampleJSON, ""),
		"json array":                "[" + strings.Join(sampleJSON, ",\n") + "]",
		"json array on one line":    " [" + strings.Join(sampleJSON, ",") + "] ",
		"json array, odd spaces":    "[ \r\n\t" + strings.Join(sampleJSON, "\r\n,\t") + " \n]\n\n",
		"json array, pretty":        "[\n" + strings.Join(each(sampleJSON, pretty), ",\n") + "\n]\n",
		"json objects, pretty":      strings.Join(each(sampleJSON, pretty), "\n"),
		"json with colons in names": strings.Join(each(sampleJSON, replacer(`"type":"`, `"type":":`, `"f":"`, `"f":":`, `"nemesis"`, `":nemesis"`)), "\n"),
		"json escaped names":        strings.Join(each(sampleJSON, replacer(`"type"`, `"\u0074ype"`, `"txn"`, `"\u0074xn"`, `"nemesis"`, `"\u006eemesis"`)), "\n"),
	}
}

func TestContainers(t *testing.T) {
	ctx := context.Background()
	for name, text := range containers() {
		for _, c := range compressors {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				packed := pack(t, c.name, text)
				check := func(door string, h *history.History, err error) {
					if err != nil {
						t.Fatalf("%s: %v\n%s", door, err, text)
					}
					if diff := cmp.Diff(sample, rows(h)); diff != "" {
						t.Errorf("%s: (-want +got)\n%s", door, diff)
					}
				}
				h, err := ReadBytes(ctx, "h", packed, Options{})
				check("bytes", h, err)
				h, err = Read(ctx, "h", bytes.NewReader(packed), Options{})
				check("reader", h, err)
				h, err = ReadFile(ctx, writeFile(t, packed), Options{})
				check("file", h, err)
			})
		}
	}
}

func TestFormatOption(t *testing.T) {
	json, edn := strings.Join(sampleJSON, "\n"), strings.Join(sampleEDN, "\n")
	tests := []struct {
		name   string
		text   string
		format Format
		want   string // of the error
	}{
		{"edn as edn", edn, EDN, ""},
		{"json as json", json, JSON, ""},
		{"json as jsonl", json, JSONL, ""},
		{"edn with strings as keys", `{"type" "invoke", "process" 1}`, EDN, ""},
		{"the same, detected", `[ {"type" "invoke", "process" 1}]`, Auto, ""},
		{"a keyword behind a string", `{"ty\"pe" :null, "type" :ok}`, Auto, ""},
		{"spaces around a colon", `{"type" : "ok"}`, Auto, ""},
		{"space before a colon", `{"type" :"ok"}`, Auto, ""},
		{"line break behind a colon", "{\"type\"\n:\n\"ok\"}", Auto, ""},
		{"edn as json", edn, JSON, "h:1:2: expected a key in quotes, found ':'"},
		{"json as edn", json, EDN, "h:1:9: expected an integer :index, found a keyword"},
		{"no format", edn, "xml", `unknown format "xml": expected edn, json, jsonl, plume, awdit, dbcop, dbcop-json, dbcop-hist, cobra, viper, veristrong, etcd-robustness, etcd, jepsen-log, history-txt, knossos, kv`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readString(tt.text, Options{Format: tt.format})
			if got := message(err); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// What an op leaves out.
func TestSparseOps(t *testing.T) {
	tests := []struct {
		name, text string
		want       []row
		warnings   string
	}{
		{"empty vector", "[]", nil, ""},
		{"empty list", " ( ) ", nil, ""},
		{"type only", "{:type :ok}", []row{{0, -1, history.OK, "", "", "", -1}}, "no-index no-time no-process"},
		{"nil process is none", "{:type :ok :process nil}", []row{{0, -1, history.OK, "", "", "", -1}}, "no-index no-time no-process"},
		{"null process is none", `{"type":"ok","process":null}`, []row{{0, -1, history.OK, "", "", "", -1}}, "no-index no-time no-process"},
		{"nil everywhere", "{:type :ok :index nil :time nil :f nil :value nil :process 3}", []row{{0, -1, history.OK, "3", "", "null", -1}}, "no-index no-time no-invocations"},
		{"adjacent", "{:type :invoke}{:type :info}{:type :ok}", []row{
			{0, -1, history.Invoke, "", "", "", 1}, {1, -1, history.Info, "", "", "", 0}, {2, -1, history.OK, "", "", "", -1},
		}, "no-index no-time no-process"},
		{"odd names", `{:type :ok :process [1 2] :f {:a   1}}{:type :ok :process "a b" :f 7}`, []row{
			{0, -1, history.OK, "[1 2]", "{:a 1}", "", -1}, {1, -1, history.OK, "a b", "7", "", -1},
		}, "no-index no-time no-invocations"},
		{"negative and huge processes", "{:type :invoke :process -1}{:type :invoke :process 4000000000000000000}{:type :ok :process -1}{:type :ok :process 4000000000000000000}", []row{
			{0, -1, history.Invoke, "-1", "", "", 2}, {1, -1, history.Invoke, "4000000000000000000", "", "", 3},
			{2, -1, history.OK, "-1", "", "", 0}, {3, -1, history.OK, "4000000000000000000", "", "", 1},
		}, "no-index no-time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := readString(tt.text, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, rows(h)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			var codes []string
			for _, w := range h.Warnings() {
				codes = append(codes, w.Code)
			}
			if got := strings.Join(codes, " "); got != tt.warnings {
				t.Errorf("warnings: got %q, want %q", got, tt.warnings)
			}
		})
	}
}
