// Package states makes charts of the states that checkers follow: the total of a bank's accounts by node, the bounds of a counter with
// its reads, the size of a set between what it must and what it may contain, and the depth of a queue. For logs, it charts the messages that
// were not polled yet and how far polls lagged behind. Jepsen draws those of banks and logs; package perf has most of its other plots.
//
// It is on a floor above the checkers, uses their results where possible, and gives no verdict itself.
package states

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/perf"
)

// Charts returns the charts that fit the operations of a history. There may be none.
func Charts(ctx context.Context, h *history.History, opt perf.Options) (out []perf.Chart, err error) {
	for _, of := range []func(ctx context.Context, h *history.History, opt perf.Options) (*perf.Chart, error){bankTotals, counterBounds, setSizes, setLives, queueDepth, unseenMessages} {
		c, err := of(ctx, h, opt)
		if err != nil {
			return nil, err
		}
		if c != nil {
			out = append(out, *c)
		}
	}
	lags, err := realtimeLag(ctx, h, opt)
	if err != nil {
		return nil, err
	}
	out = append(out, lags...)
	for _, c := range out {
		for i := range c.Series {
			c.Series[i].Done()
		}
	}
	return out, ctx.Err()
}

// has reports whether a history has any of some operations.
func has(h *history.History, names ...string) bool {
	for _, name := range names {
		if _, ok := h.SymbolOf(name); ok {
			return true
		}
	}
	return false
}

// firstRead returns what the first ok read returned, absent if there is none.
func firstRead(h *history.History) edn.Value {
	read, ok := h.SymbolOf("read")
	for i := 0; ok && i < h.Len(); i++ {
		if h.Process(i).IsClient() && h.Symbol(i) == read && h.Type(i) == history.OK && !h.Value(i).IsNil() {
			return h.Value(i)
		}
	}
	return edn.Value{}
}
