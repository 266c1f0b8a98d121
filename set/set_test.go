package set_test

import (
	"context"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/set"
)

func full(t *testing.T, text string, opt set.Options) string {
	t.Helper()
	r, err := set.CheckFull(context.Background(), histtest.Parse(t, text), opt)
	if err != nil {
		return err.Error()
	}
	out, err := render.EDN(nil, r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// The small cases of Jepsen's definition, times in ms as the place of the op
// unless given.
func TestFull(t *testing.T) {
	ops := map[string]string{"a": "i 0 add 0", "a'": "o 0 add 0", "r": "i 1 read", "r+": "o 1 read [0]", "r-": "o 1 read []"}
	expand := func(s string) (text string) {
		for w := range strings.FieldsSeq(s) {
			text += ops[w] + "\n"
		}
		return text
	}
	for _, c := range []struct{ history, want string }{
		{"a a'", ":valid? :unknown|:never-read [0]"},
		{"a r r-", ":valid? :unknown|:never-read [0]"},
		{"r a r+ a'", ":valid? true|:stable-count 1|:stable-latencies {0 0, 0.5 0, 0.95 0, 0.99 0, 1 0}"},
		{"r a a' r+", ":valid? true|:stable-count 1"},
		{"a r r+ a'", ":valid? true|:stable-count 1"},
		{"a r a' r+", ":valid? true|:stable-count 1"},
		{"a a' r r+", ":valid? true|:stable-count 1"},
		{"a a' r r-", ":valid? false|:lost [0]|:lost-latencies {0 0, 0.5 0, 0.95 0, 0.99 0, 1 0}"},
		{"r a r- a'", ":valid? :unknown|:never-read [0]"},
		{"r a a' r-", ":valid? :unknown|:never-read [0]"},
		{"a r r- a'", ":valid? :unknown|:never-read [0]"},
		{"a r a' r-", ":valid? :unknown|:never-read [0]"},
	} {
		got := full(t, expand(c.history), set.Options{})
		for want := range strings.SplitSeq(c.want, "|") {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s, want %s", c.history, got, want)
			}
		}
	}
	for _, c := range []struct {
		name, history, want string
		lin                 bool
	}{
		{"writes vanish", "i 0 add 0\ni 1 add 1\ni 2 read\no 2 read [1]\no 0 add 0\no 1 add 1\ni 2 read\no 2 read [0 1]\ni 2 read\no 2 read [0]\ni 2 read\no 2 read []",
			":valid? false|:lost [0 1]|:lost-latencies {0 3, 0.5 4, 0.95 4, 0.99 4, 1 4}", false},
		{"stale and lost", "i 0 add 0\no 0 add 0\ni 1 add 1\ni 2 read\no 2 read [1]\no 1 add 1\ni 2 read\ni 3 read\no 3 read [1]\no 2 read [0]",
			":valid? false|:lost [0]|:lost-latencies {0 5, 0.5 5, 0.95 5, 0.99 5, 1 5}|:stale [1]|:stable-latencies {0 2, 0.5 2, 0.95 2, 0.99 2, 1 2}", false},
		{"a failed add that never showed", "i 0 add 1\nx 0 add 1\ni 1 read\no 1 read []", ":valid? :unknown|:never-read [1]", false},
		{"a failed add that showed and vanished", "i 0 add 1\nx 0 add 1\ni 1 read\no 1 read [1]\ni 1 read\no 1 read []", ":valid? false|:lost [1]", false},
		{"stale", "i 0 add 1 @0\no 0 add 1 @1\ni 1 read @2\no 1 read [] @3\ni 1 read @10\no 1 read [1] @11", ":valid? false|:stale [1]|:stable-latency 1", true},
		{"less than a millisecond", "i 0 add 1 @0\no 0 add 1 @1\ni 1 read @1.5\no 1 read [] @3\ni 1 read @10\no 1 read [1] @11", ":valid? true|:stale []", true},
		{"added again", "i 0 add 1\no 0 add 1\ni 1 read\no 1 read [1]\ni 0 add 1\nn 0 add 1\ni 1 read\no 1 read []", ":valid? :unknown|:never-read [1]", false},
		{"twice in a read", "i 0 add 1\no 0 add 1\ni 1 read\no 1 read [1 1]", ":valid? false|:duplicated-count 1|:duplicated {1 2}", false},
		{"any kind of element", "i 0 add :a\no 0 add :a\ni 0 add [1 \"x\"]\no 0 add [1 \"x\"]\ni 1 read\no 1 read #{[1 \"x\"]}", ":valid? false|:lost [:a]|:stable-count 1", false},
		{"other ops", "i 0 add 1\no 0 add 1\ni 1 foo\no 1 foo\ni 1 read\no 1 read [1]", ":valid? true", false},
		{"no collection", "i 0 add 1\no 0 add 1\ni 1 read\no 1 read 1", "history.edn:4:1: op 3 reads 1: expected a collection of elements", false},
		{"another element", "i 0 add 1\no 0 add 2", ":valid? :unknown|:never-read [1]", false},
	} {
		got := full(t, c.history, set.Options{Linearizable: c.lin})
		for want := range strings.SplitSeq(c.want, "|") {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s, want %s", c.name, got, want)
			}
		}
	}
}

