package runner_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/control"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// fileDB is a database that consists of its log.
type fileDB struct{ logs map[string]string }

func (fileDB) Setup(ctx context.Context, _ *runner.Run, n *runner.Node) error {
	_, err := n.Shell().Script(ctx, `echo "log of $JCHECK_NODE" > db.log`, nil)
	return err
}

func (fileDB) Teardown(ctx context.Context, _ *runner.Run, n *runner.Node) error {
	_, err := n.Shell().Run(ctx, "rm", "-f", "db.log")
	return err
}

func (d fileDB) LogFiles(context.Context, *runner.Run, *runner.Node) (map[string]string, error) {
	return d.logs, nil
}

func TestLogsAreSaved(t *testing.T) {
	nodes := t.TempDir()
	newLocal := func(logs map[string]string) *runner.Test {
		test := newTest(t, 2, gen.Clients(gen.RepeatN(4, gen.Call("w", nil))), acknowledge)
		test.Nodes, test.Remote, test.DB = []string{"n1", "n2"}, control.Local{Dir: nodes}, fileDB{logs}
		return test
	}
	res, _ := run(t, newLocal(map[string]string{"db.log": "server.log", "missing.log": "missing.log"}))
	for _, n := range []string{"n1", "n2"} {
		text, err := os.ReadFile(filepath.Join(res.Dir, n, "server.log"))
		if err != nil || string(text) != "log of "+n+"\n" {
			t.Errorf("%s: %q, %v", n, text, err)
		}
		if _, err := os.Stat(filepath.Join(nodes, n, "db.log")); err == nil {
			t.Errorf("%s was not torn down", n)
		}
	}
	for _, to := range []string{"../x", "/tmp/x", ""} {
		res, err := newLocal(map[string]string{"db.log": to}).Run(t.Context())
		if err != nil || len(res.Warnings) != 1 || !strings.Contains(res.Warnings[0], "expected a name in the directory") {
			t.Errorf("%q: %v, %q", to, err, res.Warnings)
		}
	}
}

func TestTestsThatCannotRun(t *testing.T) {
	good := func() *runner.Test { return newTest(t, 1, nil, acknowledge) }
	for want, spoil := range map[string]func(*runner.Test){
		"with a name":            func(t *runner.Test) { t.Name = "" },
		"with a client":          func(t *runner.Test) { t.Client = nil },
		"at least one client":    func(t *runner.Test) { t.Concurrency = -1 },
		"each node once":         func(t *runner.Test) { t.Nodes = []string{"n1", "n1"} },
		"the name of a node":     func(t *runner.Test) { t.Nodes = []string{"../n1"} },
		"the test has no remote": func(t *runner.Test) { t.DB = fileDB{} },
		"fields of the test":     func(t *runner.Test) { t.Fields = []gen.Field{{Name: "f", Value: func() {}}} },
	} {
		test := good()
		spoil(test)
		if _, err := test.Run(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	run(t, good()) // no generator is a test without ops
}
