package set_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/set"
)

// Every recorded result of Jepsen's is ours, key by key.
func TestCorpus(t *testing.T) {
	for _, row := range histtest.Corpus(t, "..", "set", "set-full") {
		var r result.Result
		var err error
		h := row.History(t, "..")
		if row.Checker == "set" {
			r, err = set.Check(context.Background(), h)
		} else {
			r, err = set.CheckFull(context.Background(), h, set.Options{Linearizable: row.Opts != "{}"})
		}
		if err != nil {
			t.Errorf("%s: %v", row.Name(), err)
			continue
		}
		if got := r.Verdict().String(); got != fmt.Sprint(row.Valid) {
			t.Errorf("%s: %s, want %v", row.Name(), got, row.Valid)
		}
		if row.Result == nil {
			continue
		}
		text, err := render.EDN(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range histtest.Compare(t, text, *row.Result) {
			t.Errorf("%s: %s", row.Name(), d)
		}
	}
}
