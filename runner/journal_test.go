package runner_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/control"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// A journal counts the calls of everything that a test consists of, and fails one of them.
type journal struct {
	mu     sync.Mutex
	counts map[string]int
	last   map[string]int // those after the fault, with a context that had not ended
	fault  string         // the call that fails: db.setup, or db.teardown#4 for the fourth
	fail   func() error   // what happens then
	failed bool
}

func (j *journal) call(ctx context.Context, name string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.counts[name]++
	if j.failed && ctx.Err() == nil {
		j.last[name]++
	}
	if j.fault == name || j.fault == fmt.Sprintf("%s#%d", name, j.counts[name]) {
		j.failed = true
		return j.fail()
	}
	return nil
}

// String is how often what was called.
func (j *journal) String() string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(j.counts)) {
		out = append(out, fmt.Sprintf("%s %d", name, j.counts[name]))
	}
	return strings.Join(out, ", ")
}

type fakeOS struct{ *journal }

func (f fakeOS) Setup(ctx context.Context, _ *runner.Run, _ *runner.Node) error {
	return f.call(ctx, "os.setup")
}

func (f fakeOS) Teardown(ctx context.Context, _ *runner.Run, _ *runner.Node) error {
	return f.call(ctx, "os.teardown")
}

type fakeDB struct{ *journal }

func (f fakeDB) Setup(ctx context.Context, r *runner.Run, _ *runner.Node) error {
	if err := f.call(ctx, "db.setup"); err != nil {
		return err
	}
	return r.Sync(ctx)
}

func (f fakeDB) Teardown(ctx context.Context, _ *runner.Run, _ *runner.Node) error {
	return f.call(ctx, "db.teardown")
}

func (f fakeDB) Primaries(context.Context, *runner.Run) ([]string, error) { return nil, nil }

func (f fakeDB) SetupPrimary(ctx context.Context, _ *runner.Run, _ *runner.Node) error {
	return f.call(ctx, "db.primary")
}

func (f fakeDB) Kill(ctx context.Context, _ *runner.Run, _ *runner.Node) error {
	return f.call(ctx, "db.kill")
}

func (f fakeDB) Start(context.Context, *runner.Run, *runner.Node) error { return nil }

func (f fakeDB) LogFiles(ctx context.Context, _ *runner.Run, _ *runner.Node) (map[string]string, error) {
	return nil, f.call(ctx, "db.logs")
}

type fakeClient struct{ *journal }

func (f fakeClient) Open(ctx context.Context, _ *runner.Run, _ string) (runner.Client, error) {
	return f, f.call(ctx, "client.open")
}

func (f fakeClient) Setup(ctx context.Context, _ *runner.Run) error {
	return f.call(ctx, "client.setup")
}

func (f fakeClient) Invoke(ctx context.Context, _ *runner.Run, op gen.Op) (gen.Op, error) {
	return op.As(gen.OK), f.call(ctx, "client.invoke")
}

func (f fakeClient) Teardown(ctx context.Context, _ *runner.Run) error {
	return f.call(ctx, "client.teardown")
}

func (f fakeClient) Close(ctx context.Context, _ *runner.Run) error {
	return f.call(ctx, "client.close")
}

type fakeNemesis struct{ *journal }

func (f fakeNemesis) Setup(ctx context.Context, _ *runner.Run) (runner.Nemesis, error) {
	return f, f.call(ctx, "nemesis.setup")
}

func (f fakeNemesis) Invoke(ctx context.Context, _ *runner.Run, op gen.Op) (gen.Op, error) {
	return op, f.call(ctx, "nemesis.invoke")
}

func (f fakeNemesis) Teardown(ctx context.Context, _ *runner.Run) error {
	return f.call(ctx, "nemesis.teardown")
}

func (f fakeNemesis) Fs() []string { return nil }

// fakeRemote connects to n1, n2 and n3.
type fakeRemote struct{ *journal }

func (f fakeRemote) Connect(ctx context.Context, _ control.Spec) (control.Conn, error) {
	return fakeConn(f), f.call(ctx, "connect")
}

type fakeConn struct{ *journal }

func (f fakeConn) Exec(context.Context, control.Cmd) (control.Result, error) {
	return control.Result{}, nil
}

func (f fakeConn) Close() error { return f.call(context.Background(), "disconnect") }

// newJournal returns a journal in which a call fails, and a test that keeps it: three nodes, and four
// clients that perform an op each.
func newJournal(t *testing.T, fault string, fail func() error) (*journal, *runner.Test) {
	j := &journal{counts: map[string]int{}, last: map[string]int{}, fault: fault, fail: fail}
	return j, &runner.Test{
		Name: "test", Nodes: []string{"n1", "n2", "n3"}, Concurrency: 4, Seed: 1, Store: t.TempDir(),
		Remote: fakeRemote{j}, OS: fakeOS{j}, DB: fakeDB{j}, Client: fakeClient{j}, Nemesis: fakeNemesis{j},
		Generator: gen.Phases(gen.Nemesis(gen.Call("break", nil)), gen.Clients(gen.EachThread(gen.Call("w", 1)))),
		Timeouts:  runner.Timeouts{Grace: 100 * time.Millisecond, Drain: time.Second, Teardown: 5 * time.Second, Sync: 5 * time.Second},
		Analyze:   func(ctx context.Context, _ string) error { return j.call(ctx, "analysis") },
	}
}
