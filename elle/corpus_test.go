package elle_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// corpusDir holds histories with the verdicts that the real Elle gave. It is not
// part of the project, so a clone alone does without.
const corpusDir = "../../shared/corpus"

// oracleRow is a line of the corpus' index.
type oracleRow struct {
	File    string
	Checker string
	Opts    string
	Valid   any
	Types   []string `json:"anomaly-types"`
	Not     []string
	Counts  map[string]int
	Suspect bool
}

func (r *oracleRow) options() elle.Options {
	return elle.Options{
		Workload: elle.Workload(r.Checker), Models: r.models(), WFRKeys: strings.Contains(r.Opts, ":wfr-keys? true"),
		SequentialKeys: strings.Contains(r.Opts, ":sequential-keys? true"), LinearizableKeys: strings.Contains(r.Opts, ":linearizable-keys? true"),
		AssumedOnly: r.Checker == string(elle.RWRegister), // lists tell the order of their versions
	}
}

func (r *oracleRow) models() []string {
	m := regexp.MustCompile(`:consistency-models \[([^\]]*)\]`).FindStringSubmatch(r.Opts)
	if m == nil {
		return nil
	}
	return strings.Fields(strings.ReplaceAll(m[1], ":", ""))
}

// name describes the options of a row: the models, and what version orders were
// assumed.
func (r *oracleRow) name() string {
	name := strings.Join(r.models(), "+")
	if name == "" {
		name = elle.DefaultModel
	}
	for _, assumed := range []string{"wfr", "sequential", "linearizable"} {
		if strings.Contains(r.Opts, ":"+assumed+"-keys? true") {
			name += "+" + assumed
		}
	}
	return name
}

func readIndex(t *testing.T, checker string) []oracleRow {
	t.Helper()
	return slices.DeleteFunc(histtest.Index[oracleRow](t, ".."), func(r oracleRow) bool { return r.Checker != checker })
}

