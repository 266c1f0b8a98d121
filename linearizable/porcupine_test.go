package linearizable_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A kvIn gets a key, or puts a value.
type kvIn struct {
	put   bool
	key   string
	value int
}

// kvMaps has states that do not compare, in one part; kvParts, in a part for
// each key, has numbers.
var (
	kvMaps = porcupine.Model{
		Init: func() any { return map[string]int{} },
		Step: func(state, in, out any) (bool, any) {
			s, op := state.(map[string]int), in.(kvIn)
			if !op.put {
				return s[op.key] == out, s
			}
			s = maps.Clone(s)
			s[op.key] = op.value
			return true, s
		},
		Equal: func(a, b any) bool { return maps.Equal(a.(map[string]int), b.(map[string]int)) },
	}
	kvParts = porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			return slices.Collect(maps.Values(byKey(history, func(op porcupine.Operation) string { return op.Input.(kvIn).key })))
		},
		PartitionEvent: func(history []porcupine.Event) [][]porcupine.Event {
			keys := map[int]string{}
			return slices.Collect(maps.Values(byKey(history, func(e porcupine.Event) string {
				if e.Kind == porcupine.CallEvent {
					keys[e.Id] = e.Value.(kvIn).key
				}
				return keys[e.Id]
			})))
		},
		Init: func() any { return 0 },
		Step: func(state, in, out any) (bool, any) {
			if op := in.(kvIn); op.put {
				return true, op.value
			}
			return state == out, state
		},
	}
)

func byKey[T any](list []T, key func(T) string) map[string][]T {
	parts := map[string][]T{}
	for _, x := range list {
		parts[key(x)] = append(parts[key(x)], x)
	}
	return parts
}

func kvHash(state any) uint64 {
	h := uint64(0)
	for k, v := range state.(map[string]int) {
		h ^= uint64(k[0])*1000003 + uint64(v)
	}
	return h
}

// kvSets may lose each put: a nondeterministic model.
var kvSets = porcupine.NondeterministicModel{
	Partition: kvParts.Partition, PartitionEvent: kvParts.PartitionEvent,
	Init: func() []any { return []any{0} },
	Step: func(state, in, out any) []any {
		switch op := in.(kvIn); {
		case op.put:
			return []any{state, op.value}
		case state == out:
			return []any{state}
		}
		return nil
	},
}

// randomKV makes operations on two keys, with times that may be equal.
func randomKV(r *rand.Rand) (ops []porcupine.Operation) {
	state := map[string]int{}
	n := 1 + r.IntN(9)
	width := int64(1 + r.IntN(4))
	for i := range n {
		in := kvIn{r.IntN(2) == 0, string(rune('x' + r.IntN(2))), 1 + r.IntN(2)}
		call := int64(i)
		op := porcupine.Operation{ClientId: i, Input: in, Call: call, Return: call + r.Int64N(width+1), Output: 0}
		if in.put {
			state[in.key] = in.value
		} else {
			op.Output = state[in.key]
			if r.IntN(6) == 0 {
				op.Output = r.IntN(3)
			}
		}
		ops = append(ops, op)
	}
	r.Shuffle(len(ops), func(i, j int) { ops[i], ops[j] = ops[j], ops[i] })
	return ops
}

// events makes events of operations, as Porcupine orders them: at the same time
// calls first.
func events(ops []porcupine.Operation) (list []porcupine.Event) {
	type moment struct {
		time int64
		ret  bool
		op   int
	}
	var moments []moment
	for i, op := range ops {
		moments = append(moments, moment{op.Call, false, i}, moment{op.Return, true, i})
	}
	slices.SortStableFunc(moments, func(a, b moment) int {
		switch {
		case a.time != b.time:
			return int(a.time - b.time)
		case a.ret == b.ret:
			return 0
		case a.ret:
			return 1
		}
		return -1
	})
	for _, m := range moments {
		op := ops[m.op]
		e := porcupine.Event{ClientId: op.ClientId, Kind: porcupine.EventKind(m.ret), Id: 7 * m.op, Value: op.Input}
		if m.ret {
			e.Value = op.Output
		}
		list = append(list, e)
	}
	return list
}

