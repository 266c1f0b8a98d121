package elle

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

func keepAll(Anomaly) int { return 0 }

// TestFinds: what is kept are the first of all, in whatever order and by however
// many workers they were found, and all are counted.
func TestFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for n := range 300 {
		most := n % 7
		var all []finding
		for i := range rng.IntN(60) {
			all = append(all, finding{[]Anomaly{G1a, Internal}[rng.IntN(2)], int32(rng.IntN(8)), rng.IntN(3), int32(i), Case{Count: i}})
		}
		got, parts := newFinds(func(Anomaly) int { return most }), make([]*finds, 3)
		for i := range parts {
			parts[i] = newFinds(got.most)
		}
		shuffled := slices.Clone(all)
		rng.Shuffle(len(all), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for _, f := range shuffled {
			parts[f.key%3].add(f)
		}
		for _, p := range parts {
			got.addAll(p)
		}
		slices.SortFunc(all, func(a, b finding) int {
			return cmp.Or(cmp.Compare(a.what, b.what), cmp.Compare(a.txn, b.txn), cmp.Compare(a.mop, b.mop), cmp.Compare(a.key, b.key))
		})
		all = slices.CompactFunc(all, func(a, b finding) bool { return a.what == Internal && b.what == Internal && a.txn == b.txn })
		for a := range got.kinds {
			want := slices.DeleteFunc(slices.Clone(all), func(f finding) bool { return f.what != a })
			kept, count := got.of(a)
			if count != len(want) {
				t.Fatalf("%d cases of %s, want %d", count, a, len(want))
			}
			if most > 0 {
				want = want[:min(most, len(want))]
			}
			if !slices.EqualFunc(kept, want, func(a *finding, b finding) bool { return a.c.Count == b.c.Count }) {
				t.Fatalf("of %s at most %d: kept %d, want the first %d", a, most, len(kept), len(want))
			}
		}
	}
}
