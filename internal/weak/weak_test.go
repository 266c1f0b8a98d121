package weak

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

const levels = int(WritesFollowReads) + 1

func check(t testing.TB, h *History, level Level, sessions bool) *Witness {
	w, err := Check(context.Background(), h, level, sessions)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// settings are ways to set the variables that only affect how the answer is
// found. The first are the ones in use.
var settings = []func(){
	func() {},
	func() { chunk, heavy, chainsAtOnce, sourcesAtOnce, forcePlan = 1, 1, 1, 1, planBits },
	func() { chunk, heavy, chainsAtOnce, sourcesAtOnce, forcePlan = 2, 3, 2, 2, planClocks },
	func() { chunk, heavy, chainsAtOnce, windowAsIs, forcePlan = 3, 0, 1, 1, planClocks },
	func() { chunk, searchMost, settleShare, farMost = 2, 2, 1<<20, 0 },
	func() { searchPerOp, settleShare, settleRounds = 0, 1<<20, 1 },
}

// with calls f under one of the settings.
func with(set func(), f func()) {
	a, b, c, d, e, g, i := chunk, heavy, chainsAtOnce, sourcesAtOnce, windowAsIs, pairsPerOp, forcePlan
	j, k, l, m, n := searchPerOp, searchMost, settleShare, settleRounds, farMost
	defer func() {
		chunk, heavy, chainsAtOnce, sourcesAtOnce, windowAsIs, pairsPerOp, forcePlan = a, b, c, d, e, g, i
		searchPerOp, searchMost, settleShare, settleRounds, farMost = j, k, l, m, n
	}()
	set()
	f()
}

// TestOracle compares every level with its definition, and shows every witness
// to Verify.
func TestOracle(t *testing.T) {
	var holds, breaks [levels]int
	rapid.Check(t, func(t *rapid.T) {
		h := tiny(t)
		o := [2]*oracle{newOracle(h, false), newOracle(h, true)}
		for level := range Level(levels) {
			for s := range 2 {
				sessions := s == 1
				want := o[b2i(level.sessions(sessions))].holds(level)
				if want {
					holds[level]++
				} else {
					breaks[level]++
				}
				for i, set := range settings {
					with(set, func() { compare(t, h, level, sessions, want, i) })
				}
			}
		}
	})
	t.Logf("holds %d, breaks %d", holds, breaks)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compare(t *rapid.T, h *History, level Level, sessions, want bool, setting int) {
	w, err := Check(context.Background(), h, level, sessions)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%v, sessions %v, setting %d, history\n%v", level, sessions, setting, show(h))
	if (w == nil) != want {
		t.Fatalf("%s: holds = %v, want %v; witness %v", name, w == nil, want, w)
	}
	if w == nil {
		return
	}
	if err := Verify(h, level, sessions, w); err != nil {
		t.Fatalf("%s: witness %+v: %v", name, *w, err)
	}
}

// show writes a history the way a reader of a failed test wants it.
func show(h *History) string {
	s := ""
	for i := range len(h.Off) - 1 {
		s += fmt.Sprintf("T%d session %d", i, h.Session[i])
		if h.Last != nil && h.Last[i] {
			s += " last"
		}
		for o := h.Off[i]; o < h.Off[i+1]; o++ {
			switch f := h.From[o]; f {
			case Write:
				s += fmt.Sprintf(" w%d", h.Key[o])
			case Initial:
				s += fmt.Sprintf(" r%d=init", h.Key[o])
			case Unknown:
				s += fmt.Sprintf(" r%d=?", h.Key[o])
			default:
				s += fmt.Sprintf(" r%d=T%d", h.Key[o], f)
			}
		}
		s += "\n"
	}
	return s + fmt.Sprint(h.Order)
}

// TestImplications checks which levels imply which.
func TestImplications(t *testing.T) {
	implies := []struct{ strong, weak Level }{
		{CausalConvergence, ReadAtomic}, {ReadAtomic, MonotonicAtomicView},
		{CausalConvergence, CausalPlus}, {CausalPlus, WeakCausal},
		{CausalPlus, PRAMPlus}, {CausalPlus, WritesFollowReads}, {Causal, WeakCausal}, {Causal, PRAM},
		{PRAMPlus, MonotonicReads}, {PRAMPlus, MonotonicWrites}, {PRAMPlus, ReadYourWrites},
	}
	rapid.Check(t, func(t *rapid.T) {
		h := tiny(t)
		var holds [2][levels]bool
		for level := range Level(levels) {
			for s := range 2 {
				w, err := Check(context.Background(), h, level, s == 1)
				if err != nil {
					t.Fatal(err)
				}
				holds[s][level] = w == nil
			}
			if holds[1][level] && !holds[0][level] {
				t.Fatalf("%v holds with session order and not without:\n%s", level, show(h))
			}
		}
		for s := range 2 {
			for _, i := range implies {
				if (s == 1 || i.strong.global() && i.weak.global()) && holds[s][i.strong] && !holds[s][i.weak] {
					t.Fatalf("%v holds and %v does not:\n%s", i.strong, i.weak, show(h))
				}
			}
		}
	})
}

// TestVerifyRejects changes a witness in one place, which must not pass unless
// it is still one.
func TestVerifyRejects(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := tiny(t)
		level := Level(rapid.IntRange(0, levels-1).Draw(t, "level"))
		w, err := Check(context.Background(), h, level, true)
		if err != nil || w == nil {
			return
		}
		n := int32(len(h.Off) - 1)
		steps := slices.Clone(w.Steps)
		i := rapid.IntRange(0, len(steps)-1).Draw(t, "step")
		s := &steps[i]
		other := rapid.Int32Range(-2, n).Draw(t, "other")
		kind := rapid.IntRange(0, 6).Draw(t, "kind")
		switch kind {
		case 0:
			s.From = other
		case 1:
			s.To = other
		case 2:
			s.Key = other
		case 3:
			s.Reader = other
		case 4:
			s.Rel = Rel(rapid.IntRange(0, 5).Draw(t, "rel"))
		case 5:
			s.Path = nil
		case 6:
			steps = slices.Delete(steps, i, i+1)
		}
		mutant := &Witness{Steps: steps, Lemmas: w.Lemmas, Tip: w.Tip}
		if reflect.DeepEqual(mutant, w) {
			return
		}
		err = Verify(h, level, true, mutant)
		if err != nil {
			return
		}
		switch {
		case kind <= 1 || kind == 6:
			t.Fatalf("not a cycle, but verified: %+v", mutant)
		case kind == 5 && (s.Rel == Visible || s.Rel == Direct):
			t.Fatalf("verified without a path: %+v", mutant)
		case newOracle(h, true).holds(level):
			t.Fatalf("verified a witness of nothing: %+v", mutant)
		}
	})
	if Verify(&History{Off: []int32{0}}, CausalPlus, true, nil) == nil {
		t.Error("no witness passed for one")
	}
}

