package command

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

// A number with a minus is an argument, but for where a flag waits for its value.
func TestWithNumbers(t *testing.T) {
	for line, want := range map[string]string{
		"ops -1":                           "ops -- -1",
		"ops -1 --limit 2":                 "ops --limit 2 -- -1",
		"ops --limit -1":                   "ops --limit -1",
		"ops --limit=3 -1 -2":              "ops --limit=3 -- -1 -2",
		"get -1 :results -5":               "get -- -1 :results -5",
		"check -qm serializable -1 x":      "check -qm serializable -- -1 x",
		"check -qv -1":                     "check -qv -- -1",
		"check -mserializable -1":          "check -mserializable -- -1",
		"--store other show -3":            "show --store other -- -3",
		"store verify -1":                  "store verify -- -1",
		"bank --total -10 -":               "bank --total -10 -",
		"check --independent -1":           "check --independent -- -1",
		"elle h.edn":                       "elle h.edn",
		"nonsense -1":                      "nonsense -1",
		"ops -1 -- -q":                     "ops -- -1 -q",
		"__complete get -1 :na":            "__complete get -- -1 :na",
		"__complete check -1 --js":         "__complete check --js",
		"__complete show -1":               "__complete show -1",
		"check --fail-on invalid -1 --edn": "check --fail-on invalid --edn -- -1",
	} {
		a := newApp(nil, strings.NewReader(""), new(bytes.Buffer), new(bytes.Buffer))
		if got := withNumbers(a.root(), strings.Fields(line)); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s becomes %s, want %s", line, strings.Join(got, " "), want)
		}
	}
}

func TestParseTime(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.Local)
	for text, want := range map[string]time.Time{
		"2026-01-02":           time.Date(2026, 1, 2, 0, 0, 0, 0, time.Local),
		"2026-01-02T03:04":     time.Date(2026, 1, 2, 3, 4, 0, 0, time.Local),
		"2026-01-02T03:04:05":  time.Date(2026, 1, 2, 3, 4, 5, 0, time.Local),
		"2026-01-02T03:04:05Z": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"7d":                   time.Date(2026, 2, 25, 5, 6, 7, 0, time.Local),
		"90m":                  time.Date(2026, 3, 4, 3, 36, 7, 0, time.Local),
	} {
		if got, day, err := parseTime(text, now); err != nil || !got.Equal(want) || day != (text == "2026-01-02") {
			t.Errorf("%s: %s, %v, %v", text, got, day, err)
		}
	}
	for _, text := range []string{"yesterday", "-1d", "2026-13-01", "-1h", "d"} {
		if got, _, err := parseTime(text, now); err == nil {
			t.Errorf("%s: %s", text, got)
		}
	}
	_, until, err := (&lsFlags{until: "2026-01-02"}).validate(now)
	if err != nil || !until.Equal(time.Date(2026, 1, 3, 0, 0, 0, 0, time.Local)) {
		t.Errorf("%s, %v", until, err)
	}
}
