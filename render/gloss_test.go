package render

import (
	"context"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
)

// A gloss is true of the cases that it stands beside.
func TestGlossOf(t *testing.T) {
	append1 := "{:type :invoke, :process 0, :f :txn, :value [[:append :x 1]]}\n{:type :ok, :process 0, :f :txn, :value [[:append :x 1]]}\n"
	for name, c := range map[string]struct{ history, anomaly, want string }{
		"stale": {append1 + "{:type :invoke, :process 1, :f :txn, :value [[:r :x nil]]}\n{:type :ok, :process 1, :f :txn, :value [[:r :x []]]}",
			"G-single-item-realtime", "stale read: "},
		"session": {append1 + "{:type :invoke, :process 0, :f :txn, :value [[:r :x nil]]}\n{:type :ok, :process 0, :f :txn, :value [[:r :x []]]}",
			"G-single-item-process", "stale read within a session"},
		"update": {"{:type :ok, :process 0, :f :txn, :value [[:append :x 1]]}\n{:type :ok, :process 1, :f :txn, :value [[:r :x []] [:append :x 2]]}\n{:type :ok, :process 2, :f :txn, :value [[:r :x [1 2]]]}",
			"G-single-item", "lost update: "},
		"skew": {"{:type :ok, :process 1, :f :txn, :value [[:r :x [1]] [:r :y []]]}\n{:type :ok, :process 0, :f :txn, :value [[:append :x 1] [:append :y 1]]}",
			"G-single-item", "read skew: "},
	} {
		h, err := format.ReadBytes(context.Background(), name, []byte(c.history), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		opt := elle.Options{}
		if name == "session" {
			opt.Models = []string{"strong-session-serializable"}
		}
		res, err := elle.Check(context.Background(), h, opt)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for i := range res.Anomalies {
			a := &res.Anomalies[i]
			found = found || string(a.Type) == c.anomaly
			if string(a.Type) == c.anomaly && !strings.HasPrefix(a.Gloss(), c.want) {
				t.Errorf("%s: %s is %q, want %q", name, a.Type, a.Gloss(), c.want)
			}
		}
		if !found {
			t.Errorf("%s: found %v, want %s", name, res.Types(), c.anomaly)
		}
	}
}
