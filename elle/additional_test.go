package elle_test

import (
	"context"
	"errors"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestAdditional: what the caller knows counts like what is inferred.
func TestAdditional(t *testing.T) {
	// T0 writes what T1 reads, and the caller knows that T1 came first.
	h, err := oracle.MustParse("P0{x:=1} | P1{x=1}").History()
	if err != nil {
		t.Fatal(err)
	}
	check := func(models []string, d ...elle.Dependency) (*elle.Result, error) {
		return elle.Check(context.Background(), h, elle.Options{Models: models, Additional: d})
	}
	first, second := 2, 3 // the completions
	for _, c := range []struct {
		rel, model string
		want       elle.Anomaly
	}{
		{"rw", "serializable", elle.GSingle},
		{"ww", "read-committed", elle.G1c},
		{"realtime", "strict-serializable", "G1c-realtime"},
		{"process", "strong-session-serializable", "G1c-process"},
		{"realtime", "serializable", ""}, // not prohibited
	} {
		res, err := check([]string{c.model}, elle.Dependency{From: second, To: first, Rel: c.rel, Why: "the server said so"})
		if err != nil {
			t.Fatal(err)
		}
		if c.want == "" {
			if res.Valid != verdict.Valid {
				t.Errorf("%+v: %v %v", c, res.Valid, res.Types())
			}
			continue
		}
		cs, ok := res.Case(c.want)
		if !ok {
			t.Errorf("%+v: %v", c, res.Types())
			continue
		}
		said := 0
		for _, s := range cs.Steps {
			if s.Why == "the server said so" && s.Rel == c.rel {
				said++
			}
		}
		if said != 1 {
			t.Errorf("%+v: %+v", c, cs.Steps)
		}
	}
	for _, d := range []elle.Dependency{{From: 2, To: 3, Rel: "before"}, {From: 0, To: 3, Rel: "ww"}, {From: 2, To: 2, Rel: "ww"}, {From: 2, To: 99, Rel: "ww"}} {
		var opt *elle.OptionError
		if _, err := check(nil, d); !errors.As(err, &opt) {
			t.Errorf("%+v: %v", d, err)
		}
	}
}
