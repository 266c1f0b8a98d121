package elle_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Brute force for closed-predicate: what follows is written from the definition
// of a serial execution, and knows nothing of versions or dependencies.

// An itemTxn is a transaction; its place among others is that of its completion.
type itemTxn struct {
	mops   []itemMop
	init   bool
	typ    string // ok, fail, info, or empty: it never completed
	before int    // how many had completed when it was invoked
}

// An itemMop is a micro-op; a value of 0 is nil.
type itemMop struct {
	f        string
	key, val int
	pred     string
	matches  func(int) bool
	returned map[int]int
}

var itemPredicates = map[string]func(int) bool{
	":true": func(int) bool { return true }, "[:= 1]": func(v int) bool { return v == 1 }, "[:= 2]": func(v int) bool { return v == 2 },
	"[:mod 2 0]": func(v int) bool { return v%2 == 0 }, "[:mod 2 1]": func(v int) bool { return v%2 == 1 },
}

// run runs a transaction on a state, of which items that do not exist are no
// part. With answer it fills in what its reads answer, else it reports whether
// they answer that.
func (x *itemTxn) run(state map[int]int, answer bool) bool {
	for i := range x.mops {
		m := &x.mops[i]
		switch m.f {
		case "r":
			if answer {
				m.val = state[m.key]
			}
			if m.val != state[m.key] && x.typ == "ok" {
				return false
			}
		case "rp":
			all := map[int]int{}
			for k, v := range state {
				if m.matches(v) {
					all[k] = v
				}
			}
			if answer {
				m.returned = all
			}
			if !maps.Equal(m.returned, all) && x.typ == "ok" {
				return false
			}
		case "delete":
			delete(state, m.key)
		default:
			state[m.key] = m.val
		}
	}
	return true
}

func (x *itemTxn) writes(key int) bool {
	return slices.ContainsFunc(x.mops, func(m itemMop) bool { return m.f != "r" && m.f != "rp" && m.key == key })
}

// orderedItems reports whether a must come before b: an :init that is first in
// realtime before all, what completed before what was invoked then if asked, and
// committed writers of an item in the order of their completions.
func orderedItems(txns []itemTxn, a, b int, realtime bool) bool {
	x, y := &txns[a], &txns[b]
	if x.typ != "ok" {
		return false
	}
	if a < y.before && (realtime || x.init && firstInit(txns, a)) {
		return true
	}
	if a < b && y.typ == "ok" {
		for _, m := range x.mops {
			if m.f != "r" && m.f != "rp" && y.writes(m.key) {
				return true
			}
		}
	}
	return false
}

func firstInit(txns []itemTxn, a int) bool {
	for b := range txns {
		if b != a && txns[b].typ != "fail" && txns[b].before <= a {
			return false
		}
	}
	return true
}

// explained reports whether some serial order explains what was read.
func explained(txns []itemTxn, realtime bool) bool {
	used := make([]bool, len(txns))
	var place func(state map[int]int, left int) bool
	place = func(state map[int]int, left int) bool {
		if left == 0 {
			return true
		}
		for i := range txns {
			if used[i] || txns[i].typ == "fail" {
				continue
			}
			free := true
			for j := range txns {
				free = free && (used[j] || j == i || !orderedItems(txns, j, i, realtime))
			}
			if !free {
				continue
			}
			next := maps.Clone(state)
			if !txns[i].run(next, false) {
				continue
			}
			used[i] = true
			rest := left
			if txns[i].typ == "ok" {
				rest--
			}
			if place(next, rest) {
				used[i] = false
				return true
			}
			used[i] = false
		}
		return false
	}
	ok := 0
	for _, x := range txns {
		if x.typ == "ok" {
			ok++
		}
	}
	return place(map[int]int{}, ok)
}

// randomItems makes up transactions, runs them in some order, and changes an
// answer now and then.
func randomItems(rng *rand.Rand, keys int, sure bool) []itemTxn {
	txns, next := drawItems(rng, keys, sure)
	state := map[int]int{}
	order := rng.Perm(len(txns))
	if rng.IntN(2) == 0 {
		slices.Sort(order)
	}
	for _, i := range order {
		if txns[i].typ == "fail" || txns[i].typ == "info" && rng.IntN(2) == 0 {
			txns[i].run(maps.Clone(state), true)
			continue
		}
		if rng.IntN(8) == 0 { // its reads see something else than its writes build on
			snapshot := map[int]int{}
			for k := range keys {
				if v := rng.IntN(next[k] + 1); v > 0 {
					snapshot[k] = v
				}
			}
			txns[i].run(snapshot, true)
			txns[i].write(state)
			continue
		}
		txns[i].run(state, true)
	}
	return txns
}

