package checker_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/independent"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Whatever a history holds, no checker panics, every result can be written, and
// what is invalid has a finding.
func FuzzCheckers(f *testing.F) {
	for _, text := range []string{
		"{:process 0 :type :invoke :f :add :value 1} {:process 0 :type :ok :f :add :value 1} {:process 1 :type :invoke :f :read} {:process 1 :type :ok :f :read :value [1 1 :a]}",
		"{:process 0 :type :invoke :f :read} {:process 0 :type :ok :f :read :value {0 5 1 nil}} {:process 0 :type :invoke :f :transfer :value {:from 0}}",
		"{:process 0 :type :invoke :f :enqueue :value [1 2]} {:process 0 :type :info :f :drain :value [1 2]}",
		"{:process 0 :type :ok :f :read :value [[:r 0 1] [:r 1 nil]]} {:process 0 :type :ok :f :read :value [[:r 0 nil] [:r 1 1]]}",
		"{:process 0 :type :ok :f :write :value 1 :position 1 :link :init} {:process 0 :type :info :f :x :exception {:via [{:type A}]}}",
		"{:process 0 :type :ok :f :insert :value [1 [1 nil]]} {:process 0 :type :ok :f :generate :value nil}",
		`{"process":0,"type":"invoke","f":"txn","value":[["send","x",1],["poll"]]}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := format.Read(context.Background(), "fuzz", strings.NewReader(text), format.Options{})
		if err != nil || h.Len() > 200 {
			return
		}
		var checks []*checker.Checker
		for _, name := range checker.Names() {
			if name != "elle" && name != "linearizable" { // they have targets of their own
				c, err := checker.Named(name)
				if err != nil {
					t.Fatal(err)
				}
				checks = append(checks, c)
			}
		}
		all := func(ctx context.Context, h *history.History) (result.Result, error) {
			return checker.Run(ctx, h, checks, checker.Options{})
		}
		g, err := checker.Run(context.Background(), h, checks, checker.Options{})
		if err != nil {
			t.Fatal(err)
		}
		keyed, err := independent.Lift(context.Background(), h, all)
		if placed(t, err) {
			return
		}
		for _, r := range []result.Result{g, keyed} {
			_, err := render.EDN(nil, r)
			placed(t, err)
			_, err = render.JSON(nil, render.Input{File: "fuzz"}, "check", r)
			placed(t, err)
			render.Prose("fuzz", "check", r, render.ProseOptions{})
			render.Cases("fuzz", "check", r)
		}
		for _, m := range g.Members {
			if failed, ok := m.Result.(*result.Failed); ok {
				if panicked := new(result.PanicError); errors.As(failed.Err, &panicked) {
					t.Fatalf("%s: %v\n%s", m.Name, panicked, panicked.Stack)
				}
				continue
			}
			if r := m.Result.(result.Report); r.Verdict() == verdict.Invalid && len(r.Findings()) == 0 {
				t.Fatalf("%s: invalid without a finding", m.Name)
			}
		}
	})
}

// placed reports whether there is an error, which must name its place: what
// stands deep inside of a value is looked at only where it is needed.
func placed(t *testing.T, err error) bool {
	if syntax := new(edn.SyntaxError); err != nil && !errors.As(err, &syntax) {
		t.Fatal(err)
	}
	return err != nil
}
