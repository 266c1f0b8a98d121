package logfile_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/logfile"
)

// The matches are the lines that contain the text, wherever lines end.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.StringMatching(`[ab ]{0,4}`)).Draw(t, "lines")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		text := strings.Join(lines, end)
		if rapid.Bool().Draw(t, "last end") {
			text += end
		}
		r, err := logfile.Check(context.Background(), []logfile.Log{{Node: "n", Text: []byte(text)}}, regexp.MustCompile("ab"))
		if err != nil {
			t.Fatal(err)
		}
		var want []logfile.Match
		for i, line := range lines {
			if strings.Contains(line, "ab") {
				want = append(want, logfile.Match{Node: "n", Number: i + 1, Line: line})
			}
		}
		if fmt.Sprint(r.Matches) != fmt.Sprint(want) || (r.Valid.String() == "true") != (len(want) == 0) {
			t.Fatalf("%q: %v, want %v", text, r.Matches, want)
		}
	})
}
