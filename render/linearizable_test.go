package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A linGolden is a history of operations and all that is rendered of it. The
// archive's comment is a sentence, and options: "model: m" (told from the
// operations if not given), "init: v", "steps: n", "limit: n", "witness: yes".
type linGolden struct {
	path    string
	archive *txtar.Archive
	model   linearizable.Model
	res     *linearizable.Result
	prose   ProseOptions
}

func linGoldens(t *testing.T) (out []*linGolden) {
	t.Helper()
	paths, err := filepath.Glob("testdata/linearizable/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no goldens: ", err)
	}
	for _, path := range paths {
		g, err := readLinGolden(t, path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, g)
	}
	return out
}

func readLinGolden(t *testing.T, path string) (*linGolden, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	g := &linGolden{path: path, archive: archive}
	model, init := "", ""
	var opt linearizable.Options
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "model":
			model = value
		case "init":
			init = value
		case "steps":
			opt.Budget.Steps, err = strconv.ParseInt(value, 10, 64)
		case "limit":
			g.prose.Limit, err = strconv.Atoi(value)
		case "witness":
			opt.Witness = true
		}
		if err != nil {
			return nil, err
		}
	}
	first := archive.Files[0]
	h, err := format.ReadBytes(t.Context(), first.Name, first.Data, format.Options{})
	if err != nil {
		return nil, err
	}
	if model == "" {
		if g.model, err = linearizable.Detect(h); err != nil {
			return nil, err
		}
		model = g.model.Name()
	}
	if g.model, err = linearizable.ByName(model, init); err != nil {
		return nil, err
	}
	g.res, err = linearizable.Check(t.Context(), h, g.model, opt)
	return g, err
}

func (g *linGolden) render(t *testing.T) []txtar.File {
	t.Helper()
	name := g.archive.Files[0].Name
	asJSON, err := JSON(nil, Input{File: name}, "linearizable", g.res)
	if err != nil {
		t.Error(err)
	}
	asEDN, err := EDN(nil, g.res)
	if err != nil {
		t.Error(err)
	}
	return []txtar.File{
		{Name: "want.txt", Data: []byte(Prose(name, "linearizable", g.res, g.prose))},
		{Name: "want.line", Data: []byte(Line(name, "linearizable", g.res, false))},
		{Name: "want.json", Data: asJSON},
		{Name: "want.edn", Data: asEDN},
	}
}