// TestPorcupineModels: the same model, the same verdict, however it is written.
func TestPorcupineModels(t *testing.T) {
	hashed := kvMaps
	hashed.Hash = kvHash
	stepped := kvParts
	stepped.Step = nil
	stepped.StepContext = func(_ context.Context, state, in, out any) (bool, any) { return kvParts.Step(state, in, out) }
	sets := kvSets
	sets.Step = nil
	sets.StepContext = func(_ context.Context, state, in, out any) []any { return kvSets.Step(state, in, out) }
	sets.Equal = func(a, b any) bool { return a == b }
	for name, m := range map[string]struct {
		theirs porcupine.Model
		ours   linearizable.PorcupineModel
	}{
		"maps":       {kvMaps, linearizable.Porcupine(kvMaps)},
		"hashed":     {hashed, linearizable.Porcupine(hashed)},
		"parts":      {kvParts, linearizable.Porcupine(kvParts)},
		"context":    {stepped, linearizable.Porcupine(stepped)},
		"powerset":   {kvSets.ToModel(), linearizable.Porcupine(kvSets.ToModel())},
		"sets":       {kvSets.ToModel(), linearizable.PorcupineNondeterministic(kvSets)},
		"setsEquals": {sets.ToModel(), linearizable.PorcupineNondeterministic(sets)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, 8))
			count := map[bool]int{}
			for range 2000 {
				ops := randomKV(r)
				want := porcupine.CheckOperations(m.theirs, ops)
				count[want]++
				out, err := m.ours.CheckOperations(context.Background(), ops, linearizable.Options{Witness: true})
				if err != nil || out.Valid == verdict.Unknown || (out.Valid == verdict.Valid) != want {
					t.Fatalf("%+v: %v %+v, want %v", ops, err, out, want)
				}
				if want && len(out.Witness) != len(ops) {
					t.Fatalf("%+v: %v", ops, out.Witness)
				}
				list := events(ops)
				byEvent, err := m.ours.CheckEvents(context.Background(), list, linearizable.Options{})
				if err != nil || byEvent.Valid != out.Valid || porcupine.CheckEvents(m.theirs, list) != want {
					t.Fatalf("%+v: %v %+v, want %v", list, err, byEvent, want)
				}
				got := culprits(byEvent)
				for i, e := range got {
					got[i] = list[e].Id / 7
				}
				if slices.Sort(got); !slices.Equal(got, culprits(out)) {
					t.Fatalf("%+v: operations %v, by events %v", ops, culprits(out), got)
				}
			}
			if count[true] < 200 || count[false] < 200 {
				t.Error(count)
			}
		})
	}
}

// culprits returns the operations at which objects fail, ascending.
func culprits(out *linearizable.Outcome) (ops []int) {
	for _, p := range out.Parts {
		if p.Valid == verdict.Invalid {
			ops = append(ops, p.Culprit)
		}
	}
	slices.Sort(ops)
	return ops
}

func TestPorcupineErrors(t *testing.T) {
	m := linearizable.Porcupine(kvParts)
	put, get := kvIn{true, "x", 1}, kvIn{key: "x"}
	var bad *linearizable.OperationError
	_, err := m.CheckOperations(context.Background(), []porcupine.Operation{{Input: put, Call: 0, Return: 1}, {Input: put, Call: 3, Return: 2}}, linearizable.Options{})
	if !errors.As(err, &bad) || bad.Op != 1 {
		t.Error(err)
	}
	call := func(id int, in any) porcupine.Event { return porcupine.Event{Id: id, Value: in} }
	ret := func(id int, out any) porcupine.Event {
		return porcupine.Event{Id: id, Kind: porcupine.ReturnEvent, Value: out}
	}
	for _, c := range []struct {
		name   string
		events []porcupine.Event
		op     int
		valid  verdict.Verdict
	}{
		{"an id twice", []porcupine.Event{call(1, put), ret(1, 0), call(1, put)}, 2, 0},
		{"no call", []porcupine.Event{call(1, put), ret(1, 0), ret(1, 0)}, 2, 0},
		{"no return, not needed", []porcupine.Event{call(1, put), call(2, get), ret(2, 0)}, -1, verdict.Valid},
		{"no return, needed", []porcupine.Event{call(1, put), call(2, get), ret(2, 1)}, -1, verdict.Unknown},
		{"no return, too late", []porcupine.Event{call(2, get), ret(2, 1), call(1, put)}, -1, verdict.Invalid},
	} {
		out, err := m.CheckEvents(context.Background(), c.events, linearizable.Options{})
		switch {
		case c.op >= 0 && (!errors.As(err, &bad) || bad.Op != c.op):
			t.Errorf("%s: %v", c.name, err)
		case c.op < 0 && (err != nil || out.Valid != c.valid):
			t.Errorf("%s: %v %+v", c.name, err, out)
		}
	}
	var option *linearizable.OptionError
	for _, m := range []porcupine.Model{{}, {Init: kvMaps.Init}, {Init: kvMaps.Init, Step: kvMaps.Step}} {
		if _, err := linearizable.Porcupine(m).CheckOperations(context.Background(), nil, linearizable.Options{}); !errors.As(err, &option) {
			t.Error(err)
		}
	}
}

