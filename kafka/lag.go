package kafka

import (
	"context"
	"math"
	"sort"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// lagging is a poll that was behind: when its process invoked it, it was on a key
// behind a message that had been known for so long.
type lagging struct {
	lag, time int64 // nanoseconds
	process   history.Process
	key       int32 // -1 if there was no poll at all
}

func (l lagging) worse(than lagging, rank []int32) bool {
	switch {
	case l.key < 0 || than.key < 0:
		return than.key < 0 && l.key >= 0
	case l.lag != than.lag:
		return l.lag > than.lag
	case l.time != than.time:
		return l.time < than.time
	case l.process != than.process:
		return l.process < than.process
	}
	return rank[l.key] < rank[than.key]
}

// A frontier is the time when a log was first known to reach so far.
type frontier struct{ offset, time int64 }

// frontiers returns how each log was known to grow.
func frontiers(f *facts) [][]frontier {
	out := make([][]frontier, f.keys.len())
	grow := func(m *moves, t int, time int64) {
		if time == history.NoTime {
			return
		}
		for i := m.off[t]; i < m.off[t+1]; i++ {
			k, offset := f.key[m.msg[i]], m.offset[i]
			if n := len(out[k]); offset != noOffset && (n == 0 || out[k][n-1].offset < offset) {
				out[k] = append(out[k], frontier{offset, time})
			}
		}
	}
	for t := range f.len() {
		if f.kind[t].moves() && f.status[t] != aborted {
			time := f.h.Time(int(f.op[t]))
			grow(&f.sends, t, time)
			grow(&f.reads, t, time)
		}
	}
	return out
}

// worstLag finds the poll that was behind the most.
//
// A consumer that stays at one offset lags the more the later it polls, so only the
// last poll before it moves on needs to be looked at, not each poll for each key
// that the consumer has.
func worstLag(ctx context.Context, f *facts, procs *processes) (lagging, error) {
	known := frontiers(f)
	parts := make([]lagging, par.MaxWorkers())
	for i := range parts {
		parts[i].key = -1
	}
	err := par.Workers(ctx, procs.len(), func(worker int) func(int) error {
		n := f.keys.len()
		c := consumer{facts: f, known: known, high: make([]int64, n), due: make([]int64, n), since: make([]int32, n), has: make([]bool, n), wanted: filled(n), worst: &parts[worker]}
		return func(p int) error {
			c.process(procs.of(p))
			return nil
		}
	})
	worst := lagging{key: -1}
	for _, l := range parts {
		if l.worse(worst, f.rank) {
			worst = l
		}
	}
	return worst, err
}

// A consumer is a process and the highest offset that it has seen of each key that
// it has.
type consumer struct {
	*facts
	known [][]frontier
	high  []int64 // per key
	due   []int64 // when the offset behind it was known, or never
	since []int32 // the event that it has been there since
	has   []bool
	list  []int32 // the keys that it has

	wanted []int32 // per key: the last assign that names it

	last     int32 // its last ok poll whose invocation is known, -1 if none
	lastTime int64
	worst    *lagging
}

const (
	nowhere = -1 // before the first offset
	never   = math.MaxInt64
)

func (c *consumer) process(events []int32) {
	c.last = -1
	for _, t := range events {
		switch kind := c.kind[t]; {
		case kind == subscribeF && c.status[t] == committed:
			c.drop(func(int32) bool { return true })
		case kind == assignF && c.status[t] == committed:
			keys := c.keyList[c.keyOff[t]:c.keyOff[t+1]]
			for _, k := range keys {
				c.wanted[k] = t
			}
			c.drop(func(k int32) bool { return c.wanted[k] != t })
			for _, k := range keys {
				c.move(k, nowhere, t)
			}
		case (kind == pollF || kind == txnF) && c.status[t] == committed:
			c.poll(t)
		}
	}
	c.drop(func(int32) bool { return true })
}

func (c *consumer) poll(t int32) {
	for _, m := range []*moves{&c.sends, &c.reads} {
		for i := m.off[t]; i < m.off[t+1]; i++ {
			if offset := m.offset[i]; offset != noOffset {
				c.move(c.key[m.msg[i]], offset, t)
			}
		}
	}
	if inv := c.h.Pair(int(c.op[t])); inv >= 0 && c.h.Time(inv) != history.NoTime {
		c.last, c.lastTime = t, c.h.Time(inv)
	}
}

// move advances the consumer to an offset, if it is not there yet.
func (c *consumer) move(k int32, offset int64, t int32) {
	if c.has[k] && c.high[k] >= offset {
		return
	}
	if c.has[k] {
		c.settle(k)
	} else {
		c.has[k] = true
		c.list = append(c.list, k)
	}
	c.high[k], c.since[k], c.due[k] = offset, t, due(c.known[k], offset)
}

// due returns when a log was first known to reach beyond an offset, never if it was not.
func due(log []frontier, offset int64) int64 {
	if i := sort.Search(len(log), func(i int) bool { return log[i].offset > offset }); i < len(log) {
		return log[i].time
	}
	return never
}

// settle notes how far the consumer lagged on a key before it moved on.
func (c *consumer) settle(k int32) {
	if c.last < c.since[k] {
		return // it moved there after its last poll
	}
	l := lagging{0, c.lastTime, c.h.Process(int(c.op[c.last])), k}
	if c.due[k] < c.lastTime {
		l.lag = c.lastTime - c.due[k]
	}
	if l.worse(*c.worst, c.rank) {
		*c.worst = l
	}
}

// drop takes keys away.
func (c *consumer) drop(gone func(k int32) bool) {
	n := 0
	for _, k := range c.list {
		if gone(k) {
			c.settle(k)
			c.has[k] = false
		} else {
			c.list[n] = k
			n++
		}
	}
	c.list = c.list[:n]
}
