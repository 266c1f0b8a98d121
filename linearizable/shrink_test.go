package linearizable

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// shrinkCases are objects with few transitions, of which random histories are
// linearizable often.
var shrinkCases = map[string][]transition{
	"etcd":            {{f: opRead}, {f: opRead, a: 1}, {f: opWrite, a: 1}, {f: opWrite, a: 2}, {f: opCAS, a: 1, b: 2}, {f: opCAS, b: 1}, {f: opNotCAS, a: 1}},
	"cas-register":    {{f: opRead, a: 1}, {f: opRead, a: 2}, {f: opWrite, a: 1}, {f: opWrite, a: 2}, {f: opCAS, a: 1, b: 2}, {f: opCAS, a: 2, b: 1}},
	"mutex":           {{f: opAcquire}, {f: opRelease}},
	"set":             {{f: opAdd, a: 1}, {f: opAdd, a: 2}, {f: opReadSet}, {f: opReadSet, list: idText(1)}, {f: opReadSet, list: idText(1, 2)}},
	"fifo-queue":      {{f: opEnqueue, a: 1}, {f: opEnqueue, a: 2}, {f: opDequeue, a: 1}, {f: opDequeue, a: 2}, {f: opDequeue, a: emptyValue}},
	"unordered-queue": {{f: opEnqueue, a: 1}, {f: opEnqueue, a: 2}, {f: opDequeue, a: 1}, {f: opDequeue, a: 2}, {f: opDequeue, a: emptyValue}},
	"stack":           {{f: opPush, a: 1}, {f: opPush, a: 2}, {f: opPop, a: 1}, {f: opPop, a: 2}, {f: opPop, a: emptyValue}},
	"list":            {{f: opExtend, a: 1}, {f: opExtend, a: 2}, {f: opList}, {f: opList, list: idText(1)}, {f: opList, list: idText(1, 2)}, {f: opList, list: idText(1, 1)}},
	"priority-queue":  {{f: opInsert, a: 4}, {f: opInsert, a: 5}, {f: opLeast, a: 4}, {f: opLeast, a: 5}, {f: opLeast, a: emptyValue}},
	"semaphore":       {{f: opTake, n: 1}, {f: opGive, n: 1}},
	"counter":         {{f: opInc, n: 1}, {f: opInc, n: -1}, {f: opCount}, {f: opCount, n: 1}},
	"multi-register":  {{f: opTxn, list: idText(1<<1|1, 1)}, {f: opTxn, list: idText(1<<1, 1, 2<<1|1, 2)}, {f: opTxn, list: idText(2<<1, 2, 1<<1, 0)}, {f: opTxn, list: idText(2<<1, anyValue, 1<<1|1, 2)}},
	"kv":              {{f: opPut, a: 1}, {f: opPut, a: 2}, {f: opAppend, a: 1}, {f: opAppend, a: 2}, {f: opGet}, {f: opGet, a: 1}, {f: opGet, a: 2}, {f: opGet, a: 3}},
}

// wordsOf numbers the values that the cases use: 1, 2 and 3 are texts, 4 and 5 are
// numbers.
func wordsOf(t *testing.T) *vocabulary {
	t.Helper()
	v := &vocabulary{}
	for _, s := range []string{`"x"`, `"y"`, `"xy"`, "1", "2"} {
		if _, err := v.id(must(t, s)); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []string{"1", "2"} {
		if _, err := v.keys.id(must(t, s)); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

func must(t *testing.T, s string) edn.Value {
	t.Helper()
	v, err := edn.Parse(s, edn.EDN)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// objectOf is an object with what operations on it took and returned; what is taken by
// one that never returned is unknown where the order counts.
func objectOf(t *testing.T, name string, ts []transition, ops []searchOp) *object {
	t.Helper()
	o := &object{ts: slices.Clone(ts), v: wordsOf(t)}
	for _, op := range ops {
		if f := ts[op.t].f; op.ret == never && (f == opDequeue || f == opPop) && name != "unordered-queue" {
			op.t = int32(len(o.ts)) // nobody knows what it took
			o.ts = append(o.ts, transition{f: f, a: anyValue})
		}
		o.calls = append(o.calls, call{op: op.id, inv: op.inv, ret: op.ret, t: op.t})
	}
	return o
}

// TestShrinkSteps checks that what a step leaves out of a linearizable history
// leaves a linearizable one.
func TestShrinkSteps(t *testing.T) {
	for name, ts := range shrinkCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := ByName(name, "")
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, 2))
			checked, dropped := 0, 0
			for i := range 20_000 {
				ops := randomOps(r, 1+r.IntN(8), 1+r.IntN(4), len(ts), []float64{0, 0.3}[i%2])
				o := objectOf(t, name, ts, ops)
				if !linearizes(m, o) {
					continue
				}
				before := fmt.Sprint(o.calls)
				s := &shrinker{ctx: context.Background(), c: &check{m: &m}, o: o, base: -1, try: func(*object, []call) bool { return i%3 > 0 || r.IntN(2) == 0 }}
				s.fails = func(o *object, calls []call) bool {
					part := *o
					part.calls = calls
					return !linearizes(m, &part)
				}
				if i%4 == 0 {
					s.unwind()
				} else if i%4 == 1 {
					s.all = slices.Clone(o.calls)
					s.rebase()
					s.recall()
				} else {
					s.link()
					var chunk []call
					for _, c := range o.calls {
						if r.IntN(2) == 0 {
							chunk = append(chunk, c)
						}
					}
					s.drop(chunk)
				}
				checked++
				if len(o.calls) < len(ops) {
					dropped++
				}
				if !linearizes(m, o) {
					t.Fatalf("%s: %v is not linearizable", before, o.calls)
				}
			}
			t.Log(checked, dropped)
			if checked < 500 || dropped < 50 {
				t.Errorf("%d linearizable, %d of these with something to leave out", checked, dropped)
			}
		})
	}
}