// drawItems makes up transactions that have no answers yet, and returns the last value
// of each key. If they are to be sure, all commit and each item has one version.
func drawItems(rng *rand.Rand, keys int, sure bool) (txns []itemTxn, next []int) {
	n := 2 + rng.IntN(3)
	next = make([]int, keys)
	deleted := make([]bool, keys)
	if rng.IntN(2) == 0 && !sure {
		x := itemTxn{init: true, typ: "ok"}
		for k := range 1 + rng.IntN(keys) {
			next[k]++
			x.mops = append(x.mops, itemMop{f: "init", key: k, val: next[k]})
		}
		txns = append(txns, x)
	}
	first := len(txns)
	for len(txns) < first+n {
		x := itemTxn{typ: "ok", before: first + rng.IntN(len(txns)-first+1)}
		if first > 0 && rng.IntN(12) == 0 {
			x.before = 0 // the init is not first
		}
		if !sure {
			x.typ = []string{"ok", "ok", "ok", "ok", "ok", "ok", "info", "fail"}[rng.IntN(8)]
		}
		for range 1 + rng.IntN(3) {
			k := rng.IntN(keys)
			switch f := []string{"insert", "w", "delete", "r", "r", "rp", "rp"}[rng.IntN(7)]; {
			case f == "rp":
				p := slices.Sorted(maps.Keys(itemPredicates))[rng.IntN(len(itemPredicates))]
				x.mops = append(x.mops, itemMop{f: f, pred: p, matches: itemPredicates[p]})
			case f == "delete" && (deleted[k] || sure):
			case f == "delete":
				deleted[k] = true
				x.mops = append(x.mops, itemMop{f: f, key: k})
			case f == "r":
				x.mops = append(x.mops, itemMop{f: f, key: k})
			case sure && next[k] > 0:
			default:
				next[k]++
				x.mops = append(x.mops, itemMop{f: f, key: k, val: next[k]})
			}
		}
		txns = append(txns, x)
	}
	return txns, next
}

// write changes the state as the transaction's writes do.
func (x *itemTxn) write(state map[int]int) {
	for _, m := range x.mops {
		if m.f == "delete" {
			delete(state, m.key)
		} else if m.f != "r" && m.f != "rp" {
			state[m.key] = m.val
		}
	}
}

func (m itemMop) String() string {
	switch {
	case m.f == "rp":
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(m.returned)) {
			parts = append(parts, fmt.Sprint(k, " ", m.returned[k]))
		}
		return fmt.Sprintf("[:rp %s {%s}]", m.pred, strings.Join(parts, ", "))
	case m.f == "delete":
		return fmt.Sprintf("[:delete %d]", m.key)
	case m.val == 0:
		return fmt.Sprintf("[:r %d nil]", m.key)
	}
	return fmt.Sprintf("[:%s %d %d]", m.f, m.key, m.val)
}

func (x itemTxn) op(typ string, process int) string {
	var parts []string
	for _, m := range x.mops {
		if x.init {
			parts = append(parts, fmt.Sprint(m.key, " ", m.val))
		} else {
			parts = append(parts, m.String())
		}
	}
	if x.init {
		return fmt.Sprintf("{:type :%s, :process %d, :f :init, :value {%s}}\n", typ, process, strings.Join(parts, ", "))
	}
	return fmt.Sprintf("{:type :%s, :process %d, :f :txn, :value [%s]}\n", typ, process, strings.Join(parts, " "))
}

// itemText writes transactions as a history.
func itemText(txns []itemTxn) string {
	var b strings.Builder
	for done := range len(txns) {
		for i, x := range txns {
			if x.before == done {
				b.WriteString(x.op("invoke", i))
			}
		}
		b.WriteString(txns[done].op(txns[done].typ, done))
	}
	return b.String()
}

