package kafka_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestLag: a poll lags behind the first message that it could have had.
func TestLag(t *testing.T) {
	h := tell(t, `
0 ok assign [:x]
1 ok send [[:send :x [0 1]]]
0 ok poll [[:poll {:x [[0 1]]}]]
1 ok send [[:send :x [1 2]]]
1 ok send [[:send :x [2 3]]]
0 ok poll [[:poll {}]]
0 ok poll [[:poll {:x [[1 2] [2 3]]}]]`)
	text, r := result(t, h, kafka.Options{})
	// 2 was known at op 7, and process 0 did not have it when it invoked op 10.
	if want := ":worst-realtime-lag {:time 1e-05, :process 0, :key :x, :lag 3e-06}"; r.Valid != verdict.Valid || !strings.Contains(text, want) {
		t.Errorf("no %s in %s", want, text)
	}
}

// TestLagWithoutTimes: what has no time shows no lag, but moves its consumer.
func TestLagWithoutTimes(t *testing.T) {
	ops := []string{
		"{:time 1000, :type :invoke, :process 1, :f :send, :value [[:send :x 1]]}",
		"{:time 2000, :type :ok, :process 1, :f :send, :value [[:send :x [0 1]]]}",
		"{:time 3000, :type :invoke, :process 1, :f :send, :value [[:send :x 2]]}",
		"{:time 4000, :type :ok, :process 1, :f :send, :value [[:send :x [1 2]]]}",
		"{:time 5000, :type :invoke, :process 0, :f :poll, :value [[:poll]]}",
		"{:time 6000, :type :ok, :process 0, :f :poll, :value [[:poll {:x [[0 1]]}]]}",
		"{:time 7000, :type :invoke, :process 0, :f :poll, :value [[:poll]]}",
		"{:time 8000, :type :ok, :process 0, :f :poll, :value [[:poll {:x [[1 2]]}]]}",
		"{:time 9000, :type :invoke, :process 0, :f :poll, :value [[:poll]]}",
		"{:time 9500, :type :ok, :process 0, :f :poll, :value [[:poll]]}",
	}
	for _, c := range []struct {
		without []int // ops
		want    int64
	}{
		{nil, 1000},                     // of the first poll, since 2 was known at 4000
		{[]int{3}, 0},                   // when 2 was acknowledged is not known
		{[]int{4}, 0},                   // nor when the first poll was invoked
		{[]int{6}, 1000},                // the second one moves on nevertheless
		{[]int{0, 1, 2, 3, 5, 7, 9}, 0}, // completions have no times
	} {
		lines := slices.Clone(ops)
		for _, i := range c.without {
			_, rest, _ := strings.Cut(lines[i], ", ")
			lines[i] = "{" + rest
		}
		h := histtest.Read(t, "lag", strings.Join(lines, "\n"))
		if _, r := result(t, h, kafka.Options{}); r.WorstLag.None || r.WorstLag.Lag != c.want {
			t.Errorf("without the times of %v: %+v, want %d", c.without, r.WorstLag, c.want)
		}
	}
}

// TestTruncated: the worst cases are kept, all of them if asked for.
func TestTruncated(t *testing.T) {
	var lines bytes.Buffer
	for i := range 200 {
		fmt.Fprintf(&lines, "0 ok send [[:send :x [%d %d]]]\n", 3*i, i)
		fmt.Fprintf(&lines, "0 ok send [[:send :x [%d %d]]]\n", 3*i+1, i)
		fmt.Fprintf(&lines, "0 ok send [[:send :y [%d %d]]]\n", i, i)
	}
	h := tell(t, lines.String())
	_, r := result(t, h, kafka.Options{})
	if r.Duplicates.Count != 200 || len(r.Duplicates.Errs) != 32 || r.Unseen.Keys[1].Count != 200 || len(r.Unseen.Keys[1].Messages) != 32 ||
		r.NonmonotonicSends.Count != 200 || len(r.NonmonotonicSends.Errs) != 8 {
		t.Errorf("%d %d %d, %v", len(r.Duplicates.Errs), len(r.Unseen.Keys[1].Messages), len(r.NonmonotonicSends.Errs), r.ErrorTypes)
	}
	_, r = result(t, h, kafka.Options{AllErrors: true})
	if len(r.Duplicates.Errs) != 200 || len(r.Unseen.Keys[1].Messages) != 200 || len(r.NonmonotonicSends.Errs) != 200 {
		t.Errorf("%d %d", len(r.Duplicates.Errs), len(r.Unseen.Keys[1].Messages))
	}
}

