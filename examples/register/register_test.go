package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/cli"
)

// TestMain lets the binary of the test be a node of the database, as main does.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		main()
	}
	os.Exit(m.Run())
}

// run runs the test once, and returns the exit status and what was printed.
func run(t *testing.T, mode string, limit time.Duration) (status int, out string) {
	t.Helper()
	var text bytes.Buffer
	p := cli.Program{Name: "register", Test: func(o *cli.Options) (*runner.Test, error) { return newTest(o, mode) }}
	status = p.Run(context.Background(), []string{"test", "--store", filepath.Join(t.TempDir(), "store"), "--time-limit", limit.String(), "--fault-interval", "1500ms"}, &text, &text)
	return status, text.String()
}

// A database that lets both sides of a cut go on loses the register; one that asks a majority keeps it.
func TestRegister(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	t.Run("quorum", func(t *testing.T) {
		if status, out := run(t, "quorum", 8*time.Second); status != 0 {
			t.Errorf("status %d:\n%s", status, out)
		}
	})
	t.Run("split", func(t *testing.T) {
		var status int
		var out string
		for range 3 { // faults are random, and may cut off nobody who matters
			if status, out = run(t, "split", 8*time.Second); status == 1 {
				break
			}
		}
		if status != 1 || !strings.Contains(out, "not linearizable as a register") {
			t.Errorf("status %d:\n%s", status, out)
		}
	})
}