// differences reads one table of DIFFERENCES.md: "history options" -> kinds.
func differences(t *testing.T, workload string) map[string]string {
	t.Helper()
	text, err := os.ReadFile("DIFFERENCES.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "\n## "+workload+"\n")
	if !found {
		t.Fatalf("DIFFERENCES.md has no section %s", workload)
	}
	table, _, _ = strings.Cut(table, "\n## ")
	out := map[string]string{}
	for _, line := range strings.Split(table, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || strings.Contains(cells[1], "history") || strings.Contains(cells[1], "---") {
			continue
		}
		for _, options := range strings.Fields(cells[2]) {
			out[strings.TrimSpace(cells[1])+" "+options] = cells[3]
		}
	}
	return out
}

func TestCorpusLists(t *testing.T)     { testCorpus(t, "list-append", 872) }
func TestCorpusRegisters(t *testing.T) { testCorpus(t, "rw-register", 730) }

// testCorpus compares what we say with what Elle said, on at least so many runs.
func testCorpus(t *testing.T, workload string, atLeast int) {
	t.Parallel()
	rows := readIndex(t, workload)
	listed := differences(t, workload)
	compared := 0
	for _, row := range rows {
		if row.Suspect || row.Valid == "timeout" || row.Valid == "throws" {
			continue
		}
		h, err := format.ReadFile(context.Background(), filepath.Join(corpusDir, "oracle", row.File), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		opt := row.options()
		opt.Workload = elle.Detect
		opt.AssumedOnly = opt.AssumedOnly && workload == "rw-register"
		res, err := elle.Check(context.Background(), h, opt)
		if err != nil {
			t.Errorf("%s %s: %v", row.File, row.Opts, err)
			continue
		}
		if res.Workload != elle.Workload(workload) {
			t.Errorf("%s: taken for %s", row.File, res.Workload)
		}
		compared++
		name := strings.TrimSuffix(filepath.Base(row.File), ".edn") + " " + row.name()
		diffs := compare(&row, res)
		for _, d := range diffs {
			kind, _, _ := strings.Cut(d, ":")
			if !strings.Contains(listed[name], kind) {
				t.Errorf("%s: %s\nours   %v %v\nElle's %v %v", name, d, res.Types(), res.Not, row.Types, row.Not)
			}
		}
		if listed[name] != "" && len(diffs) == 0 {
			t.Errorf("%s: listed in DIFFERENCES.md, but there is no difference", name)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("%s: listed in DIFFERENCES.md, but it was not compared", name)
	}
	if compared < atLeast {
		t.Errorf("only %d of %d rows could be compared", compared, len(rows))
	}
}

// compare lists what differs from Elle's answer, each with its kind first.
func compare(row *oracleRow, res *elle.Result) (diffs []string) {
	diff := func(format string, args ...any) { diffs = append(diffs, fmt.Sprintf(format, args...)) }
	want := "unknown"
	if v, ok := row.Valid.(bool); ok {
		want = strconv.FormatBool(v)
	}
	if got := res.Valid.String(); got != want {
		diff("valid: %s, Elle says %s", got, want)
	}
	if want != "true" && !slices.Equal(res.Not, row.Not) {
		diff("not: %v, Elle says %v", res.Not, row.Not)
	}
	// Scans: the same cases. The index leaves out counts of some types.
	got := map[string]int{}
	for _, a := range res.Anomalies {
		if !a.Type.IsCycle() && a.Type != elle.EmptyGraph {
			got[string(a.Type)] = a.Count
		}
	}
	for _, ty := range row.Types {
		if a := elle.Anomaly(ty); a.IsCycle() || a == elle.EmptyGraph || strings.HasSuffix(ty, "-cycle-exists") {
			continue
		}
		if want, counted := row.Counts[ty]; got[ty] == 0 || counted && got[ty] != want {
			diff("count: %d cases of %s, Elle found %d", got[ty], ty, want)
		}
		delete(got, ty)
	}
	for ty, n := range got {
		diff("count: %d cases of %s, Elle found none", n, ty)
	}
	// Cycles: what Elle found, or something worse that implies it.
	for _, ty := range row.Types {
		if a := elle.Anomaly(ty); a.IsCycle() && !implied(a, res.Types()) {
			diff("missing: no %s, which Elle found", ty)
		}
	}
	for _, a := range res.Types() {
		if a.IsCycle() && !slices.Contains(row.Types, string(a)) {
			diff("more: %s, which Elle did not find", a)
		}
	}
	return diffs
}

// implied reports whether a is among the types or follows from one of them.
func implied(a elle.Anomaly, types []elle.Anomaly) bool {
	return slices.ContainsFunc(types, func(b elle.Anomaly) bool { return slices.Contains(elle.Implied(b), a) })
}

// TestCorpusImplied: what the models imply of the order of versions makes more
// histories invalid, and none valid, and what it shows are cycles with rw.
func TestCorpusImplied(t *testing.T) {
	t.Parallel()
	more, runs := 0, 0
	for _, row := range readIndex(t, "rw-register") {
		h, err := format.ReadFile(context.Background(), filepath.Join(corpusDir, "oracle", row.File), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		opt := row.options()
		as, err := elle.Check(context.Background(), h, opt)
		if err != nil {
			t.Fatal(err)
		}
		opt.AssumedOnly = false
		res, err := elle.Check(context.Background(), h, opt)
		if err != nil {
			t.Errorf("%s %s: %v", row.File, row.Opts, err)
			continue
		}
		runs++
		if as.Valid == verdict.Invalid && res.Valid != verdict.Invalid {
			t.Errorf("%s %s: invalid by what is assumed only, but %v by more", row.File, row.Opts, res.Valid)
		}
		if as.Valid != verdict.Invalid && res.Valid == verdict.Invalid {
			more++
			for _, a := range res.Types() {
				if !a.IsCycle() || strings.HasPrefix(string(a), "G0") || strings.HasPrefix(string(a), "G1") {
					t.Errorf("%s %s: %s", row.File, row.Opts, a)
				}
			}
		}
	}
	t.Logf("%d of %d runs are invalid only by what the models imply", more, runs)
}
