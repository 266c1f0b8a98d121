package elle_test

import (
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// What weak models do not forbid by name, but no order explains, is not valid under them.
func TestUnexplained(t *testing.T) {
	for _, c := range []struct{ name, history, model string }{
		{"garbage", "P0{x:=1} ; P1{x=1} ; P1{x=7}", "causal"},
		{"garbage", "P0{x:=1} ; P1{x=1} ; P1{x=7}", "causal-plus"},
		{"aborted", "P0{x:=1}! ; P1{x=1} ; P1{y:=2} ; P0{y=2}", "PRAM"},
		{"seen in two orders", "P0{+x1} | P1{+x2} ; P0{?x[1 2]} ; P1{?x[2 1]}", "causal"},
		{"lost of one's own", "P0{+x1} ; P0{?x[1]} ; P0{+x2 ?x[2]}", "read-your-writes"},
		{"lost of another's", "P0{+x1} | P1{+x2} ; P2{?x[1]} ; P2{?x[2]}", "monotonic-reads"},
	} {
		h := historyOf(t, oracle.MustParse(c.history))
		res, err := elle.Check(t.Context(), h, elle.Options{Models: []string{c.model}, Ladder: true})
		if err != nil || res.Valid != verdict.Unknown || res.Reason == "" {
			t.Errorf("%s under %s: %v, %v", c.name, c.model, res, err)
			continue
		}
		for _, m := range res.Ladder.Holds {
			if m == c.model {
				t.Errorf("%s: the ladder says that %s holds", c.name, m)
			}
		}
	}
}
