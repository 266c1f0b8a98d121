package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// exported writes a history to files of a new directory, or to one, and returns
// where that is.
func exported(t rapid.TB, dir string, h *history.History, f Format) (path string, lost []string, err error) {
	t.Helper()
	out, err := Export(context.Background(), h, f, ExportOptions{})
	if err != nil {
		return "", nil, err
	}
	for _, file := range out.Files {
		var text bytes.Buffer
		if err := file.Write(&text); err != nil {
			t.Fatal(err)
		}
		if (file.Name != "") != out.Dir {
			t.Errorf("a file called %q, in a directory: %v", file.Name, out.Dir)
		}
		if path = filepath.Join(dir, file.Name); !out.Dir {
			path = filepath.Join(dir, "h")
		}
		if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out.Dir {
		path = dir
	}
	return path, out.Lost, nil
}

// exportTests are histories and what becomes of them: each file with its name
// before it, if it has one, or the error.
var exportTests = []struct {
	name, history string
	format        Format
	want          string
	lost          string
}{
	{"json", opsOf("0 invoke [[:w :x 1]]", "0 ok [[:w :x 1]]"), JSON, `[{"index":0,"type":"invoke","process":0,"f":"txn","value":[["w","x",1]]},
 {"index":1,"type":"ok","process":0,"f":"txn","value":[["w","x",1]]}]
`, ""},
	{"json, nothing", "[]", JSON, "[]\n", ""},
	{"edn, nothing", "[]", EDN, "[]\n", ""},

	{"plume", opsOf("5 ok [[:w 1 2] [:r -3 18446744073709551615]]", "6 ok [[:r 1 nil]]", "5 fail [[:w 1 3] [:r 1 nil] [:w 2 3]]", "6 fail nil", "6 ok []"), Plume,
		"w(1,2,5,0)\nr(-3,18446744073709551615,5,0)\nr(1,0,6,1)\nw(1,3,5,-1)\nw(2,3,5,-1)\n",
		"1 transaction that failed, or may have, and wrote nothing; 1 transaction that did nothing; which writes of aborted transactions belong together"},
	{"plume, a written 0", opsOf("0 ok [[:w 1 0]]", "1 ok [[:r 1 0]]"), Plume, "w(1,0,0,0)\nr(1,0,1,1)\n", ""},
	{"plume, what else there is", `{:index 3, :time 5, :type :invoke, :process 0, :f :txn, :value [[:r 1 nil]], :node "n1"}
{:index 4, :time 6, :type :info, :process :nemesis, :f :kill, :value nil, :why 1}
{:index 5, :time 6, :type :ok, :process 0, :f :txn, :value [[:r 1 7]], :error :x}
{:index 6, :time 7, :type :invoke, :process 1, :f :txn, :value [[:r 1 nil]]}`, Plume, "r(1,7,0,0)\n",
		"which operations had ended before others began; times; indices; ops of processes that are not clients (1); fields: :node, :error; 1 transaction that failed, or may have, and wrote nothing"},
	{"plume, zero is nil", opsOf("0 ok [[:w 1 0]]", "1 ok [[:r 1 nil]]"), Plume, "h:2:1: plume cannot express this: it reads nil of key 1, which is spelled 0, and that was written (line 1)", ""},
	{"plume, zero from nowhere", opsOf("0 ok [[:r 1 0]]"), Plume, "h:1:1: plume cannot express this: it reads 0 of key 1, which stands for nil since no transaction that committed wrote it", ""},
	{"plume, zero from an aborted one", opsOf("0 fail [[:w 1 0]]", "0 ok [[:r 1 0]]"), Plume, "h:2:1: plume cannot express this: it reads 0 of key 1, which stands for nil since no transaction that committed wrote it", ""},
	{"plume, info", opsOf("0 ok [[:w 1 1]]", "1 info [[:w 1 2]]"), Plume, "h:2:1: plume cannot express this: the outcome of the transaction is unknown, and it writes", ""},
	{"plume, open", opsOf("0 invoke [[:w 1 1]]", "1 invoke [[:w 1 2]]", "0 ok [[:w 1 1]]"), Plume, "h:2:1: plume cannot express this: the outcome of the transaction is unknown, and it writes", ""},
	{"plume, names", opsOf("0 ok [[:w :x 1]]"), Plume, "h:1:1: plume cannot express this: expected an integer of 64 bits as a key, found :x", ""},
	{"plume, large", opsOf("0 ok [[:w 1 18446744073709551616]]"), Plume, "h:1:1: plume cannot express this: expected an integer of 64 bits as the value of a write, found 18446744073709551616", ""},
	{"plume, lists", opsOf("0 ok [[:append 1 1]]"), Plume, "h:1:1: plume cannot express this: expected micro-ops [:w k v] and [:r k v], found one that is :append", ""},
	{"plume, no micro-ops", opsOf("0 ok 5"), Plume, "h:1:1: plume cannot express this: expected a list of micro-ops, found an integer", ""},
	{"plume, four parts", opsOf("0 ok [[:w 1 2 3]]"), Plume, "h:1:1: plume cannot express this: expected a micro-op of a name, a key and a value, found [:w", ""},
	{"plume, nothing", "[]", Plume, "h: expected ops that plume can express, found none", ""},
	{"plume, no process", "{:type :ok, :f :txn, :value [[:w 1 1]]}", Plume, "h:1:1: plume cannot express this: an op without a process belongs to no session", ""},

	{"awdit", opsOf("5 ok [[:w 1 2] [:r 3 0]]", "6 ok [[:r 1 2]]", "5 ok [[:w 1 3]]"), AWDIT, "w 1 2\nr 3 0\n-----\nw 1 3\n=====\nr 1 2\n",
		"the numbers of processes: they become 0, 1, 2, ... in the order in which they begin"},
	{"awdit, numbered", opsOf("0 ok [[:w :x 1] [:w 7 1] [:w \"a b\" 2]]", "1 ok [[:r \"a b\" 2] [:r [1 2] 9] [:r nil 1] [:r :y 1]]"), AWDIT, "w 0 1\nw 1 1\nw 2 2\n=====\nr 2 2\nr 3 9\nr 4 1\nr 5 1\n",
		`what keys are called, :x is 0, 7 is 1, "a b" is 2, [1 2] is 3, nil is 4, ...`},
	{"veristrong, numbered", opsOf("0 ok [[:append :x 1] [:r :x [1]]]"), VeriStrong, "2\n0 0 A 0 1\n0 0 R 0 1 1\n", "what keys are called, :x is 0"},
	{"awdit, nil", opsOf("5 ok [[:r 1 nil]]"), AWDIT, "h:1:1: awdit cannot express this: it reads nil of key 1, and every read needs a write; write the first versions in a session of their own", ""},
	{"awdit, negative", opsOf("5 ok [[:r -1 1]]"), AWDIT, "h:1:1: awdit cannot express this: expected an integer of at least 0 as a key, found -1", ""},
	{"awdit, aborted", opsOf("5 fail [[:w 1 1]]"), AWDIT, "h:1:1: awdit cannot express this: the transaction failed, and its writes could have been read", ""},

	{"dbcop json", opsOf("0 ok [[:w 1 2] [:r 3 nil]]", "1 fail [[:w 1 3] [:r 1 2]]", "0 ok []"), DBCopJSON, `[[{"events":[{"Write":{"variable":1,"version":2}},{"Read":{"variable":3,"version":null}}],"committed":true},
{"events":[],"committed":true}],
[{"events":[{"Write":{"variable":1,"version":3}}],"committed":false}]]
`, ""},
	{"dbcop hist", opsOf("0 ok [[:w 1 2] [:r x_3 nil]]", `1 fail [[:w :y 3] [:r 1 2]]`, `0 ok [[:r "z" 0]]`), DBCopHist, "[k1:=2 x_3==?]\n[z==0]\n---\n[y:=3]!\n",
		`that keys are numbers or keywords: they become strings, 7 becomes "k7"`},
	{"dbcop hist, the same name", opsOf("0 ok [[:w 1 2] [:r :k1 nil]]"), DBCopHist, "h:1:1: dbcop-hist cannot express this: the keys :k1 and k1 of another kind would be spelled the same", ""},
	{"dbcop hist, a number in two ways", opsOf("0 ok [[:w 7 2] [:r 7N 2] [:r 07 2]]"), DBCopHist, "[k7:=2 k7==2 k7==2]\n", `that keys are numbers or keywords: they become strings, 7 becomes "k7"`},
	{"dbcop hist, no name", opsOf("0 ok [[:w \"a b\" 2]]"), DBCopHist, `h:1:1: dbcop-hist cannot express this: expected a key that is a word of letters, digits and underscores, or an integer of at least 0, found "a b"`, ""},

	{"cobra", opsOf("3 ok [[:w 1 2] [:r 1 2]]", "4 fail [[:w 1 3]]", "4 ok [[:r 2 nil] [:r 1 9]]", "4 info [[:w 1 4]]"), Cobra,
		"T3.log: " + cobra("S", 1, "W", 2, 1, 2, "R", 1, 2, 1, 2, "C", 1) +
			"T4.log: " + cobra("S", 2, "W", 3, 1, 3, "A", 2, "S", 3, "R", cobraInit, cobraNull, 2, 0, "R", 0, 9, 1, 9, "C", 3, "S", 4, "W", 4, 1, 4), ""},
	{"cobra, written twice", opsOf("0 ok [[:w 1 2]]", "1 ok [[:w 1 2]]"), Cobra, "h:2:1: cobra cannot express this: it writes 2 to key 1, which was written before, and a read would have two writers", ""},
	{"cobra, a value with a meaning", opsOf("0 ok [[:w 1 3735928559]]"), Cobra, "h:1:1: cobra cannot express this: the value 3735928559 is reserved in this format", ""},
	{"cobra, behind an open one", opsOf("0 info [[:w 1 2]]", "0 ok [[:w 1 3]]"), Cobra, "h:2:1: cobra cannot express this: the session goes on after a transaction that is not known to have happened", ""},
	{"cobra, a large process", opsOf("2147483648 ok [[:w 1 2]]"), Cobra, "h:1:1: cobra cannot express this: a process number below 0 or above 2^31-1 has no file", ""},

	{"viper", opsOf("3 ok [[:w 1 2] [:r 1 2]]", "4 ok [[:r -1 nil]]", "3 ok []"), Viper,
		"J3.log: {\"value\": [[\"w\", 1, 2], [\"r\", 1, 2, false]]}\n{\"value\": []}\nJ4.log: {\"value\": [[\"r\", -1, \"nil\", false]]}\n", ""},

	{"veristrong", opsOf("3 ok [[:append 1 2] [:r 1 [2]]]", "4 ok [[:r 1 nil] [:r 2 []] [:r 1 [2 -3]]]"), VeriStrong, "5\n3 0 A 1 2\n3 0 R 1 1 2\n4 1 R 1 0\n4 1 R 2 0\n4 1 R 1 2 2 -3\n", ""},
	{"veristrong, registers", opsOf("0 ok [[:w 1 2]]"), VeriStrong, "h:1:1: veristrong cannot express this: expected micro-ops [:append k v] and [:r k v], found one that is :w", ""},
	{"veristrong, no list", opsOf("0 ok [[:r 1 2]]"), VeriStrong, "h:1:1: veristrong cannot express this: expected a list as the value of a read, found an integer", ""},

	{"tipocket", `{:index 0, :time 5, :type :invoke, :process 0, :f :txn, :value [[:append "x",1] [:r 6 nil]]}
{:index 1, :time 6, :type :info, :process :nemesis, :f :kill}
{:index 2, :time 7, :type :ok, :process 0, :f :txn, :value [[:append "x" 1] [:r 6 [1,2]]]}
{:index 3, :type :invoke, :process 0, :f :txn, :value [[:r "x" nil]]}
{:index 4, :type :info, :process 0, :f :txn, :value nil, :error :x}`, TiPocket,
		`{:type :invoke, :f :txn, :value [[:append x 1] [:r 6 nil]], :process 0, :time 5, :index 0}
{:type :ok, :f :txn, :value [[:append x 1] [:r 6 [1 2]]], :process 0, :time 7, :index 2}
{:type :invoke, :f :txn, :value [[:r x nil]], :process 0, :index 3}
{:type :info, :f :txn, :value [[:r x nil]], :process 0, :index 4}
`, "ops of processes that are not clients (1); fields: :error; that keys are strings or keywords: they become words"},

	{"kv", `{:index 0, :type :invoke, :process 4, :f :append, :value ["7" "x 4 0 y"]}
{:index 1, :type :ok, :process 4, :f :append, :value ["7" "x 4 0 y"]}
{:index 2, :type :invoke, :process 5, :f :get, :value ["7" nil]}`, KV, `{:process 4, :type :invoke, :f :append, :key "7", :value "x 4 0 y"}
{:process 4, :type :ok, :f :append, :key "7", :value "x 4 0 y"}
{:process 5, :type :invoke, :f :get, :key "7", :value nil}
`, ""},
	{"kv, another operation", "{:type :ok, :process 1, :f :cas, :value [\"7\" nil]}", KV, `h:1:1: kv cannot express this: expected get, put or append, found "cas"`, ""},
	{"kv, no tuple", "{:type :ok, :process 1, :f :get, :value 7}", KV, `h:1:1: kv cannot express this: expected a tuple [key value], found an integer`, ""},
	{"kv, another key", "{:type :ok, :process 1, :f :get, :value [7 nil]}", KV, `h:1:1: kv cannot express this: expected a string as key, found an integer`, ""},
	{"kv, another value", "{:type :ok, :process 1, :f :get, :value [\"7\" 7]}", KV, `h:1:1: kv cannot express this: expected a string or nil as value, found an integer`, ""},

	{"etcd", `{:type :invoke, :process 3, :f :read, :value nil}
{:type :invoke, :process 1, :f :cas, :value [2 4]}
{:type :ok, :process 3, :f :read, :value 2}
{:type :info, :process 1, :f :cas, :value [2 4], :error "x"}
{:type :invoke, :process 3, :f :read, :value nil}
{:type :fail, :process 3, :f :read}`, Etcd, "INFO  jepsen.util - 3\t:invoke\t:read\tnil\nINFO  jepsen.util - 1\t:invoke\t:cas\t[2 4]\nINFO  jepsen.util - 3\t:ok\t:read\t2\n" +
		"INFO  jepsen.util - 1\t:info\t:cas\t:timed-out\nINFO  jepsen.util - 3\t:invoke\t:read\tnil\nINFO  jepsen.util - 3\t:fail\t:read\t:timed-out\n", "fields: :error"},
	{"etcd, another operation", "{:type :ok, :process 1, :f :add, :value 7}", Etcd, `h:1:1: etcd cannot express this: expected read, write or cas of one register, found "add"`, ""},
	{"etcd, a tuple", "{:type :ok, :process 1, :f :read, :value [1 7]}", Etcd, `h:1:1: etcd cannot express this: expected an integer, or two of a cas, found [1 7]`, ""},

	{"etcd, a negative process", "{:type :ok, :process -1, :f :read, :value 7}", Etcd, `h:1:1: etcd cannot express this: expected a process of a number of at least 0, found -1`, ""},
	{"kv, a negative process", "{:type :ok, :process -1, :f :get, :value [\"7\" nil]}", KV, `h:1:1: kv cannot express this: expected a process of a number of at least 0, found -1`, ""},
	{"tipocket, a number as text", opsOf(`0 ok [[:append 7 2] [:append "3N" 1]]`), TiPocket, `h:1:1: tipocket cannot express this: expected a key that is a word of letters, digits and underscores, or an integer of at least 0, found "3N"`, ""},
	{"tipocket, nil as a word", opsOf("0 ok [[:append :nil 2]]"), TiPocket, "h:1:1: tipocket cannot express this: expected a key that is a word of letters, digits and underscores, or an integer of at least 0, found :nil", ""},
	{"etcd, a value without an invocation", "{:type :info, :process 1, :f :write, :value 7}", Etcd, "h:1:1: etcd cannot express this: the outcome is unknown, so the value belongs in the invocation, which is missing", ""},
	{"tipocket, a negative process", opsOf("-1 ok []"), TiPocket, `h:1:1: tipocket cannot express this: expected a process of a number of at least 0, found -1`, ""},
	{"cobra, a negative process", opsOf("-1 ok []"), Cobra, `h:1:1: cobra cannot express this: a process number below 0 or above 2^31-1 has no file`, ""},
	{"plume, a negative process", opsOf("-1 ok [[:w 1 1]]"), Plume, "w(1,1,-1,0)\n", ""},

	{"jepsen log", `{:type :invoke, :process 3, :f :read, :value nil}
{:type :info, :process :nemesis, :f :kill, :value {"n1" :killed}}
{:type :fail, :process 3, :f :read, :error "no \"answer\""}
{:type :info, :process :nemesis, :value "a\tb", :error "1"}`, JepsenLog,
		"INFO\t[jepsen worker 3] jepsen.util: 3\t:invoke\t:read\tnil\nINFO\t[jepsen worker nemesis] jepsen.util: :nemesis\t:info\t:kill\t{\"n1\" :killed}\n" +
			"INFO\t[jepsen worker 3] jepsen.util: 3\t:fail\t:read\tnil\tno \"answer\"\nINFO\t[jepsen worker nemesis] jepsen.util: :nemesis\t:info\tnil\t\"a\\tb\"\t\"1\"\n", ""},
	{"history.txt", `{"time":4,"type":"invoke","process":3,"f":"txn","value":[["append","x",1]]}
{"time":5,"type":"info","process":3,"f":"txn","error":["timeout",1]}`, HistoryTxt, "3\t:invoke\t:txn\t[[:append \"x\" 1]]\n3\t:info\t:txn\tnil\t[\"timeout\" 1]\n", "times"},
	{"history.txt, an odd process", `{"type":"info","process":"a b","f":"txn"}`, HistoryTxt, `h:1:1: history-txt cannot express this: expected a process that is a number or a keyword, found ":a b"`, ""},
	{"history.txt, an odd operation", `{"type":"info","process":1,"f":"a b"}`, HistoryTxt, `h:1:1: history-txt cannot express this: expected an operation that is a keyword, found "a b"`, ""},
	{"history.txt, nothing", `[]`, HistoryTxt, `h: expected ops that history-txt can express, found none`, ""},
}

// opsOf writes a history of ops "process type value".
func opsOf(ops ...string) (text string) {
	for i, op := range ops {
		f := strings.SplitN(op, " ", 3)
		text += fmt.Sprintf("{:index %d, :type :%s, :process %s, :f :txn, :value %s}\n", i, f[1], f[0], f[2])
	}
	return text
}

func TestExport(t *testing.T) {
	for _, tt := range exportTests {
		t.Run(tt.name, func(t *testing.T) {
			h := mustRead(t, tt.history)
			numbered := strings.HasSuffix(tt.name, ", numbered")
			opt := ExportOptions{NumberKeys: numbered}
			out, err := Export(context.Background(), h, tt.format, opt)
			if err != nil {
				var syntax *edn.SyntaxError
				if message(err) != tt.want || !errors.As(err, &syntax) {
					t.Errorf("got  %v\nwant %s", err, tt.want)
				}
				return
			}
			if diff := cmp.Diff(tt.want, textOf(t, out)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.lost, strings.Join(out.Lost, "; ")); diff != "" {
				t.Errorf("lost (-want +got)\n%s", diff)
			}
			if numbered {
				return
			}
			checkFoundAgain(t, h, tt.format)
			checkCancelled(t, h, tt.format)
		})
	}
	if _, err := Export(context.Background(), mustRead(t, "[]"), Robustness, ExportOptions{}); err == nil {
		t.Error("a report was written")
	}
}

// textOf returns the text of all files, each behind its name, if it has one.
func textOf(t *testing.T, out *Output) string {
	t.Helper()
	var text bytes.Buffer
	for _, file := range out.Files {
		if file.Name != "" {
			text.WriteString(file.Name + ": ")
		}
		if err := file.Write(&text); err != nil {
			t.Fatal(err)
		}
	}
	return text.String()
}

// checkFoundAgain checks that what was written is read again, as the format that it is
// and by its content alone.
func checkFoundAgain(t *testing.T, h *history.History, f Format) {
	t.Helper()
	path, _, err := exported(t, t.TempDir(), h, f)
	if err != nil {
		t.Fatal(err)
	}
	switch f {
	case TiPocket:
		f = EDN
	case DBCopHist, JSON:
		f = Auto // of these another door is enough
	}
	for _, f := range []Format{f, Auto} {
		if _, err := ReadFile(context.Background(), path, Options{Format: f}); err != nil {
			t.Error(err)
		}
	}
}

// checkCancelled checks that writing ends when its context does.
func checkCancelled(t *testing.T, h *history.History, f Format) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, err := Export(ctx, h, f, ExportOptions{})
	if cancel(); err != nil {
		t.Fatal(err)
	}
	for _, file := range out.Files {
		if err := file.Write(&bytes.Buffer{}); h.Len() > 0 && !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
}

// sessionsOf are the transactions of each process, as type and value, the
// processes in the order in which they begin.
func sessionsOf(h *history.History) (sessions [][]string) {
	at := map[string]int{}
	for op := range h.Ops() {
		if h.Begins(op.Pos) && !h.CompletionsOnly() {
			continue
		}
		k, ok := at[op.Process]
		if !ok {
			k = len(sessions)
			at[op.Process] = k
			sessions = append(sessions, nil)
		}
		value, err := edn.AppendTxn(nil, op.Value)
		if err != nil {
			return [][]string{{err.Error()}}
		}
		sessions[k] = append(sessions[k], op.Type.String()+" "+string(value))
	}
	return sessions
}