func TestLinearizableGoldens(t *testing.T) {
	for _, g := range linGoldens(t) {
		t.Run(strings.TrimSuffix(filepath.Base(g.path), ".txtar"), func(t *testing.T) {
			got := g.render(t)
			if *update {
				g.archive.Files = append(g.archive.Files[:1:1], got...)
				if err := os.WriteFile(g.path, txtar.Format(g.archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(g.archive.Files) != 1+len(got) {
				t.Fatal("not all that is rendered is in the golden: run with -update to bless it")
			}
			for i, f := range got {
				if diff := cmp.Diff(string(g.archive.Files[1+i].Data), string(f.Data)); diff != "" {
					t.Errorf("%s differs; run with -update to bless it:\n%s", f.Name, diff)
				}
			}
		})
	}
}

// TestLinearizableParse checks that what is rendered for programs can be read, and
// has the keys that README.md documents.
func TestLinearizableParse(t *testing.T) {
	for _, g := range linGoldens(t) {
		files := g.render(t)
		for _, f := range files[1:] {
			if bytes.Count(f.Data, []byte("\n")) != 1 {
				t.Errorf("%s: %s is not one line", g.path, f.Name)
			}
		}
		var got map[string]json.RawMessage
		if err := json.Unmarshal(files[2].Data, &got); err != nil {
			t.Errorf("%s: JSON: %v", g.path, err)
		}
		keys := "file checker model valid ops keyed keys rungs failures results groups warnings"
		if g.res.Valid == verdict.Unknown {
			keys += " reason"
		}
		checkKeys(t, g.path, got, keys)
		var results []map[string]json.RawMessage
		if err := json.Unmarshal(got["results"], &results); err != nil {
			t.Errorf("%s: %v", g.path, err)
		}
		for _, r := range results {
			checkKeys(t, g.path, r, linResultKeys(g.res, r))
		}
		v, err := edn.Parse(strings.TrimSuffix(string(files[3].Data), "\n"), edn.EDN)
		if err != nil || v.Kind() != edn.Map {
			t.Errorf("%s: EDN: %v, %v", g.path, v.Kind(), err)
		}
		if valid, _ := v.Get("valid?"); strings.TrimPrefix(valid.String(), ":") != g.res.Valid.String() {
			t.Errorf("%s: EDN's :valid? is %v", g.path, valid)
		}
	}
}

func linResultKeys(r *linearizable.Result, result map[string]json.RawMessage) string {
	keys := "valid rung ops pending"
	if r.Keyed {
		keys += " key"
	}
	switch string(result["valid"]) {
	case "true":
		return keys + " linearization"
	case "false":
		if result["law"] != nil {
			keys += " law"
		}
		return keys + " reached steps op previous-ok window beside conflict configs"
	}
	return keys + " reached steps reason"
}

func TestLinearizableColor(t *testing.T) {
	for _, g := range linGoldens(t) {
		plain := Prose("f", "linearizable", g.res, ProseOptions{}) + Line("f", "linearizable", g.res, false)
		colored := Prose("f", "linearizable", g.res, ProseOptions{Color: true}) + Line("f", "linearizable", g.res, true)
		for _, code := range []string{red, green, yellow, bold, dim, "0"} {
			colored = strings.ReplaceAll(colored, "\x1b["+code+"m", "")
		}
		if colored != plain {
			t.Errorf("%s: %s", g.path, cmp.Diff(plain, colored))
		}
	}
}

// TestLinearizableHTML checks that pages come out the same each time, with all
// linearizations that were found, and that texts from a history are no HTML.
func TestLinearizableHTML(t *testing.T) {
	for _, g := range linGoldens(t) {
		var first, again bytes.Buffer
		for _, w := range []*bytes.Buffer{&first, &again} {
			if err := LinearizableHTML(w, g.res, 3); err != nil {
				t.Errorf("%s: %v", g.path, err)
			}
		}
		if !bytes.Equal(first.Bytes(), again.Bytes()) {
			t.Errorf("%s: two pages differ", g.path)
		}
		for _, part := range g.res.Failures() {
			for _, st := range part.Final {
				what := `"StateDescription":` + string(mustJSON(t, escaped(st.Value)))
				if len(st.Order) > 0 && len(part.Final) == 1 && !strings.Contains(first.String(), what) {
					t.Errorf("%s: no %s on the page", g.path, what)
				}
			}
		}
	}
	h := fromOps(t, `{:type :invoke, :process 0, :f :write, :value "<b>"}`, `{:type :ok, :process 0, :f :write, :value "<b>"}`, `{:type :invoke, :process 0, :f :read}`, `{:type :ok, :process 0, :f :read, :value 1}`)
	m, err := linearizable.ByName("register", "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := linearizable.Check(t.Context(), h, m, linearizable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	if err := LinearizableHTML(&page, r, 1); err != nil {
		t.Fatal(err)
	}
	if s := page.String(); strings.Contains(s, "<b>") || !strings.Contains(s, string(mustJSON(t, escaped(`"<b>"`)))) {
		t.Error("a value on the page is HTML")
	}
}

func escaped(s string) string {
	for _, c := range []string{"&&amp;", "<&lt;", ">&gt;", `"&#34;`} {
		s = strings.ReplaceAll(s, c[:1], c[1:])
	}
	return s
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fromOps(t *testing.T, ops ...string) *history.History {
	t.Helper()
	h, err := format.ReadBytes(t.Context(), "history.edn", []byte(strings.Join(ops, "\n")+"\n"), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestTimelineIsShort checks that of many operations only some are drawn, the
// culprit among them.
func TestTimelineIsShort(t *testing.T) {
	var ops []string
	for p := range 20 {
		ops = append(ops, fmt.Sprintf(`{:type :invoke, :process %d, :f :write, :value %d}`, p, p))
	}
	ops = append(ops, `{:type :invoke, :process 20, :f :read}`, `{:type :ok, :process 20, :f :read, :value 99}`)
	for p := range 20 {
		ops = append(ops, fmt.Sprintf(`{:type :ok, :process %d, :f :write, :value %d}`, p, p))
	}
	h := fromOps(t, ops...)
	m, err := linearizable.ByName("register", "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := linearizable.Check(t.Context(), h, m, linearizable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := Prose("history.edn", "linearizable", r, ProseOptions{})
	if strings.Count(text, "|-") > maxBars+1 || strings.Count(text, "<- it") != 1 {
		t.Error(text)
	}
}
