package gen

import "iter"

// Concat emits what its generators do, one generator after the other. Only the first that is not
// exhausted is told of events.
func Concat(gens ...Gen) Gen {
	if len(gens) == 0 {
		return nil
	}
	return concat{gens: gens}
}

type concat struct {
	gens []Gen
}

func (g concat) Seed(seed uint64) Gen { return concat{seeded(seed, g.gens)} }

func (g concat) Next(c *Ctx) (Op, Kind, Gen) {
	for i, first := range g.gens {
		op, k, next := Next(first, c)
		switch {
		case k == Done:
			continue
		case k == Pending:
			return op, k, nil
		case next != nil:
			return op, k, concat{prepend(next, g.gens[i+1:])}
		}
		return op, k, Concat(g.gens[i+1:]...)
	}
	return Op{}, Done, nil
}

func (g concat) Update(c *Ctx, ev *Op) Gen {
	for i, first := range g.gens {
		if first == nil {
			continue
		}
		if next := first.Update(c, ev); next != nil {
			return concat{prepend(next, g.gens[i+1:])}
		}
	}
	return nil
}

func prepend(first Gen, rest []Gen) []Gen {
	return append(append(make([]Gen, 0, len(rest)+1), first), rest...)
}

// seeded seeds generators that stand side by side.
func seeded(seed uint64, gens []Gen) []Gen {
	out := make([]Gen, len(gens))
	for i, g := range gens {
		out[i] = Seed(child(seed, i), g)
	}
	return out
}

// FromSeq emits what the generators of a sequence do, one after the other. The sequence is read
// as far as it is needed, each element once.
func FromSeq(seq iter.Seq[Gen]) Gen {
	next, stop := iter.Pull(seq)
	return &cell{pull: func() (Gen, bool) {
		g, ok := next()
		if !ok {
			stop()
		}
		return g, ok
	}}
}

// A cell is the rest of a sequence, of which the first element is read when it is needed.
type cell struct {
	pull func() (Gen, bool)
	read bool
	g    Gen
	rest *cell // nil at the end
	seed uint64
}

// force reads the element.
func (l *cell) force() {
	if l.read {
		return
	}
	l.read = true
	g, ok := l.pull()
	if ok {
		l.g, l.rest = Seed(l.seed, g), &cell{pull: l.pull, seed: child(l.seed, 0)}
	}
}

// Seed is to be called before anything is asked.
func (l *cell) Seed(seed uint64) Gen {
	l.seed = seed
	return l
}

func (l *cell) Next(c *Ctx) (Op, Kind, Gen) {
	for l.force(); l.rest != nil; l.force() {
		op, k, next := Next(l.g, c)
		if k != Done {
			return op, k, sequel{next, l.rest}
		}
		l = l.rest
	}
	return Op{}, Done, nil
}

func (l *cell) Update(*Ctx, *Op) Gen { return l }

// A sequel is an element of a sequence that has begun, and the rest.
type sequel struct {
	cur  Gen
	rest *cell
}

func (g sequel) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := Next(g.cur, c)
	if k == Done {
		return g.rest.Next(c)
	}
	return op, k, sequel{next, g.rest}
}

func (g sequel) Update(c *Ctx, ev *Op) Gen { return sequel{Update(g.cur, c, ev), g.rest} }

// Synchronize waits until all threads in view are free, and then becomes g.
func Synchronize(g Gen) Gen { return synchronize{g} }

type synchronize struct{ g Gen }

func (g synchronize) Seed(seed uint64) Gen { return synchronize{Seed(seed, g.g)} }

func (g synchronize) Next(c *Ctx) (Op, Kind, Gen) {
	if c.free.Len() < c.all.Len() {
		return Op{}, Pending, nil
	}
	return Next(g.g, c)
}

func (g synchronize) Update(c *Ctx, ev *Op) Gen { return synchronize{Update(g.g, c, ev)} }

// Phases carries out generators one after the other. Each begins when all threads are free.
func Phases(gens ...Gen) Gen {
	phases := make([]Gen, len(gens))
	for i, g := range gens {
		phases[i] = Synchronize(g)
	}
	return Concat(phases...)
}

// Then emits what first does, and when all threads are free what g does. The order suits pipelines.
func Then(g, first Gen) Gen { return Concat(first, Synchronize(g)) }
