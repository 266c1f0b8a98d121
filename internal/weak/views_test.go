package weak

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPOPL holds the figures 3a to 3e of Bouajjani et al. 2017, each operation a
// transaction.
func TestPOPL(t *testing.T) {
	for _, c := range []struct {
		name, history string
		breaks        []Level // of those that the paper is about, and PRAM
	}{
		{"3a: each of two saw the other's write after its own", `
			A wx
			B wx
			A rx1
			B rx0`, []Level{CausalConvergence}},
		{"3b: what was overwritten in the view of B was made after z, which B had not seen", `
			A wz
			A wx
			A wy
			B wx
			B rz_
			B ry2
			B rx3`, []Level{Causal, PRAM}},
		{"3c: B saw A's write and then its own earlier one", `
			A wx
			B wx
			B rx0
			B rx1`, []Level{Causal, CausalConvergence, PRAM}},
		{"3d: each saw its own writes only", `
			A wx
			A ry_
			A wy
			A rx0
			B wx
			B ry_
			B wy
			B rx4`, nil},
		{"3e: C saw what B had overwritten, since B had seen what A did later", `
			A wx
			A wy
			B ry1
			B wx
			C rx3
			C rx0`, []Level{WeakCausal, Causal, CausalConvergence}},
	} {
		h := parse(c.history)
		for _, level := range []Level{WeakCausal, Causal, CausalConvergence, PRAM} {
			w := check(t, h, level, true)
			if want := slices.Contains(c.breaks, level); (w != nil) != want {
				t.Errorf("%s: %v broken = %v, want %v: %+v", c.name, level, w != nil, want, w)
			}
			if w != nil {
				if err := Verify(h, level, true, w); err != nil {
					t.Errorf("%s: %v: %v", c.name, level, err)
				}
			}
		}
	}
}

// TestViews compares the levels of views with their definition on dense histories of
// short transactions: most are of one op, and reads see what some view may have.
func TestViews(t *testing.T) {
	n := 12_000
	if testing.Short() {
		n = 3_000
	}
	rng := rand.New(rand.NewPCG(5, 6))
	var holds, breaks, lemmas [levels]int
	for range n {
		h := dense(rng)
		o := newOracle(h, true)
		for _, level := range []Level{Causal, PRAM} {
			want := o.holds(level)
			if p := newOracle(h, true); slices.ContainsFunc(p.all(), func(tip int32) bool { return p.saturate(level, tip) != p.tryViews(level, tip) }) {
				t.Fatalf("%v: the oracles disagree:\n%s", level, show(h))
			}
			w := check(t, h, level, true)
			if (w == nil) != want {
				t.Fatalf("%v: holds = %v, want %v; witness %+v\n%s", level, w == nil, want, w, show(h))
			}
			if w == nil {
				holds[level]++
				continue
			}
			breaks[level]++
			lemmas[level] += len(w.Lemmas)
			if err := Verify(h, level, true, w); err != nil {
				t.Fatalf("%v: witness %+v: %v\n%s", level, *w, err, show(h))
			}
		}
	}
	t.Logf("holds %d, breaks %d, by %d lemmas", holds, breaks, lemmas)
	for _, level := range []Level{Causal, PRAM} {
		if holds[level] < n/20 || breaks[level] < n/20 || lemmas[level] < 3 {
			t.Errorf("%v: holds %d, breaks %d, by %d lemmas", level, holds[level], breaks[level], lemmas[level])
		}
	}
}

// dense draws a history of replicas, one a session, that apply each other's transactions
// in orders of their own, which mostly keep session order. They show what they applied
// last, or, of some histories, what was written last by a clock. Sometimes they show what
// they should not.
func dense(rng *rand.Rand) *History {
	n, sessions, keys := 4+rng.IntN(8), 2+rng.IntN(2), 1+rng.IntN(3)
	h := &History{Sessions: sessions, Keys: keys, Off: []int32{0}}
	clock := rng.Perm(n + 1)
	byClock := rng.IntN(2) == 0
	state := make([][]int32, sessions)   // what each shows
	queue := make([][][]int32, sessions) // what each has still to apply of each other
	for s := range state {
		state[s] = slices.Repeat([]int32{Initial}, keys)
		queue[s] = make([][]int32, sessions)
	}
	apply := func(s int, txn int32) {
		for o := h.Off[txn]; o < h.Off[txn+1]; o++ {
			if shown := state[s][h.Key[o]]; h.From[o] == Write && (!byClock || shown < 0 || clock[txn] > clock[shown]) {
				state[s][h.Key[o]] = txn
			}
		}
	}
	for t := range int32(n) {
		s := rng.IntN(sessions)
		for range rng.IntN(5) {
			q := &queue[s][rng.IntN(sessions)]
			if len(*q) == 0 {
				continue
			}
			i := 0
			if rng.IntN(40) == 0 {
				i = rng.IntN(len(*q))
			}
			apply(s, (*q)[i])
			*q = slices.Delete(*q, i, i+1)
		}
		h.Session = append(h.Session, int32(s))
		for range 1 + rng.IntN(5)/3 {
			key, from := int32(rng.IntN(keys)), Write
			if rng.IntN(2) == 0 {
				if from = state[s][key]; rng.IntN(40) == 0 {
					from = Initial
				}
			}
			h.Key, h.From = append(h.Key, key), append(h.From, from)
		}
		h.Off = append(h.Off, int32(len(h.Key)))
		apply(s, t)
		for other := range queue {
			if other != s {
				queue[other][s] = append(queue[other][s], t)
			}
		}
	}
	for range rng.IntN(8) / 3 {
		a, b := int32(rng.IntN(n)), int32(rng.IntN(n))
		for k := range int32(keys) {
			if a != b && writesKey(h, a, k) && writesKey(h, b, k) {
				h.Order = append(h.Order, Before{k, a, b})
			}
		}
	}
	return h
}

func writesKey(h *History, t, key int32) bool {
	for o := h.Off[t]; o < h.Off[t+1]; o++ {
		if h.Key[o] == key && h.From[o] == Write {
			return true
		}
	}
	return false
}
