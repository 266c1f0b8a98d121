package elle_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// assumptions are what may be assumed of each register, alone and together.
var assumptions = []oracle.KeyOptions{
	{},
	{WFR: true},
	{Sequential: true},
	{Linearizable: true},
	{WFR: true, Sequential: true, Linearizable: true},
}

// assume returns the options of a check that assumes the same.
func assume(o oracle.KeyOptions, models ...string) elle.Options {
	return elle.Options{Workload: elle.RWRegister, Models: models, WFRKeys: o.WFR, SequentialKeys: o.Sequential, LinearizableKeys: o.Linearizable}
}

// atMost assumes what a simulated database promises of each register.
func atMost(keys string) oracle.KeyOptions {
	lin := keys == "linearizable-keys"
	return oracle.KeyOptions{WFR: lin || keys == "wfr-keys", Sequential: lin, Linearizable: lin}
}

func checkWith(t testing.TB, h *history.History, opt elle.Options) *elle.Result {
	t.Helper()
	res, err := elle.Check(context.Background(), h, opt)
	if err != nil {
		t.Fatalf("%+v: %v, of %s", opt, err, short(h))
	}
	return res
}

// short tells a small history in the oracle's notation.
func short(h *history.History) string {
	if ts, err := oracle.FromRegisterHistory(h); err == nil && len(ts) < 20 {
		return ts.String()
	}
	return fmt.Sprintf("%d ops", h.Len())
}

func historyOf(t testing.TB, ts oracle.Txns) *history.History {
	t.Helper()
	h, err := ts.History()
	if err != nil {
		t.Fatalf("%v: %v", ts, err)
	}
	return h
}

// sample reports whether a test looks at history n of a family of which it looks
// at one in so many.
func sample(n, every int) bool {
	if os.Getenv("JCHECK_EXHAUSTIVE") != "" {
		return true
	}
	if testing.Short() {
		every *= 10
	}
	return n%every == 0
}

// tinyRegisters calls f with all histories of two transactions, some of those of
// three, and with random ones.
func tinyRegisters(t *testing.T, random int, f func(*testing.T, oracle.Txns)) {
	for _, s := range []struct {
		txns, keys int
		realtime   bool
		every      int
	}{
		{2, 2, false, 1},
		{2, 2, true, 1},
		{3, 1, true, 61},
		{3, 2, false, 47},
		{3, 2, true, 701},
	} {
		n := 0
		for ts := range oracle.ExhaustiveRegisters(s.txns, 2, s.keys, s.realtime) {
			if n++; s.txns == 2 || sample(n, s.every) {
				f(t, ts)
			}
		}
	}
	if testing.Short() {
		random /= 6
	}
	for _, repeat := range []float64{0, 0.3} {
		rng := rand.New(rand.NewPCG(4, 2))
		for i := range random {
			f(t, oracle.Random(rng, oracle.Params{
				Txns: 2 + i%5, Ops: 1 + i%4, Keys: 1 + i%3, Processes: 2 + i%3, Registers: true, Disorder: i%5 == 0,
				Mutate: []float64{0, 0.1, 0.3}[i%3], Fail: 0.1 * float64(i%2), Info: 0.15 * float64(i/2%2), Repeat: repeat,
			}))
		}
		random /= 3
	}
}

// refused reports whether nobody can tell what was read from whom, and then checks
// that this is an error.
func refused(t *testing.T, ts oracle.Txns, h *history.History) bool {
	t.Helper()
	if !ts.Ambiguous() {
		return false
	}
	var syntax *edn.SyntaxError
	if _, err := elle.Check(context.Background(), h, elle.Options{Workload: elle.RWRegister}); !errors.As(err, &syntax) {
		t.Fatalf("%v: %v, want an error with a place", ts, err)
	}
	return true
}

