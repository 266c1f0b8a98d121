package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/seed-c33ae711/jcheck/simulate"
)

// placed is how standard error begins if the input is no history.
var placed = regexp.MustCompile(`^jcheck: stdin:(\d+:\d+:)? `)

// FuzzElle feeds anything to the checker: it ends in a verdict, or in an error
// that names the place, but never in a panic; and what could be judged can be
// converted, with the same verdict.
func FuzzElle(f *testing.F) {
	for _, d := range simulate.Demos() {
		f.Add([]byte(d.History))
	}
	files, err := filepath.Glob("../../testdata/list-append/*/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Size() > 4000 {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		ctx := context.Background()
		got := runWith(ctx, bytes.NewReader(text), "elle", "-v", "--max-bytes", "1000000")
		switch got.status {
		case exitValid, exitInvalid, exitUnknown:
			if got.err != "" || got.out == "" {
				t.Fatalf("%+v", got)
			}
		case exitBadInput:
			if !placed.MatchString(got.err) || got.out != "" {
				t.Fatalf("%+v", got)
			}
			return
		default:
			t.Fatalf("status %d: %s", got.status, got.err)
		}
		// What a check passes over need not be well-formed, but is converted.
		converted := runWith(ctx, bytes.NewReader(text), "convert", "--to", "edn", "--max-bytes", "1000000")
		if converted.status == exitBadInput && placed.MatchString(converted.err) || converted.out == "" {
			return
		}
		again := runWith(ctx, bytes.NewReader([]byte(converted.out)), "elle", "-q")
		if converted.status != exitValid || again.status != got.status {
			t.Fatalf("status %d, and converted %d: %s%s", got.status, again.status, converted.err, again.err)
		}
	})
}
