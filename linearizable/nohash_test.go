package linearizable_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// numberIn is the input of an operation on numbers: a put or a take of a queue, an
// add or a read of a set. Of what is taken, the output is the number.
type numberIn struct {
	f byte // e, d, a or r
	v int64
}

// slices of numbers as a queue, without Hash.
var sliceModel = porcupine.Model{
	Init: func() any { return []int64(nil) },
	Step: func(state, in, out any) (bool, any) {
		s, op := state.([]int64), in.(numberIn)
		if op.f == 'e' {
			return true, append(slices.Clone(s), op.v)
		}
		return len(s) > 0 && s[0] == out.(int64), slices.Clone(s[min(1, len(s)):])
	},
	Equal: func(a, b any) bool { return slices.Equal(a.([]int64), b.([]int64)) },
}

// mapModel is registers by key as a map, without Hash: key v/8 has the number v.
var mapModel = porcupine.Model{
	Init: func() any { return map[int64]int64{} },
	Step: func(state, in, out any) (bool, any) {
		s, op := state.(map[int64]int64), in.(numberIn)
		if op.f == 'r' {
			return s[op.v] == out.(int64), s
		}
		s = maps.Clone(s)
		s[op.v/8] = op.v
		return true, s
	},
	Equal: func(a, b any) bool { return maps.Equal(a.(map[int64]int64), b.(map[int64]int64)) },
}

// nondeterministic is a register of which a write may be lost.
var nondeterministic = porcupine.NondeterministicModel{
	Init: func() []any { return []any{int64(0)} },
	Step: func(state, in, out any) []any {
		if op := in.(numberIn); op.f == 'w' {
			return []any{op.v, state}
		}
		if state == out {
			return []any{state}
		}
		return nil
	},
}

// numberOps converts a history of numbers.
func numberOps(b *testing.B, h *history.History) (ops []porcupine.Operation) {
	for i := range h.Len() {
		done := h.Pair(i)
		if h.Type(i) != history.Invoke || done < 0 || h.Type(done) != history.OK {
			continue
		}
		in := numberIn{f: h.F(i)[0]}
		in.v, _ = h.Value(i).Int()
		out, _ := h.Value(done).Int()
		ops = append(ops, porcupine.Operation{Input: in, Output: out, Call: int64(i), Return: int64(done)})
	}
	return ops
}

// mapOps makes operations of mapModel, by clients that overlap.
func mapOps(n, clients int) (ops []porcupine.Operation) {
	last := map[int64]int64{}
	for i := range n {
		op := porcupine.Operation{ClientId: i % clients, Call: int64(10 * i), Return: int64(10*i + 10*clients - 5)}
		if key := int64(i * 7 % 64); i%3 == 0 {
			op.Input, op.Output = numberIn{'r', key}, last[key]
		} else {
			v := 8*key + int64(i%8)
			op.Input, op.Output = numberIn{'a', v}, int64(0)
			last[key] = v
		}
		ops = append(ops, op)
	}
	return ops
}

// BenchmarkModels is models of Porcupine that are harder to number than to run: their
// states have no Hash, or are several at a time.
func BenchmarkModels(b *testing.B) {
	both := func(name string, m porcupine.Model, p linearizable.PorcupineModel, ops []porcupine.Operation, want verdict.Verdict) {
		b.Run("model="+name, func(b *testing.B) {
			b.Run("checker=jcheck", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					out, err := p.CheckOperations(context.Background(), ops, linearizable.Options{})
					if err != nil || out.Valid != want {
						b.Fatal(err, fmt.Sprint(out.Valid, out.Reason))
					}
				}
			})
			theirs(b, m, ops)
		})
	}
	queue := numberOps(b, object(b, simulate.Object{Kind: simulate.FIFOQueue, Operations: 300, Clients: 3, Seed: 1}))
	both("slice", sliceModel, linearizable.Porcupine(sliceModel), queue, verdict.Valid)
	bad := numberOps(b, object(b, simulate.Object{Kind: simulate.FIFOQueue, Operations: 1000, Clients: 5, BugRate: 0.002, Seed: 1}))
	both("slice-invalid", sliceModel, linearizable.Porcupine(sliceModel), bad, verdict.Invalid)
	both("map", mapModel, linearizable.Porcupine(mapModel), mapOps(2000, 4), verdict.Valid)
	register := numberOps(b, object(b, simulate.Object{Kind: simulate.Register, Operations: 2000, Clients: 4, Values: 5, Seed: 1}))
	both("nondeterministic", nondeterministic.ToModel(), linearizable.PorcupineNondeterministic(nondeterministic), register, verdict.Valid)
}
