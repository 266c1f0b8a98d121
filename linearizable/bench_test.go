package linearizable_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Side by side with Porcupine. Reading and converting are not measured. Its
// models are as its own tests have them, so that it is not slowed by ours; where
// it needs minutes or all memory, it is left out:
//
//	go test -run '^$' -bench . ./linearizable

// must ends a benchmark at an error.
func must[T any](b *testing.B) func(T, error) T {
	return func(x T, err error) T {
		if err != nil {
			b.Helper()
			b.Fatal(err)
		}
		return x
	}
}

// corpus reads histories of the corpus.
func corpus(b *testing.B, pattern string) (hs []*history.History) {
	files, err := filepath.Glob(filepath.Join(corpusDir, "linearizable", pattern))
	if err != nil || len(files) == 0 {
		b.Skip("the corpus is not here")
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			continue
		}
		hs = append(hs, must[*history.History](b)(format.ReadFile(context.Background(), file, format.Options{})))
	}
	return hs
}

// ours measures Check on histories.
func ours(b *testing.B, model string, hs ...*history.History) {
	m := must[linearizable.Model](b)(linearizable.ByName(model, ""))
	ops := 0
	b.Run("checker=jcheck", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ops = 0
			for _, h := range hs {
				res, err := linearizable.Check(context.Background(), h, m, linearizable.Options{})
				if err != nil || res.Valid == verdict.Unknown {
					b.Fatal(err, res.Reason)
				}
				ops += res.Ops
			}
		}
		b.ReportMetric(float64(ops)*float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	})
}

// theirs measures Porcupine on the same.
func theirs(b *testing.B, m porcupine.Model, lists ...[]porcupine.Operation) {
	b.Run("checker=porcupine", func(b *testing.B) {
		b.ReportAllocs()
		ops := 0
		for b.Loop() {
			ops = 0
			for _, list := range lists {
				if porcupine.CheckOperationsTimeout(m, list, 2*time.Minute) == porcupine.Unknown {
					b.Fatal("out of time")
				}
				ops += len(list)
			}
		}
		b.ReportMetric(float64(ops)*float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	})
}

// casIn is the input of a register with cas: values are numbers, nil is none. A
// pending operation has the output unknown.
type casIn struct {
	f    byte // r, w or c
	a, b int64
}

const (
	none    = -1
	unknown = "unknown"
)

// casModel is Porcupine's model of the etcd logs: a pending operation has an
// effect if it can.
var casModel = porcupine.Model{
	Init: func() any { return int64(none) },
	Step: func(state, in, out any) (bool, any) {
		switch op := in.(casIn); op.f {
		case 'r':
			return out == unknown || out == state, state
		case 'w':
			return true, op.a
		default:
			matches := state == op.a
			next := state
			if matches {
				next = op.b
			}
			return out == unknown || out == matches, next
		}
	},
	Hash: func(state any) uint64 { return uint64(state.(int64)) },
}

// casOps converts a history of a register: failed are the cas that failed, of
// which etcd says that the value differed.
func casOps(b *testing.B, h *history.History, failed bool) (ops []porcupine.Operation) {
	number := func(v edn.Value) int64 {
		if n, ok := v.Int(); ok {
			return n
		}
		return none
	}
	for i := range h.Len() {
		if h.Type(i) != history.Invoke || !h.Process(i).IsClient() {
			continue
		}
		op := porcupine.Operation{Call: int64(i), Return: int64(h.Len()), Output: unknown}
		in := casIn{f: h.F(i)[0], a: number(h.Value(i))}
		if in.f == 'c' {
			pair := must[[]edn.Value](b)(h.Value(i).Items(nil))
			in.a, in.b = number(pair[0]), number(pair[1])
		}
		op.Input = in
		if done := h.Pair(i); done >= 0 && h.Type(done) != history.Info {
			if h.Type(done) == history.Fail && !(failed && in.f == 'c') {
				continue
			}
			op.Return, op.Output = int64(done), nil
			switch in.f {
			case 'r':
				op.Output = number(h.Value(done))
			case 'c':
				op.Output = h.Type(done) == history.OK
			}
		}
		ops = append(ops, op)
	}
	return ops
}

// BenchmarkEtcd is the 102 logs of Jepsen's test of etcd that Porcupine has.
func BenchmarkEtcd(b *testing.B) {
	hs := corpus(b, "etcd/*.log")
	lists := make([][]porcupine.Operation, len(hs))
	for i, h := range hs {
		lists[i] = casOps(b, h, true)
	}
	ours(b, "etcd", hs...)
	theirs(b, casModel, lists...)
	asObject(b, lists...)
	b.Run("checker=jcheck-with-porcupine-model", func(b *testing.B) {
		m := linearizable.Porcupine(casModel)
		for b.Loop() {
			for _, list := range lists {
				if out, err := m.CheckOperations(context.Background(), list, linearizable.Options{}); err != nil || out.Valid == verdict.Unknown {
					b.Fatal(err, out.Reason)
				}
			}
		}
	})
}

// kvText is the input of a map of texts.
type kvText struct {
	f          byte // g, p or a
	key, value string
}

// kvTexts is Porcupine's model of texts; whole has them all in a state.
func kvTexts(whole bool) porcupine.Model {
	step := func(s string, op kvText, out any) (bool, string) {
		switch op.f {
		case 'g':
			return s == out, s
		case 'p':
			return true, op.value
		}
		return true, s + op.value
	}
	if whole {
		return porcupine.Model{
			Init: func() any { return map[string]string{} },
			Step: func(state, in, out any) (bool, any) {
				s, op := state.(map[string]string), in.(kvText)
				ok, next := step(s[op.key], op, out)
				if !ok || op.f == 'g' {
					return ok, s
				}
				clone := make(map[string]string, len(s)+1)
				for k, v := range s {
					clone[k] = v
				}
				clone[op.key] = next
				return true, clone
			},
			Equal: func(a, b any) bool {
				x, y := a.(map[string]string), b.(map[string]string)
				if len(x) != len(y) {
					return false
				}
				for k, v := range x {
					if y[k] != v {
						return false
					}
				}
				return true
			},
			Hash: func(state any) uint64 {
				var h uint64
				for k, v := range state.(map[string]string) {
					h ^= fnv64(k + "=" + v)
				}
				return h
			},
		}
	}
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) (parts [][]porcupine.Operation) {
			for _, part := range byKey(history, func(op porcupine.Operation) string { return op.Input.(kvText).key }) {
				parts = append(parts, part)
			}
			return parts
		},
		Init: func() any { return "" },
		Step: func(state, in, out any) (bool, any) { return step(state.(string), in.(kvText), out) },
		Hash: func(state any) uint64 { return fnv64(state.(string)) },
	}
}

