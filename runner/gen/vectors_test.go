package gen_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/runner/gen/gentest"
)

// These are the vectors of acceptance: what each generator does in a simulation with two clients and
// the nemesis, where every op ends as OK after 10 ns unless a test says otherwise.

func a() gen.Gen { return gen.Call("a", nil) }
func b() gen.Gen { return gen.Call("b", nil) }

func forever(f string) gen.Gen { return gen.Repeat(gen.Call(f, nil)) }

// numbers are ops f with the values 0, 1, 2 and so on.
func numbers(f string) gen.Gen {
	return gen.Count(func(i int) gen.Op { return gen.Op{F: f, Value: i} })
}

func simulate(t *testing.T, g gen.Gen, complete gentest.Completer) []gen.Op {
	t.Helper()
	return simulateIn(t, gentest.Ctx(), g, complete)
}

func simulateIn(t *testing.T, c *gen.Ctx, g gen.Gen, complete gentest.Completer) []gen.Op {
	t.Helper()
	ops, err := gentest.Simulate(c, gen.Seed(1, g), complete)
	if err != nil {
		t.Fatalf("%v, after %s", err, show(ops, full))
	}
	return ops
}

func show(ops []gen.Op, one func(gen.Op) string) string {
	var out []string
	for _, op := range ops {
		out = append(out, one(op))
	}
	return strings.Join(out, " ")
}

func full(op gen.Op) string {
	p, _ := op.Process()
	return fmt.Sprintf("%s:%s:%v@%d/%d", op.Type, op.F, op.Value, op.Time, p)
}

// nameAt shows an op as a@10.
func nameAt(op gen.Op) string { return fmt.Sprintf("%s@%d", op.F, op.Time) }

// nameOn shows an op as a@10/1.
func nameOn(op gen.Op) string {
	p, _ := op.Process()
	return fmt.Sprintf("%s@%d/%d", op.F, op.Time, p)
}

func nameValue(op gen.Op) string { return fmt.Sprintf("%s:%v", op.F, op.Value) }

