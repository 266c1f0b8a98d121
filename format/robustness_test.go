package format

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
)

// asked is an object of a report: what was asked for, and what came of it.
func asked(client, call, ret int, input, output string) string {
	return fmt.Sprintf("{\n  \"ClientID\": %d,\n  \"Input\": %s,\n  \"Call\": %d,\n  \"Output\": %s,\n  \"Return\": %d\n}\n", client, input, call, output, ret)
}

func putStep(key, value string) string {
	return fmt.Sprintf(`{"Type":"put-operation","Put":{"Key":%q,"Value":{"Value":%q},"LeaseID":0}}`, key, value)
}

func deleteStep(key string) string {
	return fmt.Sprintf(`{"Type":"delete-operation","Delete":{"Key":%q}}`, key)
}

func rangeStep(key string) string {
	return fmt.Sprintf(`{"Type":"range-operation","Range":{"Start":%q,"End":"","Limit":0}}`, key)
}

func txnInput(success, failure string) string {
	return `{"Type":"txn","Txn":{"Conditions":[{"Key":"a","ExpectedRevision":3}],"OperationsOnSuccess":[` + success + `],"OperationsOnFailure":[` + failure + `]},"Range":null}`
}

func rangeInput(start, end string, revision int) string {
	return fmt.Sprintf(`{"Type":"range","Txn":null,"Range":{"Start":%q,"End":%q,"Limit":0,"Revision":%d}}`, start, end, revision)
}

func txnOutput(failure bool, results string) string {
	return fmt.Sprintf(`{"Txn":{"Failure":%v,"Results":[%s]},"Revision":17,"Error":"","Persisted":false,"PersistedRevision":0}`, failure, results)
}

func rangeOutput(kvs ...string) string {
	for i, kv := range kvs {
		key, value, _ := strings.Cut(kv, "=")
		kvs[i] = fmt.Sprintf(`{"Key":%q,"Value":{"Value":%q},"ModRevision":7}`, key, value)
	}
	return fmt.Sprintf(`{"Range":{"KVs":[%s],"Count":%d},"Revision":9}`, strings.Join(kvs, ","), len(kvs))
}

const (
	gone      = `{"Error":"timeout"}`
	persisted = `{"Error":"timeout","Persisted":true,"PersistedRevision":21}`
)

