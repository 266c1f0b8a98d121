package gen

import "time"

// TimeLimit ends d after its first op.
func TimeLimit(d time.Duration, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &timeLimit{g, int64(d), -1}
}

type timeLimit struct {
	g   Gen
	d   int64
	end int64 // negative before the first op
}

func (g *timeLimit) Seed(seed uint64) Gen { return &timeLimit{Seed(seed, g.g), g.d, g.end} }

func (g *timeLimit) Next(c *Ctx) (Op, Kind, Gen) {
	if g.end >= 0 && c.Time >= g.end {
		return Op{}, Done, nil
	}
	op, k, next := g.g.Next(c)
	if k != Ready {
		return op, k, nil
	}
	end := g.end
	if end < 0 {
		end = op.Time + g.d
	}
	switch {
	case op.Time < end && next == nil:
		return op, k, nil
	case op.Time < end:
		return op, k, &timeLimit{next, g.d, end}
	case c.free.Len() < c.all.Len():
		// The soonest op is too late, but one that can be due earlier may need a thread that is busy.
		return Op{}, Pending, nil
	}
	return Op{}, Done, nil
}

func (g *timeLimit) Update(c *Ctx, ev *Op) Gen {
	next := g.g.Update(c, ev)
	switch {
	case same(next, g.g):
		return g
	case next == nil:
		return nil
	}
	return &timeLimit{next, g.d, g.end}
}

// Stagger emits ops d apart on the average, whoever performs them: the time to the next is
// random, from 0 to twice d. If the test is late, it does not catch up.
func Stagger(d time.Duration, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &paced{g: g, d: d, random: true, slot: -1}
}

// Delay emits ops d apart, or as soon after as possible.
func Delay(d time.Duration, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &paced{g: g, d: d, slot: -1}
}

type paced struct {
	g      Gen
	d      time.Duration
	random bool
	slot   int64 // when the next op is due; negative before the first
	rnd    state
}

func (g *paced) Seed(seed uint64) Gen {
	return &paced{Seed(child(seed, 0), g.g), g.d, g.random, g.slot, state(child(seed, 1))}
}

func (g *paced) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := g.g.Next(c)
	if k != Ready {
		return op, k, nil
	}
	op.Time = max(op.Time, g.slot)
	if next == nil {
		return op, k, nil
	}
	gap, rnd := g.d, g.rnd
	if g.random {
		gap, rnd = rnd.within(2 * g.d)
	}
	return op, k, &paced{next, g.d, g.random, op.Time + int64(gap), rnd}
}

func (g *paced) Update(c *Ctx, ev *Op) Gen {
	next := g.g.Update(c, ev)
	switch {
	case same(next, g.g):
		return g
	case next == nil:
		return nil
	}
	return &paced{next, g.d, g.random, g.slot, g.rnd}
}

// A Window is how long a generator of CycleTimes runs.
type Window struct {
	For time.Duration
	Gen Gen
}

// CycleTimes runs its generators in turns, each for its time, again and again. What each has
// become is kept from turn to turn. It ends when the one whose turn it is does.
func CycleTimes(windows ...Window) Gen {
	g := &cycleTimes{start: -1}
	for _, w := range windows {
		g.gens, g.lengths = append(g.gens, w.Gen), append(g.lengths, int64(w.For))
		g.period += int64(w.For)
		if w.For <= 0 {
			panic("expected windows that last some time, found " + w.For.String())
		}
	}
	if len(windows) == 0 {
		return nil
	}
	return g
}

type cycleTimes struct {
	gens    []Gen
	lengths []int64
	period  int64
	start   int64 // of the first window; negative before it
}

func (g *cycleTimes) Seed(seed uint64) Gen {
	return &cycleTimes{seeded(seed, g.gens), g.lengths, g.period, g.start}
}

// mostWindows is how many windows may pass before an op is due.
const mostWindows = 10_000

func (g *cycleTimes) Next(c *Ctx) (Op, Kind, Gen) {
	start := g.start
	if start < 0 {
		start = c.Time
	}
	i, begin := g.window(c.Time - start)
	begin += start
	for range mostWindows {
		end := begin + g.lengths[i]
		op, k, next := Next(g.gens[i], c.at(max(c.Time, begin)))
		if k != Ready {
			return op, k, nil
		}
		if op.Time < end && next == nil {
			return op, k, nil
		}
		if op.Time < end {
			return op, k, &cycleTimes{with(g.gens, i, next), g.lengths, g.period, start}
		}
		i, begin = (i+1)%len(g.gens), end
	}
	return Op{}, Pending, nil
}

// window is which generator runs so long after the first began, and when it began to.
func (g *cycleTimes) window(t int64) (i int, begin int64) {
	begin = t / g.period * g.period
	for t >= begin+g.lengths[i] {
		begin += g.lengths[i]
		i++
	}
	return i, begin
}

func (g *cycleTimes) Update(c *Ctx, ev *Op) Gen {
	gens, changed := updated(g.gens, c, ev)
	if !changed {
		return g
	}
	return &cycleTimes{gens, g.lengths, g.period, g.start}
}

// Cache keeps the answer of a generator that is expensive to ask, for d at most, until the op is
// performed.
func Cache(d time.Duration, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &cached{g: g, d: int64(d)}
}

// A cached generator remembers an answer, which does not change what it is: whoever asks the same
// value gets the same op, later or by another process if need be.
type cached struct {
	g Gen
	d int64

	have bool
	from int64 // when g was asked
	op   Op
	next Gen
}

func (g *cached) Seed(seed uint64) Gen { return &cached{g: Seed(seed, g.g), d: g.d} }

func (g *cached) Next(c *Ctx) (Op, Kind, Gen) {
	if !g.have || c.Time >= g.from+g.d {
		op, k, next := Next(g.g, c)
		if k != Ready {
			return op, k, nil
		}
		g.have, g.from, g.op, g.next = true, c.Time, op, next
	}
	op := g.op
	if t := c.Thread(op.process); !c.free.Has(t) || c.Process(t) != op.process {
		if op.placed = false; op.Type.Recorded() { // the kind of process decides it
			op.Type = Unset
		}
		var ok bool
		if op, ok = c.Fill(op); !ok {
			return op, Pending, nil
		}
	}
	op.Time = max(op.Time, c.Time)
	return op, Ready, Cache(time.Duration(g.d), g.next)
}

func (g *cached) Update(c *Ctx, ev *Op) Gen {
	own, next := Update(g.g, c, ev), g.next
	if g.have {
		next = Update(g.next, c, ev)
	}
	switch {
	case same(own, g.g) && same(next, g.next):
		return g
	case own == nil && !g.have:
		return nil
	}
	return &cached{own, g.d, g.have, g.from, g.op, next}
}
