package runner_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/store"
)

var errBoom = errors.New("boom")

// acknowledge is a client that does nothing.
func acknowledge(_ context.Context, op gen.Op) (gen.Op, error) { return op.As(gen.OK), nil }

// newTest is a test of one node that ends soon.
func newTest(t *testing.T, clients int, g gen.Gen, f func(context.Context, gen.Op) (gen.Op, error)) *runner.Test {
	return &runner.Test{
		Name: "test", Nodes: []string{"n1"}, Concurrency: clients, Seed: 1, Store: t.TempDir(), Generator: g, Client: runner.ClientFunc(f),
		Timeouts: runner.Timeouts{Grace: 100 * time.Millisecond, Drain: 200 * time.Millisecond, Late: 10 * time.Millisecond},
	}
}

// stored is the history of a run as it is read back. It fails the test unless indices are dense, times
// increase, and no process does two things at once.
func stored(t *testing.T, dir string) []string {
	t.Helper()
	run, err := store.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	if losses := run.Losses(); len(losses) > 0 {
		t.Fatalf("losses: %v", losses)
	}
	h, err := run.History(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	last := int64(-1)
	var out []string
	for i := range h.Len() {
		op := h.Op(i)
		if int(op.Index) != i || op.Time <= last {
			t.Fatalf("op %d has index %d, and time %d after %d", i, op.Index, op.Time, last)
		}
		last = op.Time
		out = append(out, fmt.Sprintf("%v %s %v %s", op.Process, op.Type, op.F, op.Value))
	}
	return out
}

// run runs a test that has to end well.
func run(t *testing.T, test *runner.Test) (*runner.Result, []string) {
	t.Helper()
	res, err := test.Run(t.Context())
	if err != nil || !res.Complete {
		t.Fatal(err)
	}
	if res.Unclean != nil || len(res.Warnings) > 0 {
		t.Errorf("%v, %q", res.Unclean, res.Warnings)
	}
	return res, stored(t, res.Dir)
}

func want(t *testing.T, got []string, want string) {
	t.Helper()
	if got := strings.Join(got, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestClientErrorCrashesProcess(t *testing.T) {
	for name, fails := range map[string]func() error{
		"error": func() error { return errBoom },
		"panic": func() error { panic(errBoom) },
	} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int64
			g := gen.Clients(gen.EachThread(gen.Limit(2, gen.Repeat(gen.Call("w", nil)))))
			_, ops := run(t, newTest(t, 1, g, func(_ context.Context, op gen.Op) (gen.Op, error) {
				if calls.Add(1) == 1 {
					return op, fails()
				}
				return op.As(gen.OK), nil
			}))
			want(t, ops, "0 invoke w nil\n0 info w nil\n1 invoke w nil\n1 ok w nil")
		})
	}
}

func TestProcessOfCrashedClientGrowsByConcurrency(t *testing.T) {
	g := gen.Clients(gen.OnThreads(func(thread, _ int) bool { return thread == 1 }, gen.RepeatN(3, gen.Call("w", nil))))
	_, ops := run(t, newTest(t, 3, g, func(context.Context, gen.Op) (gen.Op, error) { return gen.Op{}, errBoom }))
	want(t, ops, "1 invoke w nil\n1 info w nil\n4 invoke w nil\n4 info w nil\n7 invoke w nil\n7 info w nil")
}

func TestDefiniteErrorFails(t *testing.T) {
	g := gen.Clients(gen.RepeatN(2, gen.Call("w", nil)))
	_, ops := run(t, newTest(t, 1, g, func(context.Context, gen.Op) (gen.Op, error) { return gen.Op{}, runner.Definite(errBoom) }))
	want(t, ops, "0 invoke w nil\n0 fail w nil\n0 invoke w nil\n0 fail w nil")
}

func TestEndProcess(t *testing.T) {
	g := gen.Clients(gen.RepeatN(3, gen.Call("w", nil)))
	_, ops := run(t, newTest(t, 1, g, func(_ context.Context, op gen.Op) (gen.Op, error) {
		op.EndProcess = true
		return op.As(gen.OK), nil
	}))
	want(t, ops, "0 invoke w nil\n0 ok w nil\n1 invoke w nil\n1 ok w nil\n2 invoke w nil\n2 ok w nil")
}

// Whatever does not complete the op that was asked for is a bug of the client: nobody knows what happened.
func TestForeignCompletionIsInfo(t *testing.T) {
	for name, change := range map[string]func(gen.Op) gen.Op{
		"process":  func(op gen.Op) gen.Op { return op.As(gen.OK).On(7) },
		"none":     func(gen.Op) gen.Op { return gen.Op{Type: gen.OK, F: "w"} },
		"f":        func(op gen.Op) gen.Op { op.F = "x"; return op.As(gen.OK) },
		"still on": func(op gen.Op) gen.Op { return op },
	} {
		t.Run(name, func(t *testing.T) {
			_, ops := run(t, newTest(t, 1, gen.Clients(gen.Call("w", nil)), func(_ context.Context, op gen.Op) (gen.Op, error) { return change(op), nil }))
			want(t, ops, "0 invoke w nil\n0 info w nil")
		})
	}
}

func TestNemesisErrorKeepsProcess(t *testing.T) {
	test := newTest(t, 1, gen.Nemesis(gen.RepeatN(2, gen.Call("break", nil))), acknowledge)
	test.Nemesis = &nemesis{invoke: func(op gen.Op) (gen.Op, error) { return op, errBoom }}
	_, ops := run(t, test)
	want(t, ops, strings.TrimSuffix(strings.Repeat("nemesis info break nil\n", 4), "\n"))
}