// TestRegisterOracle: the versions that precede themselves and the kinds of
// cycles are those that follow from all pairs of transactions.
func TestRegisterOracle(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 7))
	kinds := map[string]int{}
	tinyRegisters(t, 1200, func(t *testing.T, ts oracle.Txns) {
		h := historyOf(t, ts)
		if refused(t, ts, h) {
			return
		}
		for _, keys := range assumptions {
			compareRegisters(t, ts, h, keys, kinds)
		}
		compareRegisters(t, ts, h, ranked(rng, ts), kinds)
	})
	t.Log(kinds)
	for _, k := range []string{"G0-realtime", "G1c", "G-single-item", "G-nonadjacent-item-realtime", "G2-item", "cyclic-versions"} {
		if kinds[k] == 0 && !testing.Short() {
			t.Errorf("%s never occurred", k)
		}
	}
}

// ranked gives some of the transactions places in an order, with ties.
func ranked(rng *rand.Rand, ts oracle.Txns) oracle.KeyOptions {
	o := oracle.KeyOptions{TransactionOrder: map[int]int{}, WFR: rng.IntN(2) == 0}
	for i := range ts {
		if rng.IntN(4) > 0 {
			o.TransactionOrder[i] = rng.IntN(2 * len(ts))
		}
	}
	return o
}

// indexes are the ops that complete the transactions, or the invocations of those
// that nothing completes.
func indexes(ts oracle.Txns) []int64 {
	var at []int
	for i := range ts {
		for _, p := range []int{ts[i].Invoke, ts[i].Complete} {
			if p >= 0 {
				at = append(at, p)
			}
		}
	}
	slices.Sort(at)
	out := make([]int64, len(ts))
	for i := range ts {
		op, _ := slices.BinarySearch(at, cmp.Or(max(ts[i].Complete, 0), ts[i].Invoke))
		out[i] = int64(op)
	}
	return out
}

func compareRegisters(t *testing.T, ts oracle.Txns, h *history.History, keys oracle.KeyOptions, kinds map[string]int) {
	t.Helper()
	opt := assume(keys)
	if keys.TransactionOrder != nil {
		opt.TransactionOrder = map[int64]int64{}
		index := indexes(ts)
		for i, rank := range keys.TransactionOrder {
			opt.TransactionOrder[index[i]] = int64(rank)
		}
	}
	orders, cyclic := oracle.KeyOrders(ts, keys)
	for _, time := range []oracle.Deps{0, oracle.Process, oracle.Realtime} {
		g := oracle.Dependencies(ts, orders, time)
		// The check leaves out steps by way of other versions, which may give the same
		// cycle a worse name or a milder one: what must be found is there without them.
		direct := oracle.Dependencies(ts, directly(ts, orders), time)
		want := oracle.CycleKinds(direct)
		suffix := map[oracle.Deps]string{oracle.Process: "-process", oracle.Realtime: "-realtime"}[time]
		// G1c lets the check look for all cycles, but gives it no reason to believe more
		// than was assumed. G2 does, so it may find more.
		for _, prohibit := range []string{"G1c", "G2"} {
			opt.Models, opt.Anomalies = []string{}, []string{prohibit + suffix}
			res := checkWith(t, h, opt)
			if got, want := cyclicVersions(res), wantCyclic(cyclic); got != want {
				t.Fatalf("%v\nwith %+v\ncyclic versions %s, want %s", ts, keys, got, want)
			}
			got := found(res)
			for _, k := range want {
				if kinds[k]++; !implied(elle.Anomaly(k), got) {
					t.Fatalf("%v\nwith %+v, %s: %v, want %s, or what implies it", ts, keys, prohibit, got, k)
				}
			}
			for _, a := range got {
				if prohibit == "G1c" && !follows(a, want) && !follows(a, oracle.CycleKinds(g)) {
					t.Fatalf("%v\nwith %+v: %s, but there are only %v", ts, keys, a, want)
				}
			}
		}
		kinds["cyclic-versions"] += len(cyclic)
	}
}

// follows reports whether a is among the kinds or follows from one of them.
func follows(a elle.Anomaly, kinds []string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(elle.Implied(elle.Anomaly(k)), a) })
}

// directly drops the pairs of versions between which there is a third that
// somebody wrote.
func directly(ts oracle.Txns, orders map[int]oracle.Relation) map[int]oracle.Relation {
	out := map[int]oracle.Relation{}
	for key, older := range orders {
		out[key] = oracle.Relation{}
		for p := range older {
			between := func(i int) bool {
				v, ok := ts.Written(i, key)
				return ok && ts[i].Status == oracle.OK && older[oracle.Pair{From: p.From, To: v}] && older[oracle.Pair{From: v, To: p.To}]
			}
			if !slices.ContainsFunc(indices(ts), between) {
				out[key][p] = true
			}
		}
	}
	return out
}