func linearizes(m Model, o *object) bool {
	var ops []searchOp
	for _, c := range o.calls {
		ops = append(ops, searchOp{c.inv, c.ret, c.t, c.op})
	}
	return naive(m.kind.make(o.init, o.v, o.ts), ops)
}

// TestShrink shrinks histories of simulated objects that go wrong: what is left is
// invalid, and few where values are used once.
func TestShrink(t *testing.T) {
	few := map[string]int{"register": 8, "cas-register": 16, "fifo-queue": 14, "unordered-queue": 8, "stack": 20}
	for _, kind := range simulate.Kinds() {
		m, err := ByName(kind.String(), "")
		if err != nil {
			continue
		}
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			shrunk := 0
			for seed := range uint64(8) {
				sim := simulate.Object{Kind: kind, Operations: 300, Keys: 1 + int(seed%2), Clients: 4, Seed: seed, BugRate: 0.01, CrashRate: 0.01}
				h := simulated(t, sim)
				r, err := Check(t.Context(), h, m, Options{})
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range r.Failures() {
					kept, _, err := Shrink(t.Context(), r, m, p, Options{})
					if err != nil {
						t.Fatal(err)
					}
					again, err := Check(t.Context(), pick(t, h, kept), m, Options{Keyed: map[bool]Keying{true: Keyed, false: OneObject}[r.Keyed]})
					if err != nil {
						t.Fatal(err)
					}
					shrunk++
					if n := few[kind.String()]; again.Valid != verdict.Invalid || n > 0 && len(kept) > n {
						t.Errorf("seed %d: %d ops are %v", seed, len(kept), again.Valid)
					}
				}
			}
			if shrunk < 3 {
				t.Errorf("%d histories were invalid", shrunk)
			}
		})
	}
}

func simulated(t *testing.T, sim simulate.Object) *history.History {
	t.Helper()
	ops, err := sim.Ops()
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	i := 0
	for op := range ops {
		text = append(op.AppendEDN(text, i), '\n')
		i++
	}
	return read(t, text)
}

func read(t *testing.T, text []byte) *history.History {
	t.Helper()
	h, err := format.ReadBytes(t.Context(), "history.edn", text, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// pick makes a history of some ops of another.
func pick(t *testing.T, h *history.History, ops []int) *history.History {
	t.Helper()
	var text bytes.Buffer
	for _, op := range ops {
		line, err := format.AppendOpEDN(nil, h, op)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(append(line, '\n'))
	}
	return read(t, text.Bytes())
}

// Of a long history with few values, what is left is what a person would choose.
func TestShrinkFewValues(t *testing.T) {
	m, err := ByName("cas-register", "")
	if err != nil {
		t.Fatal(err)
	}
	shrunk := 0
	for seed := range uint64(160) {
		h := simulated(t, simulate.Object{
			Kind: simulate.CASRegister, Operations: 400, Values: 3 + int(seed%3), Clients: []int{5, 10}[seed/3%2], Seed: seed,
			BugRate: 0.003, CrashRate: []float64{0, 0.01, 0.02, 0.05}[seed/6%4],
		})
		r, err := Check(t.Context(), h, m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Failures() {
			kept, _, err := Shrink(t.Context(), r, m, p, Options{})
			if err != nil {
				t.Fatal(err)
			}
			shrunk++
			if len(kept) > 24 { // invocations and completions of 12 operations
				t.Errorf("seed %d: %d ops are left", seed, len(kept))
			}
			again, err := Check(t.Context(), pick(t, h, kept), m, Options{})
			if err != nil || again.Valid != verdict.Invalid {
				t.Errorf("seed %d: what is left is %v, %v", seed, again.Valid, err)
			}
		}
	}
	if shrunk < 10 {
		t.Errorf("%d histories were invalid", shrunk)
	}
}
