package kafka_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/kafka"
)

// TestCorpus compares whole results with Jepsen's.
func TestCorpus(t *testing.T) {
	compared := 0
	for _, row := range histtest.Corpus(t, "..", "kafka") {
		if row.Valid == "timeout" {
			continue
		}
		h := row.History(t, "..")
		got, _ := result(t, h, kafka.Options{WWDeps: true})
		if valid, _ := edn.MustParse(got).Get("valid?"); valid.String() != fmt.Sprint(row.Valid) {
			t.Errorf("%s: valid is %s, Jepsen says %v", row.File, valid, row.Valid)
		}
		if row.Result == nil {
			continue
		}
		compared++
		compare(t, row.File, h, edn.MustParse(*row.Result), kafka.Options{WWDeps: true})
	}
	if compared < 31 {
		t.Errorf("only %d rows could be compared", compared)
	}
}

// TestStore compares the result of a run of Jepsen's.
func TestStore(t *testing.T) {
	files, _ := filepath.Glob("../../shared/corpus/store/kafka-bad-1e3/2*/results.edn")
	if len(files) == 0 {
		t.Skip("the corpus of recorded runs is not here")
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	want, ok := edn.MustParse(string(text)).Get("workload")
	if !ok {
		t.Fatal("no result of the workload")
	}
	file := filepath.Join(filepath.Dir(files[0]), "history.edn")
	h, err := format.ReadFile(context.Background(), file, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, file, h, want, kafka.Options{WWDeps: true})
}

// compare holds a result against Jepsen's, key by key. Cases of a type may come in
// another order; of those that were left out only the numbers are compared.
func compare(t *testing.T, file string, h *history.History, want edn.Value, opt kafka.Options) {
	t.Helper()
	text, _ := result(t, h, opt)
	got := edn.MustParse(text)
	opt.AllErrors = true
	text, _ = result(t, h, opt)
	all := edn.MustParse(text)
	if g, w := keys(t, got), keys(t, want); !slices.Equal(g, w) {
		t.Errorf("%s: keys are %v, Jepsen's %v", file, g, w)
		return
	}
	for _, key := range keys(t, want) {
		g, _ := got.Get(key)
		w, _ := want.Get(key)
		errs, isList := w.Get("errs")
		if !isList || w.Kind() != edn.Map {
			if !edn.Equal(g, w) {
				t.Errorf("%s: %s is %s, Jepsen's %s", file, key, g, w)
			}
			continue
		}
		gn, _ := g.Get("count")
		wn, _ := w.Get("count")
		if !edn.Equal(gn, wn) {
			t.Errorf("%s: %s of %s, Jepsen's %s", file, gn, key, wn)
		}
		gerrs, _ := g.Get("errs")
		a, _ := all.Get(key)
		allErrs, _ := a.Get("errs")
		ours, theirs, every := items(t, gerrs), items(t, errs), items(t, allErrs)
		if len(ours) != len(theirs) {
			t.Errorf("%s: %d cases of %s shown, Jepsen shows %d", file, len(ours), key, len(theirs))
		}
		for _, e := range theirs {
			if !slices.ContainsFunc(every, func(o edn.Value) bool { return edn.Equal(e, o) }) {
				t.Errorf("%s: no case of %s as %s", file, key, e)
			}
		}
		if g, w := deltas(ours), deltas(theirs); !slices.Equal(g, w) {
			t.Errorf("%s: %s by %v, Jepsen's by %v", file, key, g, w)
		}
	}
}

func keys(t *testing.T, v edn.Value) (out []string) {
	m, err := edn.Decode(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range m.(edn.Entries) {
		out = append(out, string(e[0].(edn.Kw)))
	}
	slices.Sort(out)
	return out
}

func items(t *testing.T, v edn.Value) []edn.Value {
	out, err := v.Items(nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func deltas(errs []edn.Value) (out []int64) {
	for _, e := range errs {
		if d, ok := e.Get("delta"); ok {
			n, _ := d.Int()
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}
