package kafka_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/kafka"
)

// TestWaiting: what waits in the end is what the check calls unseen.
func TestWaiting(t *testing.T) {
	some := 0
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 7))
		h := build(t, draw(func(lo, hi int) int { return lo + rng.IntN(hi-lo+1) }))
		r, err := kafka.Check(context.Background(), h, kafka.Options{AllErrors: true, SubVia: kafka.Assign})
		if err != nil {
			t.Fatal(err)
		}
		keys, changes, err := kafka.Waiting(context.Background(), h)
		if err != nil {
			t.Fatal(err)
		}
		last := make([]int, len(keys))
		op := -1
		for _, c := range changes {
			if c.Waiting < 0 || c.Op < op || c.Waiting == last[c.Key] {
				t.Fatalf("seed %d: change %+v after op %d", seed, c, op)
			}
			op, last[c.Key] = c.Op, c.Waiting
		}
		want := make([]int, len(keys))
		if r.Unseen != nil {
			for _, u := range r.Unseen.Keys {
				for k := range keys {
					if edn.Equal(keys[k], u.Key) {
						want[k] = u.Count
					}
				}
				some++
			}
		}
		for k := range keys {
			if last[k] != want[k] {
				t.Fatalf("seed %d: of key %s %d wait, want %d\n%s", seed, keys[k], last[k], want[k], h.Source().Text)
			}
		}
	}
	if some < 100 {
		t.Errorf("only %d keys had messages that nobody polled", some)
	}
}
