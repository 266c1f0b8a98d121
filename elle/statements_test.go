package elle_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// TestStatements holds what explanations say of failing histories, those of testdata, of
// the demo, of the corpus and of simulated databases, to the ops themselves.
func TestStatements(t *testing.T) {
	seen := map[string]int{}
	check := func(name string, h *history.History, opt elle.Options) {
		opt.MaxCases = 20
		res, err := elle.Check(t.Context(), h, opt)
		if err != nil {
			return // a history that is refused has no explanation
		}
		s := newStatements(res)
		for i := range res.Anomalies {
			for j := range res.Anomalies[i].Cases {
				c := &res.Anomalies[i].Cases[j]
				if what := s.wrong(c); what != "" {
					t.Fatalf("%s: %s #%d: %s\n%+v", name, c.Type, j+1, what, c)
				}
				seen[string(c.Type)]++
				for _, step := range c.Steps {
					seen["step "+step.Rel]++
				}
			}
		}
	}
	for name, h := range failingHistories(t) {
		check(name, h, elle.Options{})
		check(name, h, elle.Options{Models: []string{"serializable"}})
	}
	for _, row := range append(readIndexIfThere(t, "list-append"), readIndexIfThere(t, "rw-register")...) {
		if h, err := format.ReadFile(t.Context(), filepath.Join(corpusDir, "oracle", row.File), format.Options{}); err == nil {
			check(row.File+" "+row.Opts, h, row.options())
		}
	}
	t.Log(seen)
	for _, want := range []string{"G0", "G1a", "G1b", "G1c", "G-single-item", "G2-item", "lost-update", "dirty-update", "incompatible-order", "internal", "future-read", "duplicate-elements", "step ww", "step wr", "step rw", "step realtime", "step process"} {
		if seen[want] == 0 {
			t.Errorf("no %s was explained", want)
		}
	}
}

func readIndexIfThere(t *testing.T, workload string) []oracleRow {
	if _, err := os.Stat(corpusDir); err != nil {
		return nil
	}
	return readIndex(t, workload)
}

// failingHistories are those that are at hand in the project, and some of simulated databases.
func failingHistories(t *testing.T) map[string]*history.History {
	t.Helper()
	out := map[string]*history.History{}
	read := func(name string, text string) {
		h, err := format.Read(t.Context(), name, strings.NewReader(text), format.Options{})
		if err == nil {
			out[name] = h
		}
	}
	for _, d := range simulate.Demos() {
		read(d.Name, d.History)
	}
	for anomaly, text := range map[string]string{ // shapes that the demo has not
		"internal":           "P0 [[:append :x 1] [:r :x [2]]]",
		"future-read":        "P0 [[:r :x [1]] [:append :x 1]]",
		"duplicate-elements": "P0 [[:append :x 1]]\nP1 [[:r :x [1 1]]]",
		"G1b":                "P0 [[:append :x 1] [:append :x 2]]\nP1 [[:r :x [1]]]\nP1 [[:r :x [1 2]]]",
		"dirty-update":       "P0! [[:append :x 1]]\nP1 [[:append :x 2]]\nP2 [[:r :x [1 2]]]",
		"session":            "P0 [[:append :x 1]]\nP0 [[:r :x nil]]\nP1 [[:r :x [1]]]",
	} {
		read(anomaly, plainOps(text))
	}
	for _, db := range simulate.Databases() {
		for _, w := range simulate.Workloads() {
			for seed := range uint64(3) {
				h, err := simulate.Config{Workload: w, DB: db.Name, Txns: 250, FailRate: 0.05, CrashRate: 0.03, Seed: seed}.History()
				if err != nil {
					t.Fatal(err)
				}
				out[fmt.Sprint(w, " ", db.Name, " ", seed)] = h
			}
		}
	}
	err := filepath.WalkDir("../testdata", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if h, err := format.ReadFile(context.Background(), path, format.Options{}); err == nil {
				out[path] = h
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// plainOps writes a transaction a line, one after the other: P0! is one that failed.
func plainOps(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		who, txn, _ := strings.Cut(strings.TrimSpace(line), " ")
		typ := "ok"
		if strings.HasSuffix(who, "!") {
			typ = "fail"
		}
		process := strings.Trim(who, "P!")
		fmt.Fprintf(&b, "{:type :invoke, :process %s, :f :txn, :value %s}\n{:type :%s, :process %s, :f :txn, :value %s}\n", process, txn, typ, process, txn)
	}
	return b.String()
}

// statements knows what the ops of a history say.
type statements struct {
	res   *elle.Result
	lists bool
	reads map[string][][]edn.Value // of lists: by key, what transactions that took effect read
	wrote map[string][]int         // by key and element: who wrote it, by any op
}

// mop is a micro-op, read naively.
type mop struct {
	name, key string
	value     edn.Value
}

func newStatements(res *elle.Result) *statements {
	s := &statements{res: res, lists: res.Workload == elle.ListAppend, reads: map[string][][]edn.Value{}, wrote: map[string][]int{}}
	h := res.History
	for op := range h.Len() {
		if !h.Process(op).IsClient() || h.Type(op) == history.Invoke && h.Pair(op) >= 0 {
			continue
		}
		for _, m := range s.mops(op) {
			switch {
			case m.writes():
				id := m.key + "/" + m.value.String()
				s.wrote[id] = append(s.wrote[id], op)
			case s.lists && h.Type(op) != history.Fail && !m.value.IsNil():
				s.reads[m.key] = append(s.reads[m.key], m.list())
			}
		}
	}
	return s
}

func (s *statements) mops(op int) (out []mop) {
	items, _ := s.res.Txn(op).Items(nil)
	for _, item := range items {
		parts, err := item.Items(nil)
		if err != nil || len(parts) < 2 {
			continue
		}
		name, _ := parts[0].Name()
		m := mop{name: strings.TrimPrefix(name, ":"), key: parts[1].String()}
		if len(parts) > 2 {
			m.value = parts[2]
		}
		out = append(out, m)
	}
	return out
}

func (m *mop) writes() bool { return m.name == "append" || m.name == "w" || m.name == "write" }

func (m *mop) list() []edn.Value {
	items, _ := m.value.Items(nil)
	return items
}

func has(list []edn.Value, v edn.Value) bool {
	return slices.ContainsFunc(list, func(x edn.Value) bool { return edn.Equal(x, v) })
}
