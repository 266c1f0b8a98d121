package kafka

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A Poll is an ok poll or txn, and how far its process lagged behind each log that it
// had then. See Lag for the meaning.
type Poll struct {
	Op      int   // position of the completion
	Time    int64 // of the invocation, in nanoseconds
	Process history.Process
	Lags    []KeyLag // valid until the next poll
}

// A KeyLag is how long a poll was behind the log of a key, 0 if it was not.
type KeyLag struct {
	Key int   // in the keys that Lags returns
	Lag int64 // nanoseconds
}

// Lags follows how far each poll was behind, as Jepsen's plots of the realtime lag do.
// The greatest is Result.WorstLag. Polls are in the order of their invocations; those
// whose invocation or time is unknown are left out. The keys are in the order in which
// they first occur. Lags fails as Check does.
func Lags(ctx context.Context, h *history.History) (keys []edn.Value, polls iter.Seq[Poll], err error) {
	x, err := decode(ctx, h)
	if err != nil {
		return nil, nil, err
	}
	f := &facts{events: x}
	known := frontiers(f)
	// What a process knows changes only by its own ops, of which it has one at a time. So each may take effect when it is
	// invoked, which gives times in order.
	began := func(t int32) int {
		if inv := h.Pair(int(x.op[t])); inv >= 0 {
			return inv
		}
		return int(x.op[t])
	}
	order := make([]int32, 0, x.len())
	for t := range int32(x.len()) {
		if k := x.kind[t]; x.status[t] == committed && k != sendF && k != ignoredF {
			order = append(order, t)
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(began(a), began(b)) })
	return x.keys.first, func(yield func(Poll) bool) {
		w := walker{f, known, map[history.Process]*held{}}
		var lags []KeyLag
		for _, t := range order {
			p := w.step(t)
			inv := h.Pair(int(x.op[t]))
			if !x.kind[t].moves() || inv < 0 || h.Time(inv) == history.NoTime {
				continue
			}
			poll := Poll{Op: int(x.op[t]), Time: h.Time(inv), Process: h.Process(int(x.op[t])), Lags: lags[:0]}
			for _, at := range p.list {
				lag := KeyLag{Key: int(at.key)}
				if at.due < poll.Time {
					lag.Lag = poll.Time - at.due
				}
				poll.Lags = append(poll.Lags, lag)
			}
			if lags = poll.Lags; len(lags) > 0 && !yield(poll) {
				return
			}
		}
	}, nil
}

// A walker takes all processes through a history at once.
type walker struct {
	*facts
	known [][]frontier
	has   map[history.Process]*held
}

// held are the keys that a process has.
type held struct {
	list []place
	at   map[int32]int // where a key stands in list
}

// A place is how far a process is in a log: the highest offset that it has seen, and when the one behind it was known.
type place struct {
	key       int32
	high, due int64
}

// step gives the process of an event the keys and the offsets that it has from there on.
func (w *walker) step(t int32) *held {
	process := w.h.Process(int(w.op[t]))
	p := w.has[process]
	if p == nil {
		p = &held{at: map[int32]int{}}
		w.has[process] = p
	}
	switch {
	case w.kind[t] == subscribeF:
		p.keep(nil)
	case w.kind[t] == assignF:
		keys := w.keyList[w.keyOff[t]:w.keyOff[t+1]]
		p.keep(keys)
		for _, k := range keys {
			w.move(p, k, nowhere)
		}
	default:
		for _, m := range []*moves{&w.sends, &w.reads} {
			for i := m.off[t]; i < m.off[t+1]; i++ {
				if offset := m.offset[i]; offset != noOffset {
					w.move(p, w.key[m.msg[i]], offset)
				}
			}
		}
	}
	return p
}

// keep takes all other keys away.
func (p *held) keep(keys []int32) {
	wanted := make(map[int32]bool, len(keys))
	for _, k := range keys {
		wanted[k] = true
	}
	old := p.list
	p.list = p.list[:0]
	clear(p.at)
	for _, at := range old {
		if wanted[at.key] {
			p.at[at.key] = len(p.list)
			p.list = append(p.list, at)
		}
	}
}

// move advances a process to an offset of a key, if it is not there yet.
func (w *walker) move(p *held, k int32, offset int64) {
	i, ok := p.at[k]
	switch {
	case !ok:
		i = len(p.list)
		p.at[k] = i
		p.list = append(p.list, place{key: k})
	case p.list[i].high >= offset:
		return
	}
	p.list[i].high, p.list[i].due = offset, due(w.known[k], offset)
}
