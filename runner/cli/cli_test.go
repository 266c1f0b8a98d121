package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/spf13/pflag"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// memory is a register that some reads find as it was before.
type memory struct {
	mu     sync.Mutex
	values []any
	stale  bool
}

func (m *memory) invoke(_ context.Context, op gen.Op) (gen.Op, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if op.F == "write" {
		m.values = append(m.values, op.Value)
		return op.As(gen.OK), nil
	}
	n := len(m.values) - 1
	if m.stale && n > 20 {
		n -= 10
	}
	if n < 0 {
		return op.As(gen.OK), nil
	}
	return op.As(gen.OK).With(m.values[n]), nil
}

// stuck is a nemesis that cannot heal.
type stuck struct{ runner.NoNemesis }

func (s stuck) Setup(context.Context, *runner.Run) (runner.Nemesis, error) { return s, nil }

func (stuck) Teardown(context.Context, *runner.Run) error { return errors.New("n1: iptables is gone") }

// run carries out a command line of a program that tests a register in memory.
func run(t *testing.T, args ...string) (status int, out string) {
	t.Helper()
	var text bytes.Buffer
	stale, sticky := false, false
	p := Program{
		Name: "memory", Short: "Test a register in memory",
		Flags: func(f *pflag.FlagSet) {
			f.BoolVar(&stale, "stale", false, "reads are stale")
			f.BoolVar(&sticky, "sticky", false, "what the nemesis does cannot be healed")
		},
		Test: func(o *Options) (*runner.Test, error) {
			m := &memory{stale: stale}
			var n runner.Nemesis = runner.NoNemesis{}
			if sticky {
				n = stuck{}
			}
			return &runner.Test{
				Name: "memory", Client: runner.ClientFunc(m.invoke), Nemesis: n,
				Generator: gen.Clients(gen.TimeLimit(o.TimeLimit, gen.Limit(200, gen.Mix(gen.Repeat(gen.Call("read", nil)), gen.Count(func(i int) gen.Op { return gen.Op{F: "write", Value: i} }))))),
			}, nil
		},
	}
	status = p.Run(context.Background(), args, &text, &text)
	return status, text.String()
}

// The exit status is the verdict, and what is printed says why.
func TestStatus(t *testing.T) {
	store := filepath.Join(t.TempDir(), "store")
	test := []string{"test", "--remote", "local", "--local-dir", t.TempDir(), "--store", store, "--time-limit", "10s"}
	status, out := run(t, test...)
	if status != 0 || !strings.Contains(out, "VALID") {
		t.Fatalf("%d: %s", status, out)
	}
	status, out = run(t, append(test, "--stale", "--count", "3")...)
	if status != 1 || !strings.Contains(out, "no order of the operations explains") || strings.Count(out, "INVALID  linearizable:") != 1 {
		t.Fatalf("%d: %s", status, out)
	}
	// Nodes that stay broken are no verdict, though what was recorded is judged.
	if status, out = run(t, append(test, "--sticky")...); status != 255 || !strings.Contains(out, "iptables is gone") || !strings.Contains(out, "VALID") {
		t.Fatalf("%d: %s", status, out)
	}
	runs, err := filepath.Glob(filepath.Join(store, "memory", "2*", "report.html"))
	if err != nil || len(runs) != 3 {
		t.Errorf("%d pages, %v", len(runs), err)
	}
	// Commands of jcheck look at the runs.
	if status, out = run(t, "ls", "--store", store); status != 0 || strings.Count(out, "memory") != 3 {
		t.Errorf("%d: %s", status, out)
	}
	if status, _ = run(t, "check", "-q", filepath.Dir(runs[1])); status != 1 {
		t.Errorf("check says %d", status)
	}
}

func TestWrongArguments(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{
		{"", "expected a command"},
		{"tset", `unknown command "tset"`},
		{"test --concurrency x", "expected a --concurrency such as 10 or 2n"},
		{"test --concurrency 0n", "expected a --concurrency such as 10 or 2n"},
		{"test --rate 0", "expected a --rate above 0"},
		{"test --faults flood", `unknown kind of faults "flood"`},
		{"test --remote carrier-pigeon", "expected a --remote of ssh or local"},
		{"test --host-keys maybe", "expected --host-keys of yes, accept-new or no"},
		{"test --ssh-password-file " + empty, "the file of the password is empty"},
		{"test --nodes-file /nonexistent/nodes", "no such file"},
		{"test --count 0", "expected a --count of at least 1"},
		{"test extra", "unknown command"},
	} {
		if status, out := run(t, strings.Fields(c[0])...); status != 254 || !strings.Contains(out, c[1]) {
			t.Errorf("%s: status %d, want 254 and %q: %s", c[0], status, c[1], out)
		}
	}
}

func TestClients(t *testing.T) {
	for s, want := range map[string]int{"7": 7, "1n": 5, "3n": 15} {
		if n, err := clients(s, 5); err != nil || n != want {
			t.Errorf("%s: %d, %v", s, n, err)
		}
	}
}
