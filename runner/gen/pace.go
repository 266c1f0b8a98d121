package gen

import "time"

// Stagger emits ops d apart on the average, whoever performs them: the time to the next is
// random, from 0 to twice d. If the test is late, it does not catch up.
func Stagger(d time.Duration, g Gen) Gen { return paced{g: g, d: d, random: true, slot: -1} }

// Delay emits ops d apart, or as soon after as possible.
func Delay(d time.Duration, g Gen) Gen { return paced{g: g, d: d, slot: -1} }

type paced struct {
	g      Gen
	d      time.Duration
	random bool
	slot   int64 // when the next op is due; negative before the first
	rnd    state
}

func (g paced) Seed(seed uint64) Gen {
	g.g, g.rnd = Seed(child(seed, 0), g.g), state(child(seed, 1))
	return g
}

func (g paced) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := Next(g.g, c)
	if k != Ready {
		return op, k, nil
	}
	op.Time = max(op.Time, g.slot)
	gap := g.d
	if g.random {
		gap, g.rnd = g.rnd.within(2 * g.d)
	}
	if next == nil {
		return op, k, nil
	}
	g.g, g.slot = next, op.Time+int64(gap)
	return op, k, g
}

func (g paced) Update(c *Ctx, ev *Op) Gen {
	if g.g = Update(g.g, c, ev); g.g == nil {
		return nil
	}
	return g
}

// A Window is how long a generator of CycleTimes runs.
type Window struct {
	For time.Duration
	Gen Gen
}

// CycleTimes runs its generators in turns, each for its time, again and again. What each has
// become is kept from turn to turn. It ends when the one whose turn it is does.
func CycleTimes(windows ...Window) Gen {
	g := cycleTimes{start: -1}
	for _, w := range windows {
		g.gens, g.lengths = append(g.gens, w.Gen), append(g.lengths, int64(w.For))
		g.period += int64(w.For)
	}
	if g.period <= 0 {
		panic("expected windows that last some time")
	}
	return g
}

type cycleTimes struct {
	gens    []Gen
	lengths []int64
	period  int64
	start   int64 // of the first window; negative before it
}

func (g cycleTimes) Seed(seed uint64) Gen {
	g.gens = seeded(seed, g.gens)
	return g
}

// mostWindows is how many windows may pass before an op is due.
const mostWindows = 10_000

func (g cycleTimes) Next(c *Ctx) (Op, Kind, Gen) {
	if g.start < 0 {
		g.start = c.Time
	}
	i, begin := g.window(c.Time)
	for range mostWindows {
		end := begin + g.lengths[i]
		op, k, next := Next(g.gens[i], c.at(max(c.Time, begin)))
		if k != Ready {
			return op, k, nil
		}
		if op.Time < end {
			g.gens = with(g.gens, i, next)
			return op, k, g
		}
		i, begin = (i+1)%len(g.gens), end
	}
	return Op{}, Pending, nil
}

// window is which generator runs at a time, and since when.
func (g cycleTimes) window(t int64) (i int, begin int64) {
	begin = g.start + (t-g.start)/g.period*g.period
	for t >= begin+g.lengths[i] {
		begin += g.lengths[i]
		i++
	}
	return i, begin
}

func (g cycleTimes) Update(c *Ctx, ev *Op) Gen {
	g.gens = updated(g.gens, c, ev)
	return g
}

// Cache keeps the answer of a generator that is expensive to ask, for d at most, until the op is
// performed.
func Cache(d time.Duration, g Gen) Gen { return cached{g: g, d: int64(d), kept: &kept{}} }

type cached struct {
	g    Gen
	d    int64
	kept *kept
}

// A kept answer is found again by whoever asks the same value.
type kept struct {
	have bool
	at   int64
	op   Op
	next Gen
}

func (g cached) Seed(seed uint64) Gen { return cached{Seed(seed, g.g), g.d, &kept{}} }

func (g cached) Next(c *Ctx) (Op, Kind, Gen) {
	if !g.kept.have || c.Time >= g.kept.at+g.d {
		op, k, next := Next(g.g, c)
		if k != Ready {
			return op, k, nil
		}
		*g.kept = kept{true, c.Time, op, next}
	}
	op := g.kept.op
	if !c.free.Has(c.Thread(op.process)) || c.Process(c.Thread(op.process)) != op.process {
		op.placed = false
		var ok bool
		if op, ok = c.Fill(op); !ok {
			return op, Pending, nil
		}
	}
	op.Time = max(op.Time, c.Time)
	if g.kept.next == nil {
		return op, Ready, nil
	}
	return op, Ready, cached{g.kept.next, g.d, &kept{}}
}

func (g cached) Update(c *Ctx, ev *Op) Gen {
	k := *g.kept
	if k.have {
		k.next = Update(k.next, c, ev)
	}
	return cached{Update(g.g, c, ev), g.d, &k}
}
