package monitor

import (
	"math/rand/v2"
	"testing"
)

func TestStack(t *testing.T) {
	r := container(Push, Pop, false, Stack)
	r.must = func(ops []Op) bool { return distinctPuts(ops) && !pendingPop(ops) }
	testRung(t, r)
}

// With pending Pop ops, hardly any history remains undecided.
func TestStackPending(t *testing.T) {
	r := container(Push, Pop, false, Stack)
	rng := rand.New(rand.NewPCG(9, 10))
	undecided := 0
	r.must = func(ops []Op) bool {
		if distinctPuts(ops) {
			undecided++
		}
		return false
	}
	var c tally
	const count = 20_000
	for range count {
		ops := randomShape(rng, 9, 0.3)
		r.simulate(rng, ops)
		r.check(t, ops, &c)
	}
	t.Logf("%v, %d of distinct values", c, undecided)
	if undecided > count/500 {
		t.Errorf("%d of %d undecided", undecided, count)
	}
}

// A history that is linearizable, though not as assign has it: it may remain
// undecided, but must not be called illegal.
func TestStackUndecided(t *testing.T) {
	r := container(Push, Pop, false, Stack)
	r.must = func([]Op) bool { return false }
	var c tally
	r.check(t, []Op{
		{Inv: 0, Ret: 2, F: Push, A: 0},
		{Inv: 1, Ret: Never, F: Push, A: 1},
		{Inv: 3, Ret: 5, F: Push, A: 2},
		{Inv: 4, Ret: 7, F: Push, A: 3},
		{Inv: 6, Ret: 16, F: Pop, A: 0},
		{Inv: 8, Ret: Never, F: Pop},
		{Inv: 9, Ret: 13, F: Push, A: 6},
		{Inv: 10, Ret: 14, F: Push, A: 7},
		{Inv: 11, Ret: Never, F: Push, A: 8},
		{Inv: 12, Ret: Never, F: Pop},
		{Inv: 15, Ret: 17, F: Pop, A: 6},
	}, &c)
}

func TestFirstFrom(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := 1 + rng.IntN(40)
		f := firstFrom(make([]uint64, treeSize(n)))
		least := make([]uint64, n)
		for range 30 {
			i, k := rng.Int32N(int32(n)), key(rng.Int32N(100), 1)
			f.add(i, k)
			for j := range i + 1 {
				if least[j] == 0 || k < least[j] {
					least[j] = k
				}
			}
			q := rng.IntN(n)
			want := least[q]
			if want == 0 {
				want = noKey
			}
			if got := f.from(q); got != want {
				t.Fatalf("from %d: %d, want %d", q, got, want)
			}
		}
	}
}
