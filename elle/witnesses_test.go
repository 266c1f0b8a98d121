package elle_test

import (
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
)

// The witnesses of a lost update and of a dirty one are the ops that show it, each once: the
// first op of the history is not among them by default.
func TestWitnesses(t *testing.T) {
	const other = "i 9 txn [[:append :y 1]]\no 9 txn [[:append :y 1]]\n"
	for _, c := range []struct {
		typ     elle.Anomaly
		history string
		want    []int
	}{
		{elle.LostUpdate, other + "i 0 txn [[:r :x nil] [:append :x 1]]\ni 1 txn [[:r :x nil] [:append :x 2]]\no 0 txn [[:r :x []] [:append :x 1]]\no 1 txn [[:r :x []] [:append :x 2]]\n" +
			"i 2 txn [[:r :x nil]]\no 2 txn [[:r :x [1 2]]]", []int{4, 5}},
		{elle.DirtyUpdate, other + "i 0 txn [[:append :x 1]]\nx 0 txn [[:append :x 1]]\ni 1 txn [[:append :x 2]]\no 1 txn [[:append :x 2]]\ni 2 txn [[:r :x nil]]\no 2 txn [[:r :x [1 2]]]", []int{3, 5}},
		{elle.G1a, other + "i 0 txn [[:append :x 1]]\nx 0 txn [[:append :x 1]]\ni 2 txn [[:r :x nil]]\no 2 txn [[:r :x [1]]]", []int{3, 5}},
	} {
		res, err := elle.Check(t.Context(), histtest.Parse(t, c.history), elle.Options{})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, a := range res.Anomalies {
			if a.Type != c.typ {
				continue
			}
			found = true
			got := a.Cases[0].Witnesses()
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.typ, got, c.want)
			}
		}
		if !found {
			t.Errorf("no %s: %v", c.typ, res.Types())
		}
	}
}
