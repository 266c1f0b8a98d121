package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// TestSchema holds what --json writes to its schema: results of every checker, valid, invalid,
// unknown, lifted over keys, and of checks that fail.
func TestSchema(t *testing.T) {
	schema := compileSchema(t)
	told := map[string]int{}
	check := func(history string, args ...string) {
		t.Helper()
		got := runWith(context.Background(), strings.NewReader(history), args...)
		if got.out == "" {
			t.Errorf("jcheck %s writes nothing: %s", strings.Join(args, " "), got.err)
		}
		for line := range strings.Lines(got.out) {
			v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(v); err != nil {
				t.Fatalf("jcheck %s: %.300s\n%v", strings.Join(args, " "), line, err)
			}
			if m, ok := v.(map[string]any); ok {
				told[m["checker"].(string)]++
			}
		}
	}
	var histories []string
	gen := func(args ...string) {
		for _, more := range []string{"", " --bug-rate 0.3 --crash-rate 0.1"} {
			got := runWith(context.Background(), nil, append([]string{"gen"}, strings.Fields(strings.Join(args, " ")+more)...)...)
			if got.status != exitValid {
				t.Fatal(got)
			}
			histories = append(histories, got.out)
		}
	}
	for _, k := range simulate.Kinds() {
		gen(k.String(), "--ops 40")
		gen(k.String(), "--ops 40 --keys 3")
	}
	for _, k := range simulate.Tests() {
		gen(k.String(), "--ops 60")
	}
	gen("kafka --ops 100")
	for _, w := range simulate.Workloads() {
		for _, db := range simulate.Databases() {
			got := runWith(context.Background(), nil, "gen", w.String(), "--txns", "60", "--db", db.Name)
			histories = append(histories, got.out)
			if !testing.Short() {
				check(got.out, "elle", "--json", "--ladder")
			}
		}
	}
	for _, d := range simulate.Demos() {
		histories = append(histories, d.History)
	}
	pages, err := filepath.Glob("../../docs/checkers/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		histories = append(histories, blocks(readFile(t, page), "edn")...)
	}
	histories = append(histories, "{:process 0, :type :invoke, :f :read}\n{:process 0, :type :info, :f :read, :exception {:via [{:type Oh}]}}\n", "{:type :invoke, :process 0, :f :add, :value {}}\n{:type :ok, :process 0, :f :add, :value [[1]]}")
	if testing.Short() { // every seventh history: the rest is for when there is time
		for i := range len(histories)/7 + 1 {
			histories[i] = histories[i*7%len(histories)]
		}
		histories = histories[:len(histories)/7+1]
	}
	for _, h := range histories {
		check(h, "check", "--json")
		check(h, "check", "--json", "--with", strings.Join(checker.Names(), ","))
		check(h, "lint", "--json")
	}
	for _, c := range checker.Table() {
		for _, h := range histories {
			if got := runWith(context.Background(), strings.NewReader(h), c.Name, "--json"); got.status != exitBadInput {
				check(h, c.Name, "--json")
			}
		}
	}
	log := filepath.Join(t.TempDir(), "db.log")
	if err := os.WriteFile(log, []byte("panic\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	check("", "log-file-pattern", "--json", "panic", log)
	for _, name := range append(checker.Names(), "check", "lint", "log-file-pattern") {
		if told[name] == 0 && !testing.Short() {
			t.Errorf("no result of %s was looked at", name)
		}
	}
}

// What is no result must not pass.
func TestSchemaRefuses(t *testing.T) {
	schema := compileSchema(t)
	good := `{"file":"h","checker":"set","valid":true,"attempt-count":1,"findings":[],"warnings":[]}`
	for _, c := range [][2]string{
		{`"valid":true`, `"valid":1`}, {`"checker":"set"`, `"checker":"sets"`}, {`"attempt-count":1`, `"attempt-count":-1`},
		{`"findings":[]`, `"findings":[{"type":"lost"}]`}, {`,"warnings":[]`, ``}, {`"file":"h",`, ``},
	} {
		for _, text := range []string{good, strings.Replace(good, c[0], c[1], 1)} {
			v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(v); (err == nil) != (text == good) {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	if got := runWith(context.Background(), nil, "schema"); got.out != render.Schema || !slices.Contains(strings.Split(got.out, "\n"), "}") {
		t.Errorf("jcheck schema writes %.100s", got.out)
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(render.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("result.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("result.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
