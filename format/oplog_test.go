package format

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// operations are ops as tests of logs of operations write them: the line in the
// imported file, and the op; of a completion that of its invocation, too.
func operations(t rapid.TB, h *history.History) (out []string) {
	t.Helper()
	for op := range h.Ops() {
		if op.Index != int64(op.Pos) {
			t.Errorf("%v has index %d", op, op.Index)
		}
		s := strconv.Itoa(h.Line(op.Pos)) + " " + op.Type.String() + " " + op.Process + " " + op.F + " " + op.Value.String()
		if e, ok := h.Text(op.Pos).Get("error"); ok {
			s += " " + e.String()
		}
		if op.Type != history.Invoke && h.Pair(op.Pos) >= 0 {
			s += " of " + strconv.Itoa(h.Line(h.Pair(op.Pos)))
		}
		out = append(out, s)
	}
	if h.Unordered() {
		t.Error("unordered")
	}
	return out
}

type opLogTest struct {
	name   string
	format Format
	text   string
	want   []string
}

// opLogs are small histories in each format.
var opLogs = []opLogTest{
	{"etcd", Etcd, "INFO  jepsen.util - 3\t:invoke\t:read\tnil\n" +
		"INFO  jepsen.util - 1\t:invoke\t:cas\t[2 4]\n" +
		"INFO  jepsen.util - 3\t:ok\t:read\t2\n" +
		"INFO  jepsen.util - 1\t:fail\t:cas\t[2 4]\n" +
		"INFO  jepsen.util - 2\t:invoke\t:write\t-7\n" +
		"INFO  jepsen.util - 2\t:info\t:write\t:timed-out\n" +
		"INFO  jepsen.util - 12\t:invoke\t:read\tnil\n" +
		"INFO  jepsen.util - 12\t:fail\t:read\t:timed-out\n", []string{
		"1 invoke 3 read nil",
		"2 invoke 1 cas [2 4]",
		"3 ok 3 read 2 of 1",
		"4 fail 1 cas [2 4] of 2",
		"5 invoke 2 write -7",
		"6 info 2 write nil :timed-out of 5",
		"7 invoke 12 read nil",
		"8 fail 12 read nil :timed-out of 7",
	}},
	{"etcd, other lines", Etcd, "\ufeffINFO  jepsen.core - Using node n1\n\n" +
		"INFO  jepsen.util - 3 retries are left\n" +
		"INFO  jepsen.util - :nemesis\t:info\t:start\tnil\n" +
		"INFO  jepsen.util - 17  :invoke :cas    [ 007\t-0 ] \r\n" +
		"WARN  jepsen.client - 17\t:ok\t:cas\t[0 1]\n" +
		"12:00:01 INFO  jepsen.util - 17\t:ok\t:cas\t[18446744073709551615 1]", []string{
		"4 info nemesis start nil",
		"5 invoke 17 cas [007 -0]",
		"7 ok 17 cas [18446744073709551615 1] of 5",
	}},
	{"etcd, completions only", Etcd, "INFO  jepsen.util - 3\t:ok\t:read\t1\n", []string{"1 ok 3 read 1"}},
	{"etcd, other values", Etcd, "INFO  jepsen.util - 3\t:ok\t:read\t#{1 \"a b\"}\nINFO  jepsen.util - 4\t:info\t:add\t{:a [:timed-out]}\tno answer\n", []string{
		"1 ok 3 read #{1 \"a b\"}",
		"2 info 4 add {:a [:timed-out]} \"no answer\"",
	}},

	{"jepsen log, 2018", JepsenLog, "INFO [2018-02-02 13:04:30,990] main - jepsen.core Test:\n {:concurrency 3}\n" +
		"INFO [2018-02-02 13:04:30,994] jepsen worker 0 - jepsen.util 0\t:invoke\t:txn\t[[:append 5 1] [:r 6 nil]]\r\n" +
		"WARN [2018-02-02 13:04:30,995] jepsen worker 0 - jepsen.core oh\n" +
		"INFO [2018-02-02 13:04:30,999] jepsen worker 0 - jepsen.util 0\t:ok\t:txn\t[[:append 5 1] [:r 6 [2 3]]]", []string{
		"3 invoke 0 txn [[:append 5 1] [:r 6 nil]]",
		"5 ok 0 txn [[:append 5 1] [:r 6 [2 3]]] of 3",
	}},
	{"jepsen log, file", JepsenLog, "2026-07-22 10:15:03,171{GMT}\tINFO\t[jepsen worker 1] jepsen.util: 1\t:invoke\t:write\t[0 2]\n" +
		"2026-07-22 10:15:03,172{GMT}\tINFO\t[jepsen worker nemesis] jepsen.util: :nemesis\t:info\t:kill\t{\"n1\" :killed}\n" +
		"2026-07-22 10:15:03,173{GMT}\tINFO\t[jepsen worker 1] jepsen.util: 1\t:info\t:write\t[0 2]\t[:timeout \"after 5 s\"]\n" +
		"2026-07-22 10:15:03,174{GMT}\tINFO\t[jepsen worker 2] jepsen.util: 2\t:invoke\tnil\t:timed-out\n" +
		"2026-07-22 10:15:03,175{GMT}\tINFO\t[jepsen worker 2] jepsen.util: 2\t:fail\tnil\tnil\tclosed\n\tat a.b(c.clj:1)\n", []string{
		"1 invoke 1 write [0 2]",
		"2 info nemesis kill {\"n1\" :killed}",
		"3 info 1 write [0 2] [:timeout \"after 5 s\"] of 1",
		"4 invoke 2  :timed-out",
		"5 fail 2  nil \"closed\" of 4",
	}},
	{"jepsen log, console", JepsenLog, "\ufeffINFO\t[jepsen worker 0] jepsen.util: 0\t:invoke\t:read\tnil\nINFO\t[jepsen worker 0] jepsen.util: 0\t:ok\t:read\t[0\t:ok\t1]\t:odd", []string{
		"1 invoke 0 read nil",
		"2 ok 0 read [0 :ok 1] :odd of 1",
	}},

	{"jepsen log, that quotes an older one", JepsenLog, "INFO\t[jepsen worker 0] jepsen.util: 0\t:invoke\t:read\tnil\nWARN said INFO  jepsen.util - 3 :ok :read 1\n", []string{
		"1 invoke 0 read nil",
	}},

	{"history.txt, that quotes a log", HistoryTxt, "0\t:invoke\t:read\tnil\n0\t:info\t:read\tnil\tINFO  jepsen.util - 3\t:ok\t:read\t1\n", []string{
		"1 invoke 0 read nil",
		"2 info 0 read nil \"INFO  jepsen.util - 3\\t:ok\\t:read\\t1\" of 1",
	}},
	{"history.txt", HistoryTxt, "\ufeff0\t:invoke\t:read\tnil\n:nemesis\t:info\t:start\t:majority\n" +
		"0\t:ok\t:read\t\"a\\tb\"\r\n1\t:invoke\t:cas\t[1 2]\n1\t:info\t:cas\t[1 2]\tBoom\nat line\t3\n\nat line 4\n2\t:invoke\tnil\t##NaN", []string{
		"1 invoke 0 read nil",
		"2 info nemesis start :majority",
		"3 ok 0 read \"a\\tb\" of 1",
		"4 invoke 1 cas [1 2]",
		"5 info 1 cas [1 2] \"Boom\" of 4",
		"9 invoke 2  ##NaN",
	}},

	{"jepsen log, pasted", JepsenLog, "2021-12-19 22:52:57,370{GMT} INFO [jepsen worker 19] jepsen.util: 499 :invoke :txn [[:append 37 7]]\n" +
		"INFO [jepsen worker 1] jepsen.core: Worker 1 starting\n" +
		"2021-12-19 22:52:57,504{GMT} INFO [jepsen worker 2] jepsen.util:  499   :fail :txn [[:append 37 7]] [:batch [:conflicting-transaction]]  \r\n" +
		"INFO jepsen.util 3 :invoke nil nil\nINFO jepsen.util: :nemesis :info :kill nil\njepsen.util: 3 :info nil nil no route to host", []string{
		"1 invoke 499 txn [[:append 37 7]]",
		"3 fail 499 txn [[:append 37 7]] [:batch [:conflicting-transaction]] of 1",
		"4 invoke 3  nil",
		"5 info nemesis kill nil",
		`6 info 3  nil "no route to host" of 4`,
	}},
	{"history.txt, pasted", HistoryTxt, "\n0       :invoke :write  1\n  0       :ok     :write  1\n0       :invoke :read   nil\n:nemesis :info  :start  nil\n0\t:fail    :read   nil  java.lang.Boom x\n  at y\n", []string{
		"2 invoke 0 write 1",
		"3 ok 0 write 1 of 2",
		"4 invoke 0 read nil",
		"5 info nemesis start nil",
		`6 fail 0 read nil "java.lang.Boom x" of 4`,
	}},
	{"knossos", Knossos, "[81 :invoke :read [8 nil]] ; one\n\n[:nemesis :info :kill nil]\n[81 :ok :read [8 3]]\n[82 :invoke :write\n[8 4]] [82 :info :write [8 4] :timeout]", []string{
		"1 invoke 81 read [8 nil]",
		"3 info nemesis kill nil",
		"4 ok 81 read [8 3] of 1",
		"5 invoke 82 write [8 4]",
		"6 info 82 write [8 4] :timeout of 5",
	}},
	{"knossos, a list", Knossos, "([c1 invoke acquire]\n #_ [c1 :ok] [c1 :ok acquire nil])", []string{
		"1 invoke c1 acquire nil",
		"2 ok c1 acquire nil of 1",
	}},
	{"knossos, json", Knossos, `[[81,"invoke","txn",[["append",1,2]]], [81,"fail",null,null,"no"]]`, []string{
		"1 invoke 81 txn [[:append 1 2]]",
		`1 fail 81  nil "no" of 1`,
	}},
	{"knossos, json lines", Knossos, "[\"0\",\"invoke\",\"read\",null]\n[\"0\",\":ok\",\"read\",1]", []string{
		"1 invoke 0 read nil",
		"2 ok 0 read 1 of 1",
	}},

	{"kv", KV, `{:process 4, :type :invoke, :f :append, :key "7", :value "x 4 0 y"}
{:process 4, :type :ok, :f :append, :key "7", :value "x 4 0 y"}
{:process 5, :type :invoke, :f :get, :key "7", :value nil}
{:process 4, :type :invoke, :f :put, :key "8", :value ""}
{:process 5, :type :ok, :f :get, :key "7", :value "x 4 0 y"}
`, []string{
		`1 invoke 4 append ["7" "x 4 0 y"]`,
		`2 ok 4 append ["7" "x 4 0 y"] of 1`,
		`3 invoke 5 get ["7" nil]`,
		`4 invoke 4 put ["8" ""]`,
		`5 ok 5 get ["7" "x 4 0 y"] of 3`,
	}},
	{"kv, a list with indices", KV, "[{:index 0, :process 1, :type :invoke, :f :put, :key 7, :value \"a\"} {:index 1, :process 1, :type :ok, :f :put, :key 7, :value \"a\"}\n" +
		"{:index 2, :process 1, :type :invoke, :f :get, :key 8}]", []string{
		`1 invoke 1 put [7 "a"]`,
		`1 ok 1 put [7 "a"] of 1`,
		"2 invoke 1 get [8 nil]",
	}},
	{"kv, json", KV, `[{"process":1,"type":"invoke","f":"get","key":"7","value":null},{"process":1,"type":"ok","f":"get","key":"7","value":"a"}]`, []string{
		`1 invoke 1 get ["7" nil]`,
		`1 ok 1 get ["7" "a"] of 1`,
	}},
	{"kv, jsonl", KV, "{\"process\":1,\"type\":\"invoke\",\"f\":\"get\",\"key\":\"7\"}\n{\"process\":1,\"type\":\"ok\",\"f\":\"get\",\"key\":\"7\",\"value\":\"a\"}", []string{
		`1 invoke 1 get ["7" nil]`,
		`2 ok 1 get ["7" "a"] of 1`,
	}},
	{"kv, other spellings", KV, "\ufeff ; a log\n\n" +
		"{:f get :key 7 :time 12 :type \"invoke\" :more [1] :process 1}\n" +
		"#_ {:a 1}\n#op {:key 7 :value \"a\nb\" :time 13\n:f :get :type :fail :process 1 :error :x},\r\n", []string{
		"3 invoke 1 get [7 nil]",
		"5 fail 1 get [7 \"a\\nb\"] :x of 3",
	}},
}

