package command

import (
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

func TestFollow(t *testing.T) {
	v := edn.MustParse(`{:a [10 #t {:b 1, "b" 2}], "c" #{:x 7}, 0 :zero, 5 (1 2), :d {:d 1, :d 2}, :f {}}`)
	for path, want := range map[string]string{
		"":       v.String(),
		":a 0":   "10",
		"a 1 :b": "1",
		`a 1 b`:  "2", // the last of that name
		`c :x`:   ":x",
		`c 7`:    "7",
		`c 1`:    "7",
		"0":      ":zero", // a key before a place
		"5 1":    "2",
		"1 0":    ":x",
		":d :d":  "2",
		":e":     "there is no :e at the root; there are :a, \"c\", 0, 5, :d, :f",
		":a 2":   "there is no 2 at :a; there are places 0 to 1",
		":a -1":  "there is no -1 at :a",
		":a 0 0": "there is no 0 at :a 0, which is no collection",
		":f :x":  "there is no :x at :f, which is empty",
		"[":      "path: ",
	} {
		found, err := follow(v, strings.Fields(path), 0)
		got := found.String()
		if err != nil {
			got = err.Error()
		}
		if got != want && !(err != nil && strings.HasPrefix(got, want)) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
