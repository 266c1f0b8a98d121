package render

import (
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// The explanations of a result are one text of it all, and the cases of each anomaly, of each key in a
// directory of its own.
func TestExplanations(t *testing.T) {
	for _, g := range goldens(t) {
		if g.res.Valid != verdict.Invalid {
			continue
		}
		cases, err := CaseFiles(g.res)
		if err != nil {
			t.Fatal(err)
		}
		keyed := &result.Keyed{Keys: []result.Key{{Key: edn.MustParse("a/b"), Result: g.res}}}
		files, err := Explanations("demo", "check", &result.Group{Members: []result.Member{{Name: "elle", Result: g.res}, {Name: "each", Result: keyed}}})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, f := range files {
			if seen[f.Name] || len(f.Data) == 0 {
				t.Errorf("%s: %s comes twice, or is empty", g.path, f.Name)
			}
			seen[f.Name] = true
		}
		if files[0].Name != "results.txt" || !strings.HasPrefix(string(files[0].Data), "demo: INVALID") {
			t.Errorf("%s: %s is first", g.path, files[0].Name)
		}
		for _, c := range cases {
			if !seen["elle/"+c.Name] || !seen["independent/a%2fb/elle/"+c.Name] {
				t.Errorf("%s: %s is missing of %v", g.path, c.Name, seen)
			}
		}
		if len(files) != 1+2*len(cases) {
			t.Errorf("%s: %d files of %d cases", g.path, len(files), len(cases))
		}
	}
}
