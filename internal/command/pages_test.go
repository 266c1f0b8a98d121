package command

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updatePages = flag.Bool("update-pages", false, "write what the commands of docs print")

var (
	ednBlock     = regexp.MustCompile("(?s)```edn\n(.*?)```")
	consoleBlock = regexp.MustCompile("(?s)```console\n\\$ jcheck ([^\n]*)\n(.*?)```")
)

// What the pages of the checkers show is what happens, and it is a fault.
func TestPages(t *testing.T) {
	pages, err := filepath.Glob("../../docs/checkers/*.md")
	if err != nil || len(pages) < 12 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	for i := range pages {
		if pages[i], err = filepath.Abs(pages[i]); err != nil {
			t.Fatal(err)
		}
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		history, console := ednBlock.FindSubmatch(text), consoleBlock.FindSubmatchIndex(text)
		if history == nil || console == nil {
			if filepath.Base(page) != "DIFFERENCES.md" {
				t.Errorf("%s has no history or no command", page)
			}
			continue
		}
		t.Chdir(t.TempDir())
		if err := os.WriteFile("history.edn", history[1], 0o666); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		status := Run(context.Background(), strings.Fields(string(text[console[2]:console[3]])), nil, &out, &errs)
		if status != exitInvalid {
			t.Errorf("%s: status %d, want that of an invalid history\n%s%s", page, status, &out, &errs)
		}
		if got, want := out.String(), string(text[console[4]:console[5]]); got != want {
			if !*updatePages {
				t.Errorf("%s shows\n%s\nand the command prints\n%s", page, want, got)
				continue
			}
			text = append(append(append([]byte(nil), text[:console[4]]...), got...), text[console[5]:]...)
			if err := os.WriteFile(page, text, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}
