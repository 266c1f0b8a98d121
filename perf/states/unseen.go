package states

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/perf"
)

// maxStacked is how many keys have their own series; the rest share one.
const maxStacked = 6

// unseenMessages draws how many messages of a log were acknowledged and not polled yet, those of each key on top of
// others.
func unseenMessages(ctx context.Context, h *history.History, _ perf.Options) (*perf.Chart, error) {
	if !has(h, "poll") || !has(h, "send", "txn") {
		return nil, nil
	}
	keys, changes, err := kafka.Waiting(ctx, h)
	if err != nil || len(changes) == 0 {
		return nil, ctx.Err() // it is no log
	}
	total := make([]int, len(keys))
	for _, c := range changes {
		total[c.Key]++
	}
	order := make([]int, len(keys))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return total[b] - total[a] })
	shown := order[:min(len(order), maxStacked)]
	slices.SortStableFunc(shown, func(a, b int) int { return edn.Compare(keys[a], keys[b]) })
	c := &perf.Chart{Name: "unseen", Title: "messages acknowledged and not polled yet", Y: "messages"}
	place := make([]int, len(keys))
	for k := range place {
		place[k] = len(shown) // the rest
	}
	for i, k := range shown {
		place[k] = i
		c.Series = append(c.Series, perf.Series{Name: "key " + short(keys[k]), Kind: perf.Band})
	}
	if len(shown) < len(keys) {
		c.Series = append(c.Series, perf.Series{Name: "other keys", Kind: perf.Band})
	}
	stack(c, h, changes, place)
	return c, nil
}

// stack adds points to all series wherever one of them changes.
func stack(c *perf.Chart, h *history.History, changes []kafka.Change, place []int) {
	now := make([]int, len(place)) // by key
	sums := make([]int, len(c.Series))
	for i, x := range changes {
		sums[place[x.Key]] += x.Waiting - now[x.Key]
		now[x.Key] = x.Waiting
		if i+1 < len(changes) && changes[i+1].Op == x.Op || h.Time(x.Op) == history.NoTime {
			continue
		}
		low := 0
		for k := range c.Series {
			c.Series[k].Add(perf.Point{Time: h.Time(x.Op), Low: float64(low), High: float64(low + sums[k]), Op: x.Op})
			low += sums[k]
		}
	}
}
