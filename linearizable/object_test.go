package linearizable_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/seed-c33ae711/jcheck/internal/lin"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A regIn asks a register to read (f 'r'), to write a, or to write b if it holds
// a (f 'c'); the result is the value read, or whether the compare matched.
type regIn struct {
	f    byte
	a, b int
}

func regStep(s int, in regIn, out int) (int, bool) {
	switch in.f {
	case 'r':
		return s, out == s
	case 'w':
		return in.a, true
	}
	if s == in.a {
		return in.b, out == 1
	}
	return s, out == 0
}

// regPending: a compare that nobody heard of may have matched or not.
func regPending(s int, in regIn) (int, bool) {
	switch {
	case in.f == 'w':
		return in.a, true
	case in.f == 'c' && s == in.a:
		return in.b, true
	}
	return s, in.f == 'r'
}

var register = linearizable.Object[int, regIn, int]{
	Step:     regStep,
	Pending:  regPending,
	ReadOnly: func(in regIn) bool { return in.f == 'r' },
}

// queueStep is a queue of small numbers, as text. An input above zero is put in;
// zero takes out, and the result is what came, zero if it was empty.
func queueStep(s string, in, out int) (string, bool) {
	switch {
	case in > 0:
		return s + string(rune('0'+in)), true
	case s == "":
		return s, out == 0
	}
	return s[1:], out == int(s[0]-'0')
}

func queuePending(s string, in int) (string, bool) {
	switch {
	case in > 0:
		return s + string(rune('0'+in)), true
	case s == "":
		return s, true
	}
	return s[1:], true
}

var queue = linearizable.Object[string, int, int]{Step: queueStep, Pending: queuePending}

// random makes operations of several clients, which end as a run of the object
// says, but for some that give a wrong result or none. All times differ.
func random[S, In, Out any](r *rand.Rand, init S, in func() In, run func(S, In) (S, Out), wrong func() Out) []linearizable.Operation[In, Out] {
	n, clients := r.IntN(9), 1+r.IntN(4)
	ops := make([]linearizable.Operation[In, Out], 0, n)
	running := map[int]int{}
	at := int64(0)
	errs := []float64{0, 0.1, 0.3}[r.IntN(3)]
	crashes := []float64{0, 0.2}[r.IntN(2)]
	client := make([]int, clients)
	for i := range client {
		client[i] = i
	}
	for len(ops) < n || len(running) > 0 {
		k := r.IntN(clients)
		at++
		i, runs := running[k]
		switch {
		case !runs && len(ops) < n:
			running[k] = len(ops)
			ops = append(ops, linearizable.Operation[In, Out]{Client: client[k], In: in(), Call: at})
			continue
		case !runs:
			continue
		}
		delete(running, k)
		op := &ops[i]
		op.Return = at
		next, out := run(init, op.In)
		op.Out = out
		if r.Float64() < errs {
			op.Out = wrong()
		}
		if op.Pending = r.Float64() < crashes; op.Pending {
			client[k] += clients
		}
		if !op.Pending || r.IntN(2) == 0 {
			init = next
		}
	}
	return ops
}

func randomRegister(r *rand.Rand) []linearizable.Operation[regIn, int] {
	return random(r, 0, func() regIn { return regIn{"rwc"[r.IntN(3)], r.IntN(3), r.IntN(3)} },
		func(s int, in regIn) (int, int) {
			for out := range 3 {
				if next, ok := regStep(s, in, out); ok {
					return next, out
				}
			}
			panic("no result")
		}, func() int { return r.IntN(3) })
}

func randomQueue(r *rand.Rand) []linearizable.Operation[int, int] {
	return random(r, "", func() int { return max(0, r.IntN(7)-3) },
		func(s string, in int) (string, int) {
			for out := range 5 {
				if next, ok := queueStep(s, in, out); ok {
					return next, out
				}
			}
			panic("no result")
		}, func() int { return r.IntN(4) })
}

// slowObject is an object whose operations are tried in all orders.
type slowObject[S comparable, In, Out any] struct {
	linearizable.Object[S, In, Out]
	ops []lin.Op[In, Out]
}