// robustnessTests have what is asked for and got, in any order, and the ops.
var robustnessTests = []struct {
	name string
	text string
	want []string // without the line
}{
	{"a put, and a range", asked(2, 300, 400, rangeInput("a", "", 0), rangeOutput("a=1")) + asked(1, 100, 200, txnInput(putStep("a", "1"), ""), txnOutput(false, "{}")), []string{
		`invoke 1 txn [[:w "a" "1"]]`, `ok 1 txn [[:w "a" "1"]]`, `invoke 2 txn [[:r "a" nil]]`, `ok 2 txn [[:r "a" "1"]]`,
	}},
	{"what was not there", asked(1, 1, 2, rangeInput("a", "", 0), rangeOutput()) + asked(1, 3, 4, rangeInput("a", "b", 0), rangeOutput()), []string{
		`invoke 1 txn [[:r "a" nil]]`, `ok 1 txn [[:r "a" nil]]`, `invoke 1 txn []`, `ok 1 txn []`,
	}},
	{"what may have been deleted", asked(1, 1, 2, rangeInput("a", "", 0), rangeOutput()) + asked(1, 3, 4, txnInput(deleteStep("a")+","+deleteStep("b"), ""), txnOutput(false, `{"Deleted":1},{"Deleted":0}`)), []string{
		`invoke 1 txn []`, `ok 1 txn []`, `invoke 1 txn [[:w "a" {:deleted 1}]]`, `ok 1 txn [[:w "a" {:deleted 1}]]`,
	}},
	{"what has a lease", asked(1, 1, 2, `{"Type":"txn","Txn":{"OperationsOnSuccess":[{"Type":"put-operation","Put":{"Key":"a","Value":{"Value":"v"},"LeaseID":5}}]}}`, txnOutput(false, "{}")) +
		asked(1, 3, 4, rangeInput("a", "", 0), rangeOutput()), []string{
		`invoke 1 txn [[:w "a" "v"]]`, `ok 1 txn [[:w "a" "v"]]`, `invoke 1 txn []`, `ok 1 txn []`,
	}},
	{"branches", asked(1, 1, 2, txnInput(putStep("a", "1"), rangeStep("a")+","+rangeStep("b")), txnOutput(true, `{"KVs":[{"Key":"a","Value":{"Value":"0"}}]},{}`)) +
		asked(1, 3, 4, txnInput(putStep("a", "1"), rangeStep("a")), txnOutput(false, `{}`)), []string{
		`invoke 1 txn [[:r "a" nil] [:r "b" nil]]`, `ok 1 txn [[:r "a" "0"] [:r "b" nil]]`, `invoke 1 txn [[:w "a" "1"]]`, `ok 1 txn [[:w "a" "1"]]`,
	}},
	{"many keys", asked(1, 1, 2, rangeInput("a", "z", 0), rangeOutput("a=1", "b=")), []string{
		`invoke 1 txn [[:r "a" nil] [:r "b" nil]]`, `ok 1 txn [[:r "a" "1"] [:r "b" ""]]`,
	}},
	{"the past", asked(1, 1, 2, rangeInput("a", "", 5), rangeOutput("a=1")) + asked(1, 3, 4, rangeInput("a", "", 0), `{"Range":{"KVs":null},"Revision":-1}`), []string{
		`invoke 1 txn []`, `ok 1 txn []`, `invoke 1 txn []`, `ok 1 txn []`,
	}},
	{"what nobody knows", asked(1, 1, 0, txnInput(putStep("a", "1"), rangeStep("b")), gone) + asked(1, 2, 0, txnInput(rangeStep("b"), deleteStep("a")), gone) + asked(1, 3, 4, rangeInput("b", "", 0), gone), []string{
		`invoke 1 txn [[:w "a" "1"]]`, `invoke 2 txn [[:w "a" {:deleted 1}]]`, `invoke 3 txn []`,
		`info 1 txn [[:w "a" "1"]] "timeout"`, `info 2 txn [[:w "a" {:deleted 1}]] "timeout"`, `info 3 txn [] "timeout"`,
	}},
	{"what was found in the log", asked(1, 1, 3, txnInput(putStep("a", "1"), rangeStep("b")), persisted) + asked(2, 4, 5, rangeInput("a", "", 0), rangeOutput()), []string{
		`invoke 1 txn [[:w "a" "1"]]`, `invoke 2 txn [[:r "a" nil]]`, `ok 2 txn [[:r "a" nil]]`, `ok 1 txn [[:w "a" "1"]] "timeout"`,
	}},
	{"what was refused", asked(1, 1, 2, rangeInput("a", "", 5), `{"ClientError":"compacted"}`) + asked(1, 3, 4, txnInput(putStep("a", "1"), ""), `{"ClientError":"odd"}`), []string{
		`invoke 1 txn []`, `fail 1 txn [] "compacted"`, `invoke 1 txn [[:w "a" "1"]]`, `info 1 txn [[:w "a" "1"]] "odd"`,
	}},
	{"other requests", asked(1, 1, 2, `{"Type":"leaseGrant","LeaseGrant":{"LeaseID":3}}`, `{"LeaseGrant":{},"Revision":1}`) + asked(1, 3, 4, `{"Type":"compact"}`, gone) + asked(1, 5, 6, `{"Type":"defragment"}`, `{}`), []string{
		`invoke 1 txn []`, `ok 1 txn []`, `invoke 1 txn []`, `invoke 2 txn []`, `ok 2 txn []`, `info 1 txn [] "timeout"`,
	}},
	{"hashes", asked(1, 1, 2, txnInput(putStep("a", "0123456789abcdefghij"), ""), txnOutput(false, "{}")) + asked(1, 3, 4, rangeInput("a", "", 0), `{"Range":{"KVs":[{"Key":"a","Value":{"Hash":765515313}}]},"Revision":3}`), []string{
		`invoke 1 txn [[:w "a" {:hash 765515313}]]`, `ok 1 txn [[:w "a" {:hash 765515313}]]`, `invoke 1 txn [[:r "a" nil]]`, `ok 1 txn [[:r "a" {:hash 765515313}]]`,
	}},
	{"at the same time", asked(1, 1, 2, rangeInput("a", "b", 0), rangeOutput()) + asked(1, 2, 3, rangeInput("a", "b", 0), rangeOutput()) + asked(5, 2, 2, rangeInput("a", "b", 0), rangeOutput()), []string{
		`invoke 1 txn []`, `invoke 6 txn []`, `invoke 5 txn []`, `ok 1 txn []`, `ok 5 txn []`, `ok 6 txn []`,
	}},
}

func withoutLines(ops []string) (out []string) {
	for _, op := range ops {
		_, op, _ = strings.Cut(op, " ")
		op, _, _ = strings.Cut(op, " of ")
		out = append(out, op)
	}
	return out
}