// began shows the ops that begin.
func began(ops []gen.Op, one func(gen.Op) string) string {
	return show(gentest.Invocations(ops), one)
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSameOpSixTimes(t *testing.T) {
	ops := gentest.Invocations(simulate(t, gen.RepeatN(6, a()), gentest.Perfect))
	want(t, show(ops, nameAt), "a@0 a@0 a@0 a@10 a@10 a@10")
	for _, half := range [][]gen.Op{ops[:3], ops[3:]} {
		if got := processes(half); !slices.Equal(got, []int{-1, 0, 1}) {
			t.Errorf("processes %d", got)
		}
	}
}

// processes are those of ops, sorted.
func processes(ops []gen.Op) (out []int) {
	for _, op := range ops {
		p, _ := op.Process()
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func TestDelayOfFive(t *testing.T) {
	ops := simulate(t, gen.Limit(5, gen.Delay(3, forever("a"))), gentest.Perfect)
	want(t, began(ops, nameAt), "a@0 a@3 a@6 a@10 a@13")
}

func TestTwoTimeLimits(t *testing.T) {
	ops := simulate(t, gen.Concat(gen.TimeLimit(20, forever("a")), gen.TimeLimit(10, forever("b"))), gentest.Perfect)
	want(t, began(ops, nameAt), "a@0 a@0 a@0 a@10 a@10 a@10 b@20 b@20 b@20")
}

func TestPhases(t *testing.T) {
	ops := simulate(t, gen.Clients(gen.Phases(gen.RepeatN(2, a()), b(), gen.RepeatN(3, gen.Call("c", nil)))), gentest.Perfect)
	want(t, began(ops, nameAt), "a@0 a@0 b@10 c@20 c@20 c@30")
}

func TestEachThread(t *testing.T) {
	ops := gentest.Invocations(simulate(t, gen.EachThread(gen.Concat(a(), b())), gentest.Perfect))
	want(t, show(ops, nameAt), "a@0 a@0 a@0 b@10 b@10 b@10")
	for _, half := range [][]gen.Op{ops[:3], ops[3:]} {
		if got := processes(half); !slices.Equal(got, []int{-1, 0, 1}) {
			t.Errorf("processes %d", got)
		}
	}
}

// delayedOn emits f every 20 ns on one thread.
func delayedOn(thread int, f string) gen.Gen {
	return gen.OnThreads(func(t, _ int) bool { return t == thread }, gen.Delay(20, forever(f)))
}

func TestAnyOfTwoThreads(t *testing.T) {
	ops := gentest.Invocations(simulate(t, gen.Limit(4, gen.Any(delayedOn(0, "a"), delayedOn(1, "b"))), gentest.Perfect))
	got := strings.Fields(show(ops, nameOn))
	slices.Sort(got)
	want(t, strings.Join(got, " "), "a@0/0 a@20/0 b@0/1 b@20/1")
}

func TestShortestAny(t *testing.T) {
	ops := simulate(t, gen.ShortestAny(gen.Limit(2, delayedOn(0, "a")), delayedOn(1, "b")), gentest.Perfect)
	got := began(ops, nameOn)
	if strings.Count(got, "a@") != 2 || !strings.HasSuffix(got, "a@20/0") {
		t.Errorf("expected the end with the second a, got %s", got)
	}
}

func TestCycle(t *testing.T) {
	ops := simulate(t, gen.Clients(gen.CycleN(2, gen.Phases(gen.RepeatN(3, a()), b()))), gentest.Perfect)
	want(t, began(ops, nameAt), "a@0 a@0 a@10 b@20 a@30 a@30 a@40 b@50")
}

func TestCycleTimes(t *testing.T) {
	seconds := func(op gen.Op) string { return fmt.Sprintf("%s@%d", op.F, op.Time/int64(time.Second)) }
	ops := simulate(t, gen.CycleTimes(
		gen.Window{For: 5 * time.Second, Gen: gen.Delay(time.Second, forever("a"))},
		gen.Window{For: 10 * time.Second, Gen: gen.Delay(3*time.Second, gen.RepeatN(5, b()))}), gentest.Perfect)
	want(t, began(ops, seconds), "a@0 a@1 a@2 a@3 a@4 b@5 b@8 b@11 b@14 a@15 a@16 a@17 a@18 a@19 b@20")
}

func TestUntilOK(t *testing.T) {
	alone := simulateIn(t, gen.NewCtx(1, nil), gen.Clients(gen.UntilOK(forever("r"))), gentest.Imperfect())
	want(t, show(alone, full), "invoke:r:<nil>@0/0 fail:r:<nil>@10/0 invoke:r:<nil>@10/0 info:r:<nil>@20/0 invoke:r:<nil>@20/1 ok:r:<nil>@30/1")
	both := simulate(t, gen.Clients(gen.UntilOK(forever("r"))), gentest.Imperfect())
	want(t, began(both, nameAt), "r@0 r@0 r@10 r@10 r@20 r@20")
	oks := 0
	for _, op := range both {
		if op.Type == gen.OK {
			oks++
		}
	}
	if oks != 2 {
		t.Errorf("expected both of the concurrent ops to end as OK, got %d", oks)
	}
}

func TestFlipFlop(t *testing.T) {
	g := gen.FlipFlop(numbers("write"), gen.Concat(gen.Call("read", nil), gen.Call("finalize", nil)))
	want(t, began(simulate(t, gen.Clients(g), gentest.Perfect), nameValue), "write:0 read:<nil> write:1 finalize:<nil> write:2")
}

func TestProcessLimit(t *testing.T) {
	ops := gentest.Invocations(simulate(t, gen.Clients(gen.ProcessLimit(5, numbers("w"))), gentest.PerfectInfo))
	if got := processes(ops); !slices.Equal(got, []int{0, 1, 2, 3, 4}) {
		t.Errorf("processes %d: %s", got, show(ops, full))
	}
}

func TestReserve(t *testing.T) {
	g := gen.Limit(300, gen.Reserve(forever("c"), gen.Share{Threads: 2, Gen: forever("a")}, gen.Share{Threads: 3, Gen: forever("b")}))
	seen := map[string]int{}
	for _, op := range gentest.Invocations(simulateIn(t, gen.NewCtx(5, nil), g, gentest.Perfect)) {
		p, _ := op.Process()
		want := "c"
		switch {
		case p >= 2:
			want = "b"
		case p >= 0:
			want = "a"
		}
		if op.F != want {
			t.Fatalf("process %d performs %s", p, op.F)
		}
		seen[op.F]++
	}
	if seen["a"] != 100 || seen["b"] != 150 || seen["c"] != 50 {
		t.Errorf("expected turns in proportion to the threads, got %v", seen)
	}
}

func TestReserveTooFew(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "expected as many clients as are reserved") {
			t.Errorf("got %s", got)
		}
	}()
	_, _ = gentest.Simulate(gentest.Ctx(), gen.Clients(gen.Reserve(nil, gen.Share{Threads: 3, Gen: a()})), gentest.Perfect)
}

// gap is the mean time between ops of a name.
func gap(ops []gen.Op, f string) float64 {
	var first, last int64 = -1, 0
	n := 0
	for _, op := range ops {
		if op.F == f {
			if last = op.Time; first < 0 {
				first = last
			}
			n++
		}
	}
	return float64(last-first) / float64(n-1)
}

func TestStaggerRate(t *testing.T) {
	ops := gentest.Invocations(simulate(t, gen.Limit(1000, gen.Stagger(20, forever("a"))), gentest.Quick))
	if got := gap(ops, "a"); got < 18 || got > 22 {
		t.Errorf("mean gap %g ns", got)
	}
}

func TestStaggerTwo(t *testing.T) {
	g := gen.Any(gen.Stagger(3*time.Second, forever("a")), gen.Stagger(5*time.Second, forever("b")))
	ops := gentest.Invocations(simulate(t, gen.Limit(2000, g), gentest.Perfect))
	if x, y := gap(ops, "a")/1e9, gap(ops, "b")/1e9; x < 2.5 || x > 3.5 || y < 4.5 || y > 5.5 {
		t.Errorf("mean gaps %g and %g s", x, y)
	}
}

func TestConcurrencyLimit(t *testing.T) {
	ops := simulate(t, gen.Limit(20, gen.Clients(gen.ConcurrencyLimit(1, gen.Any(forever("w"), forever("r"))))), gentest.Perfect)
	if len(ops) != 40 {
		t.Fatalf("%d ops", len(ops))
	}
	for i, op := range ops {
		if want := [2]gen.Type{gen.Invoke, gen.OK}[i%2]; op.Type != want {
			t.Errorf("op %d is %s", i, op)
		}
	}
}

func TestConcurrentKeys(t *testing.T) {
	keys := []any{"k0", "k1", "k2", "k3", "k4"}
	g := gen.ConcurrentKeys(2, keys, func(any) gen.Gen { return gen.Limit(6, numbers("w")) })
	ops := simulateIn(t, gen.NewCtx(6, nil), g, gentest.Perfect)
	values, running, groups := map[any][]any{}, map[any]int{}, map[any]int{}
	for _, op := range ops {
		tuple := op.Value.(gen.Tuple)
		p, _ := op.Process()
		if op.Type == gen.OK {
			running[tuple.Key]--
			continue
		}
		values[tuple.Key] = append(values[tuple.Key], tuple.Value)
		if running[tuple.Key]++; running[tuple.Key] > 2 {
			t.Errorf("%d ops at once on %v", running[tuple.Key], tuple.Key)
		}
		if group, ok := groups[tuple.Key]; ok && group != p/2 {
			t.Errorf("groups %d and %d both work on %v", group, p/2, tuple.Key)
		}
		groups[tuple.Key] = p / 2
	}
	for _, k := range keys {
		if got := fmt.Sprint(values[k]); got != "[0 1 2 3 4 5]" {
			t.Errorf("values of %v: %s", k, got)
		}
	}
	first := []int{groups["k0"], groups["k1"], groups["k2"]}
	if slices.Sort(first); !slices.Equal(first, []int{0, 1, 2}) {
		t.Errorf("groups of the first keys: %d", first)
	}
}

// A group takes the next key when no op on the previous one runs any more.
func TestConcurrentKeysFinishFirst(t *testing.T) {
	keys := []any{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	g := gen.ConcurrentKeys(3, keys, func(any) gen.Gen { return gen.Limit(7, numbers("w")) })
	c := gen.NewCtx(6, nil)
	running := [2]map[any]int{{}, {}}
	ops := simulateIn(t, c, g, randomly(1))
	for _, op := range ops {
		key := op.Value.(gen.Tuple).Key
		p, _ := op.Process()
		group := running[c.Thread(p)/3]
		if op.Type == gen.Invoke {
			group[key]++
		} else if group[key]--; group[key] == 0 {
			delete(group, key)
		}
		if len(group) > 1 {
			t.Fatalf("one group works on %v, with %s", group, op)
		}
	}
	if len(ops) != 2*7*len(keys) {
		t.Errorf("%d events", len(ops))
	}
}

func TestConcurrentKeysOfFourByThree(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "found 4: try a concurrency of 6") {
			t.Errorf("got %s", got)
		}
	}()
	g := gen.ConcurrentKeys(3, []any{1}, func(any) gen.Gen { return a() })
	_, _ = gentest.Simulate(gen.NewCtx(4, nil), g, gentest.Perfect)
}

