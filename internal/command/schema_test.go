package command

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

// txnHistories are histories of every workload on every database.
func txnHistories(t *testing.T) (histories []string) {
	t.Helper()
	for _, w := range simulate.Workloads() {
		for _, db := range simulate.Databases() {
			histories = append(histories, runWith(context.Background(), nil, "gen", w.String(), "--txns", "60", "--db", db.Name).out)
		}
	}
	return histories
}

// objectHistories are histories of objects and tests, each with and without bugs.
func objectHistories(t *testing.T) (histories []string) {
	t.Helper()
	gen := func(args string) {
		for _, more := range []string{"", " --bug-rate 0.3 --crash-rate 0.1"} {
			got := runWith(context.Background(), nil, append([]string{"gen"}, strings.Fields(args+more)...)...)
			if got.status != exitValid {
				t.Fatal(got)
			}
			histories = append(histories, got.out)
		}
	}
	for _, k := range simulate.Kinds() {
		gen(k.String() + " --ops 40")
		gen(k.String() + " --ops 40 --keys 3")
	}
	for _, k := range simulate.Tests() {
		gen(k.String() + " --ops 60")
	}
	gen("kafka --ops 100")
	return histories
}

// documented are the histories of demos and of the pages on checkers, and two odd ones.
func documented(t *testing.T) (histories []string) {
	t.Helper()
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
	return append(histories,
		"{:process 0, :type :invoke, :f :read}\n{:process 0, :type :info, :f :read, :exception {:via [{:type Oh}]}}\n",
		"{:type :invoke, :process 0, :f :add, :value {}}\n{:type :ok, :process 0, :f :add, :value [[1]]}")
}

// A schemaCheck validates results, and counts them by checker.
type schemaCheck struct {
	schema *jsonschema.Schema
	told   map[string]int
}

// run runs a command that is to write results.
func (c schemaCheck) run(t *testing.T, history string, args ...string) {
	t.Helper()
	c.validate(t, runWith(context.Background(), strings.NewReader(history), args...), args...)
}

func (c schemaCheck) validate(t *testing.T, got outcome, args ...string) {
	t.Helper()
	if got.out == "" {
		t.Errorf("jcheck %s writes nothing: %s", strings.Join(args, " "), got.err)
	}
	for line := range strings.Lines(got.out) {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.schema.Validate(v); err != nil {
			t.Fatalf("jcheck %s: %.300s\n%v", strings.Join(args, " "), line, err)
		}
		if m, ok := v.(map[string]any); ok {
			c.told[m["checker"].(string)]++
		}
	}
}

// TestSchema holds what --json writes to its schema: results of every checker, valid, invalid,
// unknown, lifted over keys, and of checks that fail.
func TestSchema(t *testing.T) {
	c := schemaCheck{compileSchema(t), map[string]int{}}
	txns := txnHistories(t)
	if !testing.Short() {
		for _, h := range txns {
			c.run(t, h, "elle", "--json", "--ladder")
		}
	}
	histories := slices.Concat(objectHistories(t), txns, documented(t))
	if testing.Short() { // every seventh history: the rest is for when there is time
		for i := range len(histories)/7 + 1 {
			histories[i] = histories[i*7%len(histories)]
		}
		histories = histories[:len(histories)/7+1]
	}
	for _, h := range histories {
		c.run(t, h, "check", "--json")
		c.run(t, h, "check", "--json", "--with", strings.Join(checker.Names(), ","))
		c.run(t, h, "lint", "--json")
		for _, row := range checker.Table() {
			if got := runWith(context.Background(), strings.NewReader(h), row.Name, "--json"); got.status != exitBadInput {
				c.validate(t, got, row.Name, "--json")
			}
		}
	}
	log := filepath.Join(t.TempDir(), "db.log")
	if err := os.WriteFile(log, []byte("panic\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	c.run(t, "", "log-file-pattern", "--json", "panic", log)
	for _, name := range append(checker.Names(), "check", "lint", "log-file-pattern") {
		if c.told[name] == 0 && !testing.Short() {
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
