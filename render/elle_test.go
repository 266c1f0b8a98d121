package render

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

var update = flag.Bool("update", false, "write what is rendered as the golden files")

// A golden is a history and all that is rendered of it. The archive's comment
// is a sentence, and options: "models: a b", "anomalies: a b", "assume: wfr", "limit: n",
// "verbose: yes".
type golden struct {
	path    string
	archive *txtar.Archive
	res     *elle.Result
	prose   ProseOptions
}

func goldens(t *testing.T) (out []*golden) {
	t.Helper()
	paths, err := filepath.Glob("testdata/elle/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no goldens: ", err)
	}
	for _, path := range paths {
		g, err := readGolden(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, g)
	}
	return out
}

func readGolden(path string) (*golden, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	g := &golden{path: path, archive: archive}
	var opt elle.Options
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "models":
			opt.Models = strings.Fields(value)
		case "anomalies":
			opt.Anomalies = strings.Fields(value)
		case "ladder":
			opt.Ladder = true
		case "assume":
			opt.WFRKeys = strings.Contains(value, "wfr")
			opt.SequentialKeys = strings.Contains(value, "sequential")
			opt.LinearizableKeys = strings.Contains(value, "linearizable")
		case "limit":
			if g.prose.Limit, err = strconv.Atoi(value); err != nil {
				return nil, err
			}
		case "verbose":
			g.prose.Verbose = true
		}
	}
	first := archive.Files[0]
	if !strings.HasPrefix(first.Name, "history.") {
		return nil, fmt.Errorf("expected a history first, found %s", first.Name)
	}
	h, err := format.ReadBytes(context.Background(), first.Name, first.Data, format.Options{})
	if err != nil {
		return nil, err
	}
	g.res, err = elle.Check(context.Background(), h, opt)
	return g, err
}

