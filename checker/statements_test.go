package checker_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/independent"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/queue"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/set"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// A sentence is a kind of sentence that a checker's findings use, and what holds it to the
// ops. False returns what is wrong with a sentence, given what its expression matched.
type sentence struct {
	checker string
	says    *regexp.Regexp
	false   func(c *claim, m []string) string
}

func says(checker, expr string, false func(c *claim, m []string) string) sentence {
	return sentence{checker, regexp.MustCompile("^(?:" + expr + ")$"), false}
}

func sentences() []sentence {
	return slices.Concat(plainSentences(), boundSentences(), setSentences(), queueSentences(), causalSentences(), kafkaSentences())
}

// A claim is a finding, with the ops of its history.
type claim struct {
	result.Finding
	opt  checker.Options
	h    *history.History
	r    result.Report
	ops  []rawOp
	bare bool // no invocations were recorded
}

// A rawOp is an op as it stands in the history.
type rawOp struct {
	at      int
	f       string
	v       edn.Value
	typ     history.Type
	process history.Process
	client  bool
	inv     int // the invocation that it completes, itself if there is none
	done    int // its completion, -1 if there is none
	begins  bool
}

func (o *rawOp) ok() bool { return o.typ == history.OK }

func rawOps(h *history.History) []rawOp {
	ops := make([]rawOp, h.Len())
	open := map[history.Process]int{}
	for i := range ops {
		ops[i] = rawOp{at: i, f: h.F(i), v: h.Value(i), typ: h.Type(i), process: h.Process(i), client: h.Process(i).IsClient(), inv: i, done: -1, begins: h.Type(i) == history.Invoke || h.CompletionsOnly()}
		p := h.Process(i)
		if inv, running := open[p]; h.Type(i) == history.Invoke {
			open[p] = i
		} else if running && h.Pair(i) == inv {
			ops[i].inv, ops[inv].done = inv, i
			delete(open, p)
		}
	}
	return ops
}

// TestStatements holds every sentence of every finding to the ops.
func TestStatements(t *testing.T) {
	kinds := sentences()
	told := make([]int, len(kinds))
	for name, h := range failures(t) {
		for _, opt := range variants(h) {
			for _, c := range fitting(t, h, opt) {
				r, err := c.Check(t.Context(), h, opt)
				if err != nil {
					continue // what is refused says nothing of the ops
				}
				for _, part := range reports(r) {
					ops := rawOps(part.About().History)
					for _, f := range part.Findings() {
						judgeSentence(t, name, c.Name, &claim{Finding: f, opt: opt, h: part.About().History, r: part, ops: ops}, kinds, told)
					}
				}
			}
		}
	}
	for i, n := range told {
		if n == 0 {
			t.Errorf("nothing was told by %s as in %s", kinds[i].checker, kinds[i].says)
		}
	}
}

func judgeSentence(t *testing.T, name, by string, c *claim, kinds []sentence, told []int) {
	t.Helper()
	c.bare = c.h.CompletionsOnly()
	known := false
	for i, s := range kinds {
		if s.checker != by {
			continue
		}
		m := s.says.FindStringSubmatch(c.Msg)
		if m == nil {
			continue
		}
		known = true
		told[i]++
		if wrong := s.false(c, m); wrong != "" {
			t.Errorf("%s: %s, %s %d: %s %v\n%s\n%s", name, by, c.Type, c.Count, c.Msg, c.Ops, wrong, c.show())
		}
		for _, other := range altered(m) {
			if complains := s.complains(c, other); !complains {
				t.Errorf("%s: %s: %s %v: nobody minds if it says %q", name, by, c.Msg, c.Ops, other[1:])
			}
		}
	}
	if !known {
		t.Errorf("%s: %s says what no expression knows: %s", name, by, c.Msg)
	}
}

// altered are what an expression matches if one of the numbers of a sentence is another.
func altered(m []string) (out [][]string) {
	for g := 1; g < len(m); g++ {
		if n, err := strconv.ParseInt(m[g], 10, 64); err == nil {
			other := slices.Clone(m)
			other[g] = fmt.Sprint(n + 1_000_003) // which none is
			out = append(out, other)
		}
	}
	return out
}

// complains reports whether a sentence is found to be false, if need be by what is not there.
func (s *sentence) complains(c *claim, m []string) (wrong bool) {
	defer func() { wrong = recover() != nil || wrong }()
	return s.false(c, m) != ""
}

// show writes the ops, if they are few.
func (c *claim) show() string {
	if len(c.ops) > 40 {
		return ""
	}
	var b strings.Builder
	for i := range c.ops {
		fmt.Fprintf(&b, "  %d %s\n", i, c.h.Text(i))
	}
	return b.String()
}

func reports(r result.Result) (out []result.Report) {
	switch r := r.(type) {
	case *result.Keyed:
		for _, k := range r.Keys {
			out = append(out, reports(k.Result)...)
		}
	case *result.Failed:
	case result.Report:
		out = append(out, r)
	}
	return out
}

// fitting are the checks to hold to a history: those that fit it, and cheap others.
func fitting(t *testing.T, h *history.History, opt checker.Options) (out []*checker.Checker) {
	t.Helper()
	inner := h
	if opt.Keyed {
		var err error
		if inner, err = independent.Unwrapped(h); err != nil {
			return nil
		}
	}
	for _, c := range append(checker.Fitting(inner), checker.Fitting(h)...) { // with keys apart, and as it is
		if !c.Own && !slices.ContainsFunc(out, func(o *checker.Checker) bool { return o.Name == c.Name }) {
			out = append(out, c)
		}
	}
	for _, extra := range []struct{ f, check string }{{"dequeue", "total-queue"}, {"drain", "total-queue"}, {"dequeue", "queue"}, {"read-init", "causal"}} {
		if _, has := inner.SymbolOf(extra.f); has && !slices.ContainsFunc(out, func(c *checker.Checker) bool { return c.Name == extra.check }) {
			c, err := checker.Named(extra.check)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, c)
		}
	}
	return out
}

