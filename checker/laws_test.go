package checker_test

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/result"
)

// anything draws operations of one kind of test.
func anything(t *rapid.T) string {
	kind := rapid.IntRange(0, 6).Draw(t, "kind")
	next := 0
	return histtest.Random(t, func() histtest.Call {
		n := fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "n"))
		next++
		fresh := fmt.Sprint(next)
		first := rapid.Bool().Draw(t, "first")
		some := fmt.Sprint(rapid.SliceOfN(rapid.IntRange(0, 6), 0, 4).Draw(t, "some"))
		switch {
		case kind == 0 && first:
			return histtest.Call{F: "add", In: n, Out: n}
		case kind == 0:
			return histtest.Call{F: "read", In: "nil", Out: n}
		case kind == 1 && first:
			return histtest.Call{F: "add", In: n, Out: n}
		case kind == 2 && first:
			return histtest.Call{F: "write", In: fresh, Out: fresh}
		case kind <= 2:
			return histtest.Call{F: "read", In: "nil", Out: some}
		case kind == 3 && first:
			return histtest.Call{F: "enqueue", In: n, Out: n}
		case kind == 3:
			return histtest.Call{F: rapid.SampledFrom([]string{"dequeue", "drain"}).Draw(t, "f"), In: "nil", Out: "[" + n + "]"}
		case kind == 4:
			return histtest.Call{F: "generate", In: "nil", Out: n}
		case kind == 5 && first:
			return histtest.Call{F: "transfer", In: "{:from 0}", Out: "{:from 0}"}
		case kind == 5:
			return histtest.Call{F: "read", In: "nil", Out: "{0 " + n + ", 1 2}"}
		case first:
			w := "[[:w " + fresh + " 1]]"
			return histtest.Call{F: "write", In: w, Out: w}
		}
		return histtest.Call{F: "read", In: "nil", Out: "[[:r 1 " + rapid.SampledFrom([]string{"1", "nil"}).Draw(t, "a") + "] [:r 2 " + rapid.SampledFrom([]string{"1", "nil"}).Draw(t, "b") + "]]"}
	})
}

// told is what all fitting checks report for a history. Errors name lines, which are
// not the same in two histories.
func told(t *rapid.T, h *history.History) string {
	var b strings.Builder
	checks := checker.Fitting(h)
	g, err := checker.Run(context.Background(), h, checks, checker.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range g.Members {
		fmt.Fprintln(&b, m.Name, m.Result.Verdict())
		if r, ok := m.Result.(result.Report); ok && m.Name != "linearizable" && m.Name != "elle" {
			for _, f := range r.Findings() {
				fmt.Fprintln(&b, f.Type, f.Count, f.Msg)
			}
		}
	}
	return b.String()
}

var process = regexp.MustCompile(`(?m)^([ioxn]) (\d)`)

// Names of processes, the time at which a test began, and a nemesis that does
// nothing change no result.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := anything(rt)
		want := told(rt, histtest.Parse(t, text))
		renamed := process.ReplaceAllStringFunc(text, func(s string) string {
			p, err := strconv.Atoi(s[2:])
			if err != nil {
				rt.Fatal(err)
			}
			return s[:2] + fmt.Sprint(70-7*p)
		})
		shifted := ""
		at := rapid.IntRange(1, 1000).Draw(rt, "shift")
		for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
			shifted += fmt.Sprintf("%s @%d\n", line, at+i)
		}
		lines := strings.SplitAfter(text, "\n")
		where := rapid.IntRange(0, len(lines)-1).Draw(rt, "nemesis")
		disturbed := strings.Join(lines[:where], "") + "n nemesis start {:a [1 2]}\nn nemesis start :done\n" + strings.Join(lines[where:], "")
		// Times stay as they were, so that latencies do.
		timed := ""
		n := 0
		for line := range strings.Lines(disturbed) {
			timed += fmt.Sprintf("%s @%d\n", strings.TrimSpace(line), n)
			if !strings.Contains(line, "nemesis") {
				n++
			}
		}
		for _, other := range []string{renamed, shifted, timed} {
			if got := told(rt, histtest.Parse(t, other)); got != want {
				rt.Fatalf("%s\ngives %s\nwant %s, as of\n%s", other, got, want, text)
			}
		}
	})
}