func fnv64(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// kvOps converts a history of texts, which values are tuples of.
func kvOps(b *testing.B, h *history.History) (ops []porcupine.Operation) {
	text := func(v edn.Value) (key, value string) {
		pair := must[[]edn.Value](b)(v.Items(nil))
		key = pair[0].String()
		value, _ = pair[1].Name()
		return key, value
	}
	for i := range h.Len() {
		if done := h.Pair(i); h.Type(i) == history.Invoke {
			in := kvText{f: h.F(i)[0]}
			in.key, in.value = text(h.Value(i))
			_, out := text(h.Value(done))
			ops = append(ops, porcupine.Operation{Input: in, Output: out, Call: int64(i), Return: int64(done)})
		}
	}
	return ops
}

// BenchmarkKV is Porcupine's traces of a key-value store: by key, and whole.
func BenchmarkKV(b *testing.B) {
	for _, name := range []string{"c10-ok", "c10-bad", "c50-ok", "c50-bad"} {
		b.Run("by=key/trace="+name, func(b *testing.B) {
			h := corpus(b, "kv/"+name+".txt")[0]
			ours(b, "kv", h)
			theirs(b, kvTexts(false), kvOps(b, h))
		})
	}
	for _, name := range []string{"c10-ok", "c10-bad"} {
		b.Run("by=whole/trace="+name, func(b *testing.B) {
			list := kvOps(b, corpus(b, "kv/"+name+".txt")[0])
			m := linearizable.Porcupine(kvTexts(true))
			b.Run("checker=jcheck", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					out, err := m.CheckOperations(context.Background(), list, linearizable.Options{})
					if err != nil || out.Valid == verdict.Unknown {
						b.Fatal(err, out.Reason)
					}
				}
			})
			theirs(b, kvTexts(true), list)
		})
	}
}