func TestRobustness(t *testing.T) {
	for _, tt := range robustnessTests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := readString(tt.text, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, withoutLines(operations(t, h))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			roundTrip(t, h, EDN, JSONL)
		})
	}
}

// TestRobustnessWritten shows the EDN that a report becomes.
func TestRobustnessWritten(t *testing.T) {
	got, err := written(mustRead(t, robustnessTests[8].text), EDN)
	want := `{:index 0, :time 1, :type :invoke, :process 1, :f :txn, :value [[:w "a" "1"]], :client 1, :request :txn}
{:index 1, :time 4, :type :invoke, :process 2, :f :txn, :value [[:r "a" nil]], :client 2, :request :range}
{:index 2, :time 5, :type :ok, :process 2, :f :txn, :value [[:r "a" nil]], :revision 9, :client 2, :request :range}
{:index 3, :type :ok, :process 1, :f :txn, :value [[:w "a" "1"]], :error "timeout", :revision 21, :client 1, :request :txn}
`
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

func TestBadRobustness(t *testing.T) {
	ok := asked(1, 1, 2, rangeInput("a", "", 0), rangeOutput())
	one := strings.Count(ok, "\n")
	tests := []struct {
		name, text string
		line, col  int
		msg        string
	}{
		{"cut", ok[:len(ok)-3], one - 1, 14, "expected '}', found the end of the text"},
		{"a list", ok + "[]", one + 1, 1, "expected an object with ClientID and Input, found a vector"},
		{"no client", ok + `{"Input":{}}`, one + 1, 1, "expected an object with ClientID, Input, Call, Output and Return, found one without"},
		{"a client for a string", ok + `{"Input":{}, "ClientID":"x"}`, one + 1, 27, "expected a int64 as ClientID, found a JSON string"},
		{"a negative client", asked(-1, 1, 2, rangeInput("a", "", 0), rangeOutput()), 1, 1, "expected a ClientID from 0 to 2^31-1, found -1"},
		{"a negative call", asked(1, -1, 2, rangeInput("a", "", 0), rangeOutput()), 1, 1, "expected a Call of at least 0, found -1"},
		{"backwards", asked(1, 3, 2, rangeInput("a", "", 0), rangeOutput()), 1, 1, "expected a Return of at least 3, when it was called, found 2"},
		{"another type", asked(1, 1, 2, `{"Type":"watch"}`, "{}"), 1, 1, `expected an Input of the Type range, txn, leaseGrant, leaseRevoke, defragment or compact, found "watch"`},
		{"a range of nothing", asked(1, 1, 2, `{"Type":"range"}`, "{}"), 1, 1, "expected a Range with a Start, found none"},
		{"a range without result", asked(1, 1, 2, rangeInput("a", "", 0), "{}"), 1, 1, "expected a Range in the Output, or an Error, found none"},
		{"a range of another key", asked(1, 1, 2, rangeInput("a", "", 0), rangeOutput("b=1")), 1, 1, `expected the key "a" or nothing in the results of its range, found something else`},
		{"a key twice", asked(1, 1, 2, rangeInput("a", "z", 0), rangeOutput("b=1", "b=2")), 1, 1, `expected every key once in the results of a range, found "b" again or none`},
		{"no transaction", asked(1, 1, 2, `{"Type":"txn"}`, "{}"), 1, 1, "expected a Txn, found none"},
		{"a transaction without result", asked(1, 1, 2, txnInput(putStep("a", "1"), ""), "{}"), 1, 1, "expected a Txn in the Output, or an Error, found none"},
		{"a transaction with another number of results", asked(1, 1, 2, txnInput(putStep("a", "1"), ""), txnOutput(false, "{},{}")), 1, 1, "expected 1 Results, one for each operation, found 2"},
		{"another operation", asked(1, 1, 2, txnInput(`{"Type":"move"}`, ""), "{}"), 1, 1, `expected an operation of the Type range-operation, put-operation or delete-operation, found "move"`},
		{"no key", asked(1, 1, 2, txnInput(putStep("", "1"), ""), "{}"), 1, 1, "expected a key in a put-operation, found none"},
		{"writes in both branches", asked(1, 1, 2, txnInput(putStep("a", "1"), putStep("a", "2")), gone), 1, 1, "expected a transaction that writes in one branch only, since its outcome is unknown, found one that writes in both"},
		{"not utf-8", ok + "\xff", one + 1, 1, "expected UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readString(tt.text, Options{Format: Robustness})
			var syntax *edn.SyntaxError
			if !errors.As(err, &syntax) || syntax.Line != tt.line || syntax.Col != tt.col || !strings.Contains(syntax.Msg, tt.msg) {
				t.Errorf("got  %v\nwant h:%d:%d: %s", err, tt.line, tt.col, tt.msg)
			}
		})
	}
}