// TestJSON: the keys of a JSON object are strings, whatever the key of a send is
// (K11).
func TestJSON(t *testing.T) {
	for _, keys := range [][2]string{{`3`, `"3"`}, {`"3"`, `"3"`}, {`"a"`, `"a"`}} {
		text := fmt.Sprintf(`[{"type":"invoke","process":0,"f":"send","value":[["send",%[1]s,1]]},
{"type":"ok","process":0,"f":"send","value":[["send",%[1]s,[0,1]]]},
{"type":"invoke","process":1,"f":"poll","value":[["poll"]]},
{"type":"ok","process":1,"f":"poll","value":[["poll",{%[2]s:[[0,1]]}]]}]`, keys[0], keys[1])
		h, err := format.ReadBytes(context.Background(), "json", []byte(text), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, r := result(t, h, kafka.Options{}); r.Valid != verdict.Valid {
			t.Errorf("%s: %v %v", text, r.Valid, r.ErrorTypes)
		}
	}
}

// TestJSONNames: a text is a number only if it is spelled like one.
func TestJSONNames(t *testing.T) {
	h := histtest.Read(t, "json", `[{"type":"ok","process":0,"f":"send","value":[["send",3,[0,1]]]},
{"type":"ok","process":1,"f":"poll","value":[["poll",{"03":[[0,1]]}]]}]`)
	if _, r := result(t, h, kafka.Options{}); r.GarbageReads.Count != 1 {
		t.Errorf("%v", r.ErrorTypes)
	}
}

// TestUnordered: where the order in realtime is not known, nothing is made of it.
func TestUnordered(t *testing.T) {
	for _, c := range []struct{ process, send string }{{"", ":ok"}, {"", ":invoke"}, {":process 0, ", ":ok"}} {
		process := c.process
		h := histtest.Read(t, "unordered", `{`+process+`:type :ok, :f :poll, :value [[:poll {:x [[0 1]]}]]}
{`+process+`:type `+c.send+`, :f :send, :value [[:send :x [0 1]]]}`)
		_, r := result(t, h, kafka.Options{})
		warned := slices.ContainsFunc(r.Warnings, func(w verdict.Warning) bool { return w.Code == "unordered" })
		if r.Valid != verdict.Valid || r.ErrorTypes != nil || !warned {
			t.Errorf("%v: %v %v, warnings %v", c, r.Valid, r.ErrorTypes, r.Warnings)
		}
	}
}

// TestMistakes: what cannot be interpreted is an error at its op.
func TestMistakes(t *testing.T) {
	for _, line := range []string{
		"0 ok send 5", "0 ok send [5]", "0 ok send [[5]]", "0 ok send [[:append :x 1]]", "0 ok send [[:send]]", "0 ok send [[:send :x]]",
		"0 ok send [[:send :x 1 2]]", "0 ok send [[:send :x []]]", "0 ok send [[:send :x [0]]]", "0 ok send [[:send :x [:a 1]]]", "0 ok send [[:send :x [0 1 2]]]",
		"0 ok poll [[:poll 5]]", "0 ok poll [[:poll {:x 5}]]", "0 ok poll [[:poll {:x [5]}]]", "0 ok poll [[:poll {:x [[]]}]]", "0 ok poll [[:poll {:x [[0]]}]]",
		"0 ok poll [[:poll {:x [[0 1 2]]}]]", "0 ok poll [[:poll {:x [[1.5 1]]}]]", "0 ok poll [[:poll {} {}]]", "0 ok assign 5", "0 ok poll [[:poll {:x [[99999999999999999999 1]]}]]",
	} {
		_, err := kafka.Check(context.Background(), tell(t, sent+line), kafka.Options{})
		var at *edn.SyntaxError
		if !errors.As(err, &at) || at.Line != 10 {
			t.Errorf("%s: %v", line, err)
		}
	}
}
