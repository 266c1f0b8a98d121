package gen

import "slices"

// Limit emits at most n ops.
func Limit(n int, g Gen) Gen {
	if g == nil || n <= 0 {
		return nil
	}
	return &limit{n, g}
}

// Once emits one op.
func Once(g Gen) Gen { return Limit(1, g) }

type limit struct {
	n int
	g Gen
}

func (g *limit) Seed(seed uint64) Gen { return &limit{g.n, Seed(seed, g.g)} }

func (g *limit) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := g.g.Next(c)
	if k != Ready {
		return op, k, nil
	}
	return op, k, Limit(g.n-1, next)
}

func (g *limit) Update(c *Ctx, ev *Op) Gen {
	next := g.g.Update(c, ev)
	if same(next, g.g) {
		return g
	}
	return Limit(g.n, next)
}

// Repeat emits what g would emit next, again and again: One becomes many, and a function gets
// randomness anew each time. Events change g, ops do not.
func Repeat(g Gen) Gen { return RepeatN(-1, g) }

// RepeatN is Repeat that emits n ops.
func RepeatN(n int, g Gen) Gen {
	if g == nil || n == 0 {
		return nil
	}
	return &repeat{g: g, n: n}
}

type repeat struct {
	g    Gen
	n    int // how many are left; negative for ever
	seed uint64
	i    int // ops so far
}

func (g *repeat) Seed(seed uint64) Gen {
	return &repeat{Seed(child(seed, g.i), g.g), g.n, seed, g.i}
}

func (g *repeat) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, _ := g.g.Next(c)
	if k != Ready {
		return op, k, nil
	}
	s, random := g.g.(Seeded)
	switch {
	case g.n == 1:
		return op, k, nil
	case !random && g.n < 0:
		return op, k, g
	}
	next := *g
	if next.i++; g.n > 0 {
		next.n--
	}
	if random {
		next.g = s.Seed(child(g.seed, next.i))
	}
	return op, k, &next
}

func (g *repeat) Update(c *Ctx, ev *Op) Gen {
	next := g.g.Update(c, ev)
	switch {
	case same(next, g.g):
		return g
	case next == nil:
		return nil
	}
	return &repeat{next, g.n, g.seed, g.i}
}

// Cycle carries out a generator again and again, each time from its beginning.
func Cycle(g Gen) Gen { return CycleN(-1, g) }

// CycleN is Cycle that does so n times.
func CycleN(n int, g Gen) Gen {
	if g == nil || n == 0 {
		return nil
	}
	return &cycle{from: g, cur: g, n: n}
}

type cycle struct {
	from, cur Gen
	n         int // how many are left, with the current one; negative for ever
	seed      uint64
	i         int // how many have ended
}

func (g *cycle) Seed(seed uint64) Gen {
	return &cycle{g.from, Seed(child(seed, g.i), g.cur), g.n, seed, g.i}
}

func (g *cycle) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := Next(g.cur, c)
	switch {
	case k == Ready:
		return op, k, &cycle{g.from, next, g.n, g.seed, g.i}
	case k == Pending || g.n == 1:
		return op, k, nil
	}
	again := cycle{from: g.from, n: g.n, seed: g.seed, i: g.i + 1}
	if g.n > 0 {
		again.n--
	}
	op, k, again.cur = Seed(child(g.seed, again.i), g.from).Next(c)
	if k != Ready { // Done again: it is empty, and would be for ever
		return op, k, nil
	}
	return op, k, &again
}

func (g *cycle) Update(c *Ctx, ev *Op) Gen {
	cur := Update(g.cur, c, ev)
	if same(cur, g.cur) {
		return g
	}
	return &cycle{g.from, cur, g.n, g.seed, g.i}
}

// ProcessLimit ends before the ops of g belong to more than n processes, counting those that
// could have performed them. It bounds how many crash at the end of a test. The nemesis does not
// count.
func ProcessLimit(n int, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &processLimit{g: g, n: n}
}

type processLimit struct {
	g    Gen
	n    int   // that may still come
	seen []int // the last process of each thread, plus one
}

func (g *processLimit) Seed(seed uint64) Gen { return &processLimit{Seed(seed, g.g), g.n, g.seen} }

func (g *processLimit) Next(c *Ctx) (Op, Kind, Gen) {
	fresh := 0
	for t := c.all.From(0); t >= 0; t = c.all.From(t + 1) {
		if g.isNew(c, t) {
			fresh++
		}
	}
	if fresh > g.n { // also if g is pending: there will not be fewer later
		return Op{}, Done, nil
	}
	op, k, next := g.g.Next(c)
	switch {
	case k != Ready || next == nil:
		return op, k, nil
	case fresh == 0 && same(next, g.g):
		return op, k, g
	case fresh == 0:
		return op, k, &processLimit{next, g.n, g.seen}
	}
	seen := make([]int, len(c.table.process))
	copy(seen, g.seen)
	for t := c.all.From(0); t >= 0; t = c.all.From(t + 1) {
		seen[t] = c.table.process[t] + 1
	}
	return op, k, &processLimit{next, g.n - fresh, seen}
}

// isNew reports whether what a thread runs counts, and was not counted yet.
func (g *processLimit) isNew(c *Ctx, t int) bool {
	p := c.table.process[t]
	return p != NemesisProcess && (t >= len(g.seen) || g.seen[t] != p+1)
}

func (g *processLimit) Update(c *Ctx, ev *Op) Gen {
	next := g.g.Update(c, ev)
	switch {
	case same(next, g.g):
		return g
	case next == nil:
		return nil
	}
	return &processLimit{next, g.n, g.seen}
}

// ConcurrencyLimit waits while n or more threads in view are busy.
func ConcurrencyLimit(n int, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &concurrencyLimit{g, n}
}

type concurrencyLimit struct {
	g Gen
	n int
}

func (g *concurrencyLimit) Seed(seed uint64) Gen { return &concurrencyLimit{Seed(seed, g.g), g.n} }

func (g *concurrencyLimit) Next(c *Ctx) (Op, Kind, Gen) {
	if c.all.Len()-c.free.Len() >= g.n {
		return Op{}, Pending, nil
	}
	op, k, next := g.g.Next(c)
	return op, k, g.around(next)
}

func (g *concurrencyLimit) around(next Gen) Gen {
	if same(next, g.g) {
		return g
	}
	return ConcurrencyLimit(g.n, next)
}

func (g *concurrencyLimit) Update(c *Ctx, ev *Op) Gen { return g.around(g.g.Update(c, ev)) }

// UntilOK emits what g does until one of its ops ends as OK. Others may run by then.
func UntilOK(g Gen) Gen {
	if g == nil {
		return nil
	}
	return &untilOK{g: g}
}

type untilOK struct {
	g       Gen   // nil if it has ended
	running []int // processes of its ops that run
}

func (g *untilOK) Seed(seed uint64) Gen { return &untilOK{Seed(seed, g.g), g.running} }

func (g *untilOK) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := Next(g.g, c)
	if k != Ready {
		return op, k, nil
	}
	return op, k, &untilOK{next, append(slices.Clip(g.running), op.process)}
}

func (g *untilOK) Update(c *Ctx, ev *Op) Gen {
	next, i := Update(g.g, c, ev), -1
	if ev.Type != Invoke {
		i = slices.Index(g.running, ev.process)
	}
	switch {
	case i < 0 && same(next, g.g):
		return g
	case i < 0:
		return &untilOK{next, g.running}
	case ev.Type == OK:
		return nil
	}
	return &untilOK{next, slices.Delete(slices.Clone(g.running), i, i+1)}
}