func slowly[S comparable, In, Out any](o linearizable.Object[S, In, Out], ops []linearizable.Operation[In, Out]) slowObject[S, In, Out] {
	slow := slowObject[S, In, Out]{o, make([]lin.Op[In, Out], len(ops))}
	for i, op := range ops {
		slow.ops[i] = lin.Op[In, Out]{Inv: int(op.Call), Ret: int(op.Return), In: op.In, Out: op.Out}
		if op.Pending {
			slow.ops[i].Ret = lin.Never
		}
	}
	return slow
}

func (o slowObject[S, In, Out]) step(s S, op lin.Op[In, Out]) (S, bool) {
	if op.Pending() {
		return o.Pending(s, op.In)
	}
	return o.Step(s, op.In, op.Out)
}

// linearizableTo tells whether what began before a point in time is linearizable. What
// had not returned by then is pending, with the result that it has later.
func (o slowObject[S, In, Out]) linearizableTo(last int) bool {
	var prefix []lin.Op[In, Out]
	for _, op := range o.ops {
		if op.Inv < last {
			if op.Ret > last {
				op.Ret = lin.Never
			}
			prefix = append(prefix, op)
		}
	}
	_, ok := lin.Check(prefix, o.Init, func(s S, op lin.Op[In, Out]) (S, bool) {
		for _, whole := range o.ops {
			if whole.Inv == op.Inv && !whole.Pending() {
				return o.Step(s, op.In, op.Out)
			}
		}
		return o.step(s, op)
	})
	return ok
}

// checkObject compares Check with trying all orders.
func checkObject[S comparable, In, Out any](t *testing.T, o linearizable.Object[S, In, Out], ops []linearizable.Operation[In, Out]) verdict.Verdict {
	t.Helper()
	slow := slowly(o, ops)
	_, want := lin.Check(slow.ops, o.Init, slow.step)
	out, err := o.Check(context.Background(), ops, linearizable.Options{Witness: true})
	if err != nil {
		t.Fatalf("%+v: %v", ops, err)
	}
	if !completed(ops) {
		if out.Valid != verdict.Unknown {
			t.Errorf("nothing completed: %v", out.Valid)
		}
		return out.Valid
	}
	if out.Valid == verdict.Unknown || (out.Valid == verdict.Valid) != want {
		t.Fatalf("%+v: %v, want %v", ops, out.Valid, want)
	}
	if out.Valid == verdict.Valid {
		if err := lin.Verify(slow.ops, out.Witness, o.Init, slow.step); err != nil {
			t.Fatalf("%+v: %v: %v", ops, out.Witness, err)
		}
		return out.Valid
	}
	// What returned before the culprit is linearizable, with it no longer.
	p := out.Parts[0]
	end := slow.ops[p.Culprit].Ret
	if slow.linearizableTo(end) {
		t.Fatalf("%+v: linearizable to operation %d", ops, p.Culprit)
	}
	if !slow.linearizableTo(end - 1) {
		t.Fatalf("%+v: not linearizable before operation %d", ops, p.Culprit)
	}
	if len(p.Final) == 0 || !slices.Contains(p.Window, p.Culprit) || !strings.Contains(o.Explain(ops, out), fmt.Sprintf("operation %d", p.Culprit)) {
		t.Fatalf("%+v: %+v", ops, p)
	}
	return out.Valid
}

// completed reports whether anything did.
func completed[In, Out any](ops []linearizable.Operation[In, Out]) bool {
	return slices.ContainsFunc(ops, func(op linearizable.Operation[In, Out]) bool { return !op.Pending })
}

// TestObject compares objects with trying all orders.
func TestObject(t *testing.T) {
	rounds := 20_000
	if testing.Short() {
		rounds = 2000
	}
	r := rand.New(rand.NewPCG(1, 2))
	count := map[verdict.Verdict]int{}
	for range rounds {
		count[checkObject(t, register, randomRegister(r))]++
		count[checkObject(t, queue, randomQueue(r))]++
	}
	if count[verdict.Valid] < rounds/4 || count[verdict.Invalid] < rounds/4 {
		t.Errorf("%v", count)
	}
}