func TestConcurrentKeysUnwrapsEvents(t *testing.T) {
	var seen []any
	g := gen.ConcurrentKeys(1, []any{"x"}, func(any) gen.Gen {
		return gen.Trace(func(what string, _ gen.Kind, op *gen.Op) {
			if what == "update" {
				seen = append(seen, op.Value)
			}
		}, gen.Limit(2, numbers("w")))
	})
	simulateIn(t, gen.NewCtx(1, nil), g, gentest.Perfect)
	if got := fmt.Sprint(seen); got != "[0 0]" { // then it has ended
		t.Errorf("events %s", got)
	}
}

func TestOnUpdateDeliversPromise(t *testing.T) {
	p := gen.NewPromise()
	hold := gen.Call("hold", nil)
	g := gen.OnUpdate(func(this gen.Gen, _ *gen.Ctx, ev *gen.Op) gen.Gen {
		if ev.Type == gen.OK && ev.F == "write" {
			p.Deliver(gen.Call("confirm", ev.Value))
		}
		return this
	}, gen.Any(p, gen.Concat(gen.Call("read", nil), gen.Call("write", "x"), hold, hold, hold)))
	ops := simulate(t, gen.Clients(g), gentest.Perfect)
	got := show(ops, func(op gen.Op) string { return op.Type.String() + ":" + op.F })
	confirm, wrote := strings.Index(got, "invoke:confirm"), strings.Index(got, "ok:write")
	if confirm < 0 || confirm < wrote || strings.Count(got, "confirm") != 2 {
		t.Error(got)
	}
	if !strings.HasPrefix(got, "invoke:read invoke:write ok:read") {
		t.Error(got)
	}
}

