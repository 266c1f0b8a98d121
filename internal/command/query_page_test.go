package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/query"
)

var (
	console = regexp.MustCompile("(?s)```console\n(.*?)```")
	word    = regexp.MustCompile(`'[^']*'|[^ ']+`)
)

// What docs/query.md shows is what happens.
func TestQueryPage(t *testing.T) {
	page, err := filepath.Abs("../../docs/query.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("history.edn", ednBlock.FindSubmatch(text)[1], 0o666); err != nil {
		t.Fatal(err)
	}
	commands := 0
	updated := console.ReplaceAllFunc(text, func(block []byte) []byte {
		var out bytes.Buffer
		out.WriteString("```console\n")
		for line := range strings.Lines(string(console.FindSubmatch(block)[1])) {
			command, ok := strings.CutPrefix(line, "$ jcheck ")
			if !ok {
				continue
			}
			commands++
			var args []string
			for _, w := range word.FindAllString(strings.TrimSpace(command), -1) {
				args = append(args, strings.Trim(w, "'"))
			}
			out.WriteString(line)
			before := out.Len()
			var errs bytes.Buffer
			if status := Run(context.Background(), args, nil, &out, &errs); status != exitValid || errs.Len() > 0 {
				t.Errorf("%s: status %d\n%s", command, status, &errs)
			}
			if out.Len() == before {
				t.Errorf("%s finds nothing", command)
			}
		}
		out.WriteString("```")
		return out.Bytes()
	})
	if commands < 10 {
		t.Errorf("%d commands", commands)
	}
	switch {
	case bytes.Equal(updated, text):
	case *updatePages:
		if err := os.WriteFile(page, updated, 0o666); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s shows\n%s\nand the commands print\n%s", page, text, updated)
	}
	// Its tables have a row for each field and function.
	for _, f := range append(query.Fields(), query.Functions()...) {
		row := regexp.MustCompile("(?m)^\\| .*`" + strings.ReplaceAll(regexp.QuoteMeta(f.Name), "invocation, completion", "invocation`, `completion") + "`.* \\| " + regexp.QuoteMeta(f.Doc) + " \\|$")
		if !row.Match(text) {
			t.Errorf("%s does not tell of %s: %s", page, f.Name, f.Doc)
		}
	}
}