// TestLarger compares histories of some dozens of transactions, of simulated
// databases that sometimes show old versions, with the definitions.
func TestLarger(t *testing.T) {
	var holds, breaks [levels]int
	rapid.Check(t, func(t *rapid.T) {
		h := simulated(sim{
			txns:     rapid.IntRange(2, 40).Draw(t, "txns"),
			sessions: rapid.IntRange(1, 6).Draw(t, "sessions"),
			keys:     rapid.IntRange(1, 40).Draw(t, "keys"),
			ops:      rapid.IntRange(1, 6).Draw(t, "ops"),
			stale:    rapid.SampledFrom([]int{0, 5, 20, 100}).Draw(t, "stale"),
			shuffle:  rapid.IntRange(0, 8).Draw(t, "shuffle"),
			alone:    rapid.SampledFrom([]int{0, 30, 100}).Draw(t, "alone"),
			seed:     rapid.Uint64().Draw(t, "seed"),
		})
		for _, sessions := range []bool{false, true} {
			for level := range Level(levels) {
				o := newOracle(h, level.sessions(sessions))
				o.orderable, o.view = acyclic, o.saturate
				want := o.holds(level)
				if want {
					holds[level]++
				} else {
					breaks[level]++
				}
				for i, set := range settings {
					with(set, func() { compare(t, h, level, sessions, want, i) })
				}
			}
		}
	})
	t.Logf("holds %d, breaks %d", holds, breaks)
}

// TestInfer checks that what is inferred is forced, and that what is forced
// follows from it along with session order and reads.
func TestInfer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := tiny(t)
		h.Order = nil
		for level := range Level(levels) {
			for s := range 2 {
				for _, set := range settings {
					with(set, func() { inferred(t, h, level, s == 1) })
				}
			}
		}
	})
}