func TestOthers(t *testing.T) {
	c := gen.Call("c", nil)
	for _, x := range []struct {
		name, want string
		g          gen.Gen
	}{
		{"concat", "a@0 b@0 c@0 a@10", gen.Concat(gen.Of(gen.Op{F: "a"}, gen.Op{F: "b"}), nil, gen.Limit(1, gen.Repeat(c)), a())},
		{"map", "b@0", gen.FMap(map[string]string{"a": "b"}, a())},
		{"repeat", "a@0 a@0 a@0 a@10", gen.RepeatN(4, gen.Concat(a(), b()))},
		{"synchronize", "a@0 a@0 a@0 b@10", gen.Concat(gen.RepeatN(3, a()), gen.Synchronize(b()))},
		{"then", "b@0 b@0 b@0 a@10", gen.Then(a(), gen.RepeatN(3, b()))},
		{"sequence", "a@0 b@0", gen.FromSeq(slices.Values([]gen.Gen{a(), nil, b()}))},
		{"lazy", "a@0", gen.Lazy(a)},
		{"pause", "b@5", gen.Nemesis(gen.Concat(gen.Pause(5), b()))},
		{"say", "a@0", gen.Phases(gen.Say("hello"), a())},
		{"empty any", "", gen.Any()},
		{"empty mix", "", gen.Mix(nil, nil)},
		{"empty cycle", "", gen.Cycle(gen.Concat(nil, gen.Limit(0, a())))},
		{"cycle of what ends by itself", "", gen.Cycle(gen.FuncGen(func(*rand.Rand, *gen.Ctx) gen.Gen { return nil }))},
		{"each process", "a@0 a@0 b@10", gen.Concat(gen.Clients(gen.EachProcess(a())), b())},
	} {
		t.Run(x.name, func(t *testing.T) { want(t, began(simulate(t, x.g, gentest.Perfect), nameAt), x.want) })
	}
}