// TestObjectTouching compares objects with Porcupine where times are equal.
func TestObjectTouching(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	count := map[bool]int{}
	for range 5000 {
		ops := randomRegister(r)
		for i := range ops {
			ops[i].Call, ops[i].Return = ops[i].Call/3, ops[i].Return/3
		}
		if !completed(ops) {
			continue
		}
		out, err := register.Check(context.Background(), ops, linearizable.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := porcupine.CheckOperations(register.Porcupine(ops))
		count[want]++
		if (out.Valid == verdict.Valid) != want {
			t.Fatalf("%+v: %v, Porcupine says %v", ops, out.Valid, want)
		}
	}
	if count[true] < 500 || count[false] < 500 {
		t.Error(count)
	}
}

// TestObjectBlind: without Pending, a verdict is one that Pending, whatever it
// says, cannot change.
func TestObjectBlind(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	blind := register
	blind.Pending = nil
	count := map[verdict.Verdict]int{}
	for range 5000 {
		ops := randomRegister(r)
		if len(ops) == 0 {
			continue
		}
		out, err := blind.Check(context.Background(), ops, linearizable.Options{})
		if err != nil {
			t.Fatal(err)
		}
		full, err := register.Check(context.Background(), ops, linearizable.Options{})
		if err != nil {
			t.Fatal(err)
		}
		count[out.Valid]++
		if out.Valid != verdict.Unknown && out.Valid != full.Valid {
			t.Fatalf("%+v: %v, with Pending %v", ops, out.Valid, full.Valid)
		}
	}
	if count[verdict.Unknown] < 50 {
		t.Error(count)
	}
}

type op = linearizable.Operation[regIn, int]

func TestObjectKeys(t *testing.T) {
	type in struct {
		key string
		in  regIn
	}
	o := linearizable.Object[int, in, int]{
		Step: func(s int, in in, out int) (int, bool) { return regStep(s, in.in, out) },
		Key:  func(in in) any { return in.key },
	}
	w := func(key string, v int, call, ret int64) linearizable.Operation[in, int] {
		return linearizable.Operation[in, int]{In: in{key, regIn{f: 'w', a: v}}, Call: call, Return: ret}
	}
	r := func(key string, v int, call, ret int64) linearizable.Operation[in, int] {
		return linearizable.Operation[in, int]{In: in{key, regIn{f: 'r'}}, Out: v, Call: call, Return: ret}
	}
	ops := []linearizable.Operation[in, int]{w("x", 1, 0, 1), w("y", 2, 2, 3), r("x", 1, 4, 5), r("y", 2, 6, 7)}
	out, err := o.Check(context.Background(), ops, linearizable.Options{Witness: true})
	if err != nil || out.Valid != verdict.Valid || !slices.Equal(out.Witness, []int{0, 1, 2, 3}) {
		t.Errorf("%v %+v", err, out)
	}
	ops[3].Out = 0
	out, err = o.Check(context.Background(), ops, linearizable.Options{})
	if err != nil || out.Valid != verdict.Invalid || out.Parts[1].Culprit != 3 || out.Keys[1] != "y" {
		t.Errorf("%v %+v", err, out)
	}
	o.Key = func(in) any { return []int{} }
	var bad *linearizable.OperationError
	if _, err = o.Check(context.Background(), ops, linearizable.Options{}); !errors.As(err, &bad) || bad.Op != 0 {
		t.Error(err)
	}
}

func TestObjectErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		ops  []op
		want *linearizable.OperationError
	}{
		{"return before call", []op{{In: regIn{f: 'w'}, Call: 0, Return: 1}, {In: regIn{f: 'w'}, Call: 5, Return: 3}}, &linearizable.OperationError{Op: 1, Msg: "it returns at 3, before its call at 5"}},
		{"overlap", []op{{In: regIn{f: 'w'}, Call: 2, Return: 9}, {In: regIn{f: 'w'}, Call: 1, Return: 3}}, &linearizable.OperationError{Op: 0, Msg: "client 0 calls at 2 while its operation 1 runs, from 1 to 3"}},
		{"touch", []op{{In: regIn{f: 'w'}, Call: 0, Return: 2}, {In: regIn{f: 'w'}, Call: 2, Return: 3}}, nil},
		{"pending", []op{{In: regIn{f: 'w'}, Call: 0, Pending: true}, {In: regIn{f: 'w'}, Call: 2, Return: 3}}, nil},
	} {
		_, err := register.Check(context.Background(), c.ops, linearizable.Options{})
		var bad *linearizable.OperationError
		if c.want == nil && err != nil || c.want != nil && (!errors.As(err, &bad) || *bad != *c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestObjectAnswers: nothing observed, a budget, the end of the context.
func TestObjectAnswers(t *testing.T) {
	hard := func() (ops []op) {
		for i := range 12 {
			ops = append(ops, op{Client: i, In: regIn{f: 'w', a: i}, Call: 0, Return: 100})
			ops = append(ops, op{Client: 100 + i, In: regIn{f: 'c', a: i, b: i}, Call: 0, Return: 100})
		}
		return append(ops, op{Client: 99, In: regIn{f: 'r'}, Out: -1, Call: 101, Return: 102})
	}()
	ended, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("enough"))
	for _, c := range []struct {
		name   string
		ctx    context.Context
		opt    linearizable.Options
		ops    []op
		reason string
	}{
		{"nothing", context.Background(), linearizable.Options{}, nil, "there is no operation to judge"},
		{"steps", context.Background(), linearizable.Options{Budget: linearizable.Budget{Steps: 10}}, hard, "the search stopped at its limit of steps, after "},
		{"memory", context.Background(), linearizable.Options{Budget: linearizable.Budget{Memory: 1000}}, hard, "the search stopped at its limit of memory"},
		{"cancelled", ended, linearizable.Options{}, hard, "the check stopped early: enough"},
	} {
		out, err := register.Check(c.ctx, c.ops, c.opt)
		if err != nil || out.Valid != verdict.Unknown || !strings.Contains(out.Reason, c.reason) {
			t.Errorf("%s: %v %+v", c.name, err, out)
		}
	}
}

// TestObjectUncomparable: operations that do not compare are transitions of their own.
func TestObjectUncomparable(t *testing.T) {
	o := linearizable.Object[int, any, []int]{Step: func(s int, in any, out []int) (int, bool) {
		if in == nil {
			return s, out[0] == s
		}
		return in.([]int)[0], true
	}}
	ops := []linearizable.Operation[any, []int]{{In: []int{1}, Call: 0, Return: 1}, {Out: []int{1}, Call: 2, Return: 3}}
	out, err := o.Check(context.Background(), ops, linearizable.Options{})
	if err != nil || out.Valid != verdict.Valid {
		t.Errorf("%v %+v", err, out)
	}
}

// A harness keeps what its clients did as Go values.
func ExampleObject() {
	type in struct {
		write bool
		value int
	}
	register := linearizable.Object[int, in, int]{
		Step: func(state int, in in, out int) (int, bool) {
			if in.write {
				return in.value, true
			}
			return state, out == state
		},
		Describe: func(in in, out int, _ bool) string {
			if in.write {
				return fmt.Sprintf("write %d", in.value)
			}
			return fmt.Sprintf("read %d", out)
		},
	}
	ops := []linearizable.Operation[in, int]{
		{Client: 0, In: in{true, 1}, Call: 0, Return: 10},
		{Client: 1, In: in{}, Out: 1, Call: 2, Return: 4},
		{Client: 1, In: in{}, Out: 0, Call: 6, Return: 8},
	}
	out, err := register.Check(context.Background(), ops, linearizable.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(register.Explain(ops, out))
	// Output:
	// not linearizable
	// no order of the operations explains how this one ended:
	//   operation 2, client 1, 6 to 8: read 0
	// when it returned, these ran too:
	//   operation 0, client 0, 0 to 10: write 1
	// just before, the object may have been:
	//   1, after operation 1, client 1, 2 to 4: read 1
}
