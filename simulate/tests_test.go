package simulate_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// broken counts what breaks the property of a history, after its definition.
func broken(p simulate.Property, ops []simulate.Op) (n int) {
	switch p {
	case simulate.Bank:
		for _, op := range ops {
			total := int64(0)
			for _, e := range op.Value.Map {
				total += e.N
			}
			if op.Type == history.OK && op.F == "read" && (len(op.Value.Map) != 8 || total != 100) {
				n++
			}
		}
	case simulate.UniqueIDs:
		seen := map[int64]bool{}
		for _, op := range ops {
			if op.Type == history.OK {
				if seen[op.Value.N] {
					n++
				}
				seen[op.Value.N] = true
			}
		}
	case simulate.LongFork:
		type group struct{ a, b int64 }
		seen := map[group]map[[2]bool]bool{}
		for _, op := range ops {
			if op.Type == history.OK && op.F == "read" {
				g := group{op.Txn[0].Key, op.Txn[1].Key}
				if seen[g] == nil {
					seen[g] = map[[2]bool]bool{}
				}
				seen[g][[2]bool{op.Txn[0].Read != nil, op.Txn[1].Read != nil}] = true
			}
		}
		for _, s := range seen {
			if s[[2]bool{true, false}] && s[[2]bool{false, true}] {
				n++
			}
		}
	case simulate.CausalReverse:
		before := map[int64][]int64{} // what was acknowledged before a write began
		var acked []int64
		for _, op := range ops {
			switch {
			case op.F == "write" && op.Type == history.Invoke:
				before[op.Value.N] = acked[:len(acked):len(acked)]
			case op.F == "write" && op.Type == history.OK:
				acked = append(acked, op.Value.N)
			case op.Type == history.OK:
				for _, v := range op.Value.Set {
					if slices.ContainsFunc(before[v], func(w int64) bool { return !slices.Contains(op.Value.Set, w) }) {
						n++
						break
					}
				}
			}
		}
	}
	return n
}

func testOps(t *testing.T, test simulate.Test) []simulate.Op {
	t.Helper()
	seq, err := test.Ops()
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(seq)
}

// TestProperties: what is right keeps its property whatever crashes and fails, and
// what goes wrong breaks it.
func TestProperties(t *testing.T) {
	for _, p := range simulate.Tests() {
		for seed := range uint64(20) {
			test := simulate.Test{Property: p, Seed: seed, Operations: 400, Clients: 1 + int(seed)%8, FailRate: 0.1, CrashRate: float64(seed%3) * 0.05}
			ops := testOps(t, test)
			if n := broken(p, ops); n > 0 {
				t.Errorf("%v, seed %d: broken %d times", p, seed, n)
			}
			types := map[history.Type]int{}
			fs := map[string]int{}
			for _, op := range ops {
				types[op.Type]++
				if op.Type == history.OK {
					fs[op.F]++
				}
			}
			if types[history.Invoke] != 400 || types[history.Fail] == 0 || len(fs) < 1 {
				t.Errorf("%v, seed %d: %v %v", p, seed, types, fs)
			}
			test.BugRate = 0.1
			if n := broken(p, testOps(t, test)); n == 0 {
				t.Errorf("%v, seed %d: the bug does not show", p, seed)
			}
		}
	}
}

// TestPropertiesText: the history in memory is what is written in either syntax.
func TestPropertiesText(t *testing.T) {
	for _, p := range simulate.Tests() {
		test := simulate.Test{Property: p, Operations: 100, CrashRate: 0.05, BugRate: 0.1}
		h, err := test.History()
		if err != nil {
			t.Fatal(err)
		}
		var edn, json []byte
		for i, op := range testOps(t, test) {
			edn = append(op.AppendEDN(edn, i), '\n')
			json = append(op.AppendJSON(json, i), '\n')
		}
		if !bytes.Equal(edn, h.Source().Text) {
			t.Errorf("%v: another history in memory", p)
		}
		for _, text := range [][]byte{edn, json} {
			got, err := format.ReadBytes(context.Background(), p.String(), text, format.Options{})
			if err != nil || got.Len() != h.Len() {
				t.Errorf("%v: %v", p, err)
			}
		}
	}
}

// TestPropertyErrors: what cannot be made is refused.
func TestPropertyErrors(t *testing.T) {
	for _, test := range []simulate.Test{{Property: 99}, {Clients: -1}, {BugRate: 2}} {
		if _, err := test.Ops(); err == nil {
			t.Errorf("%+v is made", test)
		}
	}
}
