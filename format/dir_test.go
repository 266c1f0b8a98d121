package format

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// writeTree writes files below a new directory.
func writeTree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Transactions of Viper's logs.
const (
	viperWrite = `{"value": [["w", 1, 2]]}` + "\n"
	viperRead  = `{"value": [["r", 1, 2, false]]}` + "\n"
	viperFirst = `{"value": [["w", 1, 9, true], ["w", 2, 8, true]], "isInitial": true}` + "\n"
)

// dirTest is a directory of files, with the completions that are read of it.
type dirTest struct {
	name   string
	format Format
	files  map[string]string
	want   []string
	err    string // behind the name of the directory
}

// dirTests are directories of logs and of files with known names.
var dirTests = []dirTest{
	{"viper", Auto, map[string]string{"J1.log": viperRead, "J0.log": viperWrite + viperRead, "J2.log": "", "J.txt": viperWrite, "other.log": "{"}, []string{
		"1 ok 0 [[:w 1 2]]", "2 ok 0 [[:r 1 2]]", "3 ok 1 [[:r 1 2]]",
	}, ""},
	{"viper, below", Auto, map[string]string{"json/J10.log": viperRead, "json/J9.log": viperWrite, "notes.txt": "x"}, []string{
		"1 ok 9 [[:w 1 2]]", "2 ok 10 [[:r 1 2]]",
	}, ""},
	{"viper, what was there at first", Auto, map[string]string{
		"J0.log": viperFirst, "J1.log": `{"value": [["r", 1, 9, false], ["w", 1, 3], ["range", 0, 9, [{"id": 2, "val": 8}], []], ["r", 3, "nil", false]]}`,
	}, []string{
		"1 ok 1 [[:r 1 nil] [:w 1 3] [:r 2 nil] [:r 3 nil]]",
	}, ""},
	{"viper, a range of what was there at first", Auto, map[string]string{
		"J7.log": viperRead, "J8.log": `{"isInitial": true, "value": [["range", "nil", "nil", [{"id": 1, "val": 2}], []]]}`,
	}, []string{
		"1 ok 7 [[:r 1 nil]]",
	}, ""},
	{"viper, what was there at first is not", Auto, map[string]string{
		"J0.log": viperFirst, "J1.log": `{"value": [["r", 1, 9, false], ["r", 2, 8, false]]}` + "\n" + `{"value": [["r", 1, "nil", false]]}`,
	}, []string{
		"1 ok 2 [[:w 1 9]]", "2 ok 1 [[:r 1 9] [:r 2 nil]]", "3 ok 1 [[:r 1 nil]]",
	}, ""},
	{"viper, what was there at first is written again", Auto, map[string]string{
		"J0.log": viperFirst, "J1.log": `{"value": [["w", 2, 8], ["r", 2, 8, false]]}`,
	}, []string{
		"1 ok 2 [[:w 2 8]]", "2 ok 1 [[:w 2 8] [:r 2 8]]",
	}, ""},
	{"viper, two that were there at first", Auto, map[string]string{"J0.log": viperFirst, "J1.log": viperFirst}, nil,
		"/J1.log:1:1: expected an initial transaction alone in one file, found another transaction before it"},
	{"viper, nothing", Viper, map[string]string{"J0.log": ""}, nil, ": expected transactions, found none in 1 logs"},
	{"viper, a damaged log", Auto, map[string]string{"J0.log": viperWrite, "J1.log": viperWrite + `{"value": [["w"`}, nil,
		"/J1.log:2:16: expected ']', found the end of the text"},

	{"bincode", Auto, map[string]string{"history.bincode": unhex(dbcopOne)}, []string{"1 ok 0 [[:w 7 1]]"}, ""},
	{"bincode, below", DBCop, map[string]string{"hist-00000/history.bincode": unhex(dbcopOne), "other/history.bincode": ""}, []string{"1 ok 0 [[:w 7 1]]"}, ""},
	{"bincode, two", Auto, map[string]string{"hist-00000/history.bincode": "", "hist-00001/history.bincode": ""}, nil,
		": expected one history, found 2 in it: name one, such as DIR/hist-00000"},
	{"bincode, empty", Auto, map[string]string{"history.bincode": ""}, nil, "/history.bincode:1:1: expected ops, found an empty file"},
	{"bincode, but edn is asked for", EDN, map[string]string{"history.bincode": ""}, nil, ": expected a history file, found a directory"},
}

func TestDir(t *testing.T) {
	for _, tt := range dirTests {
		t.Run(tt.name, tt.run)
	}
}

func TestDirCompressed(t *testing.T) {
	for _, tt := range []dirTest{
		{"viper, compressed", Auto, map[string]string{"J0.log.gz": string(pack(t, "gzip", viperWrite)), "J1.log": viperRead, "J2.log": string(pack(t, "zstd", viperRead))}, []string{
			"1 ok 0 [[:w 1 2]]", "2 ok 1 [[:r 1 2]]", "3 ok 2 [[:r 1 2]]",
		}, ""},
		{"viper, twice", Auto, map[string]string{"J0.log.gz": string(pack(t, "gzip", viperWrite)), "J0.log": viperWrite}, nil, ": expected one log of a session, found J0.log and J0.log.gz"},
	} {
		t.Run(tt.name, tt.run)
	}
}

func (tt dirTest) run(t *testing.T) {
	dir := writeTree(t, tt.files)
	h, err := ReadFile(context.Background(), dir, Options{Format: tt.format})
	if err != nil || tt.err != "" {
		got := filepath.ToSlash(strings.ReplaceAll(message(err), dir, "DIR"))
		if want := "DIR" + tt.err; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		return
	}
	if diff := cmp.Diff(tt.want, completions(t, h)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	roundTrip(t, h, EDN, JSONL)
}

// A log that is a link is a log: without it, what the others read would look as if
// nobody had written it. A link to nothing is an error.
func TestDirLinks(t *testing.T) {
	dir := writeTree(t, map[string]string{"J0.log": `{"value": [["r", 1, 2, false]]}`, "other": `{"value": [["w", 1, 2]]}`})
	if err := os.Symlink("other", filepath.Join(dir, "J1.log")); err != nil {
		t.Skipf("no links here: %v", err)
	}
	h, err := ReadFile(context.Background(), dir, Options{})
	if err != nil || h.Len() != 2 {
		t.Errorf("%v, %v", h, err)
	}
	if err := os.Remove(filepath.Join(dir, "other")); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(context.Background(), dir, Options{}); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
}