// TestOpLog reads each history by its content, packed in each way, and by the
// name of its format.
func TestOpLog(t *testing.T) {
	ctx := context.Background()
	for _, tt := range opLogs {
		t.Run(tt.name, func(t *testing.T) {
			for _, f := range []Format{Auto, tt.format} {
				for _, c := range compressors {
					h, err := ReadBytes(ctx, "h", pack(t, c.name, tt.text), Options{Format: f})
					if err != nil {
						t.Fatalf("%s, %s: %v", f, c.name, err)
					}
					if diff := cmp.Diff(tt.want, operations(t, h)); diff != "" {
						t.Errorf("%s, %s: (-want +got)\n%s", f, c.name, diff)
					}
					roundTrip(t, h, EDN, JSONL)
				}
			}
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			if _, err := ReadBytes(ctx, "h", []byte(tt.text), Options{}); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
		})
	}
}

// TestOpLogWritten shows the EDN that a log becomes.
func TestOpLogWritten(t *testing.T) {
	for name, want := range map[string]string{
		"etcd": `{:index 0, :type :invoke, :process 3, :f :read, :value nil}
{:index 1, :type :invoke, :process 1, :f :cas, :value [2 4]}
{:index 2, :type :ok, :process 3, :f :read, :value 2}
{:index 3, :type :fail, :process 1, :f :cas, :value [2 4]}
{:index 4, :type :invoke, :process 2, :f :write, :value -7}
{:index 5, :type :info, :process 2, :f :write, :value nil, :error :timed-out}
{:index 6, :type :invoke, :process 12, :f :read, :value nil}
{:index 7, :type :fail, :process 12, :f :read, :value nil, :error :timed-out}
`,
		"kv, other spellings": `{:type :invoke, :time 12, :process 1, :f :get, :value [7 nil], :more [1]}
{:type :fail, :time 13, :process 1, :f :get, :value [7 "a\nb"], :error :x}
`,
	} {
		i := slices.IndexFunc(opLogs, func(l opLogTest) bool { return l.name == name })
		got, err := written(mustRead(t, opLogs[i].text), EDN)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
}

// Operations on a key keep their indices, and are read as such in every spelling.
func TestKVIndices(t *testing.T) {
	h := mustRead(t, `({:index 3 :process 1 :type :invoke :f :get :key "a"} {:index 7 :process 1 :type :ok :f :get :key "a" :value ""})`)
	if h.Len() != 2 || h.Index(0) != 3 || h.Index(1) != 7 || h.Value(1).String() != `["a" ""]` {
		t.Errorf("got %s", h.Source().Text)
	}
}

const (
	etcdLine = "INFO  jepsen.util - 3\t:invoke\t:read\tnil\n"
	kvOp     = "{:process 4, :type :invoke, :f :get, :key 1}\n"
)

// badOpLogs are logs of operations, with the error that they are refused with.
var badOpLogs = []struct {
	name   string
	format Format
	text   string
	want   string
}{
	{"etcd: nothing", Etcd, "INFO  jepsen.core - Hello\n", `h:2:1: expected lines such as "jepsen.util - 3 :invoke :read nil", found none`},
	{"etcd: another type", Auto, etcdLine + "INFO  jepsen.util - 3\t:okay\t:read\tnil", `h:2:23: expected :invoke, :ok, :fail or :info, found ":okay"`},
	{"etcd: no operation", Auto, etcdLine + "INFO  jepsen.util - 3\t:ok", "h:2:26: expected an operation such as :read, found the end of the text"},
	{"etcd: a value for an operation", Auto, etcdLine + "INFO  jepsen.util - 3\t:ok\tnil\n", `h:2:27: expected an operation such as :read, found "nil"`},
	{"etcd: half an operation", Auto, etcdLine + "INFO  jepsen.util - 3\t:ok\t:\n", `h:2:27: expected an operation such as :read, found ":"`},
	{"etcd: not utf-8", Auto, etcdLine + "INFO  jepsen.util - 3\t:ok\t:\xff\t1", "h:2:28: expected UTF-8, found an invalid byte sequence"},
	{"etcd: no value", Auto, etcdLine + "INFO  jepsen.util - 3\t:ok\t:read\n", "h:2:32: expected a value, found the end of the line"},
	{"etcd: two values", Auto, etcdLine + "INFO  jepsen.util - 3\t:ok\t:read\t1 2\n", `h:2:35: expected the end of the line, or a tab and an error, found "2"`},
	{"etcd: an open bracket", Auto, etcdLine + "INFO  jepsen.util - 3\t:ok\t:cas\t[1 2\n", "h:2:36: expected ']', found the end of the text"},
	{"etcd: a large process", Auto, etcdLine + "INFO  jepsen.util - 99999999999999999999999\t:ok\t:read\t1\n", `h:2:21: expected a process number in range, found "99999999999999999999"`},
	{"etcd: two on a line", Auto, etcdLine + "INFO  jepsen.util - 3\t:ok\t:read\t1INFO  jepsen.util - 4\t:ok\t:read\t1\n", `h:2:33: expected a number, found "1INFO"`},
	{"etcd: a bracket for a value", Auto, etcdLine + "INFO  jepsen.util - 3\t:ok\t:read\t]\n", "h:2:33: unexpected ']': no bracket is open"},
	{"etcd: an error behind :timed-out", Auto, etcdLine + "INFO  jepsen.util - 3\t:ok\t:read\t:timed-out\t:x\n", `h:2:44: expected the end of the line, or a tab and an error, found ":x"`},

	{"jepsen log: nothing", JepsenLog, "INFO  jepsen.core - Hello\n", "h:2:1: expected lines with a process, :invoke, an operation and a value, separated by tabs, found none"},
	{"jepsen log: no value", Auto, "INFO\tjepsen.util: 3\t:ok\t:read", "h:1:30: expected a value, found the end of the text"},
	{"jepsen log: a string for an operation", Auto, "INFO\tjepsen.util: 3\t:ok\t\"read\"\t1", `h:1:25: expected an operation such as :read, found "\"read\""`},
	{"jepsen log: a large process", Auto, "INFO\tjepsen.util: 99999999999999999999\t:ok\t:read\tnil", `h:1:19: expected a process number in range, found "99999999999999999999"`},
	{"jepsen log: a value over lines", Auto, "INFO\tjepsen.util: 3\t:ok\t:read\t[1\n2]", "h:1:33: expected ']', found the end of the text"},
	{"jepsen log: completes nothing", Auto, "INFO\tx: 3\t:invoke\t:a\t1\n\nINFO\tx: 4\t:ok\t:a\t1", "h:3:1: op 1 completes nothing: expected an invocation of process 4 before it"},

	{"history.txt: nothing", HistoryTxt, "\n\n", "h:3:1: expected operations, found none"},
	{"history.txt: another line", Auto, "0\t:ok\t:read\t1\nhello world", `h:2:1: expected a process, :invoke, :ok, :fail or :info, an operation and a value, separated by tabs, found "hello"`},
	{"history.txt: another type", Auto, "0\t:ok\t:read\t1\tboom\n0\t:okay\t:read\t1", `h:2:1: expected a process, :invoke, :ok, :fail or :info, an operation and a value, separated by tabs, found "0"`},
	{"history.txt: an open string", Auto, "0\t:ok\t:read\t\"1\n", "h:1:13: expected a closing quote for this string, found the end"},
	{"etcd: invoked twice", Auto, etcdLine + "\n" + etcdLine, "h:3:1: process 3 invoked twice: expected a completion of its op 0 (line 1) before op 1"},
	{"etcd: completes nothing", Auto, etcdLine + "INFO  jepsen.util - 4\t:ok\t:read\t1\n", "h:2:1: op 1 completes nothing: expected an invocation of process 4 before it"},

	{"knossos: nothing", Knossos, "[]", "h:1:2: expected a :process, found a closing bracket"},
	{"knossos: no process", Auto, "[1 :invoke :read nil]\n[nil :ok :read nil]", "h:2:2: expected a process, found nil"},
	{"knossos: no type", Auto, "[1 :invoke :read nil]\n[1 :okay :read nil]", "h:2:4: expected a :type of invoke, ok, fail or info, found :okay"},
	{"knossos: too long", Auto, "[1 :invoke :read nil]\n[1 :ok :read nil nil 3]", "h:2:22: expected the end of the vector, of process, type, operation, value and error, found an integer"},
	{"knossos: a map", Auto, "[[1 :invoke :read nil]\n{:type :ok}]", "h:2:1: expected a vector such as [81 :invoke :read nil], found a map"},
	{"knossos: cut", Auto, "[1 :invoke :read nil]\n[1 :ok", "h:2:7: expected ']', found the end of the text"},
	{"knossos: cut list", Auto, "[[1 :invoke :read nil]\n", "h:2:1: expected ']', found the end of the text"},
	{"knossos: no comma", Auto, "[[1,\"invoke\",\"read\",null] [1]]", `h:1:27: expected a comma or ']' after an op, found '['`},

	{"kv: nothing", KV, " ; nothing", "h:1:11: expected ops, found only white space and comments"},
	{"kv: a word", Auto, kvOp + "hello", "h:2:1: expected an op map, found a symbol"},
	{"kv: no end of a list", Auto, "[" + kvOp, "h:2:1: expected ']', found the end of the text"},
	{"kv: behind a list", Auto, "[" + kvOp + "]\n" + kvOp, `h:3:1: expected nothing after the list of ops, found "{:process"`},
	{"kv: cut", Auto, kvOp + "{:process 4, :type :ok", "h:2:23: expected '}', found the end of the text"},
	{"kv: no key", Auto, kvOp + "{:process 4, :type :ok, :f :get, :key 1} {:process 4, :type :invoke, :f :get}", "h:2:42: expected a :key in every op, as others have one, found an op without; --map key= ignores the keys"},
	{"kv: no type", Auto, kvOp + "{:process 4, :f :get, :key 1}", "h:2:1: expected an op with a :type of invoke, ok, fail or info, found one without"},
	{"kv: none has a key", KV, "{:process 4, :type :invoke, :f :get}", "h:1:1: expected a :key in every op, as others have one, found an op without; --map key= ignores the keys"},
	{"kv: not utf-8", Auto, kvOp + "{:process 4, :type :ok, :f :get, :key 1, :value \"\xff\"}", "h:2:50: expected UTF-8, found an invalid byte sequence"},
	{"kv: not utf-8 behind", Auto, kvOp + "; \xff", "h:2:3: expected UTF-8, found an invalid byte sequence"},
	{"kv: invoked twice", Auto, kvOp + kvOp, "h:2:1: process 4 invoked twice: expected a completion of its op 0 (line 1) before op 1"},
}

func TestBadOpLog(t *testing.T) {
	for _, tt := range badOpLogs {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readString(tt.text, Options{Format: tt.format})
			var syntax *edn.SyntaxError
			if message(err) != tt.want || !errors.As(err, &syntax) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// What looks like such a log but is EDN or JSON is read as that.
func TestNoOpLog(t *testing.T) {
	for _, text := range []string{
		`{:type :info, :process 0, :value "INFO  jepsen.util - 3 :ok :read 1"}`,
		`; jepsen.util - 3 :ok :read 1` + "\n{:type :info}",
	} {
		if h := mustRead(t, text); h.Len() != 1 || string(h.Source().Text) != text {
			t.Errorf("%s\nwas imported: %s", text, h.Source().Text)
		}
	}
}

// TestOpLogProgress reads a long log, of which most lines are other news.
func TestOpLogProgress(t *testing.T) {
	const n = 3 * stepsPerLook
	text := []byte(strings.Repeat("INFO  jepsen.core - news\n", n) + strings.Repeat("jepsen.util - 1\t:invoke\t:read\tnil\njepsen.util - 1\t:ok\t:read\t1\n", n))
	last, calls := int64(0), 0
	h, err := ReadBytes(context.Background(), "h", text, Options{Format: Etcd, Progress: func(done, total int64) {
		if calls++; done <= last || done > total || total != int64(len(text)) {
			t.Errorf("%d of %d, after %d", done, total, last)
		}
		last = done
	}})
	if err != nil || h.Len() != 2*n || last != int64(len(text)) || calls != 10 {
		t.Errorf("%d calls, the last with %d of %d, %v", calls, last, len(text), err)
	}
	if line := h.Line(h.Len() - 1); line != 3*n {
		t.Errorf("the last op is on line %d", line)
	}
}

const linearizableDir = "../../shared/corpus/linearizable"

// TestOpLogCorpus reads the logs that are at hand: every line is an op.
func TestOpLogCorpus(t *testing.T) {
	for dir, source := range map[string]Format{"etcd": Etcd, "kv": KV} {
		files, err := filepath.Glob(filepath.Join(linearizableDir, dir, "*"))
		if err != nil || len(files) == 0 {
			t.Skipf("no logs of %s here: %v", dir, err)
		}
		for _, path := range files {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(text) == 0 { // one of etcd's logs is
				continue
			}
			h, err := ReadFile(context.Background(), path, Options{})
			if err != nil {
				t.Error(err)
				continue
			}
			if lines := bytes.Count(text, lineBreak); h.Len() != lines || h.CompletionsOnly() {
				t.Errorf("%s: %d ops of %d lines, completions only: %v", path, h.Len(), lines, h.CompletionsOnly())
			}
			named, err := ReadFile(context.Background(), path, Options{Format: source})
			if err != nil {
				t.Fatal(err)
			}
			same(t, h, named)
			if h.Len() < 1000 {
				roundTrip(t, h, EDN, JSONL)
			}
		}
	}
}