func TestGeneratorFailure(t *testing.T) {
	for _, c := range []struct {
		name, want string
		g          gen.Gen
	}{
		{"panic", "generator: boom", gen.Func(func(*rand.Rand, *gen.Ctx) gen.Op { panic(errBoom) })},
		{"panic at an event", "generator: boom", gen.OnUpdate(func(gen.Gen, *gen.Ctx, *gen.Op) gen.Gen { panic(errBoom) }, gen.Repeat(gen.Call("w", nil)))},
		{"busy", "process 0 is busy", gen.Repeat(gen.One(gen.Op{F: "w"}.On(0)))},
		{"type", "expected an op of type", gen.One(gen.Op{F: "w", Type: gen.OK})},
	} {
		t.Run(c.name, func(t *testing.T) {
			test := newTest(t, 2, gen.Clients(c.g), func(ctx context.Context, op gen.Op) (gen.Op, error) {
				pause(ctx, 10*time.Millisecond)
				return op.As(gen.OK), nil
			})
			res, err := test.Run(t.Context())
			var failed *runner.GeneratorError
			if !errors.As(err, &failed) || !strings.Contains(err.Error(), c.want) || res.Complete {
				t.Fatal(err)
			}
			stored(t, res.Dir)
		})
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// A client that never returns holds up neither its thread nor the test.
func TestTimeoutAbandonsCall(t *testing.T) {
	release := make(chan struct{})
	var calls atomic.Int64
	test := newTest(t, 1, gen.Clients(gen.RepeatN(2, gen.Call("w", nil))), func(_ context.Context, op gen.Op) (gen.Op, error) {
		if calls.Add(1) == 1 {
			<-release
		}
		return op.As(gen.OK).With("late"), nil
	})
	test.Timeouts.Op = 5 * time.Millisecond
	res, err := test.Run(t.Context())
	if err != nil || res.Late != 1 || len(res.Warnings) != 2 {
		t.Fatalf("%v, %d late, %q", err, res.Late, res.Warnings)
	}
	want(t, stored(t, res.Dir), "0 invoke w nil\n0 info w nil\n1 invoke w nil\n1 ok w \"late\"")
	close(release)
}

// A call without a timeout is given up when the generator is done and patience ends.
func TestDrainAbandonsCall(t *testing.T) {
	test := newTest(t, 1, gen.Clients(gen.Call("w", nil)), func(ctx context.Context, op gen.Op) (gen.Op, error) {
		<-ctx.Done()
		return op, ctx.Err()
	})
	res, err := test.Run(t.Context())
	if err != nil || len(res.Warnings) != 1 || !strings.Contains(res.Warnings[0], "1 operations had not ended") {
		t.Fatal(err, res.Warnings)
	}
	want(t, stored(t, res.Dir), "0 invoke w nil\n0 info w nil")
}

func TestFinalReadsFollowRecovery(t *testing.T) {
	var healed atomic.Bool
	g := gen.Phases(
		gen.TimeLimit(20*time.Millisecond, gen.ClientsAndNemesis(gen.Repeat(gen.Call("w", nil)), gen.Once(gen.Call("break", nil)))),
		gen.Nemesis(gen.Call("heal", nil)), gen.Pause(time.Millisecond), gen.Say("reading"),
		gen.Clients(gen.EachThread(gen.Call("final", nil))))
	test := newTest(t, 4, g, func(_ context.Context, op gen.Op) (gen.Op, error) {
		if op.F == "final" && !healed.Load() {
			t.Error("a final read before the nemesis healed")
		}
		time.Sleep(time.Millisecond)
		return op.As(gen.OK), nil
	})
	test.Nemesis = &nemesis{invoke: func(op gen.Op) (gen.Op, error) { healed.Store(op.F == "heal"); return op, nil }}
	_, ops := run(t, test)
	text := strings.Join(ops, "\n")
	if strings.Count(text, "ok final") != 4 || strings.Contains(text, "sleep") {
		t.Error(text)
	}
}

func TestManyWorkersThatCrash(t *testing.T) {
	const ops = 20_000
	var n, opened, closed atomic.Int64
	test := newTest(t, 1024, gen.Clients(gen.Limit(ops, gen.Stagger(time.Microsecond, gen.Repeat(gen.Call("w", 1))))), nil)
	test.Client = &client{opened: &opened, closed: &closed, invoke: func(op gen.Op) (gen.Op, error) {
		if n.Add(1)%10 == 0 {
			return op, errBoom
		}
		return op.As(gen.OK), nil
	}}
	res, history := run(t, test)
	if len(history) != 2*ops || res.Stats.OK != ops*9/10 || res.Stats.Info != ops/10 {
		t.Errorf("%d events, %d ok, %d info", len(history), res.Stats.OK, res.Stats.Info)
	}
	if opened.Load() != closed.Load() || opened.Load() < ops/10 {
		t.Errorf("%d clients were opened, %d closed", opened.Load(), closed.Load())
	}
}

// A client that cannot be opened fails its ops for certain, and its process stays.
func TestNoClient(t *testing.T) {
	var tries atomic.Int64
	test := newTest(t, 1, gen.Clients(gen.RepeatN(2, gen.Call("w", nil))), nil)
	var opened, closed atomic.Int64
	test.Client = &client{opened: &opened, closed: &closed, open: func() error {
		if tries.Add(1) == 2 { // the first is for setting up
			return errBoom
		}
		return nil
	}, invoke: func(op gen.Op) (gen.Op, error) { return op.As(gen.OK), nil }}
	_, ops := run(t, test)
	want(t, ops, "0 invoke w nil\n0 fail w nil\n0 invoke w nil\n0 ok w nil")
}
