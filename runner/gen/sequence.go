package gen

import (
	"iter"
	"runtime"
)

// Concat emits what its generators do, one generator after the other. Only the first that is not
// exhausted is told of events.
func Concat(gens ...Gen) Gen {
	for i, g := range gens {
		if g != nil {
			return &concat{g, gens[i+1:]}
		}
	}
	return nil
}

type concat struct {
	first Gen
	rest  []Gen
}

func (g *concat) Seed(seed uint64) Gen {
	rest := make([]Gen, len(g.rest))
	for i, x := range g.rest { // numbered from the end, so that they keep their numbers as others end
		rest[i] = Seed(child(seed, len(rest)-1-i), x)
	}
	return &concat{Seed(child(seed, len(rest)), g.first), rest}
}

// then is what is left when first has become another.
func (g *concat) then(first Gen) Gen {
	if first == nil {
		return Concat(g.rest...)
	}
	return &concat{first, g.rest}
}

func (g *concat) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := g.first.Next(c)
	for k == Done {
		after, ok := Concat(g.rest...).(*concat)
		if !ok {
			return Op{}, Done, nil
		}
		g = after
		op, k, next = g.first.Next(c)
	}
	if k == Pending {
		return op, k, nil
	}
	return op, k, g.then(next)
}

func (g *concat) Update(c *Ctx, ev *Op) Gen {
	next := g.first.Update(c, ev)
	if same(next, g.first) {
		return g
	}
	return g.then(next)
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
// as far as it is needed, each element once, whoever shares the generator.
func FromSeq(seq iter.Seq[Gen]) Gen {
	next, stop := iter.Pull(seq)
	pull := &puller{next}
	// A test may end before its sequence does; only then is nobody left who pulls.
	runtime.AddCleanup(pull, func(stop func()) { stop() }, stop)
	return &sequence{at: &cell{pull: pull}}
}

type puller struct{ next func() (Gen, bool) }

// A cell is the rest of a sequence, of which the first element is read when it is needed.
type cell struct {
	pull *puller
	read bool
	g    Gen
	rest *cell // nil at the end
}

// force reads the element, and reports whether there is one.
func (l *cell) force() bool {
	if l.read {
		return l.rest != nil
	}
	l.read = true
	g, ok := l.pull.next()
	if ok {
		l.g, l.rest = g, &cell{pull: l.pull}
	}
	return ok
}

// A sequence is an element that has begun, nil if none has, and the rest.
type sequence struct {
	cur  Gen
	at   *cell
	seed uint64
	n    int // elements that have begun
}

func (g *sequence) Seed(seed uint64) Gen {
	return &sequence{Seed(child(seed, g.n), g.cur), g.at, seed, g.n}
}

func (g *sequence) Next(c *Ctx) (Op, Kind, Gen) {
	cur, at, n := g.cur, g.at, g.n
	for {
		op, k, next := Next(cur, c)
		if k == Ready {
			return op, k, &sequence{next, at, g.seed, n}
		}
		if k == Pending {
			return op, k, nil
		}
		if !at.force() {
			return Op{}, Done, nil
		}
		n++
		cur, at = Seed(child(g.seed, n), at.g), at.rest
	}
}

func (g *sequence) Update(c *Ctx, ev *Op) Gen {
	cur := Update(g.cur, c, ev)
	if same(cur, g.cur) {
		return g
	}
	return &sequence{cur, g.at, g.seed, g.n}
}

// Synchronize waits until all threads in view are free, and then becomes g.
func Synchronize(g Gen) Gen {
	if g == nil {
		return nil
	}
	return &synchronize{g}
}

type synchronize struct{ g Gen }

func (g *synchronize) Seed(seed uint64) Gen { return &synchronize{Seed(seed, g.g)} }

func (g *synchronize) Next(c *Ctx) (Op, Kind, Gen) {
	if c.free.Len() < c.all.Len() {
		return Op{}, Pending, nil
	}
	return g.g.Next(c)
}

func (g *synchronize) Update(c *Ctx, ev *Op) Gen {
	next := g.g.Update(c, ev)
	if same(next, g.g) {
		return g
	}
	return Synchronize(next)
}

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
