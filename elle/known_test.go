package elle_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
)

// TestKnownHistories checks the list-append histories of the corpus that came
// with a known answer: from Elle's repository and elle-cli's, and a run that
// Jepsen recorded and judged.
func TestKnownHistories(t *testing.T) {
	readIndex(t, "list-append") // skips the test if there is no corpus
	for _, c := range []struct {
		file   string
		models []string // nil for the default
		want   string
	}{
		// Elle gives up its search after a while and reports a cycle of type
		// G2-item-realtime, and that one of strong snapshot isolation exists: it is
		// this one.
		{"elle/huge-scc.edn", nil, "false [G-single-item-realtime] [strong-snapshot-isolation]"},
		{"elle/si-without-g-single.edn", []string{"snapshot-isolation", "repeatable-read"}, "false [G2-item] [repeatable-read]"},
		{"elle/paper-example.edn", []string{"serializable"}, "false [G-single-item] [consistent-view repeatable-read]"},
		{"elle-cli/elle/paper-example.edn", []string{"serializable"}, "false [G-single-item] [consistent-view repeatable-read]"},
		{"elle-cli/elle/paper-example.json", []string{"serializable"}, "false [G-single-item] [consistent-view repeatable-read]"},
		{"elle-cli/elle/list-append-gh-30.edn", []string{"serializable"}, "false [G2-item] [repeatable-read]"},
		{"store/append-si-bad-1e4/20261122T010203.000Z/history.edn", []string{"serializable"}, "false [G2-item] [repeatable-read]"},
	} {
		h, err := format.ReadFile(context.Background(), filepath.Join(corpusDir, c.file), format.Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		res, err := elle.Check(context.Background(), h, elle.Options{Models: c.models})
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		if got := fmt.Sprint(res.Valid, " ", res.Types(), " ", res.Not); got != c.want {
			t.Errorf("%s: %s, want %s", c.file, got, c.want)
		}
	}
}