func TestWorstStale(t *testing.T) {
	text := ""
	for _, e := range "0123456789" {
		text += "i 0 add " + string(e) + " @0\no 0 add " + string(e) + " @" + map[bool]string{true: "0", false: "1"}[e < '5'] + "\n"
	}
	text += "i 1 read @49\no 1 read [] @49\ni 1 read @60\no 1 read [0 1 2 3 4 5 6 7 8 9] @61\n"
	got := full(t, text, set.Options{})
	var order []string
	for _, s := range strings.Split(got, ":element ")[1:] {
		order = append(order, s[:1])
	}
	if strings.Join(order, " ") != "4 3 2 1 0 9 8 7" {
		t.Errorf("worst are %v", order)
	}
}

func TestLast(t *testing.T) {
	for _, c := range []struct{ name, history, want string }{
		{"Jepsen's example", "i 0 add 0\no 0 add 0\ni 0 add 1\no 0 add 1\ni 1 add 10\nn 1 add 10\ni 2 add 11\nn 2 add 11\ni 0 add 20\nx 0 add 20\ni 0 add 21\nx 0 add 21\ni 0 read\no 0 read [0 10 20 30]",
			`:valid? false|:ok-count 3|:ok "#{0 10 20}"|:lost "#{1}"|:recovered "#{10 20}"|:unexpected "#{30}"|:attempt-count 6|:acknowledged-count 2`},
		{"never read", "i 0 add 0\no 0 add 0", `:valid? :unknown|:error "Set was never read"`},
		{"read nil", "i 0 read\no 0 read [1]\ni 0 read\no 0 read nil", `:valid? :unknown|:error "Set was never read"`},
		{"the last read counts", "i 0 read\no 0 read [1 9]\ni 0 add 1\no 0 add 1\ni 0 read\no 0 read [1]", `:valid? true|:unexpected "#{}"`},
		{"added after the last read began", "i 0 read\ni 1 add 1\no 1 add 1\no 0 read []", `:valid? true|:lost-count 0|:acknowledged-count 1`},
		{"another element", "i 0 add 1\no 0 add 2\ni 0 read\no 0 read [1]", `:valid? true|:ok "#{1}"`},
		{"final reads", "i 0 add 1\no 0 add 1\ni 1 read nil ; :final? true\no 1 read [] ; :final? true\ni 1 read nil\no 1 read [1]", `:valid? false|:lost "#{1}"`},
		{"not final", "i 0 add 1\no 0 add 1\ni 1 read nil ; :final? true\no 1 read [1] ; :final? true\ni 1 read nil\no 1 read []", `:valid? true|:ok "#{1}"`},
		{"no final read returned", "i 0 add 1\no 0 add 1\ni 1 read\no 1 read [1]\ni 1 read nil ; :final? true\nn 1 read nil", `:valid? :unknown|:error "no read marked :final? succeeded"`},
		{"vectors", "i 0 add [0 0]\no 0 add [0 0]\ni 0 add [0 1]\no 0 add [0 1]\ni 0 read\no 0 read #{[0 1] [0 0]}", `:valid? true|:ok "#{[0 0] [0 1]}"`},
	} {
		r, err := set.Check(context.Background(), histtest.Parse(t, c.history))
		if err != nil {
			t.Fatal(err)
		}
		got, err := render.EDN(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		for want := range strings.SplitSeq(c.want, "|") {
			if !strings.Contains(string(got), want) {
				t.Errorf("%s: %s, want %s", c.name, got, want)
			}
		}
	}
	_, err := set.Check(context.Background(), histtest.Parse(t, "i 0 read\no 0 read {1 2}"))
	if err == nil || err.Error() != "history.edn:2:1: op 1 reads {1 2}: expected a collection of elements" {
		t.Errorf("a map: %v", err)
	}
}

func TestIntervals(t *testing.T) {
	for _, c := range []struct{ set, want string }{
		{"[]", "#{}"}, {"[1 2 3 5 7 8]", "#{1..3 5 7..8}"}, {"[-1 0 1.0]", "#{-1..0 1.0}"}, {`["a" :b]`, `#{"a" :b}`},
		{"[9223372036854775806 9223372036854775807]", "#{9223372036854775806..9223372036854775807}"},
	} {
		items, err := edn.MustParse(c.set).Items(nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Intervals(items); got != c.want {
			t.Errorf("%s is %s, want %s", c.set, got, c.want)
		}
	}
}
