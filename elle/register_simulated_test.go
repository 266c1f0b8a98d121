package elle_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestSimulatedRegisters: a database that keeps a model and the assumptions on
// its keys is never blamed, and one that does not is caught at what it gets wrong.
func TestSimulatedRegisters(t *testing.T) {
	seeds := uint64(20)
	if testing.Short() {
		seeds = 8
	}
	for _, db := range simulate.Databases() {
		t.Run(db.Name, func(t *testing.T) {
			t.Parallel()
			missing := map[string]bool{}
			for _, a := range db.Registers.Anomalies {
				missing[a] = true
			}
			keys := atMost(db.Registers.Keys)
			for seed := range seeds {
				c := simulate.Config{Workload: simulate.RWRegister, DB: db.Name, Txns: 400, Clients: 3 + int(seed%8), Seed: seed, FinalReads: seed%2 == 0}
				if seed%3 == 1 {
					c.FailRate, c.CrashRate, c.NemesisEvery = 0.1, 0.05, 20
				}
				h := simulated(t, c)
				for _, k := range []oracle.KeyOptions{{}, keys} {
					if res := checkWith(t, h, assume(k, db.Registers.Model)); res.Valid == verdict.Invalid {
						t.Fatalf("seed %d: false alarm: %v with %+v is not %v", seed, db.Registers.Model, k, res.Types())
					}
				}
				for _, a := range checkWith(t, h, assume(keys, "strict-serializable")).Types() {
					delete(missing, string(a))
				}
			}
			if len(missing) > 0 {
				t.Errorf("never found: %v", missing)
			}
		})
	}
}

// TestLargeStrictRegisters: large histories that are strictly serializable by
// construction, with crashes, under all assumptions and every model.
func TestLargeStrictRegisters(t *testing.T) {
	txns, seeds := 10_000, uint64(6)
	if testing.Short() {
		txns, seeds = 3_000, 2
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			h := simulated(t, simulate.Config{
				Workload: simulate.RWRegister, DB: []string{"serial", "serializable-si"}[seed%2], Txns: txns, Clients: 4 << (seed % 4), Seed: seed,
				CrashRate: 0.03, FailRate: 0.03, NemesisEvery: 100, Keys: 5 << (seed % 3), MaxOps: 4 + 2*int(seed%3), ReadRatio: []float64{0.3, 0.5, 0.8}[seed%3],
			})
			for _, k := range assumptions {
				if res := checkWith(t, h, assume(k, "strict-serializable")); res.Valid != verdict.Valid {
					t.Errorf("with %+v: %v %v", k, res.Valid, res.Types())
				}
			}
			for _, m := range elle.Models() {
				if !m.Checked {
					continue
				}
				if res := checkWith(t, h, assume(oracle.KeyOptions{}, m.Name)); res.Valid == verdict.Invalid {
					t.Errorf("%s: %v", m.Name, res.Types())
				}
			}
		})
	}
}

// TestRegisterPrefixes: every prefix of a history that keeps a model keeps it.
func TestRegisterPrefixes(t *testing.T) {
	t.Parallel()
	h := simulated(t, simulate.Config{Workload: simulate.RWRegister, Txns: 150, Clients: 4, CrashRate: 0.1, FailRate: 0.1, NemesisEvery: 30, Keys: 3})
	lines := strings.SplitAfter(text(t, h), "\n")
	for n := range len(lines) - 1 {
		if testing.Short() && n%7 > 0 {
			continue
		}
		prefix := read(t, []byte(strings.Join(lines[:n+1], "")))
		res := checkWith(t, prefix, assume(assumptions[len(assumptions)-1], "strict-serializable"))
		if res.Valid == verdict.Invalid {
			t.Fatalf("the first %d ops: %v", n+1, res.Types())
		}
	}
}

// TestMutatedRegisters: whatever a history says, every model under every
// assumption gives an answer whose steps can all be shown, or names a place.
func TestMutatedRegisters(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 9))
	n := 60
	if testing.Short() {
		n = 12
	}
	answers := map[string]int{}
	for i := range n {
		h := mutated(t, rng, simulate.Config{
			Workload: simulate.RWRegister, DB: simulate.Databases()[i%9].Name, Txns: 5 + i*3, Clients: 2 + i%5, Seed: uint64(i),
			CrashRate: 0.05, FailRate: 0.05, Keys: 2 + i%4, MaxOps: 3 + i%4,
		}, i%3 > 0)
		for _, m := range elle.Models() {
			if !m.Checked {
				continue
			}
			for _, k := range assumptions {
				answers[answer(t, h, assume(k, m.Name))]++
			}
		}
	}
	t.Log(answers)
}

// answer is the verdict, or "refused" if the history was refused at a place.
func answer(t *testing.T, h *history.History, opt elle.Options) string {
	t.Helper()
	res, err := elle.Check(context.Background(), h, opt)
	var syntax *edn.SyntaxError
	switch {
	case errors.As(err, &syntax) && syntax.Line > 0 && syntax.Col > 0:
		return "refused"
	case err != nil:
		t.Fatalf("%+v: %v, of %s\n%s", opt, err, short(h), text(t, h))
	case res.Valid == verdict.Invalid && (len(res.Anomalies) == 0 || len(res.Not) == 0):
		t.Fatalf("%+v: invalid without a reason", opt)
	}
	return res.Valid.String()
}

// mutated is a simulated history of which some ops or micro-ops were changed into
// others; readsOnly leaves writes as they are, so that none is made twice.
func mutated(t testing.TB, rng *rand.Rand, c simulate.Config, readsOnly bool) *history.History {
	t.Helper()
	ops, err := c.Ops()
	if err != nil {
		t.Fatal(err)
	}
	chance := func(n int) bool { return rng.IntN(n) == 0 }
	var out []byte
	n := 0
	for op := range ops {
		op.Txn = slices.Clone(op.Txn)
		done := op.Type != history.Invoke
		for i := range op.Txn {
			m := &op.Txn[i]
			switch {
			case !done || readsOnly && m.Write:
			case !m.Write && chance(12):
				m.Read = [][]int64{nil, {1 + rng.Int64N(6)}, {1 + rng.Int64N(1000)}, {m.Key}}[rng.IntN(4)]
			case m.Write && chance(300):
				m.Value = 1 + rng.Int64N(6)
			case chance(80):
				m.Key = rng.Int64N(4)
			case !readsOnly && chance(200):
				m.Write, m.Value = !m.Write, 2000+int64(n)
			}
		}
		if done && len(op.Txn) > 1 && chance(40) {
			rng.Shuffle(len(op.Txn), func(i, j int) { op.Txn[i], op.Txn[j] = op.Txn[j], op.Txn[i] })
		}
		if done && !op.Nemesis && chance(25) {
			op.Type = []history.Type{history.OK, history.Fail, history.Info}[rng.IntN(3)]
		}
		out = append(op.AppendEDN(out, n), '\n')
		n++
	}
	return read(t, out)
}
