package checker_test

import (
	"context"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/independent"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// An operation that no check knows, or that the one that fits does not, makes the
// verdict unknown, and the reason names it.
func TestUnknownOperations(t *testing.T) {
	for _, c := range []struct{ name, history, want string }{
		{"a swap beside writes", "i 0 write [0 1]\no 0 write [0 1]\ni 0 swap [0 2]\no 0 swap [0 2]\ni 1 read\no 1 read [0 1]",
			"no check handles swap; rename it (--map f=swap:NAME) or choose the checks (--with)"},
		{"a reset of a set", "i 0 add 1\no 0 add 1\ni 1 read\no 1 read [1]\ni 1 reset\no 1 reset\ni 1 read\no 1 read []",
			"set: reset may change what set checks, and set does not support it; rename it (--map f=reset:NAME) or choose the checks (--with)"},
		{"two", "i 0 add 1\no 0 add 1\ni 0 remove 1\no 0 remove 1\ni 1 clear\no 1 clear\ni 1 read\no 1 read [1]",
			"set: remove, clear may change what set checks, and set does not support them; rename them (--map f=remove:NAME) or choose the checks (--with)"},
		{"nothing but", "i 0 broadcast 1\no 0 broadcast 1\ni 1 topology\no 1 topology",
			"no check handles broadcast, topology; rename them (--map f=broadcast:NAME) or choose the checks (--with)"},
		{"an unknown operation that failed", "i 0 add 1\no 0 add 1\ni 0 remove 1\nx 0 remove 1\ni 1 read\no 1 read [1]", "stats: remove never succeeded: 1 failed, 0 indeterminate; the first is shown"},
		{"another kind of transaction beside", "i 0 txn [[:append 1 1]]\no 0 txn [[:append 1 1]]\ni 1 txn [[:r 1 nil]]\no 1 txn [[:r 1 [1]]]\ni 1 truncate 1\no 1 truncate 1", ""},
		{"ids beside other work", "i 0 generate\no 0 generate 1\ni 1 shuffle 1\no 1 shuffle 1\ni 0 generate\no 0 generate 1", ""},
	} {
		h := histtest.Parse(t, c.history)
		g, err := checker.RunFitting(context.Background(), h, checker.Options{Keyed: independent.Looks(h)})
		if err != nil {
			t.Fatal(err)
		}
		got := g.Reason
		for _, m := range g.Members {
			if r, ok := m.Result.(interface{ About() *result.Common }); ok && r.About().Valid == verdict.Unknown && got == "" {
				got = m.Name + ": " + r.About().Reason
			}
		}
		if c.want != "" && (got != c.want || g.Verdict().String() != "unknown") {
			t.Errorf("%s: %s, %s, want %s", c.name, g.Verdict(), got, c.want)
		}
		if want := map[bool]string{true: "false", false: "unknown"}[strings.HasPrefix(c.name, "ids")]; c.want == "" && g.Verdict().String() != want {
			t.Errorf("%s: %s, want %s", c.name, g.Verdict(), want)
		}
	}
}

// Who asks for a check by name gets its verdict, and a warning.
func TestOtherOperations(t *testing.T) {
	c, err := checker.Named("set")
	if err != nil {
		t.Fatal(err)
	}
	h := histtest.Parse(t, "i 0 add 1\no 0 add 1\ni 1 reset\no 1 reset\ni 2 peek\nx 2 peek\nn nemesis kill\ni 1 read\no 1 read []")
	r, err := c.Check(context.Background(), h, checker.Options{})
	if err != nil || r.Verdict().String() != "false" {
		t.Fatalf("%+v, %v", r, err)
	}
	ws := r.(interface{ About() *result.Common }).About().Warnings
	if len(ws) != 1 || ws[0].Code != "other-ops" || ws[0].Msg != "set does not support reset, which may change what it checks" {
		t.Errorf("%+v", ws)
	}
}