func TestRobustnessDir(t *testing.T) {
	put := asked(10, 1, 2, txnInput(putStep("a", "1"), ""), txnOutput(false, "{}"))
	get := asked(9, 3, 4, rangeInput("a", "", 0), rangeOutput("a=1"))
	dir := writeTree(t, map[string]string{
		"client-10/operations.json": put, "client-9/operations.json": get, "client-9/watch.json": "{", "client-11/watch.json": "{", "history.html": "<",
	})
	want := []string{`invoke 10 txn [[:w "a" "1"]]`, `ok 10 txn [[:w "a" "1"]]`, `invoke 9 txn [[:r "a" nil]]`, `ok 9 txn [[:r "a" "1"]]`}
	last := int64(0)
	h, err := ReadFile(context.Background(), dir, Options{Progress: func(done, total int64) { last = done * 1000 / total }})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, withoutLines(operations(t, h))); diff != "" || last != 1000 {
		t.Errorf("progress %d (-want +got)\n%s", last, diff)
	}
	file := filepath.Join(dir, "client-9", "operations.json")
	_, err = ReadFile(context.Background(), file, Options{})
	if got, want := message(err), file+": the operations of one of 2 clients are a part of a history: read the directory "+dir; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if h, err := ReadFile(context.Background(), file, Options{Format: Robustness}); err != nil || h.Len() != 2 {
		t.Errorf("one client: %v", err)
	}
	packed := writeTree(t, map[string]string{
		"client-1/operations.json":    asked(1, 5, 6, txnInput(putStep("k", "v"), ""), txnOutput(false, "{}")),
		"client-2/operations.json.gz": string(pack(t, "gzip", asked(2, 7, 8, txnInput(putStep("k", "w"), ""), txnOutput(false, "{}")))),
	})
	if h, err := ReadFile(context.Background(), packed, Options{}); err != nil || h.Len() != 4 {
		t.Errorf("compressed: %v, %v", h, err)
	}
	for text, want := range map[string]string{"{": file + ":1:2: expected '}', found the end of the text", "": ""} {
		dir := writeTree(t, map[string]string{"client-1/operations.json": "", "client-2/operations.json": text})
		if want = strings.Replace(want, file, filepath.Join(dir, "client-2", "operations.json"), 1); want == "" {
			want = dir + ": expected operations, found none in 2 files"
		}
		if _, err := ReadFile(context.Background(), dir, Options{}); message(err) != want {
			t.Errorf("got %q, want %q", message(err), want)
		}
	}
}

// TestRobustnessOrder makes requests of random times: an op completes before
// another is invoked only if it returned before the other was called.
func TestRobustnessOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type span struct{ call, ret int }
		spans := map[string]span{}
		var texts []string
		for i := range rapid.IntRange(1, 12).Draw(t, "requests") {
			call := rapid.IntRange(0, 8).Draw(t, "call")
			s := span{call, call + rapid.IntRange(0, 4).Draw(t, "takes")}
			output := txnOutput(false, "{}")
			if rapid.IntRange(0, 3).Draw(t, "outcome") == 0 {
				s.ret, output = 1<<30, rapid.SampledFrom([]string{gone, persisted}).Draw(t, "output")
			}
			value := fmt.Sprint("v", i)
			spans[`[[:w "k" "`+value+`"]]`] = s
			texts = append(texts, asked(rapid.IntRange(1, 3).Draw(t, "client"), s.call, min(s.ret, 9), txnInput(putStep("k", value), ""), output))
		}
		texts = rapid.Permutation(texts).Draw(t, "order")
		h, err := readString(strings.Join(texts, ""), Options{})
		if err != nil || h.Len() != 2*len(spans) {
			t.Fatal(err)
		}
		var done []span // what completed so far
		for op := range h.Ops() {
			s := spans[op.Value.String()]
			if h.Begins(op.Pos) {
				for _, d := range done {
					if d.ret >= s.call {
						t.Fatalf("%v was called at %d, behind what returned at %d", op, s.call, d.ret)
					}
				}
				for v, d := range spans {
					if d.ret < s.call && !slices.Contains(done, d) {
						t.Fatalf("%v was called at %d, before %s completed, which returned at %d", op, s.call, v, d.ret)
					}
				}
				continue
			}
			done = append(done, s)
		}
	})
}
