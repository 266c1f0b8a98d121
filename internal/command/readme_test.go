package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestReadme runs the commands that README.md and the pages on elle-cli and on stores show with
// their output, and the first of the two that README.md begins with.
func TestReadme(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	readme := readFile(t, "README.md")
	shown := 0
	for _, block := range slices.Concat(blocks(readme, "console"), blocks(readFile(t, "docs/from-elle-cli.md"), "console"), blocks(readFile(t, "docs/store.md"), "console")) {
		if strings.HasPrefix(block, "$ jcheck demo\n") { // which writes files, for the blocks that follow, too
			t.Chdir(t.TempDir())
		}
		shown += runConsole(t, block)
	}
	t.Chdir(root)
	if shown == 0 {
		t.Error("README.md shows no command with its output")
	}
	if len(readme) > 10_000 {
		t.Errorf("README.md has %d bytes: expected at most 10,000; the rest belongs into docs", len(readme))
	}

	first, test, _ := strings.Cut(strings.TrimSpace(blocks(readme, "sh")[0]), "\n")
	if test != "go test ./..." || !strings.HasSuffix(readFile(t, ".ci/run"), "\n"+test+"\n") {
		t.Errorf("expected README.md's second command to be the last of .ci/run, found %q", test)
	}
	got := runCommand(t, first)
	if got.status != exitInvalid || !strings.Contains(got.out, "a contradiction") {
		t.Errorf("%s: %+v", first, got)
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")))
}

// blocks returns the fenced blocks of a language.
func blocks(markdown, lang string) (out []string) {
	for _, m := range regexp.MustCompile("(?ms)^```"+lang+"\n(.*?)^```$").FindAllStringSubmatch(markdown, -1) {
		out = append(out, m[1])
	}
	return out
}

// runConsole runs the commands of a block, each behind a $, and compares what
// follows it, where a line of dots stands for any lines. It returns how many there were.
func runConsole(t *testing.T, block string) int {
	t.Helper()
	last, n := outcome{}, 0
	for part := range strings.SplitSeq("\n"+block, "\n$ ") {
		command, want, found := strings.Cut(part, "\n")
		if dir, ok := strings.CutPrefix(command, "cd "); ok {
			t.Chdir(dir)
			continue
		}
		if !found || part == "" || strings.TrimSpace(command) == "" {
			continue
		}
		got := strconv.Itoa(last.status)
		if command != "echo $?" {
			last = runCommand(t, command)
			got = last.out
			n++
		}
		if !matchesLines(strings.TrimRight(got, "\n"), strings.TrimRight(want, "\n")) {
			t.Errorf("%s\nwrites\n%s\nbut README.md says\n%s", command, got, want)
		}
	}
	return n
}

// matchesLines reports whether a text is what is shown of it.
func matchesLines(got, shown string) bool {
	pattern := regexp.QuoteMeta("\n" + shown + "\n")
	pattern = strings.ReplaceAll(pattern, regexp.QuoteMeta("\n...\n"), `\n(?:.*\n)*?`)
	return regexp.MustCompile("^" + pattern + "$").MatchString("\n" + got + "\n")
}

// runCommand runs a command line without a shell.
func runCommand(t *testing.T, line string) outcome {
	t.Helper()
	args := strings.TrimPrefix(strings.TrimPrefix(line, "go run ./cmd/"), "jcheck ")
	if args == line {
		t.Fatalf("expected a command of jcheck, found %q", line)
	}
	return runWith(context.Background(), strings.NewReader(""), strings.Fields(args)...)
}

// TestReadmeMentions checks that README.md documents these flags, commands and
// statuses, in name at least, and that what it links to is there.
func TestReadmeMentions(t *testing.T) {
	readme := readFile(t, "../../README.md")
	for _, m := range regexp.MustCompile(`\]\(([a-zA-Z][^):#]*)\)`).FindAllStringSubmatch(readme, -1) {
		if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
			t.Errorf("README.md links to nothing: %v", err)
		}
	}
	for _, word := range strings.Fields("--model --anomaly --json --edn --out --limit --dot -q convert gen demo models completion 254 255 anomaly-types also-not tolerated-types") {
		if !strings.Contains(readme, word) {
			t.Errorf("README.md does not mention %s", word)
		}
	}
	history := blocks(readme, "edn")[0]
	if file := readFile(t, "../../testdata/list-append/invalid/read-skew.edn"); file != history {
		t.Errorf("README.md shows\n%s\nbut the file is\n%s", history, file)
	}
	got := runWith(context.Background(), strings.NewReader(history), "convert", "--to", "jsonl")
	if shown := blocks(readFile(t, "../../docs/histories.md"), "json")[0]; shown != got.out {
		t.Errorf("docs/histories.md shows\n%s\nbut it is\n%s", shown, got.out)
	}
}

// The picture that README.md begins with is what --out draws of its history.
func TestReadmePicture(t *testing.T) {
	t.Chdir("../..")
	dir := t.TempDir()
	got := runCommand(t, "go run ./cmd/jcheck elle -q --out "+dir+" testdata/list-append/invalid/read-skew.edn")
	if got.status != exitInvalid {
		t.Fatalf("%+v", got)
	}
	if readFile(t, filepath.Join(dir, "G-single-item", "0.svg")) != readFile(t, "docs/pictures/read-skew.svg") {
		t.Error("docs/pictures/read-skew.svg is not current: copy G-single-item/0.svg there")
	}
	if !strings.Contains(readFile(t, "README.md"), "(docs/pictures/read-skew.svg)") {
		t.Error("README.md does not show the picture")
	}
}