// lostWrites makes a history of n operations of five clients on a register of five
// values. Some writes never return, and half of these take effect; a bad history
// ends with a read of what was written first.
func lostWrites(b *testing.B, n, lost int, bad bool) *history.History {
	r := rand.New(rand.NewPCG(1, uint64(lost)))
	var text strings.Builder
	line := func(process int, typ, f string, value any) {
		fmt.Fprintf(&text, "{:process %d, :type :%s, :f :%s, :value %v}\n", process, typ, f, value)
	}
	const first = 9
	state := first
	write := func(v int) func() { return func() { state = v } }
	line(0, "invoke", "write", first)
	line(0, "ok", "write", first)
	var ends [5]func() // what each client has to do yet
	for i := range n {
		if i%7 == 0 && i/7 < lost {
			v := r.IntN(5)
			line(1000+i, "invoke", "write", v)
			if r.IntN(2) == 0 {
				state = v
			}
		}
		p := i % len(ends)
		if ends[p] != nil {
			ends[p]()
		}
		f, v, effect := "write", r.IntN(5), func() {}
		if r.IntN(2) == 0 {
			f = "read"
			line(p, "invoke", f, "nil")
			effect = func() { v = state }
		} else {
			line(p, "invoke", f, v)
			effect = write(v)
		}
		late := r.IntN(2) == 0
		if !late {
			effect()
		}
		ends[p] = func() {
			if late {
				effect()
			}
			line(p, "ok", f, v)
		}
	}
	for _, end := range ends {
		end()
	}
	if bad {
		line(0, "invoke", "read", "nil")
		line(0, "ok", "read", first)
	}
	return must[*history.History](b)(format.Read(context.Background(), "lost.edn", strings.NewReader(text.String()), format.Options{}))
}

// BenchmarkLostWrites is registers of 200 operations with writes that never
// return.
func BenchmarkLostWrites(b *testing.B) {
	for _, bad := range []bool{false, true} {
		for _, lost := range []int{5, 10, 15, 25} {
			b.Run(fmt.Sprintf("bad=%v/lost=%d", bad, lost), func(b *testing.B) {
				h := lostWrites(b, 200, lost, bad)
				ours(b, "register", h)
				asObject(b, casOps(b, h, false))
				if !bad || lost <= 5 {
					theirs(b, casModel, casOps(b, h, false))
				}
			})
		}
	}
}

// object simulates an object.
func object(b *testing.B, o simulate.Object) *history.History {
	return must[*history.History](b)(o.History())
}

// casObject is casModel as an Object; a pending operation is one.
var casObject = linearizable.Object[int64, casIn, any]{
	Init: none,
	Step: func(state int64, in casIn, out any) (int64, bool) {
		switch in.f {
		case 'r':
			return state, out == state
		case 'w':
			return in.a, true
		}
		if state != in.a {
			return state, out == false
		}
		return in.b, out == true
	},
	Pending: func(state int64, in casIn) (int64, bool) {
		switch {
		case in.f == 'w':
			return in.a, true
		case in.f == 'c' && state == in.a:
			return in.b, true
		}
		return state, false
	},
	ReadOnly: func(in casIn) bool { return in.f == 'r' },
}

// asObject measures an Object on operations of a register.
func asObject(b *testing.B, lists ...[]porcupine.Operation) {
	var all [][]linearizable.Operation[casIn, any]
	ops := 0
	for _, list := range lists {
		own := make([]linearizable.Operation[casIn, any], len(list))
		for i, op := range list {
			own[i] = linearizable.Operation[casIn, any]{Client: i, In: op.Input.(casIn), Out: op.Output, Call: op.Call, Return: op.Return, Pending: op.Output == unknown}
		}
		all = append(all, own)
		ops += len(list)
	}
	b.Run("checker=jcheck-object", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, list := range all {
				if out, err := casObject.Check(context.Background(), list, linearizable.Options{}); err != nil || out.Valid == verdict.Unknown {
					b.Fatal(err, out.Reason)
				}
			}
		}
		b.ReportMetric(float64(ops)*float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	})
}

// BenchmarkCAS is a register with cas.
func BenchmarkCAS(b *testing.B) {
	h := object(b, simulate.Object{Kind: simulate.CASRegister, Operations: 100_000, Clients: 10, Values: 5, Seed: 1})
	ours(b, "cas-register", h)
	asObject(b, casOps(b, h, false))
	small := object(b, simulate.Object{Kind: simulate.CASRegister, Operations: 10_000, Clients: 10, Values: 5, Seed: 1})
	b.Run("n=10k", func(b *testing.B) {
		ours(b, "cas-register", small)
		theirs(b, casModel, casOps(b, small, false))
	})
}

// BenchmarkLarge is a million operations with distinct values, which no search
// is made for.
func BenchmarkLarge(b *testing.B) {
	for _, kind := range []simulate.Kind{simulate.Register, simulate.Set, simulate.FIFOQueue} {
		b.Run("model="+kind.String(), func(b *testing.B) {
			ours(b, kind.String(), object(b, simulate.Object{Kind: kind, Operations: 1_000_000, Clients: 10, Seed: 1}))
		})
	}
}
