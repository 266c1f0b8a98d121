package format

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCobraAlone(t *testing.T) {
	_, err := readString(cobra("S", 1, "C", 1), Options{})
	if got, want := message(err), "h:1:1: a Cobra log holds one session of a history: read its directory"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// cobraWrite is the log of a session that writes its own number.
func cobraWrite(id int) string {
	return cobra("S", id, "W", id, 1, 0, "C", id)
}

// cobraDirs are directories of Cobra's logs, with the completions that are read of
// them.
var cobraDirs = []struct {
	name  string
	files map[string]string
	want  []string
	err   string // behind the name of the directory
}{
	{"sessions by number", map[string]string{"T10.log": cobraWrite(1), "T9.log": cobraWrite(2) + cobraWrite(3), "T2.log": "", "T1.debug": "S", "verbose.log": "S is for start"}, []string{
		"1 ok 9 [[:w 1 2]]", "2 ok 9 [[:w 1 3]]", "3 ok 10 [[:w 1 1]]",
	}, ""},
	{"sessions by name", map[string]string{"T10.log": cobraWrite(1), "T9.log": cobraWrite(2), "a.log": cobraWrite(3)}, []string{
		"1 ok 0 [[:w 1 1]]", "2 ok 1 [[:w 1 2]]", "3 ok 2 [[:w 1 3]]",
	}, ""},
	{"with times", map[string]string{"T0.log": cobra("S", 1, 0, "C", 1, 0), "T1.log": cobra("S", 2, 5, "C", 2, 5)}, []string{
		"1 ok 0 []", "2 ok 1 []",
	}, ""},
	{"a damaged log", map[string]string{"T0.log": cobraWrite(1), "T1.log": cobraWrite(2)[1:]}, nil, "/T1.log: offset 0: expected S, W, R, C or A, found '\\x00'"},
	{"other logs", map[string]string{"client.log": "Starting", "T.txt": cobraWrite(1)}, nil, ": expected a history file, found a directory"},
	{"empty logs", map[string]string{"T0.log": "", "T1.log": ""}, nil, ": expected a history file, found a directory"},
}

func TestCobraDir(t *testing.T) {
	for _, tt := range cobraDirs {
		t.Run(tt.name, func(t *testing.T) {
			dir := writeTree(t, tt.files)
			last := int64(0)
			h, err := ReadFile(context.Background(), dir, Options{Progress: func(done, total int64) {
				if last = done; done > total {
					t.Errorf("%d of %d", done, total)
				}
			}})
			if err != nil {
				got := filepath.ToSlash(strings.TrimPrefix(message(err), dir))
				if want := strings.ReplaceAll(tt.err, "DIR", dir); got != filepath.ToSlash(want) {
					t.Errorf("got %q, want %q", got, want)
				}
				return
			}
			if diff := cmp.Diff(tt.want, completions(t, h)); diff != "" || tt.err != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			size := 0
			for name, text := range tt.files {
				if strings.HasPrefix(name, "T") && strings.HasSuffix(name, ".log") || name == "a.log" {
					size += len(text)
				}
			}
			if last != int64(size) {
				t.Errorf("progress ended at %d of %d", last, size)
			}
		})
	}
}

func TestCobraDirEmpty(t *testing.T) {
	dir := writeTree(t, map[string]string{"T0.log": "", "T1.log": ""})
	_, err := ReadFile(context.Background(), dir, Options{Format: Cobra})
	if got, want := message(err), dir+": expected transactions, found none in 2 logs"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err = ReadFile(context.Background(), dir, Options{Format: EDN})
	if got, want := message(err), dir+": expected a history file, found a directory"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
