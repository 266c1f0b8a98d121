package command

import (
	"context"
	"encoding/json"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
)

// What check says of a property is what the command of that check says, on every history that is
// at hand, or it says that it does not know.
func TestCheckAgrees(t *testing.T) {
	const root = "../../../shared/corpus"
	own := []string{"elle", "linearizable"}
	compared := map[string]int{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if skip := testing.Short() && compared["files"]%20 > 0; !slices.Contains([]string{".edn", ".json", ".jsonl", ".log", ".txt", ".jepsen", ".bincode"}, filepath.Ext(file)) || skip {
			compared["files"]++
			return nil
		}
		compared["files"]++
		all := runWith(context.Background(), nil, "check", "--json", file)
		if all.status == exitBadInput {
			return nil
		}
		var got struct {
			Results map[string]struct {
				Valid  any
				Reason string
				Error  any
			}
		}
		if err := json.Unmarshal([]byte(all.out), &got); err != nil {
			t.Errorf("%s: %v", file, err)
			return nil
		}
		for name, r := range got.Results {
			if c, err := checker.Named(name); err != nil || c.Own != slices.Contains(own, name) || r.Error != nil && r.Valid == "unknown" {
				if err != nil {
					t.Error(err)
				}
				continue
			}
			compared[name]++
			one := runWith(context.Background(), nil, name, "-q", file)
			want := map[int]any{exitValid: true, exitInvalid: false, exitUnknown: "unknown"}[one.status]
			doubted := strings.Contains(r.Reason, "does not know") || name == "stats" && want == false && r.Valid == "unknown"
			if r.Valid != want && !doubted {
				t.Errorf("%s: check says %v of %s (%s), jcheck %s has status %d\n%s", file, r.Valid, name, r.Reason, name, one.status, one.err)
			}
		}
		return nil
	})
	if err != nil {
		t.Skip("the corpus is not here")
	}
	for _, name := range []string{"elle", "linearizable", "set", "counter", "queue", "kafka", "bank", "long-fork", "unique-ids"} {
		if compared[name] == 0 {
			t.Errorf("no history calls for %s", name)
		}
	}
	t.Log(compared)
}
