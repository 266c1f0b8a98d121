package nemesis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// toy is a database that only notes what happens to it.
type toy struct {
	mu    sync.Mutex
	notes map[string]bool // "n1 killed"
}

func (d *toy) note(n *runner.Node, word string, on bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.notes == nil {
		d.notes = map[string]bool{}
	}
	d.notes[n.Name+" "+word] = on
	return nil
}

func (d *toy) down(word string) (nodes []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for k, on := range d.notes {
		if n, w, _ := strings.Cut(k, " "); w == word && on {
			nodes = append(nodes, n)
		}
	}
	slices.Sort(nodes)
	return nodes
}

func (d *toy) Setup(context.Context, *runner.Run, *runner.Node) error    { return nil }
func (d *toy) Teardown(context.Context, *runner.Run, *runner.Node) error { return nil }
func (d *toy) Kill(_ context.Context, _ *runner.Run, n *runner.Node) error {
	return d.note(n, "killed", true)
}
func (d *toy) Start(_ context.Context, _ *runner.Run, n *runner.Node) error {
	return d.note(n, "killed", false)
}
func (d *toy) Pause(_ context.Context, _ *runner.Run, n *runner.Node) error {
	return d.note(n, "paused", true)
}
func (d *toy) Resume(_ context.Context, _ *runner.Run, n *runner.Node) error {
	return d.note(n, "paused", false)
}

// wire is a network that only notes what is cut.
type wire struct {
	mu    sync.Mutex
	cut   Grudge
	cuts  int
	fails bool
}

func (w *wire) Check(context.Context, *runner.Run) error {
	if w.fails {
		return errors.New("no iptables here")
	}
	return nil
}

func (w *wire) Drop(_ context.Context, _ *runner.Run, g Grudge) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = g
	w.cuts++
	return nil
}

func (w *wire) Heal(context.Context, *runner.Run) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = nil
	return nil
}

// performed runs ops of the nemesis, and returns its events.
func performed(t *testing.T, db *toy, n runner.Nemesis, g gen.Gen) (events []string, err error) {
	t.Helper()
	var mu sync.Mutex
	test := &runner.Test{
		Name: "nemesis", Store: t.TempDir(), Concurrency: 1, DB: db, Nemesis: n,
		Client: runner.ClientFunc(func(_ context.Context, op gen.Op) (gen.Op, error) { return op.As(gen.OK), nil }),
	}
	watch := func(this gen.Gen, _ *gen.Ctx, ev *gen.Op) gen.Gen {
		mu.Lock()
		defer mu.Unlock()
		events = append(events, fmt.Sprint(ev.F, " ", ev.Value, " ", ev.Error))
		return this
	}
	test.Generator = gen.OnUpdate(watch, gen.Nemesis(g))
	_, err = test.Run(t.Context())
	return events, err
}

// Each kind of fault begins and ends, says what it does node by node, and is healed at the end.
func TestPackages(t *testing.T) {
	db, net := &toy{}, &wire{}
	p, err := New(Options{Faults: Faults(), Interval: time.Millisecond, Net: net, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	events, err := performed(t, db, p.Nemesis, gen.Concat(gen.Limit(60, p.Generator), p.Final))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(events, "\n")
	for _, want := range []string{"start-partition", "stop-partition network-healed", "kill map[", "start map[n1:started", "pause map[", "resume map[n1:resumed", ":killed", ":paused"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing says %q", want)
		}
	}
	if strings.Contains(all, "indeterminate") {
		t.Errorf("something failed: %s", all)
	}
	if net.cuts == 0 || net.cut != nil || db.down("killed") != nil || db.down("paused") != nil {
		t.Errorf("%d cuts, and at the end: cut %v, killed %v, paused %v", net.cuts, net.cut, db.down("killed"), db.down("paused"))
	}
}

// A test that ends while something is broken is healed all the same.
func TestTeardown(t *testing.T) {
	db, net := &toy{}, &wire{}
	p, err := New(Options{Faults: []string{"partition", "pause"}, Net: net})
	if err != nil {
		t.Fatal(err)
	}
	_, err = performed(t, db, p.Nemesis, gen.Of(gen.Op{F: "start-partition", Value: CutHalves}, gen.Op{F: "pause", Value: All}))
	if err != nil || net.cuts != 1 || net.cut != nil || db.down("paused") != nil {
		t.Errorf("%v; cut %v, paused %v", err, net.cut, db.down("paused"))
	}
}

// What cannot work is said before anything is done, and what is wrong with an op in its completion.
func TestWrong(t *testing.T) {
	p, err := New(Options{Faults: []string{"partition"}, Net: &wire{fails: true}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := performed(t, &toy{}, p.Nemesis, gen.Call("start-partition", nil)); err == nil || !strings.Contains(err.Error(), "no iptables here") {
		t.Errorf("%v", err)
	}
	events, err := performed(t, &toy{}, Process(1), gen.Of(gen.Op{F: "kill", Value: "n9"}, gen.Op{F: "kill", Value: []string{"n9"}}, gen.Op{F: "kill", Value: []string{"n2", "n3"}}, gen.Op{F: "start"}))
	if all := strings.Join(events, "\n"); err != nil || !strings.Contains(all, "expected nodes, or one of") || !strings.Contains(all, "n9 is no node") || !strings.Contains(all, "map[n2:killed n3:killed]") {
		t.Errorf("%v: %s", err, all)
	}
	if _, err := New(Options{Faults: []string{"flood"}}); err == nil {
		t.Error("a fault that nobody knows")
	}
	if _, err := Compose(Process(1), Process(2)); err == nil {
		t.Error("two nemeses for one operation")
	}
}

// lame is a database that cannot be resumed on one node, which tells so before the others are.
type lame struct {
	toy
	failed chan struct{}
}

func (d *lame) Resume(ctx context.Context, r *runner.Run, n *runner.Node) error {
	if n.Name == "n1" {
		defer close(d.failed)
		return errors.New("it does not answer")
	}
	<-d.failed
	time.Sleep(10 * time.Millisecond) // for a context that would end now
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return d.toy.Resume(ctx, r, n)
}

// A node that cannot be healed does not keep the others from it.
func TestHealsOthers(t *testing.T) {
	db := &lame{failed: make(chan struct{})}
	test := &runner.Test{
		Name: "nemesis", Store: t.TempDir(), Concurrency: 1, DB: db, Nemesis: Process(1),
		Client:    runner.ClientFunc(func(_ context.Context, op gen.Op) (gen.Op, error) { return op.As(gen.OK), nil }),
		Generator: gen.Nemesis(gen.One(gen.Op{F: "pause", Value: All})),
	}
	res, err := test.Run(t.Context())
	if err != nil || res.Unclean == nil || !strings.Contains(res.Unclean.Error(), "n1: it does not answer") {
		t.Errorf("%v, %v", res.Unclean, err)
	}
	if down := db.down("paused"); !slices.Equal(down, []string{"n1"}) {
		t.Errorf("paused at the end: %v", down)
	}
}
