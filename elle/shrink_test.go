//go:build unix

package elle_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// TestShrunkFile: a file that shrinks under a mapped history is an error, not a
// crash and not a verdict.
func TestShrunkFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.jsonl")
	if err := os.WriteFile(path, lines(t, simulate.Config{Txns: 20_000}), 0o666); err != nil {
		t.Fatal(err)
	}
	h, err := format.ReadFile(context.Background(), path, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	res, err := elle.Check(context.Background(), h, elle.Options{})
	var fault *par.FaultError
	if !errors.As(err, &fault) {
		t.Errorf("got %v %v, want a fault", res, err)
	}
}
