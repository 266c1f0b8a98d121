package elle_test

import (
	"bufio"
	"context"
	"encoding/json"
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
}

func (r *oracleRow) models() []string {
	m := regexp.MustCompile(`:consistency-models \[([^\]]*)\]`).FindStringSubmatch(r.Opts)
	if m == nil {
		return nil
	}
	return strings.Fields(strings.ReplaceAll(m[1], ":", ""))
}

func readIndex(t *testing.T, checker string) (rows []oracleRow) {
	t.Helper()
	f, err := os.Open(filepath.Join(corpusDir, "oracle/index.jsonl"))
	if err != nil {
		t.Skip("the corpus of recorded verdicts is not here")
	}
	defer f.Close()
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return rows
		}
		var r oracleRow
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		if r.Checker == checker {
			rows = append(rows, r)
		}
	}
}

// differences reads the table of DIFFERENCES.md: "history model" -> kinds.
func differences(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("DIFFERENCES.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || strings.Contains(cells[1], "history") || strings.Contains(cells[1], "---") {
			continue
		}
		for _, model := range strings.Fields(cells[2]) {
			out[strings.TrimSpace(cells[1])+" "+model] = cells[3]
		}
	}
	return out
}

func TestCorpus(t *testing.T) {
	rows := readIndex(t, "list-append")
	listed := differences(t)
	compared := 0
	for _, row := range rows {
		if row.Valid == "timeout" || row.Valid == "throws" {
			continue
		}
		h, err := format.ReadFile(context.Background(), filepath.Join(corpusDir, "oracle", row.File), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := elle.Check(context.Background(), h, elle.Options{Models: row.models()})
		if err != nil {
			t.Errorf("%s %s: %v", row.File, row.Opts, err)
			continue
		}
		compared++
		name := strings.TrimSuffix(filepath.Base(row.File), ".edn") + " " + strings.Join(row.models(), " ")
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
	if compared < 872 {
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