// found are the kinds of cycles that were found, prohibited or not.
func found(res *elle.Result) (types []elle.Anomaly) {
	for _, a := range slices.Concat(res.Anomalies, res.Tolerated) {
		if a.Type.IsCycle() {
			types = append(types, a.Type)
		}
	}
	return types
}

// cyclicVersions tells cases of cyclic versions as wantCyclic does.
func cyclicVersions(res *elle.Result) string {
	var out []string
	for _, a := range slices.Concat(res.Anomalies, res.Tolerated) {
		for _, c := range a.Cases {
			if a.Type != elle.CyclicVersions {
				continue
			}
			var versions []oracle.Version
			for _, v := range c.Values {
				n, ok := v.Int()
				if !ok {
					n = int64(oracle.Nil)
				}
				versions = append(versions, int(n))
			}
			slices.Sort(versions)
			out = append(out, fmt.Sprint(c.Key, " ", c.Sources[len(c.Sources)-1], versions))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func wantCyclic(cyclic []oracle.CyclicVersions) string {
	var out []string
	for _, c := range cyclic {
		var values []int
		for _, v := range c.Versions {
			values = append(values, oracle.Value(v))
		}
		slices.Sort(values)
		out = append(out, fmt.Sprint(":", "xyz"[c.Key:c.Key+1], " ", c.Source, values))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// TestRegistersSound: what brute force can explain is never refuted. What it
// cannot, from snapshot isolation on, is refuted but for a few: no rule that looks
// at cycles alone gets all.
func TestRegistersSound(t *testing.T) {
	t.Parallel()
	models := oracle.Models()
	admitted, refuted, missed := map[string]int{}, map[string]int{}, map[string]int{}
	tinyRegisters(t, 3000, func(t *testing.T, ts oracle.Txns) {
		h := historyOf(t, ts)
		if refused(t, ts, h) {
			return
		}
		for _, m := range models {
			res := checkWith(t, h, assume(oracle.KeyOptions{}, m.Name))
			switch holds := m.Holds(ts); {
			case holds && res.Valid == verdict.Invalid:
				t.Fatalf("false alarm: %v\nsatisfies %s, but %v", ts, m.Name, res.Types())
			case holds:
				admitted[m.Name]++
			case res.Valid == verdict.Invalid:
				refuted[m.Name]++
			default:
				missed[m.Name]++
			}
		}
	})
	t.Logf("admitted %v, refuted %v, missed %v", admitted, refuted, missed)
	for _, m := range models {
		if admitted[m.Name] == 0 || refuted[m.Name] == 0 {
			t.Errorf("%s: %d histories admitted, %d refuted", m.Name, admitted[m.Name], refuted[m.Name])
		}
		if !strings.HasSuffix(m.Name, "read-committed") && missed[m.Name] > refuted[m.Name]/100 {
			t.Errorf("%s: %d histories missed, %d refuted", m.Name, missed[m.Name], refuted[m.Name])
		}
	}
}

// TestAssumptionsHold: a serial execution keeps every assumption of each key that
// its order keeps, so it is never refuted under them.
func TestAssumptionsHold(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(11, 3))
	n := 4000
	if testing.Short() {
		n = 600
	}
	for i := range n {
		p := oracle.Params{Txns: 1 + i%12, Ops: 1 + i%5, Keys: 1 + i%3, Processes: 1 + i%5, Fail: 0.2 * float64(i%2), Info: 0.2 * float64(i/2%2), Registers: true}
		model, keys := "strict-serializable", assumptions
		if p.Disorder = i%4 == 3; p.Disorder {
			model, keys = "serializable", assumptions[:2]
		}
		ts := oracle.Random(rng, p)
		h := historyOf(t, ts)
		for _, k := range keys {
			if res := checkWith(t, h, assume(k, model)); res.Valid == verdict.Invalid {
				t.Fatalf("false alarm: %v\nis %s, with %+v, but %v", ts, model, k, res.Types())
			}
		}
	}
}
