package elle_test

import (
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A list may hold an element as often as appends of it may have taken effect.
func TestElementsOfSeveral(t *testing.T) {
	const history = "i 0 txn [[:append x 1]]\nn 0 txn [[:append x 1]]\ni 1 txn [[:append x 1] [:append y 1]]\no 1 txn [[:append x 1] [:append y 1]]\ni 1 txn [[:r y nil] [:r x nil]]\no 1 txn [[:r y [1]] [:r x LIST]]"
	for list, want := range map[string]verdict.Verdict{"[1]": verdict.Valid, "[1 1]": verdict.Valid, "[1 1 1]": verdict.Invalid} {
		res, err := elle.Check(t.Context(), histtest.Parse(t, strings.Replace(history, "LIST", list, 1)), elle.Options{})
		if err != nil || res.Valid != want {
			t.Errorf("%s: %v, %v, want %v", list, res, err, want)
		}
	}
}

// Whoever appended an element, the list was empty before.
func TestEmptyBeforeSeveral(t *testing.T) {
	const history = "i 1 txn [[:append x 2]]\no 1 txn [[:append x 2]]\ni 1 txn [[:append x 2]]\nn 1 txn [[:append x 2]]\ni 0 txn [[:r x nil]]\no 0 txn [[:r x []]]\ni 0 txn [[:r x nil]]\no 0 txn [[:r x [2]]]"
	res, err := elle.Check(t.Context(), histtest.Parse(t, history), elle.Options{})
	if err != nil || res.Valid != verdict.Invalid {
		t.Errorf("%v, %v: expected a stale read", res, err)
	}
	early := strings.Replace(history, "i 1 txn [[:append x 2]]\no 1", "i 0 txn [[:r x nil]]\no 0 txn [[:r x []]]\ni 1 txn [[:append x 2]]\no 1", 1)
	early = strings.Replace(early, "i 0 txn [[:r x nil]]\no 0 txn [[:r x []]]\ni 0 txn [[:r x nil]]\no 0 txn [[:r x [2]]]", "i 0 txn [[:r x nil]]\no 0 txn [[:r x [2]]]", 1)
	if res, err = elle.Check(t.Context(), histtest.Parse(t, early), elle.Options{}); err != nil || res.Valid != verdict.Valid {
		t.Errorf("%v, %v: expected no violation", res, err)
	}
}