func inferred(t *rapid.T, h *History, level Level, sessions bool) {
	got, err := Infer(context.Background(), h, level, sessions)
	if err != nil {
		t.Fatal(err)
	}
	o := newOracle(h, level.sessions(sessions))
	if level == WeakCausal || level.views() || level.needsBase() && slices.ContainsFunc(o.all(), func(x int32) bool { return o.hb[x][x] }) {
		if len(got) > 0 {
			t.Fatalf("%v: inferred %v", level, got)
		}
		return
	}
	want, _ := o.forced(level)
	known := map[int32][][]bool{} // per key, or for all keys at once under -1
	at := func(key int32) [][]bool {
		if level.global() {
			key = -1
		}
		if known[key] == nil {
			known[key] = square(o.n)
			for a := range o.n {
				for b := range o.n {
					both := key >= 0 && a != b && o.writes(a, key) && o.writes(b, key)
					known[key][a][b] = key < 0 && o.hb[a][b] || both && o.before(level, key, a, b)
				}
			}
		}
		return known[key]
	}
	for _, e := range got {
		if !slices.Contains(want[e.Key], pair{e.From, e.To}) {
			t.Fatalf("%v, sessions %v: inferred %v, which is not forced:\n%s", level, sessions, e, show(h))
		}
		at(e.Key)[e.From][e.To] = true
	}
	if !o.holds(level) { // then less will do
		return
	}
	for key, pairs := range want {
		for _, p := range pairs {
			m := at(key)
			closure(m)
			if !m[p.a][p.b] {
				t.Fatalf("%v, sessions %v: inferred %v, from which %v on key %d does not follow:\n%s", level, sessions, got, p, key, show(h))
			}
		}
	}
}

// TestSameAnswer checks that the number of cores changes nothing, and that how
// the answer is found does not change it.
func TestSameAnswer(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	seeds := uint64(8)
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		h := simulated(sim{txns: 2000, sessions: 20, keys: 50 + 100*int(seed%3), stale: int(seed % 4), seed: seed, shuffle: 5})
		for level := range Level(levels) {
			holds := check(t, h, level, true) == nil
			for i, set := range settings {
				with(set, func() {
					if w := sameOnCores(t, h, level); (w == nil) != holds {
						t.Errorf("seed %d, %v, setting %d: holds = %v, first %v", seed, level, i, w == nil, holds)
					}
				})
			}
		}
	}
}

func sameOnCores(t *testing.T, h *History, level Level) (first *Witness) {
	var forced []Forced
	for _, procs := range []int{1, 4} {
		runtime.GOMAXPROCS(procs)
		w := check(t, h, level, true)
		var f []Forced
		if forcePlan != planBits { // which is slow with one writer at a time
			var err error
			if f, err = Infer(context.Background(), h, level, true); err != nil {
				t.Fatal(err)
			}
		}
		if procs == 1 {
			first, forced = w, f
		} else if !reflect.DeepEqual(w, first) || !slices.Equal(f, forced) {
			t.Errorf("%v: %v on one core, %v on four", level, first, w)
		}
		if w == nil {
			continue
		}
		if err := Verify(h, level, true, w); err != nil {
			t.Errorf("%v: %v", level, err)
		}
	}
	return first
}

// TestCancelled checks that the end of the context is an error.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	h := simulated(sim{txns: 100, sessions: 3, keys: 10, stale: 100, shuffle: 5})
	for level := range Level(levels) {
		if w, err := Check(ctx, h, level, true); w != nil || err != context.Canceled {
			t.Errorf("%v: %v, %v", level, w, err)
		}
		if f, err := Infer(ctx, h, level, true); f != nil || err != context.Canceled {
			t.Errorf("%v: %v, %v", level, f, err)
		}
	}
}

// TestEmpty checks that nothing breaks nothing.
func TestEmpty(t *testing.T) {
	for level := range Level(levels) {
		for _, h := range []*History{{Off: []int32{0}}, {Off: []int32{0, 0}, Session: []int32{-1}}} {
			if w := check(t, h, level, true); w != nil {
				t.Errorf("%v: %v", level, w)
			}
		}
	}
}