func TestFilter(t *testing.T) {
	even := func(op gen.Op) bool { return op.Value.(int)%2 == 0 }
	want(t, began(simulate(t, gen.Filter(even, gen.Limit(10, numbers("w"))), gentest.Perfect), nameValue), "w:0 w:2 w:4 w:6 w:8")
}

func TestMixTakesAll(t *testing.T) {
	got := began(simulate(t, gen.Mix(gen.RepeatN(5, a()), gen.RepeatN(10, b())), gentest.Perfect), nameValue)
	if strings.Count(got, "a") != 5 || strings.Count(got, "b") != 10 || strings.HasPrefix(got, "a:<nil> a:<nil> a:<nil> a:<nil> a:<nil>") {
		t.Error(got)
	}
}

func TestSequentialKeys(t *testing.T) {
	g := gen.SequentialKeys([]any{"x", "y"}, func(any) gen.Gen { return gen.Limit(3, numbers("w")) })
	want(t, began(simulate(t, g, gentest.Perfect), func(op gen.Op) string { return fmt.Sprint(op.Value) }), "{x 0} {x 1} {x 2} {y 0} {y 1} {y 2}")
}

// A time limit must not end early because the next op of the nemesis lies beyond it, while clients
// that are busy now have ops to come.
func TestTimeLimitWaitsForBusyThreads(t *testing.T) {
	g := gen.TimeLimit(100, gen.ClientsAndNemesis(forever("a"), gen.Delay(60, forever("n"))))
	got := began(simulate(t, g, gentest.Perfect), nameAt)
	if strings.Count(got, "a@") != 20 || strings.Count(got, "n@") != 2 {
		t.Error(got)
	}
}

func TestCacheSparesAsks(t *testing.T) {
	calls := 0
	expensive := gen.Func(func(*rand.Rand, *gen.Ctx) gen.Op { calls++; return gen.Op{F: "e"} })
	g := gen.Limit(10, gen.Any(gen.Cache(time.Second, gen.Delay(25, expensive)), gen.Delay(10, forever("c"))))
	ops := simulate(t, gen.Clients(g), gentest.Quick)
	n := strings.Count(began(ops, nameAt), "e@")
	if n < 2 || calls > n+1 {
		t.Errorf("%d calls for %d ops: %s", calls, n, began(ops, nameAt))
	}
}
