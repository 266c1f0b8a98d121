package checker_test

import (
	"testing"

	"github.com/seed-c33ae711/jcheck/bank"
	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// What is stored with a run has the names that tests of Jepsen give it.
func TestComposed(t *testing.T) {
	valid := func() result.Result { return &result.Group{} }
	invalid := &bank.Result{Common: result.Common{Valid: verdict.Invalid}}
	member := func(name string, r result.Result) result.Member { return result.Member{Name: name, Result: r} }
	for _, c := range []struct {
		members []result.Member
		names   string
	}{
		{[]result.Member{member("stats", valid()), member("unhandled-exceptions", valid()), member("bank", invalid)}, "stats exceptions workload"},
		{[]result.Member{member("bank", invalid), member("stats", valid())}, "stats workload"},
		{[]result.Member{member("bank", invalid), member("set", valid())}, "workload(bank set)"},
		{[]result.Member{member("stats", valid())}, "stats"},
	} {
		g := &result.Group{Members: c.members}
		got := checker.Composed(g)
		names := ""
		for _, m := range got.(*result.Group).Members {
			if names != "" {
				names += " "
			}
			names += m.Name
			if w, ok := m.Result.(*result.Group); ok && m.Name == "workload" {
				names += "(" + w.Members[0].Name + " " + w.Members[1].Name + ")"
			}
		}
		if names != c.names || got.Verdict() != g.Verdict() {
			t.Errorf("got %s, %v, want %s, %v", names, got.Verdict(), c.names, g.Verdict())
		}
	}
	if checker.Composed(invalid) != result.Result(invalid) {
		t.Error("the result of one check is another")
	}
}
