package gen

import "maps"

// Map changes each op of a generator.
func Map(f func(Op) Op, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &mapped{f, g}
}

type mapped struct {
	f func(Op) Op
	g Gen
}

func (g *mapped) Seed(seed uint64) Gen { return &mapped{g.f, Seed(seed, g.g)} }

func (g *mapped) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := g.g.Next(c)
	if k != Ready {
		return op, k, nil
	}
	return g.f(op), k, g.around(next)
}

func (g *mapped) around(next Gen) Gen {
	if same(next, g.g) {
		return g
	}
	return Map(g.f, next)
}

func (g *mapped) Update(c *Ctx, ev *Op) Gen { return g.around(g.g.Update(c, ev)) }

// FMap renames operations; names that the map lacks stay.
func FMap(names map[string]string, g Gen) Gen {
	names = maps.Clone(names)
	return Map(func(op Op) Op {
		if name, ok := names[op.F]; ok {
			op.F = name
		}
		return op
	}, g)
}

// mostRejected is how many ops in a row Filter may reject.
const mostRejected = 1_000_000

// Filter leaves out the ops for which a function is false.
func Filter(keep func(Op) bool, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &filter{keep, g}
}

type filter struct {
	keep func(Op) bool
	g    Gen
}

func (g *filter) Seed(seed uint64) Gen { return &filter{g.keep, Seed(seed, g.g)} }

func (g *filter) Next(c *Ctx) (Op, Kind, Gen) {
	left := g.g
	for range mostRejected {
		op, k, next := Next(left, c)
		if k != Ready {
			return op, k, nil
		}
		if g.keep(op) {
			return op, k, g.around(next)
		}
		left = next
	}
	panic("a filter rejected a million ops in a row")
}

func (g *filter) around(next Gen) Gen {
	if same(next, g.g) {
		return g
	}
	return Filter(g.keep, next)
}

func (g *filter) Update(c *Ctx, ev *Op) Gen { return g.around(g.g.Update(c, ev)) }

// IgnoreUpdates does not tell a generator of events.
func IgnoreUpdates(g Gen) Gen {
	if g == nil {
		return nil
	}
	return &deaf{g}
}

type deaf struct{ g Gen }

func (g *deaf) Seed(seed uint64) Gen { return &deaf{Seed(seed, g.g)} }

func (g *deaf) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := g.g.Next(c)
	if k == Ready && same(next, g.g) {
		return op, k, g
	}
	return op, k, IgnoreUpdates(next)
}

func (g *deaf) Update(*Ctx, *Op) Gen { return g }

// OnUpdate calls a function at each event. What it returns takes the place of the generator;
// this is the generator as it was, with the function still around it. Only the function is told.
func OnUpdate(f func(this Gen, c *Ctx, ev *Op) Gen, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &hooked{f, g}
}

type hooked struct {
	f func(Gen, *Ctx, *Op) Gen
	g Gen
}

func (g *hooked) Seed(seed uint64) Gen { return &hooked{g.f, Seed(seed, g.g)} }

func (g *hooked) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := g.g.Next(c)
	if k == Ready && same(next, g.g) {
		return op, k, g
	}
	return op, k, OnUpdate(g.f, next)
}

func (g *hooked) Update(c *Ctx, ev *Op) Gen { return g.f(g, c, ev) }

// Trace tells a function of every answer (what is next) and every event (update) of a generator.
func Trace(tell func(what string, k Kind, op *Op), g Gen) Gen {
	if g == nil {
		return nil
	}
	return &traced{tell, g}
}

type traced struct {
	tell func(string, Kind, *Op)
	g    Gen
}

func (g *traced) Seed(seed uint64) Gen { return &traced{g.tell, Seed(seed, g.g)} }

func (g *traced) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := g.g.Next(c)
	told := op
	g.tell("next", k, &told)
	return op, k, g.around(next)
}

func (g *traced) around(next Gen) Gen {
	if same(next, g.g) {
		return g
	}
	return Trace(g.tell, next)
}

func (g *traced) Update(c *Ctx, ev *Op) Gen {
	g.tell("update", Ready, ev)
	return g.around(g.g.Update(c, ev))
}
