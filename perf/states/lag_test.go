package states

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// TestLagIsWorstLag: at its highest, each chart of the lag shows what the check calls the worst one, and each series has the greatest
// lag of its group, however many groups there are.
func TestLagIsWorstLag(t *testing.T) {
	others := 0
	for seed := range uint64(60) {
		clients := 1 + int(seed%20)
		h, err := simulate.Log{Operations: 400, Clients: clients, Keys: 1 + int(seed%17), CrashRate: 0.02, Seed: seed}.History()
		if err != nil {
			t.Fatal(err)
		}
		r, err := kafka.Check(context.Background(), h, kafka.Options{})
		if err != nil {
			t.Fatal(err)
		}
		threads := newThreads(h)
		keys, polls, err := kafka.Lags(context.Background(), h)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]float64{}
		for p := range polls {
			for _, l := range p.Lags {
				thread, key, s := fmt.Sprint("thread ", threads.of(p.Process)), "key "+keys[l.Key].String(), float64(l.Lag)/1e9
				for _, name := range []string{thread, key, thread + " " + key} {
					want[name] = max(want[name], s)
				}
			}
		}
		charts, err := realtimeLag(context.Background(), h, perf.Options{})
		if err != nil || len(charts) != 3 && !r.WorstLag.None {
			t.Fatalf("seed %d: %d charts, %v", seed, len(charts), err)
		}
		for _, c := range charts {
			worst := 0.0
			for _, s := range c.Series {
				most := 0.0
				for _, p := range s.Points {
					most = max(most, p.High)
				}
				worst = max(worst, most)
				if strings.HasSuffix(s.Name, " others, most") {
					others++
				} else if most != want[s.Name] {
					t.Errorf("seed %d: %s of %s is %v, want %v", seed, c.Name, s.Name, most, want[s.Name])
				}
			}
			if worst != float64(r.WorstLag.Lag)/1e9 || len(c.Series) > maxLagging+1 {
				t.Errorf("seed %d: %s has %v at most, want %d ns; %d series", seed, c.Name, worst, r.WorstLag.Lag, len(c.Series))
			}
		}
	}
	if others < 20 {
		t.Errorf("only %d charts have more groups than lines", others)
	}
}

func TestThreads(t *testing.T) {
	for name, c := range map[string]struct {
		ops  string
		want int64
	}{
		"none crashed":       {"o 0 a\no 3 a", 4},
		"one crashed":        {"n 0 a\no 1 a\no 2 a\no 3 a", 3},
		"twice":              {"n 1 a\nn 6 a\no 11 a\no 4 a", 5},
		"one that did not":   {"o 0 a\nn 1 a\no 5 a\no 2 a", 4},
		"a gap":              {"n 0 a\no 1 a\no 100 a\no 101 a", 101},
		"nobody but nemeses": {"n nemesis a", 0},
	} {
		if got := newThreads(histtest.Parse(t, c.ops)).n; got != c.want {
			t.Errorf("%s: %d threads, want %d", name, got, c.want)
		}
	}
}