// TestPorcupineContext: a step that waits for its context, or takes long, does
// not make a verdict.
func TestPorcupineContext(t *testing.T) {
	waits := kvParts
	waits.StepContext = func(ctx context.Context, state, in, out any) (bool, any) {
		<-ctx.Done()
		return false, nil
	}
	var steps atomic.Int64
	slow := kvParts
	slow.Step = func(state, in, out any) (bool, any) {
		steps.Add(1)
		time.Sleep(time.Millisecond)
		return kvParts.Step(state, in, out)
	}
	var ops []porcupine.Operation
	for i := range 12 {
		ops = append(ops, porcupine.Operation{Input: kvIn{true, "x", i}, Call: 0, Return: 10})
	}
	ops = append(ops, porcupine.Operation{Input: kvIn{key: "x"}, Output: 99, Call: 11, Return: 12})
	for _, m := range []porcupine.Model{waits, slow} {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		out, err := linearizable.Porcupine(m).CheckOperations(ctx, ops, linearizable.Options{})
		cancel()
		if err != nil || out.Valid != verdict.Unknown {
			t.Errorf("%v %+v", err, out)
		}
	}
	if n := steps.Load(); n > 30 {
		t.Errorf("%d steps of a millisecond in 20", n)
	}
}

// TestFromPorcupine: operations that were recorded for Porcupine, as an Object's.
func TestFromPorcupine(t *testing.T) {
	o := linearizable.Object[int, any, any]{
		Step: func(s int, in, out any) (int, bool) {
			if op := in.(kvIn); op.put {
				return op.value, true
			}
			return s, out == s
		},
		Key: func(in any) any { return in.(kvIn).key },
	}
	r := rand.New(rand.NewPCG(9, 10))
	for range 2000 {
		ops := randomKV(r)
		out, err := o.Check(context.Background(), linearizable.FromPorcupine(ops), linearizable.Options{})
		if want := porcupine.CheckOperations(kvParts, ops); err != nil || (out.Valid == verdict.Valid) != want {
			t.Fatalf("%+v: %v %+v, want %v", ops, err, out, want)
		}
		if m, list := o.Porcupine(linearizable.FromPorcupine(ops)); porcupine.CheckOperations(m, list) != (out.Valid == verdict.Valid) {
			t.Fatalf("%+v: %v, and another verdict by way of the Object", ops, out.Valid)
		}
	}
}

