package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
		"1 transaction that failed or may have, and wrote nothing; 1 transaction that did nothing; which writes of aborted transactions belong together"},
	{"plume, a written 0", opsOf("0 ok [[:w 1 0]]", "1 ok [[:r 1 0]]"), Plume, "w(1,0,0,0)\nr(1,0,1,1)\n", ""},
	{"plume, what else there is", `{:index 3, :time 5, :type :invoke, :process 0, :f :txn, :value [[:r 1 nil]], :node "n1"}
{:index 4, :time 6, :type :info, :process :nemesis, :f :kill, :value nil, :why 1}
{:index 5, :time 6, :type :ok, :process 0, :f :txn, :value [[:r 1 7]], :error :x}
{:index 6, :time 7, :type :invoke, :process 1, :f :txn, :value [[:r 1 nil]]}`, Plume, "r(1,7,0,0)\n",
		"which operations had ended before others began; times; indices; ops of processes that are no clients (1); fields: :node, :error; 1 transaction that failed or may have, and wrote nothing"},
	{"plume, zero is nil", opsOf("0 ok [[:w 1 0]]", "1 ok [[:r 1 nil]]"), Plume, "h:2:1: plume cannot say this: it reads nil of key 1, which is spelled 0, and that was written (line 1)", ""},
	{"plume, zero from nowhere", opsOf("0 ok [[:r 1 0]]"), Plume, "h:1:1: plume cannot say this: it reads 0 of key 1, which stands for nil since no transaction that committed wrote it", ""},
	{"plume, zero from an aborted one", opsOf("0 fail [[:w 1 0]]", "0 ok [[:r 1 0]]"), Plume, "h:2:1: plume cannot say this: it reads 0 of key 1, which stands for nil since no transaction that committed wrote it", ""},
	{"plume, info", opsOf("0 ok [[:w 1 1]]", "1 info [[:w 1 2]]"), Plume, "h:2:1: plume cannot say this: nobody knows whether the transaction happened, and it writes", ""},
	{"plume, open", opsOf("0 invoke [[:w 1 1]]", "1 invoke [[:w 1 2]]", "0 ok [[:w 1 1]]"), Plume, "h:2:1: plume cannot say this: nobody knows whether the transaction happened, and it writes", ""},
	{"plume, names", opsOf("0 ok [[:w :x 1]]"), Plume, "h:1:1: plume cannot say this: expected an integer of 64 bits as a key, found :x", ""},
	{"plume, large", opsOf("0 ok [[:w 1 18446744073709551616]]"), Plume, "h:1:1: plume cannot say this: expected an integer of 64 bits as the value of a write, found 18446744073709551616", ""},
	{"plume, lists", opsOf("0 ok [[:append 1 1]]"), Plume, "h:1:1: plume cannot say this: expected micro-ops [:w k v] and [:r k v], found one that is :append", ""},
	{"plume, no micro-ops", opsOf("0 ok 5"), Plume, "h:1:1: plume cannot say this: expected a list of micro-ops, found an integer", ""},
	{"plume, four parts", opsOf("0 ok [[:w 1 2 3]]"), Plume, "h:1:1: plume cannot say this: expected a micro-op of a name, a key and a value, found [:w", ""},
	{"plume, nothing", "[]", Plume, "h: expected ops that plume can say, found none", ""},
	{"plume, no process", "{:type :ok, :f :txn, :value [[:w 1 1]]}", Plume, "h:1:1: plume cannot say this: an op without a process belongs to no session", ""},

	{"awdit", opsOf("5 ok [[:w 1 2] [:r 3 0]]", "6 ok [[:r 1 2]]", "5 ok [[:w 1 3]]"), AWDIT, "w 1 2\nr 3 0\n-----\nw 1 3\n=====\nr 1 2\n",
		"the numbers of processes: they become 0, 1, 2, ... in the order in which they begin"},
	{"awdit, numbered", opsOf("0 ok [[:w :x 1] [:w 7 1] [:w \"a b\" 2]]", "1 ok [[:r \"a b\" 2] [:r [1 2] 9] [:r nil 1] [:r :y 1]]"), AWDIT, "w 0 1\nw 1 1\nw 2 2\n=====\nr 2 2\nr 3 9\nr 4 1\nr 5 1\n",
		`what keys are called, :x is 0, 7 is 1, "a b" is 2, [1 2] is 3, nil is 4, ...`},
	{"veristrong, numbered", opsOf("0 ok [[:append :x 1] [:r :x [1]]]"), VeriStrong, "2\n0 0 A 0 1\n0 0 R 0 1 1\n", "what keys are called, :x is 0"},
	{"awdit, nil", opsOf("5 ok [[:r 1 nil]]"), AWDIT, "h:1:1: awdit cannot say this: it reads nil of key 1, and every read needs a write; write the first versions in a session of their own", ""},
	{"awdit, negative", opsOf("5 ok [[:r -1 1]]"), AWDIT, "h:1:1: awdit cannot say this: expected an integer of at least 0 as a key, found -1", ""},
	{"awdit, aborted", opsOf("5 fail [[:w 1 1]]"), AWDIT, "h:1:1: awdit cannot say this: the transaction failed, and its writes could have been read", ""},

	{"dbcop json", opsOf("0 ok [[:w 1 2] [:r 3 nil]]", "1 fail [[:w 1 3] [:r 1 2]]", "0 ok []"), DBCopJSON, `[[{"events":[{"Write":{"variable":1,"version":2}},{"Read":{"variable":3,"version":null}}],"committed":true},
{"events":[],"committed":true}],
[{"events":[{"Write":{"variable":1,"version":3}}],"committed":false}]]
`, ""},
	{"dbcop hist", opsOf("0 ok [[:w 1 2] [:r x_3 nil]]", `1 fail [[:w :y 3] [:r 1 2]]`, `0 ok [[:r "z" 0]]`), DBCopHist, "[k1:=2 x_3==?]\n[z==0]\n---\n[y:=3]!\n",
		`that keys are numbers or keywords: they become strings, 7 becomes "k7"`},
	{"dbcop hist, the same name", opsOf("0 ok [[:w 1 2] [:r :k1 nil]]"), DBCopHist, "h:1:1: dbcop-hist cannot say this: the keys :k1 and k1 of another kind would be spelled the same", ""},
	{"dbcop hist, a number in two ways", opsOf("0 ok [[:w 7 2] [:r 7N 2] [:r 07 2]]"), DBCopHist, "[k7:=2 k7==2 k7==2]\n", `that keys are numbers or keywords: they become strings, 7 becomes "k7"`},
	{"dbcop hist, no name", opsOf("0 ok [[:w \"a b\" 2]]"), DBCopHist, `h:1:1: dbcop-hist cannot say this: expected a key that is a word of letters, digits and underscores, or an integer of at least 0, found "a b"`, ""},

	{"cobra", opsOf("3 ok [[:w 1 2] [:r 1 2]]", "4 fail [[:w 1 3]]", "4 ok [[:r 2 nil] [:r 1 9]]", "4 info [[:w 1 4]]"), Cobra,
		"T3.log: " + cobra("S", 1, "W", 2, 1, 2, "R", 1, 2, 1, 2, "C", 1) +
			"T4.log: " + cobra("S", 2, "W", 3, 1, 3, "A", 2, "S", 3, "R", cobraInit, cobraNull, 2, 0, "R", 0, 9, 1, 9, "C", 3, "S", 4, "W", 4, 1, 4), ""},
	{"cobra, written twice", opsOf("0 ok [[:w 1 2]]", "1 ok [[:w 1 2]]"), Cobra, "h:2:1: cobra cannot say this: it writes 2 to key 1, which was written before, and a read would have two writers", ""},
	{"cobra, a value with a meaning", opsOf("0 ok [[:w 1 3735928559]]"), Cobra, "h:1:1: cobra cannot say this: the value 3735928559 has a meaning of its own there", ""},
	{"cobra, behind an open one", opsOf("0 info [[:w 1 2]]", "0 ok [[:w 1 3]]"), Cobra, "h:2:1: cobra cannot say this: the session goes on after a transaction that is not known to have happened", ""},
	{"cobra, a large process", opsOf("2147483648 ok [[:w 1 2]]"), Cobra, "h:1:1: cobra cannot say this: a process of a number below 0 or above 2^31-1 has no file", ""},

	{"viper", opsOf("3 ok [[:w 1 2] [:r 1 2]]", "4 ok [[:r -1 nil]]", "3 ok []"), Viper,
		"J3.log: {\"value\": [[\"w\", 1, 2], [\"r\", 1, 2, false]]}\n{\"value\": []}\nJ4.log: {\"value\": [[\"r\", -1, \"nil\", false]]}\n", ""},

	{"veristrong", opsOf("3 ok [[:append 1 2] [:r 1 [2]]]", "4 ok [[:r 1 nil] [:r 2 []] [:r 1 [2 -3]]]"), VeriStrong, "5\n3 0 A 1 2\n3 0 R 1 1 2\n4 1 R 1 0\n4 1 R 2 0\n4 1 R 1 2 2 -3\n", ""},
	{"veristrong, registers", opsOf("0 ok [[:w 1 2]]"), VeriStrong, "h:1:1: veristrong cannot say this: expected micro-ops [:append k v] and [:r k v], found one that is :w", ""},
	{"veristrong, no list", opsOf("0 ok [[:r 1 2]]"), VeriStrong, "h:1:1: veristrong cannot say this: expected a list as the value of a read, found an integer", ""},

	{"tipocket", `{:index 0, :time 5, :type :invoke, :process 0, :f :txn, :value [[:append "x",1] [:r 6 nil]]}
{:index 1, :time 6, :type :info, :process :nemesis, :f :kill}
{:index 2, :time 7, :type :ok, :process 0, :f :txn, :value [[:append "x" 1] [:r 6 [1,2]]]}
{:index 3, :type :invoke, :process 0, :f :txn, :value [[:r "x" nil]]}
{:index 4, :type :info, :process 0, :f :txn, :value nil, :error :x}`, TiPocket,
		`{:type :invoke, :f :txn, :value [[:append x 1] [:r 6 nil]], :process 0, :time 5, :index 0}
{:type :ok, :f :txn, :value [[:append x 1] [:r 6 [1 2]]], :process 0, :time 7, :index 2}
{:type :invoke, :f :txn, :value [[:r x nil]], :process 0, :index 3}
{:type :info, :f :txn, :value [[:r x nil]], :process 0, :index 4}
`, "ops of processes that are no clients (1); fields: :error; that keys are strings or keywords: they become words"},

	{"kv", `{:index 0, :type :invoke, :process 4, :f :append, :value ["7" "x 4 0 y"]}
{:index 1, :type :ok, :process 4, :f :append, :value ["7" "x 4 0 y"]}
{:index 2, :type :invoke, :process 5, :f :get, :value ["7" nil]}`, KV, `{:process 4, :type :invoke, :f :append, :key "7", :value "x 4 0 y"}
{:process 4, :type :ok, :f :append, :key "7", :value "x 4 0 y"}
{:process 5, :type :invoke, :f :get, :key "7", :value nil}
`, ""},
	{"kv, another operation", "{:type :ok, :process 1, :f :cas, :value [\"7\" nil]}", KV, `h:1:1: kv cannot say this: expected get, put or append, found "cas"`, ""},
	{"kv, no tuple", "{:type :ok, :process 1, :f :get, :value 7}", KV, `h:1:1: kv cannot say this: expected a tuple [key value], found an integer`, ""},
	{"kv, another key", "{:type :ok, :process 1, :f :get, :value [7 nil]}", KV, `h:1:1: kv cannot say this: expected a string as key, found an integer`, ""},
	{"kv, another value", "{:type :ok, :process 1, :f :get, :value [\"7\" 7]}", KV, `h:1:1: kv cannot say this: expected a string or nil as value, found an integer`, ""},

	{"etcd", `{:type :invoke, :process 3, :f :read, :value nil}
{:type :invoke, :process 1, :f :cas, :value [2 4]}
{:type :ok, :process 3, :f :read, :value 2}
{:type :info, :process 1, :f :cas, :value [2 4], :error "x"}
{:type :invoke, :process 3, :f :read, :value nil}
{:type :fail, :process 3, :f :read}`, Etcd, "INFO  jepsen.util - 3\t:invoke\t:read\tnil\nINFO  jepsen.util - 1\t:invoke\t:cas\t[2 4]\nINFO  jepsen.util - 3\t:ok\t:read\t2\n" +
		"INFO  jepsen.util - 1\t:info\t:cas\t:timed-out\nINFO  jepsen.util - 3\t:invoke\t:read\tnil\nINFO  jepsen.util - 3\t:fail\t:read\t:timed-out\n", "fields: :error"},
	{"etcd, another operation", "{:type :ok, :process 1, :f :add, :value 7}", Etcd, `h:1:1: etcd cannot say this: expected read, write or cas of one register, found "add"`, ""},
	{"etcd, a tuple", "{:type :ok, :process 1, :f :read, :value [1 7]}", Etcd, `h:1:1: etcd cannot say this: expected an integer, or two of a cas, found [1 7]`, ""},

	{"etcd, a negative process", "{:type :ok, :process -1, :f :read, :value 7}", Etcd, `h:1:1: etcd cannot say this: expected a process of a number of at least 0, found -1`, ""},
	{"kv, a negative process", "{:type :ok, :process -1, :f :get, :value [\"7\" nil]}", KV, `h:1:1: kv cannot say this: expected a process of a number of at least 0, found -1`, ""},
	{"tipocket, a number as text", opsOf(`0 ok [[:append 7 2] [:append "3N" 1]]`), TiPocket, `h:1:1: tipocket cannot say this: expected a key that is a word of letters, digits and underscores, or an integer of at least 0, found "3N"`, ""},
	{"tipocket, nil as a word", opsOf("0 ok [[:append :nil 2]]"), TiPocket, "h:1:1: tipocket cannot say this: expected a key that is a word of letters, digits and underscores, or an integer of at least 0, found :nil", ""},
	{"etcd, a value without an invocation", "{:type :info, :process 1, :f :write, :value 7}", Etcd, "h:1:1: etcd cannot say this: of what is not known to have happened, the value stands with the invocation, which it lacks", ""},
	{"tipocket, a negative process", opsOf("-1 ok []"), TiPocket, `h:1:1: tipocket cannot say this: expected a process of a number of at least 0, found -1`, ""},
	{"cobra, a negative process", opsOf("-1 ok []"), Cobra, `h:1:1: cobra cannot say this: a process of a number below 0 or above 2^31-1 has no file`, ""},
	{"plume, a negative process", opsOf("-1 ok [[:w 1 1]]"), Plume, "w(1,1,-1,0)\n", ""},

	{"jepsen log", `{:type :invoke, :process 3, :f :read, :value nil}
{:type :info, :process :nemesis, :f :kill, :value {"n1" :killed}}
{:type :fail, :process 3, :f :read, :error "no \"answer\""}
{:type :info, :process :nemesis, :value "a\tb", :error "1"}`, JepsenLog,
		"INFO\t[jepsen worker 3] jepsen.util: 3\t:invoke\t:read\tnil\nINFO\t[jepsen worker nemesis] jepsen.util: :nemesis\t:info\t:kill\t{\"n1\" :killed}\n" +
			"INFO\t[jepsen worker 3] jepsen.util: 3\t:fail\t:read\tnil\tno \"answer\"\nINFO\t[jepsen worker nemesis] jepsen.util: :nemesis\t:info\tnil\t\"a\\tb\"\t\"1\"\n", ""},
	{"history.txt", `{"time":4,"type":"invoke","process":3,"f":"txn","value":[["append","x",1]]}
{"time":5,"type":"info","process":3,"f":"txn","error":["timeout",1]}`, HistoryTxt, "3\t:invoke\t:txn\t[[:append \"x\" 1]]\n3\t:info\t:txn\tnil\t[\"timeout\" 1]\n", "times"},
	{"history.txt, an odd process", `{"type":"info","process":"a b","f":"txn"}`, HistoryTxt, `h:1:1: history-txt cannot say this: expected a process that is a number or a keyword, found ":a b"`, ""},
	{"history.txt, an odd operation", `{"type":"info","process":1,"f":"a b"}`, HistoryTxt, `h:1:1: history-txt cannot say this: expected an operation that is a keyword, found "a b"`, ""},
	{"history.txt, nothing", `[]`, HistoryTxt, `h: expected ops that history-txt can say, found none`, ""},
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
			out, err := Export(context.Background(), h, tt.format, ExportOptions{NumberKeys: strings.HasSuffix(tt.name, ", numbered")})
			if err != nil {
				var syntax *edn.SyntaxError
				if message(err) != tt.want || !errors.As(err, &syntax) {
					t.Errorf("got  %v\nwant %s", err, tt.want)
				}
				return
			}
			got := ""
			for _, file := range out.Files {
				var text bytes.Buffer
				if err := file.Write(&text); err != nil {
					t.Fatal(err)
				}
				if file.Name != "" {
					got += file.Name + ": "
				}
				got += text.String()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.lost, strings.Join(out.Lost, "; ")); diff != "" {
				t.Errorf("lost (-want +got)\n%s", diff)
			}
			// What was written is what is found again by its content.
			if strings.HasSuffix(tt.name, ", numbered") {
				return
			}
			path, _, err := exported(t, t.TempDir(), h, tt.format)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.format
			switch want {
			case TiPocket:
				want = EDN
			case DBCopHist, JSON:
				want = Auto // of these another door is enough
			}
			if _, err := ReadFile(context.Background(), path, Options{Format: want}); err != nil {
				t.Error(err)
			}
			if _, err := ReadFile(context.Background(), path, Options{}); err != nil {
				t.Error(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			out, err = Export(ctx, h, tt.format, ExportOptions{NumberKeys: strings.HasSuffix(tt.name, ", numbered")})
			if cancel(); err != nil {
				t.Fatal(err)
			}
			for _, file := range out.Files {
				if err := file.Write(&bytes.Buffer{}); h.Len() > 0 && !errors.Is(err, context.Canceled) {
					t.Errorf("cancelled: %v", err)
				}
			}
		})
	}
	if _, err := Export(context.Background(), mustRead(t, "[]"), Robustness, ExportOptions{}); err == nil {
		t.Error("a report was written")
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

// TestExportTxns exports random transactions and reads what was written: the
// same, of the same sessions, in the same order.
func TestExportTxns(t *testing.T) {
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		for _, f := range []Format{Plume, AWDIT, DBCop, DBCopJSON, DBCopHist, Cobra, Viper, VeriStrong, EDN, JSON, JSONL} {
			h, want := randomTxns(t, f)
			dir, err := os.MkdirTemp(root, "")
			if err != nil {
				t.Fatal(err)
			}
			path, _, err := exported(t, dir, h, f)
			if err != nil {
				t.Fatalf("%v\n%s", err, h.Source().Text)
			}
			back, err := ReadFile(context.Background(), path, Options{})
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			got := sessionsOf(back)
			if f == Cobra || f == Viper { // the order of sessions is that of their numbers there
				for _, s := range [][][]string{got, want} {
					slices.SortFunc(s, func(a, b []string) int { return slices.Compare(a, b) })
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s: (-want +got)\n%s\n%s", f, diff, h.Source().Text)
			}
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// randomTxns makes transactions that a format can say, of which some have
// invocations and all of them or none, and answers what is read of what is
// written.
func randomTxns(t *rapid.T, f Format) (*history.History, [][]string) {
	can := map[Format]struct{ aborted, open, empty, null, split bool }{
		Plume: {aborted: true, null: true, split: true}, AWDIT: {}, DBCop: {aborted: true, null: true, empty: true}, DBCopJSON: {aborted: true, empty: true, null: true},
		DBCopHist: {aborted: true, null: true}, Cobra: {aborted: true, open: true, empty: true, null: true}, Viper: {empty: true, null: true},
		VeriStrong: {null: true}, EDN: {true, true, true, true, false}, JSON: {true, true, true, true, false}, JSONL: {true, true, true, true, false},
	}[f]
	write, lists := ":w", f == VeriStrong
	if lists {
		write = ":append"
	}
	invocations := rapid.Bool().Draw(t, "invocations")
	number := rapid.OneOf(rapid.Uint64Range(1, 9), rapid.Uint64Min(1))
	var text strings.Builder
	var want [][]string
	sessions := map[int]int{}
	closed := map[int]bool{}
	value, n := uint64(0), 0
	for range rapid.IntRange(1, 12).Draw(t, "txns") {
		process := rapid.IntRange(0, 3).Draw(t, "process")
		if closed[process] {
			continue
		}
		typ := "ok"
		switch o := rapid.IntRange(0, 5).Draw(t, "outcome"); {
		case o == 0 && can.aborted:
			typ = "fail"
		case o == 1 && can.open:
			typ = "info"
			closed[process] = true
		}
		var mops, asked, kept []string
		for range rapid.IntRange(b2i(!can.empty || typ != "ok"), 4).Draw(t, "mops") {
			key := number.Draw(t, "key")
			name := fmt.Sprint(key)
			if f == DBCopHist {
				name = fmt.Sprintf("\"x%d\"", key)
			}
			if rapid.Bool().Draw(t, "write") {
				value++
				mop := fmt.Sprintf("[%s %s %d]", write, name, value*3+1<<40)
				mops, asked, kept = append(mops, mop), append(asked, mop), append(kept, mop)
				continue
			}
			read := fmt.Sprint(number.Draw(t, "value"))
			switch {
			case lists:
				read = strings.ReplaceAll(fmt.Sprint(rapid.SliceOfN(number, 0, 3).Draw(t, "list")), ",", "")
			case can.null && rapid.IntRange(0, 2).Draw(t, "nil") == 0:
				read = "nil"
			}
			mop := fmt.Sprintf("[:r %s %s]", name, read)
			mops, asked = append(mops, mop), append(asked, fmt.Sprintf("[:r %s nil]", name))
			if typ == "ok" {
				kept = append(kept, mop)
			}
		}
		if typ != "ok" && len(kept) == 0 && (f == Plume || f == DBCop || f == DBCopHist) {
			continue // it would be left out
		}
		if f == EDN || f == JSON || f == JSONL {
			kept = mops
		}
		if invocations {
			fmt.Fprintf(&text, "{:index %d, :type :invoke, :process %d, :f :txn, :value [%s]}\n", n, process, strings.Join(asked, " "))
			n++
		}
		fmt.Fprintf(&text, "{:index %d, :type :%s, :process %d, :f :txn, :value [%s]}\n", n, typ, process, strings.Join(mops, " "))
		n++
		k, ok := sessions[process]
		if !ok {
			k = len(want)
			sessions[process] = k
			want = append(want, nil)
		}
		if typ == "fail" && can.split {
			for _, mop := range kept {
				want[k] = append(want[k], "fail ["+mop+"]")
			}
			continue
		}
		all := typ + " [" + strings.Join(kept, " ") + "]"
		want[k] = append(want[k], all)
	}
	if n == 0 {
		return randomTxns(t, f)
	}
	return mustRead(t, text.String()), want
}

// checkExports exports a history to each format. What is not refused reads as a
// history with as many operations, at most, and as one that is refused no more.
func checkExports(t testing.TB, h *history.History) {
	t.Helper()
	ctx := context.Background()
	for _, x := range exporters {
		out, err := Export(ctx, h, x.format, ExportOptions{})
		if err != nil {
			var syntax *edn.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("%s: %T: %v", x.format, err, err)
			}
			continue
		}
		read := x.format
		if read == TiPocket {
			read = EDN
		}
		for _, file := range out.Files {
			var text bytes.Buffer
			if err := file.Write(&text); err != nil {
				var syntax *edn.SyntaxError
				if errors.As(err, &syntax) && syntax.File == h.Source().Name {
					continue // what is inside a value nobody has looked at yet
				}
				t.Fatalf("%s: %v", x.format, err)
			}
			back, err := ReadBytes(ctx, "back", text.Bytes(), Options{Format: read})
			if err != nil {
				t.Fatalf("%s: %v\n%s\nof\n%s", x.format, err, text.Bytes(), h.Source().Text)
			}
			if x.format != Plume && back.Len() > h.Len() {
				t.Fatalf("%s: %d ops of %d", x.format, back.Len(), h.Len())
			}
			if _, err := Export(ctx, back, x.format, ExportOptions{}); err != nil && x.format != EDN && back.Len() > 0 {
				t.Fatalf("%s, again: %v\n%s", x.format, err, text.Bytes())
			}
		}
	}
}

// TestExportForeign exports what was imported, from each format to each.
func TestExportForeign(t *testing.T) {
	for _, tt := range foreign {
		h, err := readString(tt.text, Options{Format: tt.format})
		if err != nil {
			t.Fatal(err)
		}
		checkExports(t, h)
	}
	for _, tt := range opLogs {
		h, err := readString(tt.text, Options{Format: tt.format})
		if err != nil {
			t.Fatal(err)
		}
		checkExports(t, h)
	}
	for _, tt := range robustnessTests {
		checkExports(t, mustRead(t, tt.text))
	}
	for _, text := range containers() {
		checkExports(t, mustRead(t, text))
	}
}

// opRows are the ops of a history as formats of single operations have them.
func opRows(h *history.History, keep func(i int) bool) (out []string) {
	for op := range h.Ops() {
		if !keep(op.Pos) {
			continue
		}
		value, err := appendOrNil(nil, op.Value)
		if err != nil {
			value = []byte(err.Error())
		}
		out = append(out, fmt.Sprintf("%s %s %s %s", op.Process, op.Type, op.F, value))
	}
	return out
}

// TestExportOps exports random operations and reads what was written.
func TestExportOps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h")
	rapid.Check(t, func(t *rapid.T) {
		for _, f := range []Format{KV, Etcd, JepsenLog, HistoryTxt, TiPocket} {
			text := randomOps(t, f)
			h := mustRead(t, text)
			out, err := Export(context.Background(), h, f, ExportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := out.Files[0].Write(&b); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			back, err := ReadFile(context.Background(), path, Options{})
			if err != nil {
				t.Fatalf("%s: %v\n%s", f, err, b.Bytes())
			}
			want, got := opRows(h, func(i int) bool { return f == JepsenLog || f == HistoryTxt || h.Process(i).IsClient() }), opRows(back, func(int) bool { return true })
			if f == Etcd { // these values are not kept
				for i, op := range want {
					if strings.Contains(op, " info ") || strings.Contains(op, " fail read") {
						want[i] = op[:strings.LastIndex(op, " ")+1] + "nil"
						if strings.HasSuffix(op, "]") {
							want[i] = op[:strings.Index(op, "[")] + "nil"
						}
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s: (-want +got)\n%s\n%s", f, diff, b.Bytes())
			}
			for i := range back.Len() {
				k := i
				if f != JepsenLog && f != HistoryTxt {
					break
				}
				want, _ := h.Text(k).Get("error")
				got, _ := back.Text(i).Get("error")
				if want.String() != got.String() {
					t.Fatalf("error %s became %s", want, got)
				}
			}
		}
	})
}

// randomOps makes operations of five processes and the nemesis.
func randomOps(t *rapid.T, f Format) string {
	word := rapid.SampledFrom([]string{`""`, `"a b"`, `"x\ty\n"`, `"é"`, `"\"q\""`})
	small := rapid.Map(rapid.IntRange(-3, 9), func(n int) string { return fmt.Sprint(n) })
	data := rapid.OneOf(word, small, rapid.SampledFrom([]string{"nil", ":timed-out", "[1 nil]", "#{1 #{}}", "{:a [1.5 2/3]}", `\a`, "##NaN", "#inst \"2020-01-01T00:00:00Z\""}))
	errors_ := rapid.OneOf(word, data, rapid.SampledFrom([]string{`"timeout"`, `"no answer: 5 s"`, `":x"`, `"1"`, `" x"`, `"[1"`}))
	var text strings.Builder
	open := map[int]string{} // what a process is doing
	dead := map[int]bool{}
	for range rapid.IntRange(1, 12).Draw(t, "ops") {
		p := rapid.IntRange(0, 4).Draw(t, "process")
		if dead[p] {
			continue
		}
		if p == 4 {
			fmt.Fprintf(&text, "{:type :info, :process :nemesis, :f :start, :value %s}\n", data.Draw(t, "value"))
			continue
		}
		asked, typ := open[p], "invoke"
		delete(open, p)
		value := ""
		if asked != "" {
			typ = rapid.SampledFrom([]string{"ok", "fail", "info"}).Draw(t, "type")
			dead[p] = typ == "info"
		}
		name := asked
		switch f {
		case KV:
			if name == "" {
				name = rapid.SampledFrom([]string{"get", "put", "append"}).Draw(t, "f")
			}
			value = "[" + word.Draw(t, "key") + " " + rapid.OneOf(word, rapid.Just("nil")).Draw(t, "value") + "]"
		case Etcd:
			if name == "" {
				name = rapid.SampledFrom([]string{"read", "write", "cas"}).Draw(t, "f")
			}
			if value = small.Draw(t, "value"); name == "cas" {
				value = "[" + value + " " + small.Draw(t, "new") + "]"
			}
		case TiPocket:
			name, value = "txn", "[[:r 5 nil] [:append abc "+small.Draw(t, "value")+"]]"
			if typ == "ok" {
				value = "[[:r 5 [1 2 -3]] [:r x_y []]]"
			}
		default:
			if name == "" {
				name = rapid.SampledFrom([]string{"read", "txn", "can't-be"}).Draw(t, "f")
			}
			value = data.Draw(t, "value")
		}
		fmt.Fprintf(&text, "{:type :%s, :process %d, :f :%s, :value %s", typ, p, name, value)
		if typ == "invoke" {
			open[p] = name
		} else if rapid.Bool().Draw(t, "failed") && (f == JepsenLog || f == HistoryTxt) {
			fmt.Fprintf(&text, ", :error %s", errors_.Draw(t, "error"))
		}
		text.WriteString("}\n")
	}
	if strings.Count(text.String(), ":type :") == strings.Count(text.String(), ":process :nemesis") {
		return randomOps(t, f)
	}
	return text.String()
}
