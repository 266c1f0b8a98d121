package checker_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

var processField = regexp.MustCompile(`:process \d+, `)

// A correct history stays without fault when it loses its invocations, or its
// processes: what seemed to follow each other may then have overlapped.
func TestNoFalseAlarmWithoutOrder(t *testing.T) {
	var correct []func(seed uint64) (*history.History, error)
	for _, k := range simulate.Kinds() {
		correct = append(correct, func(seed uint64) (*history.History, error) {
			return simulate.Object{Kind: k, Operations: 40, Clients: 5, Seed: seed}.History()
		})
	}
	for _, p := range simulate.Tests() {
		correct = append(correct, func(seed uint64) (*history.History, error) {
			return simulate.Test{Property: p, Operations: 40, Clients: 5, Seed: seed}.History()
		})
	}
	correct = append(correct, func(seed uint64) (*history.History, error) {
		return simulate.Log{Operations: 40, Clients: 5, Seed: seed}.History()
	})
	changed := 0
	for _, make := range correct {
		for seed := range uint64(30) {
			h, err := make(seed)
			if err != nil {
				t.Fatal(err)
			}
			var ops, completions strings.Builder
			for i := range h.Len() {
				line, err := format.AppendOpEDN(nil, h, i)
				if err != nil {
					t.Fatal(err)
				}
				ops.Write(append(line, '\n'))
				if h.Type(i) != history.Invoke {
					completions.Write(append(line, '\n'))
				}
			}
			checks := checker.Fitting(h)
			whole, err := checker.Run(context.Background(), h, checks, checker.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{completions.String(), processField.ReplaceAllString(ops.String(), "")} {
				g, err := checker.Run(context.Background(), histtest.Read(t, "h.edn", text), checks, checker.Options{})
				if err != nil {
					t.Fatal(err)
				}
				for k, m := range g.Members {
					was := whole.Members[k].Result.Verdict()
					if m.Result.Verdict() != was {
						changed++
					}
					if m.Result.Verdict() == verdict.Invalid && was != verdict.Invalid {
						t.Fatalf("%s is invalid, and was %s before\n%s", m.Name, was, text)
					}
				}
			}
		}
	}
	if changed == 0 {
		t.Error("no verdict changed, so nothing was tested")
	}
}
