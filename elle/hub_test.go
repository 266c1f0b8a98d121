package elle

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// TestHubs: hubs stand for the edges that they replace.
func TestHubs(t *testing.T) {
	defer func(n int) { hubEdges = n }(hubEdges)
	for seed := range uint64(60) {
		c := simulate.Config{
			DB: []string{"prefix", "fractured-read", "stale-follower", "snapshot-isolation"}[seed%4], Seed: seed,
			Txns: 120, Clients: 12, Keys: 4, MaxWritesPerKey: 100, CrashRate: 0.3, ReadRatio: 0.3,
		}
		h, err := c.History()
		if err != nil {
			t.Fatal(err)
		}
		var answers []string
		for _, n := range []int{1, 1 << 30} {
			hubEdges = n
			res, err := Check(context.Background(), h, Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := fmt.Sprint(res.Valid, res.Not, res.Stats.Components, res.Stats.LargestSCC)
			for _, a := range res.Anomalies {
				s += fmt.Sprint(" ", a.Type, a.Count)
				for _, c := range a.Cases {
					s += fmt.Sprint(" ", len(c.Steps))
				}
			}
			answers = append(answers, s)
		}
		if answers[0] != answers[1] {
			t.Errorf("%+v:\nwith hubs    %s\nwithout them %s", c, answers[0], answers[1])
		}
	}
}

// TestBusyKey: many who read a key and many who append to it unseen cost no
// more than their sum.
func TestBusyKey(t *testing.T) {
	const n = 20_000
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{:type :invoke, :process %d}\n", i)
	}
	for i := range n {
		fmt.Fprintf(&b, "{:type :ok, :process %d, :value [[:r 0 []] [:append 0 %d]]}\n", i, i)
	}
	h, err := format.ReadBytes(context.Background(), "busy", []byte(b.String()), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := Check(context.Background(), h, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(res.Types()) != "[G2-item lost-update]" || res.Stats.LargestSCC != n || res.Stats.Edges > 10*n {
		t.Errorf("got %v, %+v", res.Types(), res.Stats)
	}
}
