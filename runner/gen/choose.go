package gen

import "slices"

// Any emits whatever is due first of its generators. All of them are told of events.
func Any(gens ...Gen) Gen {
	gens = slices.DeleteFunc(slices.Clone(gens), func(g Gen) bool { return g == nil })
	if len(gens) == 0 {
		return nil
	}
	return &anyOf{gens: gens}
}

// ShortestAny is Any that ends as soon as one of its generators does.
func ShortestAny(gens ...Gen) Gen {
	if len(gens) == 0 || slices.Contains(gens, nil) {
		return nil
	}
	return &anyOf{gens: slices.Clone(gens), shortest: true}
}

type anyOf struct {
	gens     []Gen // none is nil
	shortest bool
	rnd      state
}

func (g *anyOf) Seed(seed uint64) Gen {
	return &anyOf{seeded(seed, g.gens), g.shortest, state(child(seed, len(g.gens)))}
}

func (g *anyOf) Next(c *Ctx) (Op, Kind, Gen) {
	s := soonest{rnd: g.rnd, kind: Done}
	var ended []int
	for i, x := range g.gens {
		op, k, next := x.Next(c)
		if k == Done && g.shortest {
			return Op{}, Done, nil
		}
		if k == Done {
			ended = append(ended, i)
		}
		s.offer(&op, k, next, i, 1)
	}
	if s.kind != Ready {
		return Op{}, s.kind, nil
	}
	gens := with(g.gens, s.i, s.next)
	for _, i := range ended {
		gens = with(gens, i, nil)
	}
	return s.op, Ready, g.left(gens, s.rnd)
}

// left is what some generators amount to, of which those that have ended are nil. They are a copy if
// any is.
func (g *anyOf) left(gens []Gen, rnd state) Gen {
	if slices.Contains(gens, nil) {
		if g.shortest {
			return nil
		}
		gens = slices.DeleteFunc(gens, func(x Gen) bool { return x == nil })
	}
	if len(gens) == 0 {
		return nil
	}
	return &anyOf{gens, g.shortest, rnd}
}

func (g *anyOf) Update(c *Ctx, ev *Op) Gen {
	gens, changed := updated(g.gens, c, ev)
	if !changed {
		return g
	}
	return g.left(gens, g.rnd)
}

// with is gens in which one is another: a copy, unless it is the same.
func with(gens []Gen, i int, g Gen) []Gen {
	if same(gens[i], g) {
		return gens
	}
	out := slices.Clone(gens)
	out[i] = g
	return out
}

// updated tells all generators of an event. If it changes any, the generators are a copy.
func updated(gens []Gen, c *Ctx, ev *Op) (out []Gen, changed bool) {
	for i, g := range gens {
		next := Update(g, c, ev)
		if same(next, g) {
			continue
		}
		if !changed {
			gens, changed = slices.Clone(gens), true
		}
		gens[i] = next
	}
	return gens, changed
}

// A soonest collects answers and keeps what is due first. Of several that are due at one time it
// keeps each with a probability in proportion to its weight. Its kind is Done at first.
type soonest struct {
	rnd    state
	op     Op
	next   Gen
	i      int // of whom it is
	weight int // of all that are due at this time
	kind   Kind
}

// offer adds an answer.
func (s *soonest) offer(op *Op, k Kind, next Gen, i, weight int) {
	switch {
	case k == Done:
		return
	case k == Pending:
		if s.kind == Done {
			s.kind = Pending
		}
		return
	case s.kind != Ready || op.Time < s.op.Time:
		s.op, s.next, s.i, s.weight, s.kind = *op, next, i, weight, Ready
		return
	case op.Time > s.op.Time:
		return
	}
	s.weight += weight
	var x int
	if x, s.rnd = s.rnd.below(s.weight); x < weight {
		s.op, s.next, s.i = *op, next, i
	}
}

// Mix emits each op from one of its generators, chosen at random among those that have one. It
// does not tell them of events, so that there may be hundreds.
func Mix(gens ...Gen) Gen {
	gens = slices.DeleteFunc(slices.Clone(gens), func(g Gen) bool { return g == nil })
	if len(gens) == 0 {
		return nil
	}
	return &mix{gens: vectorOf(gens)}
}

type mix struct {
	gens vector[Gen] // none is nil
	rnd  state
}

func (g *mix) Seed(seed uint64) Gen {
	gens := make([]Gen, g.gens.n)
	for i := range gens {
		gens[i] = Seed(child(seed, i), g.gens.at(i))
	}
	return &mix{vectorOf(gens), state(child(seed, len(gens)))}
}

func (g *mix) Next(c *Ctx) (Op, Kind, Gen) {
	from, after := g.rnd.below(g.gens.n)
	kind := Done
	var ended []int
	for j := range g.gens.n {
		i := (from + j) % g.gens.n
		op, k, next := g.gens.at(i).Next(c)
		switch k {
		case Ready:
			return op, k, g.with(i, next, ended, after)
		case Pending:
			kind = Pending
		case Done:
			ended = append(ended, i)
		}
	}
	return Op{}, kind, nil
}

// with is what is left when one has become another, and some have ended.
func (g *mix) with(i int, next Gen, ended []int, rnd state) Gen {
	gens := g.gens
	if next == nil {
		ended = append(ended, i)
	} else if !same(next, gens.at(i)) {
		gens = gens.with(i, next)
	}
	slices.Sort(ended)
	for _, i := range slices.Backward(ended) {
		gens = gens.without(i)
	}
	if gens.n == 0 {
		return nil
	}
	return &mix{gens, rnd}
}

func (g *mix) Update(*Ctx, *Op) Gen { return g }

// FlipFlop emits an op of a, one of b, one of a and so on. It ends when the one whose turn it
// is has ended, and tells neither of events.
func FlipFlop(a, b Gen) Gen { return &flipFlop{a, b} }

// A flipFlop has the one whose turn it is first.
type flipFlop struct{ now, then Gen }

func (g *flipFlop) Seed(seed uint64) Gen {
	return &flipFlop{Seed(child(seed, 0), g.now), Seed(child(seed, 1), g.then)}
}

func (g *flipFlop) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := Next(g.now, c)
	return op, k, &flipFlop{g.then, next}
}

func (g *flipFlop) Update(*Ctx, *Op) Gen { return g }
