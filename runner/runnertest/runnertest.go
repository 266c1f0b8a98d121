// Package runnertest runs tests of databases inside of go test.
//
//	func TestEtcd(t *testing.T) {
//		runnertest.Run(t, &runner.Test{Client: client{}, Generator: generator(), ...})
//	}
//
// The run is stored in the artifacts of the test (go test -artifacts), or in the directory of
// the environment variable JCHECK_STORE.
package runnertest

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/command"
	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Run carries out a test, and fails t unless the run is valid. The message says what is wrong, as
// jcheck analyze does. It is skipped by go test -short.
func Run(t testing.TB, test *runner.Test) *runner.Result {
	t.Helper()
	res, v, said := Judge(t, test)
	if v != verdict.Valid {
		t.Errorf("seed %d\n%s", res.Seed, said)
	}
	return res
}

// Judge is Run for a test that need not be valid: it returns the verdict, and what jcheck analyze
// says. Only a run that crashes, or is
// not torn down, fails t.
func Judge(t testing.TB, test *runner.Test) (res *runner.Result, v verdict.Verdict, said string) {
	t.Helper()
	if testing.Short() {
		t.Skip("it runs a database")
	}
	run := *test
	if run.Name == "" {
		run.Name = strings.ReplaceAll(t.Name(), "/", "-")
	}
	if run.Store == "" {
		run.Store = os.Getenv("JCHECK_STORE")
	}
	if run.Store == "" {
		run.Store = filepath.Join(t.ArtifactDir(), "store")
	}
	if run.Logger == nil {
		run.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	var out bytes.Buffer
	status := -1
	run.Analyze = func(ctx context.Context, dir string) error {
		status = command.Run(ctx, []string{"analyze", dir}, nil, &out, &out)
		return nil
	}
	res, err := run.Run(t.Context())
	if err != nil {
		t.Fatalf("%v (the log is in %s)", err, res.Dir)
	}
	if res.Unclean != nil {
		t.Errorf("the teardown failed, and may have left nodes in disorder: %v", res.Unclean)
	}
	switch status {
	case 0:
		return res, verdict.Valid, out.String()
	case 1:
		return res, verdict.Invalid, out.String()
	case 2:
		return res, verdict.Unknown, out.String()
	}
	t.Fatalf("the run could not be judged: status %d\n%s", status, out.String())
	return nil, verdict.Unknown, ""
}