func readItems(t testing.TB, text string) *history.History {
	t.Helper()
	h, err := format.ReadBytes(context.Background(), "items", []byte(text), format.Options{})
	if err != nil {
		t.Fatal(err, text)
	}
	return h
}

// TestPredicatesSound: what some serial order explains that keeps the order of
// completions for each item is never refuted.
func TestPredicatesSound(t *testing.T) {
	t.Parallel()
	n := 20_000
	if testing.Short() {
		n = 3_000
	}
	count := map[string]int{}
	for i := range n {
		rng := rand.New(rand.NewPCG(uint64(i), 1))
		txns := randomItems(rng, 1+i%3, false)
		text := itemText(txns)
		h := readItems(t, text)
		for _, model := range []string{"serializable", "strict-serializable"} {
			res, err := elle.Check(context.Background(), h, elle.Options{Workload: elle.ClosedPredicate, Models: []string{model}})
			if err != nil {
				t.Fatal(err, text)
			}
			possible := explained(txns, model != "serializable")
			count[fmt.Sprint(model, " possible: ", possible, " ", res.Valid)]++
			if possible && res.Valid == verdict.Invalid {
				t.Fatalf("%d: a false alarm under %s: %v\n%s", i, model, res.Types(), text)
			}
			if possible && model == "strict-serializable" {
				res, err := elle.Check(context.Background(), h, elle.Options{Workload: elle.ClosedPredicate, Models: []string{"causal", "read-atomic"}})
				if err != nil || res.Valid == verdict.Invalid {
					t.Fatalf("%d: a false alarm of weak models: %v %v\n%s", i, err, res.Types(), text)
				}
			}
		}
	}
	t.Log(count)
}

// TestPredicatesComplete: if every item has one version besides unborn, and all
// transactions committed, each read tells what it saw, so what no serial order
// explains is refuted; unless a read by predicate disagrees with its own
// transaction's writes, which Elle does not look for.
func TestPredicatesComplete(t *testing.T) {
	t.Parallel()
	n := 20_000
	if testing.Short() {
		n = 3_000
	}
	refuted := 0
	for i := range n {
		rng := rand.New(rand.NewPCG(uint64(i), 2))
		txns := randomItems(rng, 1+i%3, true)
		text := itemText(txns)
		h := readItems(t, text)
		for _, model := range []string{"serializable", "strict-serializable"} {
			res, err := elle.Check(context.Background(), h, elle.Options{Workload: elle.ClosedPredicate, Models: []string{model}})
			if err != nil {
				t.Fatal(err, text)
			}
			if possible := explained(txns, model != "serializable"); possible == (res.Valid == verdict.Invalid) {
				t.Fatalf("%d: %s: possible %v, but %v %v\n%s", i, model, possible, res.Valid, res.Types(), text)
			} else if !possible {
				refuted++
			}
		}
	}
	t.Log(refuted, "refuted")
}

// TestPredicatesFew: of histories in which all transactions committed, what no
// serial order explains is refuted, but for a few where the order in time alone says
// which of several versions was left out of an answer.
func TestPredicatesFew(t *testing.T) {
	t.Parallel()
	n := 20_000
	if testing.Short() {
		n = 3_000
	}
	refuted, missed := map[string]int{}, map[string]int{}
	for i := range n {
		rng := rand.New(rand.NewPCG(uint64(i), 9))
		txns := randomItems(rng, 1+i%3, false)
		for j := range txns {
			txns[j].typ = "ok"
		}
		h := readItems(t, itemText(txns))
		for _, model := range []string{"serializable", "strict-serializable"} {
			res := checkWith(t, h, elle.Options{Workload: elle.ClosedPredicate, Models: []string{model}})
			switch possible := explained(txns, model != "serializable"); {
			case possible && res.Valid == verdict.Invalid:
				t.Fatalf("%d: a false alarm under %s: %v", i, model, res.Types())
			case possible:
			case res.Valid == verdict.Invalid:
				refuted[model]++
			default:
				missed[model]++
			}
		}
	}
	t.Log("refuted", refuted, "missed", missed)
	for model, n := range missed {
		if n > refuted[model]/50 {
			t.Errorf("%s: %d histories missed, %d refuted", model, n, refuted[model])
		}
	}
}
