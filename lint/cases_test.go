package lint_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/lint"
)

// parse reads a history in the notation of histtest, or, if it begins with a
// brace, of ops as they are.
func parse(t testing.TB, text string) *history.History {
	t.Helper()
	if strings.HasPrefix(text, "{") {
		return histtest.Read(t, "case", text)
	}
	return histtest.Parse(t, text)
}

func check(t testing.TB, h *history.History) *lint.Result {
	t.Helper()
	r, err := lint.Check(context.Background(), h, lint.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func problem(r *lint.Result, code string) *lint.Problem {
	for i := range r.Problems {
		if r.Problems[i].Code == code {
			return &r.Problems[i]
		}
	}
	return nil
}

// A case has a problem; once something in it is replaced it has not.
type testCase struct {
	code, history string
	replace       []string // old and new texts
	msg           string
	ops           []int
}

var cases = []testCase{
	{"timeout-was-read", `
		i 0 txn [[:append 1 5]]
		i 1 txn [[:r 1 nil]]
		x 0 txn [[:append 1 5]] ; :error :timeout
		o 1 txn [[:r 1 [5]]]`,
		[]string{":timeout", ":conflict"},
		"1 value was read though its write is recorded as :fail after a timeout: 5 of key 1", []int{2, 3}},
	{"timeout-was-read", `
		i 0 write 5
		i 1 read
		x 0 write 5 ; :error ["SocketTimeoutException: Read timed out"]
		o 1 read 5`,
		[]string{"x 0", "n 0"},
		"1 value was read though its write is recorded as :fail after a timeout: 5", []int{2, 3}},
	{"timeout-was-read", `
		i 0 txn [[:append 1 5]]
		x 0 txn [[:append 1 5]] ; :error :conflict
		i 0 txn [[:append 1 5]]
		i 1 txn [[:r 1 nil]]
		x 0 txn [[:append 1 5]] ; :error :timeout
		o 1 txn [[:r 1 [5]]]`,
		[]string{":timeout", ":conflict"}, "", []int{4, 5}},
	{"duplicate-writes", `
		i 0 txn [[:append 1 5] [:append 2 5] [:r 2 nil]]
		i 1 txn [[:append 1 5]]
		o 0 txn [[:append 1 5] [:append 2 5] [:r 2 [5]]]
		n 1 txn [[:append 1 5]]`,
		[]string{"[[:append 1 5]]", "[[:append 1 6]]"},
		"1 value was written more than once: 5 of key 1", []int{0, 1}},
	{"duplicate-writes", `
		i 0 txn [[:w :x "a"]]
		i 1 txn [[ :w :x "a" ] [:w :x "b"] [:r :x nil]]
		o 0 txn [[:w :x "a"]]
		o 1 txn [[:w :x "a"] [:w :x "b"] [:r :x "b"]]`,
		[]string{`[[ :w :x "a" ]`, `[[ :w :y "a" ]`},
		`1 value was written more than once: "a" of key :x`, []int{0, 1}},
	{"duplicate-writes", `
		i 0 send [[:send 1 5]]
		i 1 send [[:send 1 5]]
		o 0 send [[:send 1 [0 5]]]
		o 1 send [[:send 1 [1 5]]]
		i 0 poll [[:poll]]
		o 0 poll [[:poll {1 [[0 5]]}]]`,
		[]string{"i 1 send [[:send 1 5]]", "i 1 send [[:send 1 6]]"}, "", []int{0, 1}},
	{"duplicate-writes", `
		i 0 txn [[:w 1 5]]
		x 0 txn [[:w 1 5]]
		i 1 txn [[:w 1 5]]
		n 1 txn [[:w 1 5]]
		i 0 txn [[:w 1 5]]
		o 0 txn [[:w 1 5]]`,
		[]string{"o 0", "x 0"}, "", []int{2, 4}},
	{"client-not-numbered", `{:type :invoke, :process "c0", :f :boot, :value 1}
		{:type :info, :process "c0", :f :boot, :value 1}
		{:type :invoke, :process 1, :f :read}
		{:type :ok, :process 1, :f :read, :value 1}`,
		[]string{`"c0"`, "0"},
		`1 op is left out: the process looks like a client but has no number: "c0"`, []int{0}},
	{"no-clients", "n nemesis start\nn nemesis start", []string{"n nemesis start\nn", "i 0 start\no 0"}, "there are no client operations", nil},
	{"no-ok", "i 0 write 1\nx 0 write 1", []string{"x 0", "o 0"}, "none of the clients' operations succeeded", nil},
	{"only-reads", "i 0 read\no 0 read 1", []string{"o 0", "i 1 write 1\no 0"}, "1 read, but no writes", nil},
	{"only-writes", "i 0 write 1\ni 1 read\no 0 write 1\nx 1 read", []string{"x 1", "o 1"}, "1 write, but no reads that succeeded", nil},
	{"nothing-read", `
		i 0 write 1
		i 1 read
		o 0 write 1
		o 1 read 2`,
		[]string{"read 2", "read 1"}, "the only read saw none of the only value that was written", nil},
	{"timeout-as-fail", `
		i 0 cas [1 2]
		x 0 cas [1 2] ; :error "TIMED OUT"`,
		[]string{"TIMED OUT", "connection refused: timed out"},
		"1 operation that may write was recorded as :fail, with an error that does not say whether it happened", []int{1}},
	{"timeout-as-fail", `
		i 0 txn [[:r 1 nil] [:w 1 2]]
		x 0 txn [[:r 1 nil] [:w 1 2]] ; :exception {:via [{:type java.net.SocketTimeoutException}] :trace [[refused]]}`,
		[]string{"[:w 1 2]", "[:r 1 2]"}, "", []int{1}},
	{"fail-was-read", `
		i 0 enqueue 5
		x 0 enqueue 5
		i 1 dequeue
		o 1 dequeue 5`,
		[]string{"x 0", "n 0"}, "1 value was read though its write failed: 5", []int{1, 3}},
	{"unwritten-reads", `
		i 0 add 5
		o 0 add 5
		i 1 read
		o 1 read #{5 6}`,
		[]string{"5 6", "5"}, "1 value was read that nobody wrote: 6", []int{3}},
	{"initial-value", `
		i 0 write [1 5]
		i 1 read [1 nil]
		o 1 read [1 0]
		o 0 write [1 5]`,
		[]string{"[1 0]", "[1 nil]"}, "1 key seems to start with 0, which nobody wrote", []int{2}},
	{"initial-value", `
		i 0 txn [[:r 1 nil] [:r 2 nil] [:w 1 5]]
		o 0 txn [[:r 1 100] [:r 2 100] [:w 1 5]]
		i 0 txn [[:r 1 nil] [:r 2 nil]]
		o 0 txn [[:r 1 5] [:r 2 100]]`,
		[]string{"[:r 2 100] [:w", "[:r 2 7] [:w"}, "2 keys seem to start with 100, which nobody wrote", []int{1}},
	{"duplicate-elements", `
		i 0 enqueue 5
		o 0 enqueue 5
		i 1 enqueue 5
		o 1 enqueue 5`,
		[]string{"i 1 enqueue 5", "i 1 enqueue 6"}, "1 element was added more than once: 5", []int{0, 2}},
	{"duplicate-elements", `
		i 0 enqueue 4
		i 1 enqueue 3
		i 2 enqueue 2
		i 3 enqueue 1
		i 4 enqueue 1
		i 5 enqueue 2
		i 6 enqueue 3
		i 7 enqueue 4`,
		[]string{"enqueue", "write"}, "4 elements were added more than once, first 4", []int{0, 7, 1, 6, 2, 5}},
	{"duplicate-elements", `
		i 0 add 5
		i 1 add 5
		o 0 add 5
		o 1 add 5
		i 0 read
		o 0 read [5]`,
		[]string{"read [5]", "read 10"}, "", []int{0, 1}}, // a counter
	{"mixed-keys", `
		i 0 txn [[:append 1 5]]
		o 0 txn [[:append 1 5]]
		i 0 txn [[:r "1" nil]]
		o 0 txn [[:r "1" []]]`,
		[]string{`"1"`, `"2"`}, `1 key occurs in two spellings: 1 and "1"`, []int{0, 3}},
	{"completion-differs", `
		i 0 txn [[:r 8 nil] [:w 8 1] [:r 9 nil]]
		o 0 txn [[:r 8 nil]]`,
		[]string{"o 0 txn [[:r 8 nil]]", "o 0 txn [[:r 8 7] [:w 8 1] [:r 9 [1 :a]]]"}, "1 completion has another value than the invocation: first [[:r 8 nil]] after [[:r 8 nil] [:w 8 1] [:r 9 nil]]", []int{0, 1}},
	{"completion-differs", "i 0 txn [[:append 8 1]]\no 0 txn [[:append 9 1]]", []string{"append 9", "append 8"}, "", []int{0, 1}},
	{"completion-differs", "i 0 txn [[:w 8 1]]\no 0 txn [[:w 8 2]]", []string{"8 2", "8 1"}, "", []int{0, 1}},
	{"completion-differs", "i 0 write 1\no 0 write :ok", []string{":ok", "nil"}, "", []int{0, 1}},
	{"completion-differs", "i 0 read [1 nil]\no 0 read [2 5]\ni 0 write [1 3]\no 0 write [1 3]", []string{"[2 5]", "[1 5]"}, "", []int{0, 1}},
	{"completion-differs", "i 0 send [[:send 1 2]]\no 0 send [[:send 2 [5 2]]]", []string{":send 2", ":send 1"}, "", []int{0, 1}},
	{"retried", "i 0 txn [[:append 1 2]]\nx 0 txn [[:append 1 2]]\ni 0 txn [[:append 1 2]]\no 0 txn [[:append 1 2]]", []string{"x 0", "n 0"}, "1 value was written again after a write of it failed: 2 of key 1", []int{0, 2}},
	{"status-as-value", "i 0 txn [[:r 1 nil]]\nn 0 txn :timeout", []string{":timeout", "nil"}, "1 completion has an error as :value, first :timeout", []int{0, 1}},
	{"other-f", "i 0 write 1\no 0 read 1", []string{"o 0 read", "o 0 write"}, "1 operation completed under another :f than it was invoked with, such as :read for :write", []int{0, 1}},
	{"process-reused", `
		i 0 write 1
		n 0 write 1
		i 0 write 2
		o 0 write 2`,
		[]string{"i 0 write 2\n\t\to 0", "i 5 write 2\n\t\to 5"}, "1 operation was invoked by a process that had crashed before", []int{1, 2}},
	{"clock-backwards", "i 0 write 1 @5000\no 0 write 1 @3000", []string{"@3000", "@5000"}, "times run backwards at 1 op, by up to 2s", []int{1}},
	{"no-final-read", `
		i 0 add 1
		o 0 add 1
		i 1 read
		i 0 add 2
		o 1 read [1 2]
		o 0 add 2`,
		[]string{"add 2\n\t\to 1 read [1 2]\n\t\to 0 add 2", "add 2\n\t\to 1 read [1 2]\n\t\to 0 add 2\n\t\ti 0 read\n\t\to 0 read [1 2]"},
		"1 acknowledged element was added after the last read had begun: 2", []int{5}},
	{"not-drained", `
		i 0 enqueue 1
		o 0 enqueue 1
		i 0 enqueue 2
		o 0 enqueue 2
		i 1 dequeue
		o 1 dequeue 1`,
		[]string{"dequeue 1", "dequeue 1\ni 1 dequeue\nx 1 dequeue nil ; :error :empty"}, "1 acknowledged element was not taken, and the queue was never found empty afterwards: 2", []int{3}},
	{"never-ok", `
		i 0 cas [1 2]
		i 1 read
		x 0 cas [1 2]
		o 1 read 1`,
		[]string{"x 0", "o 0"}, "no operation succeeded under :cas", []int{0}},
	{"one-process", "i 0 write 1\no 0 write 1\ni 0 read\no 0 read 1", []string{"i 0 read\no 0", "i 1 read\no 1"}, "process 0 is the only client", nil},
	{"no-overlap", "i 0 write 1\no 0 write 1\ni 1 read\no 1 read 1", []string{"o 0 write 1\ni 1 read\n", "i 1 read\no 0 write 1\n"}, "no two of 2 operations ran at the same time", nil},
	{"idle-faults", `
		i 0 write 1
		n nemesis start-partition
		n nemesis start-partition
		n nemesis stop-partition
		n nemesis stop-partition
		o 0 write 1`,
		[]string{"n nemesis start-partition\n\t\tn nemesis stop", "n nemesis start-partition\n\t\ti 1 read\n\t\tn nemesis stop"},
		"no client began or ended an operation during 1 of 1 fault", []int{1}},
	{"idle-faults", `
		n nemesis kill
		n nemesis kill
		n nemesis kill
		n nemesis kill`,
		[]string{"kill", "stop"},
		"no client began or ended an operation during 1 of 1 fault", []int{0}},
	{"faults-without-effect", `
		n nemesis kill
		n nemesis kill
		i 0 write 1
		o 0 write 1
		n nemesis start
		n nemesis start
		i 0 write 2
		x 0 write 2`,
		[]string{"\n\t\tn nemesis start\n\t\tn nemesis start", "\n\t\ti 1 read\n\t\tn nemesis start\n\t\tn nemesis start\n\t\tx 1 read"}, "none of the operations that ran during 1 fault failed or crashed", []int{0}},
	{"many-infos", strings.Repeat("i 0 write 1\nn 0 write 1\n", 10), []string{"i 0 write 1\nn 0 write 1\n", "i 0 write 1\nn 0 write 1\n" + strings.Repeat("i 1 read\no 1 read nil\n", 9)}, "10 of 10 completions are :info", nil},
	{"many-unfinished", many("i %d write 1\n", 10) + "i 11 write 1\no 11 write 1\n", []string{"i 11", strings.Repeat("i 12 write 1\no 12 write 1\n", 200) + "i 11"}, "10 of 11 invocations have no completion", nil},
	{"no-process", "{:type :invoke, :f :write, :value 1}\n{:type :ok, :f :write, :value 1}", []string{":type", ":process 1, :type"}, "", nil},
	{"no-invocations", "o 0 write 1", []string{"o 0", "i 0 write 1\no 0"}, "", nil},
	{"time-order", "i 0 write 1 @0\no 0 write 1 @100\ni 1 write 2 @10\no 1 write 2 @200", []string{"@10\n", "@110\n"}, "", nil},
	{"index-order", "{:index 2, :type :invoke, :process 1, :f :read}\n{:index 1, :type :ok, :process 1, :f :read}", []string{":index 2", ":index 0"}, "", nil},
	{"repeated-values", "i 0 write 1\no 0 write 1\ni 1 cas [2 1]\no 1 cas [2 1]", []string{"[2 1]", "[1 2]"}, "1 value was written more than once: 1", []int{0, 2}},
	{"unread-writes", `
		i 0 txn [[:w 1 1]]
		i 1 txn [[:r 1 nil]]
		o 1 txn [[:r 1 1]]
		o 0 txn [[:w 1 1]]
		i 0 txn [[:w 1 2]]
		o 0 txn [[:w 1 2]]`,
		[]string{"i 0 txn [[:w 1 2]]", "i 1 txn [[:r 1 nil]]\n\t\ti 0 txn [[:w 1 2]]\n\t\to 1 txn [[:r 1 1]]"}, "1 acknowledged write was made after the last read of its key: 2 of key 1", []int{5}},
	{"mixed-values", `
		i 0 write 1
		o 0 write 1
		i 0 write "1"
		o 0 write "1"
		i 0 write 2
		o 0 write 2`,
		[]string{`"1"`, "3"}, `values are integers and strings; the fewest are strings, such as "1"`, []int{2}},
	{"fail-after-wait", strings.Repeat("i 0 write 1 @1000\nx 0 write 1 @6000\n", 3), []string{"@6000", "@7000"}, "3 operations that may write failed after 5s, which looks like a timeout", nil},
	{"clock-jitter", "{:type :invoke, :process 0, :time 5000}\n{:type :ok, :process 0, :time 4000}", []string{"4000", "5000"}, "times run backwards at 1 op, by up to 1µs", []int{1}},
	{"nemesis-idle", "i 0 write 1\no 0 write 1\nn nemesis stop\nn nemesis stop", []string{"n nemesis stop\nn nemesis stop", "n nemesis start\nn nemesis start"}, "the nemesis has 2 ops but began no fault", []int{2, 3}},
	{"equal-times", "i 0 write 1 @7000\no 0 write 1 @7000\ni 0 read @7000", []string{"read @7000", "read @8000"}, "all ops have the same time", nil},
	{"no-time", "{:type :ok, :process 1, :f :read}", []string{":type", ":time 3, :type"}, "", nil},
	{"unfinished", "i 0 write 1", []string{"i 0 write 1", "i 0 write 1\nn 0 write 1"}, "", []int{0}},
	{"no-index", "{:type :ok, :process 1, :f :read}", []string{":type", ":index 0, :type"}, "", nil},
}

func many(format string, n int) (s string) {
	for i := range n {
		s += fmt.Sprintf(format, i)
	}
	return s
}

// TestCases: every code has a history that has it, and one almost the same that
// has not.
func TestCases(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range cases {
		seen[c.code] = true
		t.Run(c.code, func(t *testing.T) {
			h := parse(t, c.history)
			r := check(t, h)
			p := problem(r, c.code)
			if p == nil {
				t.Fatalf("not found in\n%s\nonly %v", c.history, r.Problems)
			}
			if c.msg != "" && p.Msg != c.msg {
				t.Errorf("%s", p.Msg)
			}
			if c.ops != nil && !slices.Equal(p.Ops, c.ops) {
				t.Errorf("ops %v, want %v", p.Ops, c.ops)
			}
			for _, op := range p.Ops {
				if op < 0 || op >= h.Len() {
					t.Errorf("op %d of %d", op, h.Len())
				}
			}
			cured := strings.NewReplacer(c.replace...).Replace(c.history)
			if cured == c.history {
				t.Fatal("nothing was replaced")
			}
			if p := problem(check(t, parse(t, cured)), c.code); p != nil {
				t.Errorf("found in\n%s\n%v", cured, *p)
			}
		})
	}
	for _, rule := range lint.Rules() {
		if !seen[rule.Code] {
			t.Errorf("%s has no case", rule.Code)
		}
	}
}

// innocents look like a problem and are none, or are another one, which follows a plus.
var innocents = []struct {
	name, history string
	not           []string
}{
	{"an initial value, and then a write of it that timed out", `
		i 0 read
		o 0 read 7
		i 1 write 7
		x 1 write 7 ; :error :timeout`, []string{"timeout-was-read"}},
	{"a register that may begin with 0", `
		i 1 write 0
		x 1 write 0 ; :error :timeout
		i 0 read
		o 0 read 0`, []string{"timeout-was-read"}},
	{"an aborted write was read before the one that timed out", `
		i 0 txn [[:w :x 1]]
		x 0 txn [[:w :x 1]] ; :error :conflict
		i 1 txn [[:r :x nil]]
		o 1 txn [[:r :x 1]]
		i 0 txn [[:w :x 1]]
		x 0 txn [[:w :x 1]] ; :error :timeout`, []string{"timeout-was-read"}},
	{"a write tried again after it failed", `
		i 0 txn [[:w :x 1]]
		x 0 txn [[:w :x 1]] ; :error :conflict
		i 0 txn [[:w :x 1]]
		o 0 txn [[:w :x 1]]`, []string{"duplicate-writes"}},
	{"a message sent again after it failed", `
		i 0 send [[:send :x 1]]
		x 0 send [[:send :x 1]] ; :error :conflict
		i 0 send [[:send :x 1]]
		o 0 send [[:send :x [0 1]]]`, []string{"duplicate-writes"}},
	{"polled keys are texts in JSON", `{"type":"invoke","process":0,"f":"send","value":[["send",3,7]]}
		{"type":"ok","process":0,"f":"send","value":[["send",3,[0,7]]]}
		{"type":"invoke","process":1,"f":"poll","value":[["poll"]]}
		{"type":"ok","process":1,"f":"poll","value":[["poll",{"3":[[0,7]]}]]}`, []string{"nothing-read", "unwritten-reads", "mixed-keys"}},
	{"texts are sent to in JSON", `{"type":"invoke","process":0,"f":"send","value":[["send","3",7],["send","a",8]]}
		{"type":"ok","process":0,"f":"send","value":[["send","3",[0,7]],["send","a",[0,8]]]}
		{"type":"invoke","process":1,"f":"poll","value":[["poll"]]}
		{"type":"ok","process":1,"f":"poll","value":[["poll",{"3":[[0,7]],"a":[[0,8]]}]]}`, []string{"nothing-read", "unwritten-reads", "mixed-keys"}},
	{"polls that found nothing are reads", `
		i 0 txn [[:send :x 1] [:poll]]
		o 0 txn [[:send :x [0 1]] [:poll {}]]`, []string{"only-writes"}},
	{"what satisfies a predicate is read", `
		i 0 txn [[:insert :x 1]]
		o 0 txn [[:insert :x 1]]
		i 0 txn [[:rp :true nil]]
		o 0 txn [[:rp :true {:x 1}]]`, []string{"only-writes", "nothing-read"}},
	{"what is deleted is written", `
		i 0 txn [[:delete :x]]
		o 0 txn [[:delete :x]]
		i 0 txn [[:r :x nil]]
		o 0 txn [[:r :x nil]]`, []string{"only-reads", "nothing-read"}},
	{"what some micro-ops do is not known", `
		i 0 txn [[:w :x 1] [:scan]]
		o 0 txn [[:w :x 1] [:scan 1]]
		i 0 txn [[:r :x nil] [:incr :x 1]]
		o 0 txn [[:r :x 7] [:incr :x 1]]`, []string{"only-writes", "nothing-read", "unwritten-reads", "initial-value"}},
	{"a client of logs crashes on purpose, and may not be able to debug", `
		i 0 assign [:x]
		o 0 assign [:x]
		i 0 debug-topic-partitions
		n 0 debug-topic-partitions
		i 5 crash
		n 5 crash`, []string{"never-ok"}},
	{"a message sent after the last poll", `
		i 0 send [[:send :x 1]]
		o 0 send [[:send :x [0 1]]]
		i 0 poll [[:poll]]
		o 0 poll [[:poll {:x [[0 1]]}]]
		i 0 send [[:send :x 2]]
		o 0 send [[:send :x [1 2]]]`, []string{"unread-writes"}}, // which the check of logs reports better
	{"found empty, but before", `
		i 0 dequeue
		x 0 dequeue
		i 0 enqueue 1
		o 0 enqueue 1`, []string{"+not-drained"}},
	{"keys that begin with different values", `
		i 0 txn [[:r 1 nil] [:r 2 nil] [:w 1 5]]
		o 0 txn [[:r 1 100] [:r 2 200] [:w 1 5]]`, []string{"initial-value", "+unwritten-reads"}},
	{"one key, and no likely value to begin with", `
		i 0 txn [[:r 1 nil] [:w 1 5]]
		o 0 txn [[:r 1 100] [:w 1 5]]`, []string{"initial-value", "+unwritten-reads"}},
	{"what is read is made of several values", `
		i 0 append "a"
		o 0 append "a"
		i 0 append "b"
		o 0 append "b"
		i 0 read
		o 0 read "ab"`, []string{"nothing-read", "unwritten-reads"}},
	{"a register of lists", `
		i 0 write [1 2]
		o 0 write [1 2]
		i 0 read
		o 0 read [1 2]`, []string{"nothing-read", "unwritten-reads"}},
	{"lists that are not each other's beginning", `
		i 0 txn [[:append :x 1] [:append :x 23]]
		o 0 txn [[:append :x 1] [:append :x 23]]
		i 0 txn [[:r :x nil] [:r :x nil]]
		o 0 txn [[:r :x [1 23]] [:r :x [1 2]]]`, []string{"+unwritten-reads"}},
	{"nor the other way round", `
		i 0 txn [[:append :x 1] [:append :x 2] [:append :x 23]]
		o 0 txn [[:append :x 1] [:append :x 2] [:append :x 23]]
		i 0 txn [[:r :x nil] [:r :x nil]]
		o 0 txn [[:r :x [1 2]] [:r :x [1 23]]]`, []string{"unwritten-reads"}},
	{"a cas to nil", `
		i 0 cas [1 nil]
		o 0 cas [1 nil]
		i 0 cas [2 nil]
		o 0 cas [2 nil]`, []string{"repeated-values"}},
	{"the pair of a cas is no tuple", `
		i 0 cas [1 3]
		o 0 cas [1 3]
		i 0 cas [2 3]
		o 0 cas [2 3]`, []string{"+repeated-values"}},
	{"an object and the key 0", `
		i 0 write 5
		o 0 write 5
		i 0 txn [[:write 0 5]]
		o 0 txn [[:write 0 5]]`, []string{"repeated-values"}},
	{"nothing that only reads could have happened", `
		i 0 txn [[:rp :true nil] [:r 1 nil]]
		x 0 txn [[:rp :true nil] [:r 1 nil]] ; :error :timeout
		i 0 poll [[:poll]]
		x 0 poll [[:poll]] ; :error :timeout
		i 0 read
		x 0 read nil ; :error :timeout`, []string{"timeout-as-fail"}},
	{"who waits at an empty queue", `
		i 0 dequeue
		x 0 dequeue nil ; :error :timeout`, []string{"timeout-as-fail"}},
	{"what has a number and is no client", `
		n killer1 kill
		n killer1 kill`, []string{"client-not-numbered"}},
	{"what some operations do is not known", `
		i 0 write 1
		o 0 write 1
		i 0 swap 7
		o 0 swap 1
		i 0 read
		o 0 read 7`, []string{"unwritten-reads", "initial-value"}},
}

func TestInnocent(t *testing.T) {
	for _, c := range innocents {
		r := check(t, parse(t, c.history))
		for _, code := range c.not {
			code, want := strings.CutPrefix(code, "+")
			if p := problem(r, code); (p != nil) != want {
				t.Errorf("%s: %s: %v", c.name, code, r.Problems)
			}
		}
	}
}
