package elle

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// laggingItems is a history of transactions that insert, delete and read items,
// where what reads see lags behind by a few transactions now and then.
func laggingItems(t testing.TB, seed uint64, txns, keys int, lag float64) *history.History {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 3))
	states := []map[int]int{{}}
	var b strings.Builder
	op := func(f, value string) {
		for _, typ := range []string{"invoke", "ok"} {
			fmt.Fprintf(&b, "{:type :%s, :process 0, :f :%s, :value %s}\n", typ, f, value)
		}
	}
	first, made := map[int]int{}, []string{}
	for k := range keys / 2 {
		first[k] = 1
		made = append(made, fmt.Sprint(k, " 1"))
	}
	states = append(states, first)
	op("init", "{"+strings.Join(made, " ")+"}")
	inserted, deleted := keys/2, 0
	for range txns {
		now := states[len(states)-1]
		seen := now
		if rng.Float64() < lag {
			seen = states[max(1, len(states)-1-rng.IntN(6))]
		}
		next := map[int]int{}
		for k, v := range now {
			next[k] = v
		}
		var mops []string
		m := 1 + rng.IntN(2)
		mops = append(mops, fmt.Sprintf("[:rp [:= %d] {%s}]", m, itemsMatching(seen, m, keys)))
		switch k := rng.IntN(keys); {
		case rng.IntN(3) == 0 && inserted < keys:
			mops = append(mops, fmt.Sprintf("[:insert %d %d]", inserted, 1+inserted%2))
			next[inserted] = 1 + inserted%2
			inserted++
		case rng.IntN(3) == 0 && deleted < inserted:
			mops = append(mops, fmt.Sprintf("[:delete %d]", deleted))
			delete(next, deleted)
			deleted++
		case seen[k] != 0:
			mops = append(mops, fmt.Sprintf("[:r %d %d]", k, seen[k]))
		}
		states = append(states, next)
		op("txn", "["+strings.Join(mops, " ")+"]")
	}
	h, err := format.ReadBytes(context.Background(), "items", []byte(b.String()), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func itemsMatching(state map[int]int, val, keys int) string {
	var parts []string
	for k := range keys {
		if state[k] == val {
			parts = append(parts, fmt.Sprint(k, " ", val))
		}
	}
	return strings.Join(parts, " ")
}

// TestFans: fans stand for the edges that they replace.
func TestFans(t *testing.T) {
	defer func(n int32) { fanEdges = n }(fanEdges)
	kinds := map[Anomaly]bool{}
	for seed := range uint64(40) {
		h := laggingItems(t, seed, 60, 10+int(seed), 0.1)
		for _, model := range []string{"serializable", "strict-serializable"} {
			var answers []string
			for _, n := range []int32{0, 1, 3, 1 << 30} {
				fanEdges = n
				res, err := Check(context.Background(), h, Options{Models: []string{model}})
				if err != nil {
					t.Fatal(err)
				}
				s := fmt.Sprint(res.Valid, res.Not, res.Stats.Components, res.Stats.LargestSCC)
				for _, a := range res.Anomalies {
					kinds[a.Type] = true
					s += fmt.Sprint(" ", a.Type, a.Count)
					for _, c := range a.Cases {
						s += fmt.Sprint(" ", len(c.Steps))
					}
				}
				answers = append(answers, s)
			}
			for _, a := range answers[1:] {
				if a != answers[0] {
					t.Errorf("%d: %s, but %s", seed, answers[0], a)
				}
			}
		}
	}
	if !kinds[G2Pred] || !kinds[GSinglePred.realtime()] {
		t.Errorf("found %v only", kinds)
	}
}

// TestPredicatesShown: each dependency that is inferred can be shown again, by
// the relation by which it was found.
func TestPredicatesShown(t *testing.T) {
	defer func(n int32) { fanEdges = n }(fanEdges)
	fanEdges = 1 << 30
	for seed := range uint64(20) {
		x := collect(laggingItems(t, seed, 40, 20, 0.2))
		p, err := newPredicates(context.Background(), x, keepAll)
		if err != nil {
			t.Fatal(err)
		}
		in, err := p.analyse(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		e := explainer{x: x, w: p}
		inferred := map[step]bool{}
		for _, part := range in.edges {
			for _, ed := range part {
				s := step{ed.from(), ed.to(), ed.rel()}
				if inferred[s] = true; s.from == s.to {
					t.Errorf("%d: %d precedes itself by %s", seed, s.from, relName(s.rel))
				}
				if st, ok := e.step(s); !ok || st.Key.IsZero() || st.Value.IsZero() {
					t.Errorf("%d: cannot show that %d precedes %d by %s", seed, s.from, s.to, relName(s.rel))
				}
			}
		}
		for from := range int32(x.len()) {
			for to := range int32(x.len()) {
				for _, rel := range []graph.Rel{graph.WW, graph.WR, graph.RW, graph.WRP} { // rwp also leads to later versions
					s := step{from, to, rel}
					if _, ok := e.step(s); from != to && ok != inferred[s] {
						t.Errorf("%d: that %d precedes %d by %s is shown: %v, inferred: %v", seed, from, to, relName(rel), ok, inferred[s])
					}
				}
			}
		}
	}
}

// TestManyItems: reads by predicate cost what they return, and not as many edges
// as there are items.
func TestManyItems(t *testing.T) {
	const n = 4_000
	var b strings.Builder
	for i := range n {
		for _, typ := range []string{"invoke", "ok"} {
			fmt.Fprintf(&b, "{:type :%s, :process 0, :f :txn, :value [[:insert %d 1] [:rp [:= %d] {}]]}\n", typ, i, 2+i%3)
			fmt.Fprintf(&b, "{:type :%s, :process 1, :f :txn, :value [[:rp :true {%d 1}]]}\n", typ, i)
		}
	}
	h, err := format.ReadBytes(context.Background(), "items", []byte(b.String()), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := Check(context.Background(), h, Options{})
	if err != nil || len(res.Anomalies) == 0 {
		t.Fatal(err, res)
	}
	if most := 40 * n; res.Stats.Edges > most {
		t.Errorf("%d edges, want at most %d", res.Stats.Edges, most)
	}
}