// variants are options under which a history fails in different ways.
func variants(h *history.History) []checker.Options {
	plain := checker.Options{Keyed: independent.Looks(h)}
	strict := plain
	strict.Queue, strict.Set = queue.Options{FIFO: true}, set.Options{Linearizable: true}
	total := int64(10)
	accounts, _ := checker.Accounts("0,1,2,3,4,5,6,7")
	strict.Bank.Total, strict.Bank.Accounts = &total, accounts
	strict.Kafka.WWDeps, strict.Kafka.AllErrors = true, true
	return []checker.Options{plain, strict}
}

// failures are histories that fail: those at hand, simulated ones, and random small ones.
func failures(t *testing.T) map[string]*history.History {
	t.Helper()
	out := map[string]*history.History{}
	add := func(name string, h *history.History, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = h
	}
	for _, d := range simulate.Demos() {
		h, err := format.Read(t.Context(), d.Name, strings.NewReader(d.History), format.Options{})
		add("demo "+d.Name, h, err)
	}
	for name, text := range knownFailures {
		add(name, histtest.Parse(t, text), nil)
	}
	for _, seed := range []uint64{1, 2} {
		for _, k := range []simulate.Kind{simulate.Set, simulate.FIFOQueue, simulate.UnorderedQueue, simulate.Counter} {
			h, err := simulate.Object{Kind: k, Operations: 150, BugRate: 0.1, FailRate: 0.05, CrashRate: 0.02, Seed: seed}.History()
			add(fmt.Sprint(k, " ", seed), h, err)
		}
		for _, p := range simulate.Tests() {
			h, err := simulate.Test{Property: p, Operations: 150, BugRate: 0.1, FailRate: 0.05, CrashRate: 0.02, Seed: seed}.History()
			add(fmt.Sprint(p, " ", seed), h, err)
		}
		for _, b := range simulate.LogBugs() {
			h, err := simulate.Log{Operations: 200, Bug: b.Name, BugRate: 0.1, FailRate: 0.05, CrashRate: 0.02, Seed: seed}.History()
			add(fmt.Sprint("log ", b.Name, " ", seed), h, err)
		}
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for _, w := range randomWorkloads {
		for n := range 80 {
			add(fmt.Sprint("random ", w.name, " ", n), histtest.Parse(t, w.history(rng)), nil)
		}
	}
	for _, dir := range []string{"../testdata", "../../shared/cases", "../../shared/corpus/store", "../../shared/corpus/oracle"} {
		readAll(t, dir, out)
	}
	return out
}

// readAll reads what is in a folder, if it is there, small histories only.
func readAll(t *testing.T, dir string, out map[string]*history.History) {
	t.Helper()
	skipped := []string{"list-append", "rw-register", "register", "cas-register", "mutex"}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it is not here
		case d.IsDir() && slices.Contains(skipped, d.Name()):
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > 1<<17 || !slices.Contains([]string{".edn", ".jsonl", ".jepsen"}, filepath.Ext(path)) {
			return nil
		}
		if h, err := format.ReadFile(t.Context(), path, format.Options{}); err == nil {
			out[path] = h
		}
		return nil
	})
}

// listed holds a list of a sentence to the elements that it is of. It names some, perhaps cut
// short, and says how many more there are.
func listed(list string, want []string) string {
	parts := split(list)
	n := len(parts)
	if m := regexp.MustCompile(`^and (\d+) more$`).FindStringSubmatch(parts[n-1]); m != nil {
		more, _ := strconv.Atoi(m[1])
		parts, n = parts[:n-1], n-1+more
	}
	if n != len(want) {
		return fmt.Sprintf("it lists %d elements, and there are %d: %.20q", n, len(want), want)
	}
	left := slices.Clone(want)
	for _, p := range parts {
		i := slices.IndexFunc(left, func(w string) bool {
			cut, is := strings.CutSuffix(p, "...")
			return w == p || is && strings.HasPrefix(w, cut)
		})
		if i < 0 {
			return fmt.Sprintf("%s is none of %.20q", p, want)
		}
		left = slices.Delete(left, i, i+1)
	}
	return ""
}

// split splits a list at commas that are not inside of an element.
func split(list string) (parts []string) {
	depth, from, quoted := 0, 0, false
	for i := 0; i < len(list); i++ {
		switch b := list[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '[' || b == '{' || b == '(':
			depth++
		case b == ']' || b == '}' || b == ')':
			depth--
		case depth == 0 && strings.HasPrefix(list[i:], ", "):
			parts, from = append(parts, list[from:i]), i+2
		}
	}
	return append(parts, list[from:])
}

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// first returns the first complaint.
func first(complaints ...string) string {
	for _, c := range complaints {
		if c != "" {
			return c
		}
	}
	return ""
}

func unless(true bool, format string, args ...any) string {
	if true {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

func (c *claim) counts(n int) string { return unless(c.Count == n, "there are %d cases", n) }

func (c *claim) shows(n int) string {
	return unless(len(c.Ops) == n, "it shows %d ops, expected %d", len(c.Ops), n)
}

// op is the n-th op that the finding shows.
func (c *claim) op(n int) *rawOp { return &c.ops[c.Ops[n]] }

// items are the elements of a collection.
func items(v edn.Value) []edn.Value {
	list, _ := v.Elements().Items(nil)
	return list
}

func has(v edn.Value, text string) bool {
	return slices.ContainsFunc(items(v), func(x edn.Value) bool { return x.String() == text })
}