// want returns the golden of that name, nil if there is none yet.
func (g *golden) want(name string) []byte {
	for _, f := range g.archive.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func (g *golden) render(t *testing.T) []txtar.File {
	t.Helper()
	name := g.archive.Files[0].Name
	asJSON, err := JSON(nil, Input{File: name}, "elle", g.res)
	if err != nil {
		t.Error(err)
	}
	asEDN, err := EDN(nil, g.res)
	if err != nil {
		t.Error(err)
	}
	return []txtar.File{
		{Name: "want.txt", Data: []byte(Prose(name, "elle", g.res, g.prose))},
		{Name: "want.line", Data: []byte(Line(name, "elle", g.res, false))},
		{Name: "want.json", Data: asJSON},
		{Name: "want.edn", Data: asEDN},
	}
}

func TestGoldens(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(strings.TrimSuffix(filepath.Base(g.path), ".txtar"), func(t *testing.T) {
			got := g.render(t)
			if *update {
				g.archive.Files = append(g.archive.Files[:1:1], got...)
				if err := os.WriteFile(g.path, txtar.Format(g.archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, f := range got {
				if diff := cmp.Diff(string(g.want(f.Name)), string(f.Data)); diff != "" {
					t.Errorf("%s differs; run with -update to bless it:\n%s", f.Name, diff)
				}
			}
		})
	}
}

// TestGoldensParse checks that what is rendered for programs can be read, and
// has the keys that README.md documents.
func TestGoldensParse(t *testing.T) {
	for _, g := range goldens(t) {
		checkJSON(t, g.path, g.res, g.want("want.json"))
		v, err := edn.Parse(strings.TrimSuffix(string(g.want("want.edn")), "\n"), edn.EDN)
		if err != nil || v.Kind() != edn.Map {
			t.Errorf("%s: EDN: %v, %v", g.path, v.Kind(), err)
		}
		for _, f := range g.archive.Files[1:] {
			if f.Name != "want.txt" && bytes.Count(f.Data, []byte("\n")) != 1 {
				t.Errorf("%s: %s is not one line", g.path, f.Name)
			}
		}
	}
}

func checkJSON(t *testing.T, path string, res *elle.Result, text []byte) {
	t.Helper()
	var got map[string]json.RawMessage
	if err := json.Unmarshal(text, &got); err != nil {
		t.Errorf("%s: JSON: %v", path, err)
		return
	}
	keys := strings.Fields("file checker workload valid models anomaly-types not also-not anomaly-counts anomalies groups tolerated-types warnings stats")
	if res.Valid == verdict.Unknown {
		keys = append(keys, "reason")
	}
	if res.Ladder != nil {
		keys = append(keys, "ladder")
	}
	if res.Workload == elle.RWRegister {
		keys = append(keys, "inference")
	}
	for _, key := range keys {
		if got[key] == nil {
			t.Errorf("%s: JSON has no %s", path, key)
		}
	}
	if len(got) != len(keys) {
		t.Errorf("%s: JSON has %d keys, want %d", path, len(got), len(keys))
	}
	for _, list := range []string{"models", "anomaly-types", "not", "also-not", "tolerated-types", "warnings"} {
		if !bytes.HasPrefix(got[list], []byte("[")) {
			t.Errorf("%s: JSON's %s is %s, want a list", path, list, got[list])
		}
	}
	var valid any
	if err := json.Unmarshal(got["valid"], &valid); err != nil || fmt.Sprint(valid) != res.Valid.String() {
		t.Errorf("%s: JSON's valid is %v, want %v", path, valid, res.Valid)
	}
	checkCases(t, path, res.Workload, got["anomalies"])
}

// caseKeys are the keys of cases that are no cycles.
var caseKeys = map[elle.Anomaly]string{
	elle.G1a:               "op mop writer element",
	elle.G1b:               "op mop writer element",
	elle.Internal:          "op mop expected",
	elle.FutureRead:        "op mop element",
	elle.GarbageRead:       "op mop key element reads",
	elle.DuplicateElements: "op mop duplicates",
	elle.IncompatibleOrder: "key values",
	elle.DirtyUpdate:       "key values txns",
	elle.LostUpdate:        "key value txns",
	elle.CyclicVersions:    "key scc sources",
	elle.PredicateReadMiss: "op mop key versions",
	"PL-SI-cycle-exists":   "type",
}

// stepKeys are the keys of the steps of cycles.
var stepKeys = map[string]string{
	"ww":       "type key value value' a-mop-index b-mop-index",
	"wr":       "type key value a-mop-index b-mop-index",
	"rw":       "type key value value' a-mop-index b-mop-index",
	"wrp":      "type key value predicate-read a-mop-index b-mop-index",
	"rwp":      "type key value value' predicate predicate-read a-mop-index b-mop-index",
	"process":  "type process",
	"visible":  "type key value value' reader path",
	"direct":   "type key value value' path",
	"update":   "type key value value' reader path",
	"older":    "type key value value' a-mop-index b-mop-index",
	"realtime": "type a' b",
}

func checkCases(t *testing.T, path string, w elle.Workload, text []byte) {
	t.Helper()
	var anomalies map[elle.Anomaly]json.RawMessage
	if err := json.Unmarshal(text, &anomalies); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	for typ, cases := range anomalies {
		if typ == elle.EmptyGraph {
			continue
		}
		var maps []map[string]json.RawMessage
		if err := json.Unmarshal(cases, &maps); err != nil || len(maps) == 0 {
			t.Errorf("%s: %s: %v", path, typ, err)
		}
		for _, m := range maps {
			want := caseKeys[typ]
			if w == elle.RWRegister && (typ == elle.G1a || typ == elle.G1b) {
				want = "op mop writer"
			}
			if w == elle.ClosedPredicate && (typ == elle.G1a || typ == elle.G1b) {
				want = "op mop writer key element"
			}
			if m["steps"] != nil {
				want = "type cycle steps"
				checkSteps(t, path, m["steps"])
			}
			if m["because"] != nil {
				want += " because"
			}
			checkKeys(t, path+": "+string(typ), m, want)
		}
	}
}

func checkSteps(t *testing.T, path string, text []byte) {
	t.Helper()
	var steps []map[string]json.RawMessage
	if err := json.Unmarshal(text, &steps); err != nil || len(steps) < 2 {
		t.Errorf("%s: steps %s: %v", path, text, err)
	}
	for _, s := range steps {
		var typ string
		if err := json.Unmarshal(s["type"], &typ); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		checkKeys(t, path+": step "+typ, s, stepKeys[typ])
	}
}

func checkKeys(t *testing.T, what string, m map[string]json.RawMessage, want string) {
	t.Helper()
	keys := strings.Fields(want)
	for _, key := range keys {
		if m[key] == nil {
			t.Errorf("%s: no %s", what, key)
		}
	}
	if len(m) != len(keys) {
		t.Errorf("%s: %d keys, want %s", what, len(m), want)
	}
}

// TestGoldensComplete checks that there is a golden of every anomaly that has
// an explanation.
func TestGoldensComplete(t *testing.T) {
	shown := map[elle.Anomaly]bool{}
	for _, g := range goldens(t) {
		for _, a := range g.res.Types() {
			shown[a] = true
		}
	}
	for _, a := range elle.Explained() {
		if !shown[a] {
			t.Errorf("no golden shows %s", a)
		}
	}
	for a := range shown {
		if elle.Gloss(a) == "" {
			t.Errorf("%s has no explanation", a)
		}
	}
}

// TestColor checks that colours add nothing but colours.
func TestColor(t *testing.T) {
	for _, g := range goldens(t) {
		plain := Prose("f", "elle", g.res, ProseOptions{}) + Line("f", "elle", g.res, false)
		colored := Prose("f", "elle", g.res, ProseOptions{Color: true}) + Line("f", "elle", g.res, true)
		for _, code := range []string{red, green, yellow, bold, dim, "0"} {
			colored = strings.ReplaceAll(colored, "\x1b["+code+"m", "")
		}
		if colored != plain {
			t.Errorf("%s: %s", g.path, cmp.Diff(plain, colored))
		}
	}
}

// TestCases checks that a file of its own tells every case of a type.
func TestCases(t *testing.T) {
	g, err := readGolden("testdata/elle/G1a.txtar")
	if err != nil {
		t.Fatal(err)
	}
	text := ElleCases(g.res, &g.res.Anomalies[0])
	if !strings.HasPrefix(text, "G1a #1 of 2\n  Let:\n") || strings.Count(text, "R committed, and saw element 1 of key :x") != 2 {
		t.Error(text)
	}
}

// Where Elle's result map would let cases or a reason go unsaid, they are said.
func TestElleEDNSays(t *testing.T) {
	for _, c := range []struct {
		res  *elle.Result
		want string
	}{
		{&elle.Result{Common: result.Common{Valid: verdict.Unknown, Reason: "ops are lost"}}, `{:valid? :unknown, :anomaly-types [], :anomalies {}, :not #{}, :also-not #{}, :reason "ops are lost"}`},
		{&elle.Result{Common: result.Common{Valid: verdict.Unknown, Reason: "said by its type"}, Anomalies: []elle.Anomalies{{Type: elle.EmptyGraph, Count: 1}}}, `{:valid? :unknown, :anomaly-types [:empty-transaction-graph], :anomalies {:empty-transaction-graph true}, :not #{}, :also-not #{}}`},
	} {
		if got, err := EDN(nil, c.res); err != nil || string(got) != c.want+"\n" {
			t.Errorf("got %s, %v, want %s", got, err, c.want)
		}
	}
	for _, g := range goldens(t) {
		for i := range g.res.Anomalies {
			if a := &g.res.Anomalies[i]; len(a.Cases) > 0 && g.res.Valid == verdict.Invalid {
				a.Count = len(a.Cases) + 70
				got, err := EDN(nil, g.res)
				if err != nil || !strings.Contains(string(got), ", :anomaly-counts {") || !strings.Contains(string(got), fmt.Sprintf(":%s %d", a.Type, a.Count)) {
					t.Errorf("%s: got %s, %v", g.path, got, err)
				}
				return
			}
		}
	}
	t.Error("no golden file has a case")
}
