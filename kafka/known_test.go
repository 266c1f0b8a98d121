package kafka_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// tell makes a history of lines "process type f value more", one op after the other:
// each is invoked and completed at once. A line with the type open is only invoked,
// and one with done completes what the process has open as ok.
func tell(t testing.TB, lines string) *history.History {
	t.Helper()
	var text strings.Builder
	at := 0
	for line := range strings.Lines(lines) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if len(words) < 3 {
			continue
		}
		value := "nil"
		if len(words) == 4 {
			value = words[3]
		}
		emit := func(typ string) {
			fmt.Fprintf(&text, "{:index %d, :time %d, :type :%s, :process %s, :f :%s, :value %s}\n", at, at*1000, typ, words[0], words[2], value)
			at++
		}
		switch words[1] {
		case "open":
			emit("invoke")
		case "done":
			emit("ok")
		default:
			emit("invoke")
			emit(words[1])
		}
	}
	h, err := format.ReadBytes(context.Background(), "known", []byte(text.String()), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

type knownCase struct {
	name, history string
	opt           kafka.Options
	valid         bool
	want          []string // the types
	in            []string // parts of the result
}

// known are histories with what is to be found in them. ok sends of a, b, c and d to
// x at offsets 0, 1, 2 and 3 go before each if it begins with "sent".
var known = []knownCase{
	{"skip", `sent
1 ok poll [[:poll {:x [[0 :a] [1 :b]]}]]
1 ok poll [[:poll {:x [[3 :d]]}]]
2 ok poll [[:poll {:x [[1 :b] [2 :c]]}]]`, kafka.Options{}, false, []string{"poll-skip"}, []string{":key :x, :delta 2, :skipped [:c]"}},
	{"skip under subscribe", `sent
1 ok poll [[:poll {:x [[0 :a] [1 :b]]}]]
1 ok poll [[:poll {:x [[3 :d]]}]]
2 ok poll [[:poll {:x [[1 :b] [2 :c]]}]]`, kafka.Options{SubVia: kafka.Subscribe}, true, []string{"poll-skip"}, nil},
	{"repeat", `sent
1 ok poll [[:poll {:x [[0 :a] [1 :b] [2 :c] [3 :d]]}]]
1 ok assign [:x]
1 ok poll [[:poll {:x [[3 :d]]}]]`, kafka.Options{}, false, []string{"nonmonotonic-poll"}, []string{":values [:d :d], :delta 0"}},
	{"skip within", `sent
1 ok poll [[:poll {:x [[0 :a] [1 :b]]}] [:poll {:x [[3 :d]]}]]
2 ok poll [[:poll {:x [[0 :a] [1 :b] [2 :c] [3 :d]]}]]`, kafka.Options{}, false, []string{"int-poll-skip"}, []string{":values [:b :d], :delta 2, :skipped [:c]"}},
	{"rebalanced", `sent
1 ok poll [[:poll {:x [[0 :a] [1 :b]]}] [:poll {:x [[3 :d]]}]], :rebalance-log [{:keys [:x]}]
2 ok poll [[:poll {:x [[0 :a] [1 :b] [2 :c] [3 :d]]}]]`, kafka.Options{}, true, nil, nil},
	{"rebalanced elsewhere", `sent
1 ok poll [[:poll {:x [[0 :a] [1 :b]]}] [:poll {:x [[3 :d]]}]], :rebalance-log [{:keys [:y]}]
2 ok poll [[:poll {:x [[0 :a] [1 :b] [2 :c] [3 :d]]}]]`, kafka.Options{}, false, []string{"int-poll-skip"}, nil},
	{"unseen", `
0 ok send [[:send :x [0 1]]]
0 ok send [[:send :x [1 2]]]
1 ok poll [[:poll {:x [[0 1]]}]]`, kafka.Options{}, false, []string{"unseen"}, []string{":unseen {:time 5000, :unseen {:x 1}, :messages {:x [2]}}"}},
	{"info poll does not save", `
0 ok send [[:send :x [0 1]]]
0 ok send [[:send :x [1 2]]]
1 info poll [[:poll {:x [[0 1]]}]]
2 ok poll [[:poll {:x [[1 2]]}]]`, kafka.Options{}, false, []string{"lost-write", "unseen"}, []string{":key :x, :value 1, :index 0, :max-read-index 1"}},
	{"aborted", `
0 fail send [[:send :x 2]]
1 ok poll [[:poll {:x [[0 2]]}]]`, kafka.Options{}, false, []string{"G1a"}, []string{":key :x, :value 2, :writer {:index 1"}},
	{"aborted but by chance read by info", `
0 fail send [[:send :x 2]]
0 ok poll [[:poll {}]]
1 info poll [[:poll {:x [[0 2]]}]], :error :timeout`, kafka.Options{}, true, nil, []string{":info-txn-causes [:timeout]"}},
	{"precommitted", `0 fail txn [[:send :x 1] [:poll {:x [[0 1]]}]]
0 ok poll [[:poll]]
0 ok poll [[:poll]]`, kafka.Options{}, false, []string{"precommitted-read"}, []string{":key :x, :value 1"}},
	{"G0-realtime", `
0 ok send [[:send :x [1 1]]]
1 ok send [[:send :x [0 2]]]
2 ok poll [[:poll {:x [[0 2] [1 1]]}]]`, kafka.Options{WWDeps: true}, true, []string{"G0-realtime", "strong-PL-1-cycle-exists"}, []string{":type :ww, :key :x, :value 2, :value' 1, :a-mop-index 0, :b-mop-index 0", ":not :strong-read-uncommitted"}},
	{"G0-realtime without ww", `
0 ok send [[:send :x [1 1]]]
1 ok send [[:send :x [0 2]]]
2 ok poll [[:poll {:x [[0 2] [1 1]]}]]`, kafka.Options{}, true, nil, nil},
	{"G1c-realtime", `
0 ok poll [[:poll {:x [[0 1]]}]]
1 ok send [[:send :x [0 1]]]`, kafka.Options{}, false, []string{"G1c-realtime", "strong-PL-2-cycle-exists"}, []string{":a' {:index 1", ":b {:index 2"}},
	{"G1c-realtime with ww", `
0 ok poll [[:poll {:x [[0 1]]}]]
1 ok send [[:send :x [0 1]]]`, kafka.Options{WWDeps: true}, true, []string{"G1c-realtime", "strong-PL-2-cycle-exists"}, nil},
	{"G0", `
0 open send [[:send :x 1] [:send :y 1]]
1 ok send [[:send :y [0 2]] [:send :x [1 2]]]
0 done send [[:send :x [0 1]] [:send :y [1 1]]]
2 ok poll [[:poll {:x [[0 1] [1 2]] :y [[0 2] [1 1]]}]]`, kafka.Options{WWDeps: true}, true, []string{"G0", "PL-1-cycle-exists"}, []string{":type :ww, :key :x, :value 1, :value' 2, :a-mop-index 0, :b-mop-index 1", ":type :ww, :key :y, :value 2, :value' 1, :a-mop-index 0, :b-mop-index 1"}},
	{"G1c by wr", `
0 open txn [[:send :x 1] [:poll]]
1 ok txn [[:poll {:x [[0 1]]}] [:send :y [0 2]]]
0 done txn [[:send :x [0 1]] [:poll {:y [[0 2]]}]]`, kafka.Options{}, false, []string{"G1c", "PL-2-cycle-exists"}, []string{":type :wr, :key :x, :value 1, :a-mop-index 0, :b-mop-index 0"}},
	{"the smaller of two circles", `
0 open txn [[:send :x 1] [:poll]]
1 ok txn [[:send :y [0 1]] [:poll {:x [[0 1]] :z [[0 1]]}]]
0 done txn [[:send :x [0 1]] [:poll {:y [[0 1]]}]]
2 open txn [[:send :z 1] [:poll]]
3 open txn [[:send :w 1] [:poll]]
4 ok txn [[:send :u [0 1]] [:poll {:w [[0 1]]}]]
3 done txn [[:send :w [0 1]] [:poll {:z [[0 1]]}]]
2 done txn [[:send :z [0 1]] [:poll {:u [[0 1]]}]]`, kafka.Options{}, false, []string{"G1c", "PL-2-cycle-exists"}, []string{":scc-size 2, :scc #{2 3}"}},
	{"G1c by wr and ww", `
0 open txn [[:send :x 1] [:poll]]
1 ok send [[:send :x [1 2]] [:send :y [0 2]]]
0 done txn [[:send :x [0 1]] [:poll {:y [[0 2]]}]]
2 ok poll [[:poll {:x [[0 1] [1 2]]}]]`, kafka.Options{WWDeps: true}, true, []string{"G1c", "PL-2-cycle-exists"}, nil},

	{"two sends at an offset", `
0 ok send [[:send :x [537 641]]]
0 ok send [[:send :x [537 645]]]
1 ok poll [[:poll {:x [[537 641]]}]]
2 ok poll [[:poll {:x [[537 645]]}]]`, kafka.Options{}, false, []string{"inconsistent-offsets", "nonmonotonic-send"}, []string{":offset 537, :index 0, :values #{641 645}"}},
	{"the offset with the fewest messages is told first", `
0 ok poll [[:poll {:x [[0 1]]}]]
1 ok poll [[:poll {:x [[0 2] [1 4]]}]]
2 ok poll [[:poll {:x [[0 3] [1 5]]}]]`, kafka.Options{}, false, []string{"garbage-read", "inconsistent-offsets"}, []string{":errs [{:key :x, :offset 1, :index 1, :values #{4 5}} {:key :x, :offset 0, :index 0, :values #{1 2 3}}]"}},
	{"an indeterminate send does not count", `
0 info send [[:send :x [0 1]] [:send :y 1]]
1 ok send [[:send :x [0 2]]]
2 ok poll [[:poll {:x [[0 2]]}]]`, kafka.Options{}, true, nil, nil},
	{"unless it must have committed", `
0 info send [[:send :x [0 1]] [:send :y 1]]
1 ok send [[:send :x [0 2]]]
2 ok poll [[:poll {:x [[0 2]] :y [[0 1]]}]]`, kafka.Options{}, false, []string{"inconsistent-offsets", "lost-write"}, []string{":key :x, :offset 0, :index 0, :values #{1 2}"}},

	{"lost", `
0 ok send [[:send :x [0 :a]]]
1 ok send [[:send :x [1 :b]] [:send :x [3 :d]]]
2 info send [[:send :x :c]]
3 ok poll [[:poll {:x [[2 :c]]}]]`, kafka.Options{}, false, []string{"int-send-skip", "lost-write", "unseen"}, []string{":value :a, :index 0, :max-read-index 2", ":value :b, :index 1, :max-read-index 2", ":lost-write {:count 2"}},
	{"lost at a shared offset", `
0 ok send [[:send :x [0 :a]]]
1 ok send [[:send :x [0 :b]]]
2 ok send [[:send :x [2 :c]]]
3 ok poll [[:poll {:x [[0 :b] [2 :c]]}]]`, kafka.Options{}, false, []string{"inconsistent-offsets", "lost-write", "unseen"}, []string{":value :a, :index 0, :max-read-index 1"}},
	{"indeterminate sends may be lost", `
0 info send [[:send :x :a] [:send :y [0 :b]]]
1 info send [[:send :y :c]]
2 ok poll [[:poll {:y [[1 :c]]}]]`, kafka.Options{}, true, nil, nil},
	{"but not in part", `
0 info send [[:send :x :a] [:send :y [0 :b]]]
1 info send [[:send :y :c]]
2 ok poll [[:poll {:y [[1 :c]] :x [[0 :a]]}]]`, kafka.Options{}, false, []string{"lost-write"}, []string{":key :y, :value :b, :index 0"}},

	{"skips of a process", skipping(""), kafka.Options{}, false, []string{"poll-skip"}, []string{":poll-skip {:count 2"}},
	{"assigned something else", skipping("0 ok assign [:y]\n"), kafka.Options{}, true, nil, nil},
	{"perhaps assigned something else", skipping("0 info assign [:y]\n"), kafka.Options{}, true, nil, nil},
	{"not assigned something else", skipping("0 fail assign [:y]\n"), kafka.Options{}, false, []string{"poll-skip"}, nil},
	{"assigned the same", skipping("0 ok assign [:x :y]\n"), kafka.Options{}, false, []string{"poll-skip"}, nil},
	{"subscribed something else", skipping("0 ok subscribe [:y]\n"), kafka.Options{SubVia: kafka.Assign}, true, nil, nil},
	{"subscribed the same", skipping("0 ok subscribe [:x]\n"), kafka.Options{SubVia: kafka.Assign}, false, []string{"poll-skip"}, nil},
	{"an aborted poll goes back", `sent
1 ok poll [[:poll {:x [[0 :a]]}]]
1 fail poll [[:poll {:x [[1 :b]]}]]
1 ok poll [[:poll {:x [[1 :b] [2 :c] [3 :d]]}]]`, kafka.Options{}, true, nil, nil},
	{"or it skips", `sent
1 ok poll [[:poll {:x [[0 :a]]}]]
1 fail poll [[:poll {:x [[1 :b]]}]]
1 ok poll [[:poll {:x [[2 :c] [3 :d]]}]]
2 ok poll [[:poll {:x [[1 :b]]}]]`, kafka.Options{}, false, []string{"poll-skip"}, []string{":delta 2, :skipped [:b]"}},
	{"an indeterminate poll skips", `sent
1 ok poll [[:poll {:x [[0 :a]]}]]
1 info poll [[:poll {:x [[2 :c]]}]]
2 ok poll [[:poll {:x [[0 :a] [1 :b] [2 :c] [3 :d]]}]]`, kafka.Options{}, false, []string{"poll-skip"}, []string{":delta 2, :skipped [:b]"}},
	{"back", `sent
1 ok poll [[:poll {:x [[0 :a] [1 :b] [2 :c]]}]]
1 ok poll [[:poll {:x [[1 :b] [2 :c] [3 :d]]}]]`, kafka.Options{}, false, []string{"nonmonotonic-poll"}, []string{":values [:c :b], :delta -1"}},
	{"back in sends", `
0 ok send [[:send :x [3 :c]] [:send :x [4 :d]]]
0 ok send [[:send :x [1 :a]] [:send :x [2 :b]]]
1 ok poll [[:poll {:x [[1 :a] [2 :b] [3 :c] [4 :d]]}]]`, kafka.Options{}, false, []string{"nonmonotonic-send"}, []string{":values [:d :a], :delta -3"}},
	{"back within", `sent
1 ok poll [[:poll {:x [[0 :a] [1 :b] [2 :c] [3 :d] [1 :b]]}]]
1 ok assign []
1 ok poll [[:poll {:x [[3 :d] [3 :d]]}]]`, kafka.Options{}, false, []string{"int-nonmonotonic-poll"}, []string{":values [:d :b], :delta -2", ":values [:d :d], :delta 0"}},
	{"sends within", `
0 ok send [[:send :x :a] [:send :x :c] [:send :y [1 :b]] [:send :x :b] [:send :y [0 :a]]]
1 ok poll [[:poll {:x [[0 :a] [1 :b] [2 :c]] :y [[0 :a] [1 :b]]}]]`, kafka.Options{}, false, []string{"int-nonmonotonic-send", "int-send-skip"}, []string{":key :x, :values [:a :c], :delta 2, :skipped [:b]", ":key :x, :values [:c :b], :delta -1", ":key :y, :values [:b :a], :delta -1"}},
	{"duplicate", `
0 ok send [[:send :x [1 :a]]]
1 ok poll [[:poll {:x [[3 :a]]}]]`, kafka.Options{}, false, []string{"duplicate"}, []string{":key :x, :value :a, :count 2, :offsets [1 3]"}},
	{"duplicate by an aborted poll", `
0 ok send [[:send :x [1 :a]]]
1 fail poll [[:poll {:x [[3 :a]]}]]
1 ok poll [[:poll {:x [[1 :a]]}]]`, kafka.Options{}, false, []string{"duplicate"}, nil},
	{"no duplicate of an aborted send", `
0 fail send [[:send :x [1 :a]]]
1 fail poll [[:poll {:x [[3 :a]]}]]
1 ok poll [[:poll]]
1 ok poll [[:poll]]`, kafka.Options{}, true, nil, nil},
	{"only assigns", `0 ok assign [:x]`, kafka.Options{}, false, []string{"empty-transaction-graph"}, []string{":empty-transaction-graph {:count 1, :errs true}"}},

	// What Jepsen's checker throws at or gets wrong: the rows of DIFFERENCES.md.
	{"K1 nobody sent it", `
0 ok send [[:send :x [0 1]]]
1 ok poll [[:poll {:x [[0 1] [1 9]]}]]`, kafka.Options{}, false, []string{"garbage-read"}, []string{":garbage-read {:count 1, :errs [{:key :x, :value 9, :reader {:index 3"}},
	{"K2 polled before anything was acknowledged", `
0 open send [[:send :x 1]]
1 ok poll [[:poll {:x [[0 1]]}]]
2 ok poll [[:poll]]`, kafka.Options{}, true, nil, nil},
	{"K2 an aborted message is not unseen", `
0 fail send [[:send :x 2]]
1 ok poll [[:poll {:x [[0 2]]}]]`, kafka.Options{}, false, []string{"G1a"}, nil},
	{"K3 polls without any known offset", `
0 ok send [[:send :x [0 1]]]
0 info send [[:send :x 2]]
1 ok poll [[:poll {:x [[nil 2]]}]]`, kafka.Options{}, false, []string{"unseen"}, nil},
	{"K4 the last op is a send", `
1 ok poll [[:poll {}]]
0 ok send [[:send :x [0 1]]]`, kafka.Options{}, false, []string{"unseen"}, nil},
	{"K6 a send without completion was polled", `
0 open send [[:send :x 1]]
1 ok poll [[:poll {:x [[0 1]]}]]
1 ok poll [[:poll]]`, kafka.Options{}, true, nil, nil},
	{"K7 failed, and sent again", `
0 fail send [[:send :x 1]]
0 ok send [[:send :x [0 1]]]
1 ok poll [[:poll {:x [[0 1]]}]]`, kafka.Options{}, true, nil, nil},
	{"K7 acknowledged, and a second send of it failed", `
0 ok send [[:send :x [0 1]]]
0 fail send [[:send :x 1]]
0 ok send [[:send :x [1 2]]]
1 ok poll [[:poll {:x [[1 2]]}]]`, kafka.Options{}, false, []string{"lost-write", "unseen"}, nil},
	{"K8 who of two sent it", `
0 info send [[:send :x 1]]
1 ok poll [[:poll {:x [[0 1]]}]]
2 ok send [[:send :x [0 1]]]`, kafka.Options{}, true, nil, nil},
	{"K9 a completion without a value", `
0 open send [[:send :x 1]]
0 done send nil
1 ok poll [[:poll {:x [[0 1]]}]]`, kafka.Options{}, true, nil, nil},
	{"K10 huge and negative offsets", `
0 ok send [[:send :x [-5 1]]]
0 ok send [[:send :x [9000000000000000000 2]]]
1 ok poll [[:poll {:x [[-5 1] [9000000000000000000 2]]}]]`, kafka.Options{}, true, nil, nil},
	{"K13 a poll of nothing between two polls", `sent
1 ok poll [[:poll {:x [[0 :a] [1 :b]]}]]
1 ok poll [[:poll {:x []}]]
1 ok poll [[:poll {:x [[3 :d]]}]]
2 ok poll [[:poll {:x [[1 :b] [2 :c]]}]]`, kafka.Options{}, false, []string{"poll-skip"}, []string{":key :x, :delta 2, :skipped [:c]"}},
	{"K14 the message at a disputed offset", `
0 ok send [[:send :x [0 :b]]]
0 ok send [[:send :x [0 :a]]]
0 ok send [[:send :x [1 :c]]]
1 ok poll [[:poll {:x [[1 :c]]}]]`, kafka.Options{}, false, []string{"inconsistent-offsets", "lost-write", "nonmonotonic-send", "unseen"}, []string{":values #{:a :b}"}},
	{"K15 two polls that lag as far", `
0 ok assign [:x]
1 ok assign [:x]
2 ok send [[:send :x [0 1]]]
0 open poll [[:poll]]
1 open poll [[:poll]]
0 done poll [[:poll {}]]
1 done poll [[:poll {}]]
0 ok poll [[:poll {:x [[0 1]]}]]`, kafka.Options{}, true, nil, nil},
}

func skipping(between string) string {
	return `
1 ok send [[:send :x [1 1]] [:send :x [2 2]] [:send :x [3 3]] [:send :x [4 4]] [:send :x [6 6]] [:send :x [7 7]]]
2 ok poll [[:poll {:x [[1 1] [2 2] [3 3] [4 4] [6 6] [7 7]]}]]
0 ok poll [[:poll {:x [[1 1] [2 2]]}]]
` + between + `0 ok poll [[:poll {:x [[4 4]]}]]
` + between + `0 ok poll [[:poll {:x [[7 7]]}]]`
}

const sent = `
0 ok send [[:send :x [0 :a]]]
0 ok send [[:send :x [1 :b]]]
0 ok send [[:send :x [2 :c]]]
0 ok send [[:send :x [3 :d]]]
`

// nothingPolled are the cases in which no ok op polled a message, or none depends on
// another: they prove nothing.
var nothingPolled = []string{"aborted but by chance read by info", "no duplicate of an aborted send", "only assigns"}

func TestKnown(t *testing.T) {
	for _, k := range known {
		t.Run(k.name, func(t *testing.T) {
			lines := k.history
			if rest, ok := strings.CutPrefix(lines, "sent"); ok {
				lines = sent + rest
			}
			h := tell(t, lines)
			text, r := result(t, h, k.opt)
			want := verdict.Invalid
			switch {
			case slices.Contains(nothingPolled, k.name):
				want = verdict.Unknown
			case k.valid:
				want = verdict.Valid
			}
			if r.Valid != want || !slices.Equal(r.ErrorTypes, k.want) {
				t.Errorf("valid is %v with %v, want %v with %v\n%s", r.Valid, r.ErrorTypes, want, k.want, h.Source().Text)
			}
			for _, part := range k.in {
				if !strings.Contains(text, part) {
					t.Errorf("no %s in %s", part, text)
				}
			}
			sound(t, h, r)
		})
	}
}

// TestDifferences checks that every difference that is claimed has its history.
func TestDifferences(t *testing.T) {
	text, err := os.ReadFile("DIFFERENCES.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range regexp.MustCompile(`(?m)^\| (K\d+) `).FindAllSubmatch(text, -1) {
		id := string(id[1])
		if tested := slices.ContainsFunc(known, func(k knownCase) bool { return strings.HasPrefix(k.name, id+" ") }); !tested && !slices.Contains([]string{"K5", "K11", "K12"}, id) { // TestNothing, TestJSON, TestDefinition
			t.Errorf("%s has no history", id)
		}
	}
}

// TestNothing: where nothing happened there is no verdict (K5).
func TestNothing(t *testing.T) {
	for _, lines := range []string{"0 ok read 5", "0 info crash nil", ":nemesis info send [[:send :x 1]]"} {
		_, r := result(t, tell(t, lines), kafka.Options{})
		if r.Valid != verdict.Unknown || r.Reason == "" || r.Findings() != nil {
			t.Errorf("%s: %v, since %q", lines, r.Valid, r.Reason)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if r, err := kafka.Check(ctx, tell(t, sent), kafka.Options{}); err != nil || r.Valid != verdict.Unknown || r.Reason != "interrupted" {
		t.Errorf("%v, %v after the end", r, err)
	}
}

// TestSubVia: that consumers subscribe shows in the history.
func TestSubVia(t *testing.T) {
	lines := sent + `1 ok subscribe [:x]
1 ok poll [[:poll {:x [[0 :a] [1 :b]]}]]
1 ok poll [[:poll {:x [[3 :d]]}]]
2 ok poll [[:poll {:x [[1 :b] [2 :c]]}]]`
	_, r := result(t, tell(t, lines), kafka.Options{})
	if r.Valid != verdict.Valid || len(r.Warnings) != 1 || r.Warnings[0].Code != "subscribe" {
		t.Errorf("%v %v, warnings %v", r.Valid, r.BadErrorTypes, r.Warnings)
	}
	if _, r := result(t, tell(t, lines), kafka.Options{SubVia: kafka.Assign}); r.Valid != verdict.Invalid || r.Warnings != nil {
		t.Errorf("%v %v, warnings %v", r.Valid, r.BadErrorTypes, r.Warnings)
	}
}
