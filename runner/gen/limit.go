package gen

import (
	"slices"
	"time"
)

// Limit emits at most n ops.
func Limit(n int, g Gen) Gen { return limit{n, g} }

// Once emits one op.
func Once(g Gen) Gen { return Limit(1, g) }

type limit struct {
	n int
	g Gen
}

func (g limit) Seed(seed uint64) Gen { return limit{g.n, Seed(seed, g.g)} }

func (g limit) Next(c *Ctx) (Op, Kind, Gen) {
	if g.n <= 0 {
		return Op{}, Done, nil
	}
	op, k, next := Next(g.g, c)
	if next == nil || g.n == 1 {
		return op, k, nil
	}
	return op, k, limit{g.n - 1, next}
}

func (g limit) Update(c *Ctx, ev *Op) Gen {
	if next := Update(g.g, c, ev); next != nil {
		return limit{g.n, next}
	}
	return nil
}

// Repeat emits what g would emit next, again and again: One becomes many, and a function gets
// randomness anew each time. Events change g, ops do not.
func Repeat(g Gen) Gen { return repeat{g: g, n: -1} }

// RepeatN is Repeat that emits n ops.
func RepeatN(n int, g Gen) Gen { return repeat{g: g, n: n} }

type repeat struct {
	g    Gen
	n    int // how many are left; negative for ever
	seed uint64
	i    int
}

func (g repeat) Seed(seed uint64) Gen {
	g.seed, g.g = seed, Seed(child(seed, g.i), g.g)
	return g
}

func (g repeat) Next(c *Ctx) (Op, Kind, Gen) {
	if g.n == 0 {
		return Op{}, Done, nil
	}
	op, k, _ := Next(g.g, c)
	if g.n > 0 {
		g.n--
	}
	g.i++
	if s, ok := g.g.(Seeded); ok && k == Ready {
		g.g = s.Seed(child(g.seed, g.i))
	}
	return op, k, g
}

func (g repeat) Update(c *Ctx, ev *Op) Gen {
	if g.g = Update(g.g, c, ev); g.g == nil {
		return nil
	}
	return g
}

// Cycle carries out a generator again and again, each time from its beginning.
func Cycle(g Gen) Gen { return cycle{from: g, cur: g, n: -1} }

// CycleN is Cycle that does so n times.
func CycleN(n int, g Gen) Gen { return cycle{from: g, cur: g, n: n} }

type cycle struct {
	from, cur Gen
	n         int // how many are left, with the current one; negative for ever
	seed      uint64
	i         int
}

func (g cycle) Seed(seed uint64) Gen {
	g.seed, g.cur = seed, Seed(child(seed, g.i), g.from)
	return g
}

func (g cycle) Next(c *Ctx) (Op, Kind, Gen) {
	if g.n == 0 {
		return Op{}, Done, nil
	}
	op, k, next := Next(g.cur, c)
	if k == Done {
		if g.n > 0 {
			g.n--
		}
		if g.n == 0 {
			return Op{}, Done, nil
		}
		g.i++
		g.cur = Seed(child(g.seed, g.i), g.from)
		if op, k, next = Next(g.cur, c); k == Done { // it is empty
			return Op{}, Done, nil
		}
	}
	g.cur = next
	return op, k, g
}

func (g cycle) Update(c *Ctx, ev *Op) Gen {
	g.cur = Update(g.cur, c, ev)
	return g
}

// ProcessLimit ends before the ops of g belong to more than n processes, counting those that
// could have performed them. It bounds how many crash at the end of a test.
func ProcessLimit(n int, g Gen) Gen { return processLimit{g: g, n: n} }

type processLimit struct {
	g    Gen
	n    int   // that may still come
	seen []int // the last process of each thread, plus one
}

func (g processLimit) Seed(seed uint64) Gen {
	g.g = Seed(seed, g.g)
	return g
}

func (g processLimit) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := Next(g.g, c)
	if k != Ready {
		return op, k, nil
	}
	seen, copied := g.seen, false
	for t := c.all.From(0); t >= 0; t = c.all.From(t + 1) {
		p := c.table.process[t]
		if p == NemesisProcess || t < len(seen) && seen[t] == p+1 {
			continue
		}
		if !copied {
			seen, copied = slices.Grow(slices.Clone(g.seen), len(c.table.process)), true
			seen = append(seen, make([]int, max(len(c.table.process)-len(seen), 0))...)
		}
		seen[t] = p + 1
		if g.n--; g.n < 0 {
			return Op{}, Done, nil
		}
	}
	return op, k, processLimit{next, g.n, seen}
}

func (g processLimit) Update(c *Ctx, ev *Op) Gen {
	g.g = Update(g.g, c, ev)
	return g
}

// ConcurrencyLimit waits while n or more threads in view are busy.
func ConcurrencyLimit(n int, g Gen) Gen { return concurrencyLimit{g, n} }

type concurrencyLimit struct {
	g Gen
	n int
}

func (g concurrencyLimit) Seed(seed uint64) Gen { return concurrencyLimit{Seed(seed, g.g), g.n} }

func (g concurrencyLimit) Next(c *Ctx) (Op, Kind, Gen) {
	if c.all.Len()-c.free.Len() >= g.n {
		return Op{}, Pending, nil
	}
	op, k, next := Next(g.g, c)
	if next == nil {
		return op, k, nil
	}
	return op, k, concurrencyLimit{next, g.n}
}

func (g concurrencyLimit) Update(c *Ctx, ev *Op) Gen {
	g.g = Update(g.g, c, ev)
	return g
}

// TimeLimit ends d after its first op.
func TimeLimit(d time.Duration, g Gen) Gen { return timeLimit{g: g, d: int64(d)} }

type timeLimit struct {
	g     Gen
	d     int64
	end   int64
	begun bool
}

func (g timeLimit) Seed(seed uint64) Gen {
	g.g = Seed(seed, g.g)
	return g
}

func (g timeLimit) Next(c *Ctx) (Op, Kind, Gen) {
	if g.begun && c.Time >= g.end {
		return Op{}, Done, nil
	}
	op, k, next := Next(g.g, c)
	if k != Ready {
		return op, k, nil
	}
	if !g.begun {
		g.begun, g.end = true, op.Time+g.d
	}
	if op.Time >= g.end {
		return Op{}, Done, nil
	}
	if next == nil {
		return op, k, nil
	}
	g.g = next
	return op, k, g
}

func (g timeLimit) Update(c *Ctx, ev *Op) Gen {
	g.g = Update(g.g, c, ev)
	return g
}

// UntilOK emits what g does until one of its ops ends as OK. Others may run by then.
func UntilOK(g Gen) Gen { return untilOK{g: g} }

type untilOK struct {
	g       Gen
	running []int // processes of its ops that run
}

func (g untilOK) Seed(seed uint64) Gen {
	g.g = Seed(seed, g.g)
	return g
}

func (g untilOK) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := Next(g.g, c)
	if k == Ready {
		g.running = append(slices.Clip(g.running), op.process)
	}
	g.g = next
	return op, k, g
}

func (g untilOK) Update(c *Ctx, ev *Op) Gen {
	g.g = Update(g.g, c, ev)
	if ev.Type == Invoke {
		return g
	}
	if i := slices.Index(g.running, ev.process); i >= 0 {
		if ev.Type == OK {
			return nil
		}
		g.running = slices.Delete(slices.Clone(g.running), i, i+1)
	}
	return g
}
