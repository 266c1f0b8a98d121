package lint_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/lint"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestVerdict: errors refute, vacuous histories are unknown, warnings do nothing.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		history string
		want    verdict.Verdict
		reason  string
	}{
		{"", verdict.Unknown, "the history proves nothing: there are no client operations"},
		{"i 0 write 1\nx 0 write 1", verdict.Unknown, "the history proves nothing: none of the clients' operations succeeded"},
		{"i 0 write 1\no 0 write 1\ni 0 read\no 0 read 1", verdict.Valid, ""},
		{"i 0 txn [[:w 1 1] [:w 1 1]]\no 0 txn [[:w 1 1] [:w 1 1]]", verdict.Invalid, ""},
	} {
		b := history.NewBuilder(nil)
		h, err := b.History()
		if c.history != "" {
			h = parse(t, c.history)
		}
		if err != nil {
			t.Fatal(err)
		}
		r := check(t, h)
		if r.Valid != c.want || r.Reason != c.reason {
			t.Errorf("%q: %v %q, want %v %q", c.history, r.Valid, r.Reason, c.want, c.reason)
		}
		if (len(r.Findings()) > 0) != (c.want == verdict.Invalid) {
			t.Errorf("%q: findings %v", c.history, r.Findings())
		}
	}
}

// TestCancelled: a check that was ended says so.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := lint.Check(ctx, parse(t, "i 0 write 1\no 0 write 1"), lint.Options{})
	if err != nil || r.Valid != verdict.Unknown || r.Reason != "the check stopped early" {
		t.Errorf("%v %v", r, err)
	}
}

// TestQuick: the quick check reports some of what the whole one does, with the same
// counts.
func TestQuick(t *testing.T) {
	told := map[string]bool{}
	for _, c := range cases {
		for _, text := range []string{c.history, strings.NewReplacer(c.replace...).Replace(c.history)} {
			h := parse(t, text)
			r := check(t, h)
			for _, w := range lint.Quick(h) {
				told[w.Code] = true
				if slices.ContainsFunc(h.Warnings(), func(own verdict.Warning) bool { return own.Code == w.Code }) {
					t.Errorf("%v is told twice of\n%s", w, text)
				}
				if p := problem(r, w.Code); p == nil || p.Count != w.Count || p.Msg != w.Msg || p.Severity < lint.Warning {
					t.Errorf("%v is not told in\n%s", w, text)
				}
			}
		}
	}
	for _, code := range []string{"timeout-as-fail", "process-reused", "client-not-numbered", "clock-backwards", "no-ok", "never-ok", "no-overlap", "many-infos", "idle-faults"} {
		if !told[code] {
			t.Errorf("%s is not told", code)
		}
	}
}

// TestErrors: which errors leave the outcome of a write open.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		fields string
		want   bool
	}{
		{`, :error :timeout`, true},
		{`, :error "Read TimedOut: timed out"`, true},
		{`, :error [:unknown]`, true},
		{`, :error :unknown-topic`, false},
		{`, :error {:type :connection-reset}`, true},
		{`, :error :conflict`, false},
		{`, :error [:no-client "connect timed out"]`, false},
		{`, :error "Lock wait timeout exceeded"`, false},
		{`, :exception {:cause "Broken pipe", :via [], :trace []}`, true},
		{`, :exception {:cause "oops", :trace [[java.util.concurrent.TimeoutException 3]]}`, false},
		{`, :node "n1", :error :timeout`, true},
		{`, :error :timeout, :node "n1"`, true},
		{``, false},
	} {
		for _, op := range []string{
			`{:type :fail, :process 0, :f :write, :value 1` + c.fields + `}`,
			`{:x {:y 1}` + c.fields + `, :type :fail, :process 0, :f :write, :value 1}`,
			`{:type :fail, :process 0, :f :write` + c.fields + `}`,
		} {
			h := parse(t, "{:type :invoke, :process 0, :f :write, :value 1}\n"+op)
			if got := problem(check(t, h), "timeout-as-fail") != nil; got != c.want {
				t.Errorf("%s: %v", op, got)
			}
		}
	}
	h, err := format.ReadBytes(context.Background(), "x", []byte(`{"type":"invoke","process":0,"f":"write","value":1}
{"type":"fail","process":0,"f":"write","value":1,"error":"Timeout"}`), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if problem(check(t, h), "timeout-as-fail") == nil {
		t.Error("not found in JSON")
	}
}