// TestPicture: Porcupine draws what ToPorcupine makes.
func TestPicture(t *testing.T) {
	const text = `{:process 0, :type :invoke, :f :write, :value [:x 1]}
{:process 1, :type :invoke, :f :write, :value [:x 2]}
{:process 0, :type :ok, :f :write, :value [:x 1]}
{:process 2, :type :invoke, :f :read, :value [:x nil]}
{:process 2, :type :ok, :f :read, :value [:x 1]}
{:process 2, :type :invoke, :f :read, :value [:y nil]}
{:process 2, :type :ok, :f :read, :value [:y 3]}
`
	h, err := format.ReadBytes(context.Background(), "picture.edn", []byte(text), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := linearizable.ByName("register", "")
	if err != nil {
		t.Fatal(err)
	}
	model, ops, err := linearizable.ToPorcupine(h, m, linearizable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	verdict, info := porcupine.CheckOperationsVerbose(model, ops, 0)
	if verdict != porcupine.Illegal {
		t.Errorf("%v", verdict)
	}
	var page strings.Builder
	if err := porcupine.Visualize(model, info, &page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"Description":"writing 1"`, `"Description":"writing 2, perhaps"`, `"StateDescription":"1"`, `"Metadata":"op 2"`} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("no %s in the page", want)
		}
	}
}

// TestAgainstPorcupine: models and histories of each kind, with operations that
// may have happened.
func TestAgainstPorcupine(t *testing.T) {
	rounds := uint64(4000)
	if testing.Short() {
		rounds = 150
	}
	for kind, name := range map[simulate.Kind]string{
		simulate.Register: "register", simulate.CASRegister: "cas-register", simulate.Set: "set", simulate.FIFOQueue: "fifo-queue",
		simulate.UnorderedQueue: "unordered-queue", simulate.Stack: "stack", simulate.Mutex: "mutex", simulate.Counter: "counter",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := linearizable.ByName(name, "")
			if err != nil {
				t.Fatal(err)
			}
			count := map[bool]int{}
			for seed := range rounds {
				o := simulate.Object{
					Kind: kind, Seed: seed, Operations: 6 + int(seed%13), Clients: 2 + int(seed%3), Keys: 1 + int(seed%2),
					Values: int(seed % 4), CrashRate: []float64{0, 0.2}[seed%2], FailRate: 0.1, BugRate: []float64{0, 0.3, 0.8}[seed%3],
				}
				h, err := o.History()
				if err != nil {
					t.Fatal(err)
				}
				theirs, ops, err := linearizable.ToPorcupine(h, m, linearizable.Options{})
				if err != nil {
					t.Fatal(err)
				}
				want := porcupine.CheckOperations(theirs, ops)
				count[want]++
				if got := porcupine.CheckEvents(theirs, linearizable.PorcupineEvents(ops)); got != want {
					t.Fatalf("%+v: as events %v, as operations %v", o, got, want)
				}
				res, err := linearizable.Check(context.Background(), h, m, linearizable.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if vacuous(res) {
					if !want {
						t.Fatalf("%+v: nothing was judged, Porcupine says %v", o, want)
					}
					continue
				}
				if res.Valid == verdict.Unknown || (res.Valid == verdict.Valid) != want {
					t.Fatalf("%+v: %v, Porcupine says %v", o, res.Valid, want)
				}
				again, err := linearizable.Porcupine(theirs).CheckOperations(context.Background(), ops, linearizable.Options{})
				if err != nil || len(ops) > 0 && again.Valid != res.Valid {
					t.Fatalf("%+v: %v by Porcupine's model, %v", o, again.Valid, res.Valid)
				}
			}
			t.Log(count)
			if count[true] < int(rounds)/50 || count[false] < int(rounds)/50 {
				t.Errorf("%v: one verdict is rare", count)
			}
		})
	}
}

// Where a test calls Porcupine, it can call this instead, with the same model and
// operations.
// docs/from-porcupine.md shows lines of ExamplePorcupine and what it prints.
func TestPorcupinePage(t *testing.T) {
	page, err := os.ReadFile("../docs/from-porcupine.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("porcupine_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(source), "\nfunc ExamplePorcupine() {")
	example = strings.NewReplacer("\t// ", "", "\t", "", "context.Background()", "ctx").Replace(example)
	shown := regexp.MustCompile("(?s)```(?:go|text)\n(.*?)```").FindAllSubmatch(page, -1)
	if len(shown) != 2 {
		t.Errorf("the page has %d blocks, want 2", len(shown))
	}
	for _, block := range shown {
		for line := range strings.Lines(string(block[1])) {
			if !strings.Contains(example, "\n"+strings.TrimSpace(line)) && !strings.Contains(example, "\n"+line) {
				t.Errorf("ExamplePorcupine has no line %q", line)
			}
		}
	}
}

func ExamplePorcupine() {
	register := porcupine.Model{
		Init: func() any { return 0 },
		Step: func(state, in, out any) (bool, any) {
			if in != nil {
				return true, in
			}
			return state == out, state
		},
	}
	ops := []porcupine.Operation{
		{ClientId: 0, Input: 200, Call: 0, Return: 100},
		{ClientId: 1, Output: 200, Call: 10, Return: 30},
		{ClientId: 2, Output: 0, Call: 40, Return: 90},
	}
	fmt.Println(porcupine.CheckOperations(register, ops))

	model := linearizable.Porcupine(register)
	out, err := model.CheckOperations(context.Background(), ops, linearizable.Options{})
	fmt.Println(out.Valid, err)
	fmt.Print(model.Explain(ops, out))
	// Output:
	// false
	// false <nil>
	// not linearizable
	// no order of the operations explains how this one ended:
	//   operation 2, client 2, 40 to 90: <nil> -> 0
	// when it returned, these ran too:
	//   operation 0, client 0, 0 to 100: 200 -> <nil>
	// just before, the object may have been:
	//   200, after operation 1, client 1, 10 to 30: <nil> -> 200
}
