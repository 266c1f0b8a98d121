package elle_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// smallConfig is for tests that need just some history.
var smallConfig = simulate.Config{DB: "serial", Txns: 10}

func simulated(t testing.TB, c simulate.Config) *history.History {
	t.Helper()
	h, err := c.History()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func check(t testing.TB, h *history.History, models ...string) *elle.Result {
	t.Helper()
	res, err := elle.Check(context.Background(), h, elle.Options{Models: models})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestSimulated: a database that keeps a model is never blamed, and one that
// does not is caught at what it gets wrong.
func TestSimulated(t *testing.T) {
	seeds := uint64(30)
	if testing.Short() {
		seeds = 12
	}
	for _, db := range simulate.Databases() {
		t.Run(db.Name, func(t *testing.T) {
			t.Parallel()
			missing := map[string]bool{}
			for _, a := range db.Anomalies {
				missing[a] = true
			}
			for seed := range seeds {
				c := simulate.Config{DB: db.Name, Txns: 400, Clients: 3 + int(seed%8), Seed: seed, FinalReads: seed%2 == 0}
				if seed%3 == 1 {
					c.FailRate, c.CrashRate, c.NemesisEvery = 0.1, 0.05, 20
				}
				h := simulated(t, c)
				if db.Model != "" {
					if res := check(t, h, db.Model); res.Valid == verdict.Invalid {
						t.Fatalf("seed %d: false alarm: %v is not %v", seed, db.Model, res.Types())
					}
				}
				for _, a := range check(t, h).Types() {
					delete(missing, string(a))
				}
			}
			if len(missing) > 0 {
				t.Errorf("never found: %v", missing)
			}
		})
	}
}

// broken are histories with many anomalies, in components of all sizes.
func broken(t testing.TB, n int) (hs []*history.History) {
	for i, db := range []string{"lost-update", "fractured-read", "aborted-read", "snapshot-isolation", "prefix", "stale-follower", "read-committed"} {
		hs = append(hs, simulated(t, simulate.Config{DB: db, Txns: n, Clients: 8, Seed: uint64(i), CrashRate: 0.02, FailRate: 0.05}))
	}
	return hs
}

// report is everything that is reported for a history, as one text.
func report(t testing.TB, h *history.History, models ...string) string {
	t.Helper()
	res := check(t, h, models...)
	asJSON, err := render.JSON(nil, render.Input{File: "h"}, "elle", res)
	if err != nil {
		t.Fatal(err)
	}
	return string(asJSON) + render.Prose("h", "elle", res, render.ProseOptions{Limit: 1000, Verbose: true})
}

// TestSameBytes: the number of cores changes nothing.
func TestSameBytes(t *testing.T) {
	models := []string{"strict-serializable", "strong-session-serializable"}
	reports := func(cores int) (out []string) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		for _, h := range broken(t, 3000) {
			for _, m := range models {
				out = append(out, report(t, h, m))
			}
		}
		return out
	}
	want := reports(1)
	for _, cores := range []int{2, 4} {
		for i, got := range reports(cores) {
			if got != want[i] {
				t.Errorf("history %d, %s: %d cores give another answer than one", i/2, models[i%2], cores)
			}
		}
	}
}

// renumbered gives each number of a field another one.
func renumbered(field string, other func(int) int) func(string) string {
	numbers := regexp.MustCompile(`:` + field + ` (\d+)`)
	return func(text string) string {
		return numbers.ReplaceAllStringFunc(text, func(s string) string {
			return ":" + field + " " + strconv.Itoa(other(number(s[len(field)+2:])))
		})
	}
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// TestRelabelling: the names of keys and processes and the numbering of ops
// change nothing but themselves.
func TestRelabelling(t *testing.T) {
	t.Parallel()
	for i, h := range broken(t, 300) {
		var b strings.Builder
		if err := format.Write(context.Background(), &b, h, format.EDN); err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(uint64(i), 7))
		process := map[int]int{}
		text := renumbered("process", func(p int) int {
			if _, ok := process[p]; !ok {
				process[p] = 1000*len(process) + rng.IntN(1000)
			}
			return process[p]
		})(b.String())
		text = renumbered("index", func(i int) int { return 7*i + 322 })(text)
		text = regexp.MustCompile(`\[:(r|append) (\d+)`).ReplaceAllStringFunc(text, func(s string) string {
			at := strings.LastIndex(s, " ")
			return s[:at] + ` {:k "` + s[at+1:] + `"}`
		})
		renamed, err := format.ReadBytes(context.Background(), "renamed", []byte(text), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, model := range []string{"strict-serializable", "strong-session-serializable"} {
			a, b := check(t, h, model), check(t, renamed, model)
			if got, want := shape(b), shape(a); got != want {
				t.Errorf("history %d, %s:\nrenamed  %s\noriginal %s", i, model, got, want)
			}
		}
	}
}

// shape is what of a result does not depend on names.
func shape(r *elle.Result) string {
	s := fmt.Sprint(r.Valid, r.Not, r.AlsoNot)
	for _, a := range r.Anomalies {
		s += fmt.Sprint(" ", a.Type, a.Count)
		for _, c := range a.Cases {
			s += fmt.Sprint(" ", c.Op, len(c.Steps))
		}
	}
	return s
}

// TestStrongerModels: what violates a model violates the stronger ones.
func TestStrongerModels(t *testing.T) {
	t.Parallel()
	implies := map[string][]string{}
	for _, m := range elle.Models() {
		implies[m.Name] = m.Implies
	}
	for i, h := range broken(t, 200) {
		valid := map[string]verdict.Verdict{}
		for _, m := range elle.Models() {
			if m.Checked {
				valid[m.Name] = check(t, h, m.Name).Valid
			}
		}
		for m, below := range implies {
			for _, b := range below {
				if valid[b] == verdict.Invalid && valid[m] == verdict.Valid { // a model that is refused is neither
					t.Errorf("history %d violates %s, but not %s, which implies it", i, b, m)
				}
			}
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	res, err := elle.Check(ctx, broken(t, 100)[0], elle.Options{})
	if err != nil || res.Valid != verdict.Unknown || res.Reason == "" {
		t.Errorf("got %v %v, want an unknown result with a reason", res, err)
	}
}

// TestRespelling: how values are written changes nothing: white space, numbers,
// lists for vectors, JSON for EDN. Only the plainest spelling is decoded by the
// fast path, so this compares it with the scanner.
func TestRespelling(t *testing.T) {
	t.Parallel()
	read := func(text string) *history.History {
		t.Helper()
		h, err := format.ReadBytes(context.Background(), "h", []byte(text), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	number := regexp.MustCompile(`([ \[])(\d+)([ \]])`)
	respell := map[string]func(string) string{
		"spaces": func(s string) string { return strings.NewReplacer("[", "[ ", "]", " ]").Replace(s) },
		"commas": func(s string) string { return strings.ReplaceAll(s, " ", ", ") },
		"lists":  func(s string) string { return strings.NewReplacer("[", "(", "]", ")").Replace(s) },
		"big": func(s string) string {
			return number.ReplaceAllString(number.ReplaceAllString(s, "$1${2}N$3"), "$1${2}N$3")
		},
		"names": func(s string) string { return strings.ReplaceAll(s, "[:r ", "[:read ") },
		"signs": func(s string) string { return number.ReplaceAllString(s, "$1+$2$3") },
		"strings": func(s string) string {
			return number.ReplaceAllString(number.ReplaceAllString(s, `$1"$2"$3`), `$1"$2"$3`)
		},
	}
	value := regexp.MustCompile(`:value \[.*\]`)
	for i, h := range broken(t, 150) {
		var b, j strings.Builder
		if err := format.Write(context.Background(), &b, h, format.EDN); err != nil {
			t.Fatal(err)
		}
		if err := format.Write(context.Background(), &j, h, format.JSONL); err != nil {
			t.Fatal(err)
		}
		want := shape(check(t, h))
		for name, f := range respell {
			if got := shape(check(t, read(value.ReplaceAllStringFunc(b.String(), f)))); got != want {
				t.Errorf("history %d with other %s:\ngot  %s\nwant %s", i, name, got, want)
			}
		}
		if got := shape(check(t, read(j.String()))); got != want {
			t.Errorf("history %d as JSON:\ngot  %s\nwant %s", i, got, want)
		}
		if got := shape(check(t, read(strings.ReplaceAll(j.String(), ",", " , ")))); got != want {
			t.Errorf("history %d as JSON with spaces:\ngot  %s\nwant %s", i, got, want)
		}
	}
}
